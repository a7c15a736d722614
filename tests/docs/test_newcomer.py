"""The README's blocks in their order, as somebody runs them who has a copy of the project and nothing else."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.kit.depth import nightly
from tests.kit.paths import ROOT, copied
from tests.kit.serving import serving, shell

TEXT = (ROOT / "README.md").read_text("utf-8")
FIRST = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)[0]
SERVER = "mockserver serve\n"
DOORS = dict(re.findall(r"^## (You.*?)\n(.*?)(?=^## )", TEXT, re.DOTALL | re.MULTILINE))
STEP = re.compile(r"```(\w+)\n(.*?)```|`(pip install [^`]*PATH-TO-THIS-FOLDER[^`]*)`", re.DOTALL)


def test_the_three_doors_have_a_block_each() -> None:
    assert [heading.split()[-1] for heading in DOORS] == ["Python", "language", "review"]
    assert all("```" in body for body in DOORS.values())


@nightly
@pytest.mark.skipif(not (ROOT / "contracts").is_dir(), reason="the sources aren't beside the tests")
def test_a_newcomer_gets_through_every_door(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    began = time.monotonic()
    copy = _set_up(tmp_path)
    seconds = {"set-up": round(time.monotonic() - began)}
    here = tmp_path / "work"
    here.mkdir()
    for heading, body in DOORS.items():
        began = time.monotonic()
        with ExitStack() as left_running:
            _go_through(body, here, copy, left_running)
        seconds[heading] = round(time.monotonic() - began)
    record_property("newcomer", seconds)


def _set_up(tmp_path: Path) -> Path:
    copy = copied(tmp_path / "copy")
    assert "What now?" in shell(FIRST, copy, **_clean(copy))
    return copy


def _clean(copy: Path) -> dict[str, str]:
    """Nothing of this test's own interpreter."""
    own = str(Path(sys.executable).parent)
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if folder != own]
    gone = dict.fromkeys(("PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS"), "")
    return {**gone, "PATH": os.pathsep.join([str(copy / ".venv" / "bin"), *path])}


def _go_through(body: str, here: Path, copy: Path, left_running: ExitStack) -> None:
    origin = ""
    for number, (language, code, install) in enumerate(STEP.findall(body)):
        if language == "python":
            (here / f"test_{number}.py").write_text(code, "utf-8")
            code = f"pytest -q test_{number}.py"
        if code == SERVER:
            origin, _ = left_running.enter_context(serving("--port", "0", python=copy / ".venv" / "bin" / "python"))
        elif language != "text":
            line = (install or code).replace("PATH-TO-THIS-FOLDER", str(copy))
            said = shell(line.replace("http://127.0.0.1:8080", origin), here, **_clean(copy))
            assert " failed" not in said
