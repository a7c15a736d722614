"""The commands of docs/lint-and-verify.md, one block after the other in one folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mockserver.verifying.drift import Kind
from tests.kit.depth import deep
from tests.kit.paths import ROOT
from tests.kit.serving import serving, shell

PAGE = ROOT / "docs/lint-and-verify.md"
TEXT = PAGE.read_text("utf-8") if PAGE.is_file() else ""
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)

pytestmark = pytest.mark.skipif(not TEXT, reason="the documentation isn't beside the tests")


@deep
@pytest.mark.parametrize("blocks", [BLOCKS], ids=["all"])
def test_the_commands_run(blocks: list[str], tmp_path: Path) -> None:
    with serving("--port", "0") as (origin, _):
        here = {"MOCKSERVER_URL": origin}
        said = [shell(code.replace("http://127.0.0.1:8080", origin), tmp_path, **here) for code in blocks]
    assert [text.count("Good: ") for text in said] == [2, 4, 0]
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "create.sh",
        "facts.json",
        "journal.har",
        "lint.sarif",
        "overlay.json",
        "salesforce.postman_collection.json",
        "zoho.postman_collection.json",
    ]


def test_every_kind_of_drift_is_explained() -> None:
    assert re.findall(r"^\| \*(\w+)\* \|", TEXT, re.MULTILINE) == list(Kind.__args__)  # type: ignore[attr-defined]
