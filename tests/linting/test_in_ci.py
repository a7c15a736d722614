"""The hook for pre-commit and the action for GitHub."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.kit.paths import ROOT

HOOKS, ACTION = ROOT / ".pre-commit-hooks.yaml", ROOT / "action.yml"

pytestmark = pytest.mark.skipif(not ACTION.is_file(), reason="the action isn't beside the tests")


def ran(command: list[str], where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=where,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_hook_runs_lint_on_files_that_it_reads(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load(HOOKS.read_text("utf-8"))
    taken = re.compile(hook["files"])
    assert [
        name for name in ("a/b.har", "x.postman_collection.json", "README.md", "x.http") if not taken.search(name)
    ] == []
    assert taken.search("package.json") is None
    (tmp_path / "x.sh").write_text("curl https://platform.adobe.io/data/foundation/flowservice/flows", "utf-8")
    found = ran([*hook["entry"].split(), "x.sh"], tmp_path)
    assert found.returncode == 1
    assert "x.sh:1:6: error FS-HDR-01" in found.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
def test_the_action_annotates_what_lint_finds(tmp_path: Path) -> None:
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    step = action["runs"]["steps"][-1]
    assert set(step["env"].values()) == {"${{ inputs.paths }}", "${{ inputs.options }}"}
    (tmp_path / "a b.sh").write_text("curl https://platform.adobe.io/data/foundation/flowservice/flows", "utf-8")
    found = ran(["bash", "-euc", step["run"]], tmp_path, LINT_PATHS="*.sh\n$(touch x)*\n", LINT_OPTIONS="--strict\n")
    assert found.returncode == 2  # the second pattern names no file
    found = ran(["bash", "-euc", step["run"]], tmp_path, LINT_PATHS="*.sh\n", LINT_OPTIONS="")
    assert found.returncode == 1
    assert "::error file=a b.sh,line=1,col=6,title=FS-HDR-01::" in found.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["a b.sh"]
