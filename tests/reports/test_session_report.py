"""The report of a session: its verdict, its findings, and that all formats say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.reports.coverage import Coverage
from contracts.reports.session import SessionReport
from mockserver.version import version
from tests.kit.playing import play

CLIENT = """
    import requests

    class TestIt(ClientContract):
        def create_connection(self, platform, connection):
            headers = platform.headers | {"x-api-key": ""}
            return requests.post(platform.url + "/connections", json=connection.body(), headers=headers, timeout=9)
"""
MET = Coverage({"operations/createConnection": {"t"}, "rules/FS-HDR-01": {"t"}}, ("/connections",))


def finding(**changes: Any) -> dict[str, Any]:
    row = {"rule": "FS-HDR-01", "line": "acme.py:7", "place": "headers/x-api-key", "test": "test_it.py::test_a"}
    return row | {"expected": "a key", "found": "<none>", "curl": "curl -X GET 'http://127.0.0.1:8080/'"} | changes


def report(*findings: dict[str, Any], **changes: Any) -> SessionReport:
    given: dict[str, Any] = {"outcomes": {"passed": 2, "failed": len(findings), "skipped": 0}} | changes
    return SessionReport(MET, findings, **given)


def written(made: SessionReport, path: Path) -> str:
    made.write(path)
    return path.read_text("utf-8")


def test_the_verdict_is_one_sentence() -> None:
    assert report().verdict == "The contract is kept: 2 tests passed"
    assert report(finding()).verdict == "The contract is broken: 1 rule in 1 test"
    assert report(finding(), finding(test="test_b"), finding(rule="FS-HDR-02")).verdict.endswith("2 rules in 2 tests")
    failed = report(outcomes={"passed": 1, "failed": 1})
    assert (failed.verdict, failed.is_good) == ("No rule of the contract was broken, but 1 test failed", False)
    assert not report(problem="contract coverage is 1 %, less than 2 %").is_good
    assert report(finding(known=True), outcomes={"passed": 2}).is_good


def test_findings_are_grouped_by_rule_and_line_the_basics_first() -> None:
    given = [finding(rule="FC-RES-03"), finding(test="test_b"), finding(line="acme.py:9"), finding()]
    for rows in (given, given[::-1]):
        first, second = report(*rows).broken
        assert (first["rule"], second["rule"]) == ("FS-HDR-01", "FC-RES-03")
        assert [(place["line"], len(place["tests"])) for place in first["places"]] == [
            ("acme.py:7", 2),
            ("acme.py:9", 1),
        ]


@pytest.mark.parametrize("end", ["html", "json", "md"])
def test_every_format_tells_the_verdict_first_and_then_each_finding(tmp_path: Path, end: str) -> None:
    text = written(report(finding(), about={"project": "acme", "command": "pytest -q"}), tmp_path / f"report.{end}")
    told = ("The contract is broken: 1 rule", "FS-HDR-01", "Send the client id of your Developer Console", "acme.py:7")
    for words in (*told, "headers/x-api-key", "a key", "127.0.0.1:8080", "pytest -q", "deleteConnection"):
        assert words in text
    assert text.index("The contract is broken") < text.index("acme.py:7") < text.index("deleteConnection")


@pytest.mark.parametrize("scope", [("/connections",), ("/connections", "/flows", "ims")], ids=len)
def test_every_format_and_the_terminals_line_have_the_same_numbers(tmp_path: Path, scope: tuple[str, ...]) -> None:
    met = {point: {"t"} for point in ("operations/createConnection", "rules/FS-HDR-01", "rules/FS-URL-01")}
    coverage = Coverage(met, scope)
    told = re.findall(r"(\S+): (\d+) of (\d+) operations, (\d+) of (\d+) rules", coverage.in_short())
    assert [name for name, *_ in told] == [*scope]

    written_ = {end: written(SessionReport(coverage), tmp_path / f"report.{end}") for end in ("json", "md", "html")}
    areas = json.loads(written_["json"])["areas"]
    words = " ".join(re.sub(r"<[^>]+>", " ", written_["html"].partition("<main>")[2]).split())
    for name, called, operations, broken, rules in told:
        shares = [areas[name][kind][part] for kind in ("operations", "rules") for part in ("exercised", "missing")]
        assert [len(ids) for ids in shares] == [
            int(called), int(operations) - int(called), int(broken), int(rules) - int(broken)
        ]  # fmt: skip
        assert f"| {name} | {called} | {operations} | {broken} | {rules} |" in written_["md"]
        assert f"{name} {called} of {operations} operations {broken} of {rules} rules" in words
    assert "other rules 1 of 1 rules" in words  # an address that is none belongs to no area


def test_the_page_runs_no_script_and_loads_nothing(tmp_path: Path) -> None:
    text = written(report(finding(found="<script>alert(1)</script>")), tmp_path / "report.html")
    assert "<script" not in text
    assert not re.findall(r"(?:src=|url\(|@import)", text)
    assert '<li class="broken"><code>FS-HDR-01</code>' in text


def test_a_red_session_is_red_in_its_report(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    options = ("-k", "FS-HDR-01", "-n0", "--contract-report=report.json", "--junitxml=junit.xml")
    play(pytester, CLIENT, *options)
    text = (pytester.path / "report.json").read_text("utf-8")
    told = json.loads(text)
    (rule,) = told["findings"]
    (place,) = rule["places"]
    assert (told["verdict"]["good"], told["verdict"]["failed"], rule["rule"]) == (False, 1, "FS-HDR-01")
    assert re.fullmatch(r"test_client\.py:\d+", place["line"])
    assert place["curl"].startswith("curl -X POST")
    assert (told["about"]["date"], told["about"]["flowservice-kit"]) == ("2025-06-15 15:06 UTC", version())
    assert '<property name="rule" value="FS-HDR-01"' in (pytester.path / "junit.xml").read_text("utf-8")
    play(pytester, CLIENT, *options)
    assert (pytester.path / "report.json").read_text("utf-8") == text
