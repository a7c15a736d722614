"""Contract coverage: what is counted, how it is told, and that it gates."""

from __future__ import annotations

import json
import textwrap

import pytest

from contracts import ERRORS, OPERATIONS, RULES
from contracts.coverage import POINTS, Coverage
from contracts.promises import PROMISES

CODE = """
    import requests

    def test_refused(flow_service):
        requests.get(flow_service.url + "/connections", timeout=10)

    def test_created(flow_service, zoho_credentials):
        body = {"name": "x", "auth": {"specName": "Basic Authentication", "params": zoho_credentials},
                "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}}
        requests.post(flow_service.url + "/connections", headers=flow_service.headers, json=body, timeout=10)

    def test_fault(flow_service):
        flow_service.faults.add(status=503)
        requests.get(flow_service.url + "/connections", headers=flow_service.headers, timeout=10)

    def test_reset(flow_service):
        requests.delete(flow_service.url + "/connections/x", headers=flow_service.headers, timeout=10)
        flow_service.reset()
"""

MET = {
    "operations": {"listConnections", "createConnection", "deleteConnection"},
    "regions": {"eu", "in"},
    "rules": {"FS-HDR-01", "FS-HDR-02", "FS-HDR-04", "FS-HDR-07", "FS-ID-01"},
    "promises": set(),
    "errors": {"403000", "FLOW-1103-503", "FLOW-1439-404"},
}


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=textwrap.dedent(CODE))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "--flow-service-regions=eu,in", *options)


def test_the_points_are_the_tables_rows() -> None:
    assert set(POINTS["operations"]) == {row.id for row in OPERATIONS}
    assert set(POINTS["rules"]) == set(RULES)
    assert set(POINTS["promises"]) == set(PROMISES)
    assert set(POINTS["errors"]) == set(ERRORS)
    assert len(POINTS["regions"]) == 5


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["one process", "xdist"])
def test_the_report_names_what_was_met_and_by_which_test(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    result = run(pytester, "--contract-report=out/report.json", *options)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*Contract coverage*", "operations *3 of *", "*written to out/report.json*"])
    report = json.loads((pytester.path / "out" / "report.json").read_text("utf-8"))
    found = {kind: {id for id, point in points.items() if point["tests"]} for kind, points in report["points"].items()}
    assert found == MET
    assert report["points"]["errors"]["FLOW-1103-503"]["tests"] == ["test_it.py::test_fault"]
    assert report["points"]["regions"]["in"]["tests"] == ["test_it.py::test_created[in]"]


def test_the_same_session_gives_the_same_report(pytester: pytest.Pytester) -> None:
    texts = set()
    for options in ((), ("-n2",), ("-p", "randomly")):
        run(pytester, "--contract-report=report.html", *options)
        texts.add((pytester.path / "report.html").read_text("utf-8"))
    assert len(texts) == 1


@pytest.mark.parametrize("end", ["html", "md", "json"])
def test_every_format_is_whole(pytester: pytest.Pytester, end: str) -> None:
    pytester.makeini(f"[pytest]\ncontract_report = report.{end}\n")
    assert run(pytester).ret == 0
    text = (pytester.path / f"report.{end}").read_text("utf-8")
    for id in (set(RULES) | set(PROMISES)) - MET["rules"]:
        assert id in text
    if end == "html":
        assert "viewport" in text
        assert "http://" not in text.replace("http://127.0.0.1", "")
        assert "<script" not in text


@pytest.mark.parametrize(("least", "code"), [("1", 0), ("99", 1)])
def test_a_session_below_the_gate_fails(pytester: pytest.Pytester, least: str, code: int) -> None:
    result = run(pytester, f"--contract-fail-under={least}")
    assert result.ret == code
    assert ("FAIL: contract coverage" in result.stdout.str()) is bool(code)


def test_a_session_without_the_kit_has_no_table(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess("--contract-fail-under=50")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*Contract coverage*")


@pytest.mark.parametrize("option", ["--contract-report=report.pdf", "--contract-fail-under=much"])
def test_wrong_options_are_wrong_use(pytester: pytest.Pytester, option: str) -> None:
    assert run(pytester, option).ret == pytest.ExitCode.USAGE_ERROR


def test_every_example_under_given_counts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import requests
        from hypothesis import given, strategies as st

        @given(st.sampled_from(["limit=0", "orderby=nmae", "count=x"]))
        def test_it(flow_service, query):
            requests.get(flow_service.url + "/connections?" + query, headers=flow_service.headers, timeout=10)
        """
    )
    pytester.runpytest_subprocess("--contract-report=report.json")
    points = json.loads((pytester.path / "report.json").read_text("utf-8"))["points"]["rules"]
    assert {"FS-QRY-03", "FS-QRY-04", "FS-QRY-07"} <= {id for id, point in points.items() if point["tests"]}


def test_all_and_nothing() -> None:
    assert Coverage({}).percent == 0
    assert Coverage({f"{kind}/{id}": {"t"} for kind, points in POINTS.items() for id in points}).percent == 100


def test_github_shows_a_finding_beside_the_clients_line(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.test_battery import play

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code = "class TestIt(Whole): client = mutants.MUTANTS['NoApiKey'][1]"
    result = play(pytester, code, "-q", "-k", "FS-HDR-01")
    result.stdout.fnmatch_lines(["::error file=*acme.py,line=*,title=FS-HDR-01 headers/x-api-key::*"])
