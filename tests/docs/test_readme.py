"""Every code block of README.md and of the pages beside it, run as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.kit.depth import deep
from tests.kit.paths import ROOT, copied
from tests.kit.serving import serving, shell

TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
SHELL = [code for language, code in BLOCKS if language == "sh"]
PYTHON = [code for language, code in BLOCKS if language == "python"]
SET_UP = [code for code in SHELL if "venv" in code]
FIRST = [code for code in SHELL if code.startswith("curl")]
WRAPPED = [code for code in SHELL if code.startswith("mockserver run")]
LEADS = [code for code in SHELL if "--contract-report" in code]  # which test_newcomer.py runs
SERVER = "mockserver serve\n"
SERVING = [
    code
    for page in ("server", "faults")
    for code in re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / f"{page}.md").read_text("utf-8"), re.DOTALL)
]
STORE = "mockserver serve --store sqlite:///file.db --workers 2\n"
ASKING = [code for code in SERVING if code.startswith("curl")]
OTHERS = [code for code in SERVING if code not in (*ASKING, SERVER, STORE)]


def test_every_block_has_a_test() -> None:
    assert len(BLOCKS) == len(SHELL) + len(PYTHON) + 1
    assert (len(SET_UP), len(FIRST), len(WRAPPED), SHELL.count(SERVER), len(LEADS), len(SHELL)) == (2, 2, 1, 1, 1, 7)
    assert (len(ASKING), len(OTHERS), SERVING.count(STORE)) == (4, 1, 1)


def test_the_finding_is_the_guides() -> None:
    (shown,) = [code for language, code in BLOCKS if language == "text"]
    assert f"```text\n{shown}" in (ROOT / "docs" / "test-your-client.md").read_text("utf-8")


def test_the_two_commands_lead() -> None:
    assert SHELL[:2] == SET_UP
    assert "mockserver demo" in SET_UP[0]
    assert "pytest" in SET_UP[1]


def test_the_check_runs_exactly_the_two_commands() -> None:
    check = (ROOT / ".ci" / "run").read_text("utf-8")
    for code in SET_UP:
        assert f"\n{code}" in check


@pytest.mark.deep
@pytest.mark.skipif(not (ROOT / "contracts").is_dir(), reason="the sources aren't beside the tests")
def test_the_tests_set_themselves_up(tmp_path: Path) -> None:
    """From a copy without anything installed; only a few of them, or they would run themselves."""
    copy = copied(tmp_path / "copy")
    for path in (copy / "tests").rglob("test_*.py"):
        if path.name != "test_json_text.py":
            path.unlink()
    clean = dict.fromkeys(("PYTHONPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS"), "")
    assert re.search(r"\d+ passed", shell(SET_UP[1], copy, **clean))


def test_a_program_is_wrapped(tmp_path: Path) -> None:
    (code,) = WRAPPED
    assert "access_token" in shell(code, tmp_path)


def test_the_server_answers_the_readmes_curl() -> None:
    with serving("--port", "0") as (origin, _):
        made, seen = (shell(code.replace("http://127.0.0.1:8080", origin), ROOT) for code in FIRST)
    assert '"etag"' in made
    assert '"severity":"error"' not in seen.replace(" ", "")


def test_the_server_answers_the_documented_curl() -> None:
    with serving("--port", "0") as (origin, _):
        answers = [shell(code.replace("http://127.0.0.1:8080", origin), ROOT) for code in ASKING]
    assert '"etag"' in answers[0]
    assert '"requests"' in answers[1]
    assert '"status":503' in answers[2]
    assert '"host":"api.example.com"' in answers[3]


@pytest.mark.deep
def test_the_server_keeps_what_it_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    for times in (1, 2):
        with serving("--port", "0", *STORE.split()[2:]) as (origin, _):
            made = shell(ASKING[0].replace("http://127.0.0.1:8080", origin), ROOT)
            rows = requests.get(f"{origin}/__admin/requests", timeout=20).json()["requests"]
        assert '"etag"' in made
        assert len(rows) == times


@deep
@pytest.mark.parametrize("code", OTHERS)
def test_the_commands_run(code: str, tmp_path: Path) -> None:
    said = shell(code, tmp_path)
    for word in ("Good", "FS-ZOHO-03", "Salesforce", "import requests"):
        assert word in said


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, marks=deep if "ClientContract" in code else (), id=f"python-{index}")
        for index, code in enumerate(PYTHON)
    ],
)
def test_the_python_runs(code: str, pytester: pytest.Pytester) -> None:
    file = pytester.makepyfile(test_readme_block=code)
    if "def test_" in code or "class Test" in code:
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
        assert result.ret == 0
        assert result.parseoutcomes()["passed"] >= (5 if "zoho_credentials" in code or "class Test" in code else 1)
    else:
        subprocess.run([sys.executable, str(file)], check=True, timeout=60)


GUIDES = [
    pytest.param(
        language, code, marks=deep if path.stem == "zoho" or "ClientContract" in code else (), id=f"{path.stem}-{index}"
    )
    for path in sorted((ROOT / "docs").glob("*.md"))
    if path.stem
    not in (
        "any-language",
        "ci",
        "clients",
        "containers",
        "deployment",
        "destinations",
        "lint-and-verify",
        "programs",
        "server",
        "test-your-client",
    )  # which have tests of their own
    for index, (language, code) in enumerate(re.findall(r"```(\w+)\n(.*?)```", path.read_text("utf-8"), re.DOTALL))
    if (path.stem, language) != ("faults", "sh")  # which are asked of a server, above
]


@pytest.mark.parametrize(("language", "code"), GUIDES)
def test_the_guides_run(language: str, code: str, pytester: pytest.Pytester) -> None:
    if language == "json":
        file = pytester.path / "sources.json"
        file.write_text(code, "utf-8")
        assert "Key Authentication" in shell(f"mockserver sources acme --sources {file}", pytester.path)
        return
    assert language == "python"
    file = pytester.makepyfile(test_guide=code)
    if "def test_" in code or "class Test" in code:
        assert pytester.runpytest_inprocess("-p", "no:cacheprovider").ret == 0
    else:
        subprocess.run([sys.executable, str(file)], check=True, timeout=60)


def test_the_ten_lines_are_about_ten() -> None:
    page = (ROOT / "docs" / "pytest.md").read_text("utf-8")
    client = next(code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "def create" in code)
    assert len([line for line in client.splitlines() if line.strip()]) <= 10
