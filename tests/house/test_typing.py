"""The public surface under strict type checkers, in a project as users have it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.kit.depth import few
from tests.kit.paths import DATA

CHECKERS = {
    "mypy": ["--no-error-summary", "--python-executable", sys.executable],
    "basedpyright": ["--pythonpath", sys.executable],
}
MISTAKE = re.compile(r"^(?:.*/)?(\w+\.py):(\d+)\b.*\berror\b", re.MULTILINE)


@pytest.mark.parametrize("checker", few(sorted(CHECKERS), 0, 1))
def test_a_sound_project_has_no_error_and_each_mistake_is_found(checker: str, tmp_path: Path) -> None:
    if find_spec(checker) is None:
        pytest.skip(f"{checker} isn't installed: pip install '.[types]'")
    project = shutil.copytree(DATA / "typed_project", tmp_path / "project")
    command = [sys.executable, "-m", checker, *CHECKERS[checker], "."]
    ran = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", timeout=300, check=False)
    found = {(file, int(line)) for file, line in MISTAKE.findall(re.sub(r"^\s+", "", ran.stdout, flags=re.MULTILINE))}
    lines = (project / "wrong.py").read_text("utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines, 1) if line.startswith("def mistakes"))
    assert found == {("wrong.py", number) for number in range(begin + 1, len(lines) + 1)}, ran.stdout + ran.stderr
