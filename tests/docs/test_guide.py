"""The guide "Test your client", followed to the letter: red, then green, then gated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts import RULES
from contracts.promises import PROMISES
from tests.kit.paths import ROOT
from tests.kit.serving import shell

TEXT = (ROOT / "docs" / "test-your-client.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.deep
def test_a_newcomer_gets_from_red_to_green(tmp_path: Path) -> None:
    """Files are written and commands run in the order of the page."""
    outputs = []
    for language, code in BLOCKS:
        name = re.match(r"# (\S+\.\w+)\n", code)
        if name is not None:
            (tmp_path / name[1]).write_text(code, "utf-8")
        elif language == "sh":
            outputs.append(shell(f"{code.strip()} || true" if not outputs else code, tmp_path))
    red, green, gated = outputs
    (sample,) = [code for language, code in BLOCKS if language == "text" and not code.startswith("# ")]
    for line in sample.splitlines():
        assert line in ("  ...", *red.splitlines())
    for rule in (
        "FS-CON-02",
        "FC-REQ-04",
        "FC-REQ-05",
        "FC-RES-02",
        "FC-ERR-01",
        "FC-ERR-02",
        "FC-ERR-03",
        "FC-ERR-04",
    ):
        assert re.search(rf"^{rule} ", red, re.MULTILINE), rule
    assert "failed" in red
    assert re.search(r"\d+ passed, \d+ skipped", green)
    assert "failed" not in green
    assert "written to contract.html" in gated
    assert "The contract is kept" in (tmp_path / "contract.html").read_text("utf-8")


@pytest.mark.deep
def test_the_known_findings_are_as_told(tmp_path: Path) -> None:
    """The red client, and one of its bugs on the list."""
    files = {name: code for _, code in BLOCKS[::-1] if (name := code.partition("\n")[0].removeprefix("# "))}
    for name in ("acme.py", "known.txt"):
        (tmp_path / name).write_text(files[name], "utf-8")
    test = files["test_acme.py"].replace("    errors", '    known_findings = "known.txt"\n    errors')
    (tmp_path / "test_acme.py").write_text(test, "utf-8")
    assert "1 xfailed" in shell("pytest -q -n 0 test_acme.py -k 'FC-RES-02 or FC-ALL-01'", tmp_path)


def test_the_page_names_no_rule_that_isnt_one() -> None:
    named = set(re.findall(r"\bF[SC]-[A-Z]+-\d\d\b", TEXT))
    assert named
    assert named <= {*RULES, *PROMISES}


@pytest.mark.parametrize("group", re.findall(r"`(\w+Contract)`", TEXT))
def test_the_groups_exist(group: str) -> None:
    import contracts.battery

    assert hasattr(contracts.battery, group)
