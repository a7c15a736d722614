"""Contract coverage: what is counted, how it is told, and that it gates."""

from __future__ import annotations

import json
import re
import textwrap

import pytest

from contracts import ERRORS, OPERATIONS, RULES
from contracts.promises import PROMISES
from contracts.reports.coverage import POINTS, Coverage, areas
from pytest_flowservice.session import _annotation
from tests.kit.depth import few

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
    given = ("-p", "no:cacheprovider", "-p", "no:randomly", "--flow-service-regions=eu,in", *options)
    return pytester.runpytest_subprocess(*given) if "-n2" in options else pytester.runpytest_inprocess(*given)


def test_the_points_are_the_tables_rows() -> None:
    assert set(POINTS["operations"]) == {row.id for row in OPERATIONS}
    assert set(POINTS["rules"]) == set(RULES)
    assert set(POINTS["promises"]) == set(PROMISES)
    assert set(POINTS["errors"]) == set(ERRORS)
    assert len(POINTS["regions"]) == 5


@pytest.mark.parametrize("options", few([((),), (("-n2",),)], 1, 1), ids=["one process", "xdist"])
def test_the_report_names_what_was_met_and_by_which_test(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    result = run(pytester, "--contract-report=out/report.json", *options)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["contract coverage: /connections: 3 of 10 operations, 5 of * rules", "*written to out/report.json*"]
    )
    report = json.loads((pytester.path / "out" / "report.json").read_text("utf-8"))
    found = {kind: {id for id, point in points.items() if point["tests"]} for kind, points in report["points"].items()}
    assert found == MET
    assert report["points"]["errors"]["FLOW-1103-503"]["tests"] == ["test_it.py::test_fault"]
    assert report["points"]["regions"]["in"]["tests"] == ["test_it.py::test_created[in]"]


@pytest.mark.deep
def test_the_same_session_gives_the_same_report(pytester: pytest.Pytester) -> None:
    texts = set()
    for options in ((), ("-n2",), ("-p", "randomly")):
        run(pytester, "--contract-report=report.html", *options)
        text = (pytester.path / "report.html").read_text("utf-8")
        texts.add(re.sub(r'<dl class="about">.*?</dl>', "", text, flags=re.DOTALL))  # the command was another
    assert len(texts) == 1


def test_every_format_is_whole_and_one_session_writes_all(pytester: pytest.Pytester) -> None:
    files = [f"report.{end}" for end in ("html", "md", "json")]
    pytester.makeini("\n    ".join(["[pytest]\ncontract_report =", *files]))
    assert run(pytester).ret == 0
    for file in files:
        text = (pytester.path / file).read_text("utf-8")
        for id in ("FS-CON-01", "FS-HDR-05", "FS-ETAG-01", "getByConnectionId", *MET["rules"]):
            assert id in text
        for id in ("SBX-", "IMS-GRANT-01", "FC-REQ-01", "createFlow"):  # what was not called
            assert id not in text
        if file == "report.html":
            assert "viewport" in text
            assert "http://" not in text.replace("http://127.0.0.1", "")
            assert "<script" not in text


@pytest.mark.parametrize(("least", "code"), [("1", 0), ("99", 1)])
def test_a_session_below_the_gate_fails(pytester: pytest.Pytester, least: str, code: int) -> None:
    result = run(pytester, f"--contract-fail-under={least}")
    assert result.ret == code
    assert ("FAIL: contract coverage" in result.stdout.str()) is bool(code)


def test_the_gate_is_an_ini_key_too(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncontract_fail_under = 99\n")
    assert run(pytester).ret == 1
    assert run(pytester, "--contract-fail-under=1").ret == 0


def test_the_gate_is_not_rounded() -> None:
    """Exactly enough is enough; what is told never looks like more than there is."""
    total = sum(map(len, POINTS.values()))
    all_points = [f"{kind}/{id}" for kind, points in POINTS.items() for id in points]
    one_less = Coverage({point: {"t"} for point in all_points[1:]})
    exact = 100 * (total - 1) / total
    assert one_less.reaches(exact)
    assert not one_less.reaches(exact + 0.001)
    assert one_less.percent <= exact
    assert not one_less.reaches(100)


def test_a_session_that_used_the_kit_without_a_request_is_at_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(flow_service): pass")
    result = pytester.runpytest_inprocess("--contract-fail-under=1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*FAIL: contract coverage is 0.0 %, less than 1 %*"])


def test_a_report_that_can_not_be_written_is_one_line_and_a_failure(pytester: pytest.Pytester) -> None:
    (pytester.path / "file").touch()
    result = run(pytester, "--contract-report=file/report.md", "--contract-report=report.json")
    assert result.ret == 1
    assert json.loads((pytester.path / "report.json").read_text("utf-8"))["points"]
    result.stdout.fnmatch_lines(
        ["*written to report.json", "FAIL: the contract report file/report.md can't be written: *"]
    )
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_a_report_that_was_asked_for_and_not_written_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_inprocess("--contract-report=report.md")
    result.stdout.fnmatch_lines(["contract coverage: no test used the kit, so that no report was written"])
    result = pytester.runpytest_inprocess("--contract-report=report.md", "--collect-only")
    result.stdout.no_fnmatch_line("contract coverage*")


def test_a_session_without_a_terminal_is_gated_too(pytester: pytest.Pytester) -> None:
    result = run(pytester, "-p", "no:terminal", "--contract-report=report.md", "--contract-fail-under=99")
    assert result.ret == 1
    assert "## regions: never touched" in (pytester.path / "report.md").read_text("utf-8")


def test_requests_of_fixtures_and_the_patched_mock_count(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest, requests

        @pytest.fixture
        def mine(flow_service_patched):
            f = flow_service_patched
            requests.get(f.url + "/connections?limit=0", headers=f.headers)
            yield
            requests.get(f.url + "/connections?count=x", headers=f.headers)

        def test_it(mine): pass
        """
    )
    pytester.runpytest_inprocess("--contract-report=report.json")
    points = json.loads((pytester.path / "report.json").read_text("utf-8"))["points"]
    for rule in ("FS-QRY-03", "FS-QRY-04"):
        assert points["rules"][rule]["tests"] == ["test_it.py::test_it"]


@pytest.mark.nightly
def test_a_client_contracts_report_is_the_same_in_any_order(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other seeds of hashes and of the order, in one process and in two; the findings and annotations too."""
    from tests.kit.playing import play

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    texts = set()
    for seed, options in enumerate((("-n0",), ("-n2",), ("-n0", "-p", "randomly"), ("-n2", "-p", "randomly"))):
        monkeypatch.setenv("PYTHONHASHSEED", str(seed))
        code = """
            class Patient(mutants.MUTANTS["EtagOfTheHeader"][1]):
                timeout = 20  # nothing stalls here, and a busy machine is no finding

            class TestIt(Whole):
                client = Patient
        """
        chosen = "not stalled and (FC-REQ or FC-RES or FC-UPD or FC-SEC-04 or FS-CON or FC-ALL)"
        result = play(pytester, code, "-k", chosen, "--contract-report=report.json", *options, apart=True)
        told = [line for line in result.stdout.lines if line.startswith("::error")]
        report = json.loads((pytester.path / "report.json").read_text("utf-8"))
        del report["about"]  # the command was another
        texts.add(json.dumps(report) + "\n".join(told))
    assert len(texts) == 1


def test_a_session_without_the_kit_has_no_table(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_inprocess("--contract-fail-under=50")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*ontract coverage*")


@pytest.mark.parametrize(
    "option", ["--contract-report=report.pdf", "--contract-fail-under=much", "--contract-fail-under=101"]
)
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
    pytester.runpytest_inprocess("--contract-report=report.json")
    points = json.loads((pytester.path / "report.json").read_text("utf-8"))["points"]["rules"]
    assert {"FS-QRY-03", "FS-QRY-04", "FS-QRY-07"} <= {id for id, point in points.items() if point["tests"]}


def test_all_and_nothing() -> None:
    assert Coverage({}).percent == 0
    assert Coverage({f"{kind}/{id}": {"t"} for kind, points in POINTS.items() for id in points}).percent == 100


@pytest.mark.parametrize("options", [(), pytest.param(("-n2",), marks=pytest.mark.nightly)], ids=["one", "workers"])
def test_github_shows_a_finding_beside_the_clients_line(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    from tests.kit.playing import play

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(pytester.path.parent))
    code = """
        import requests

        def create(platform, connection):
            headers = platform.headers | {"x-api-key": ""}
            return requests.post(platform.url + "/connections", json={}, headers=headers, timeout=9)

        class TestIt(ClientContract):
            def create_connection(self, platform, connection):
                return create(platform, connection)
    """
    result = play(pytester, code, "-k", "FS-HDR-01", *options, apart=bool(options))
    (line,) = [line for line in result.stdout.lines if line.startswith("::error")]
    head, _, text = line.removeprefix("::error ").partition("::")
    fields = dict(pair.split("=") for pair in head.split(","))
    assert fields["file"] == f"{pytester.path.name}/test_client.py"
    assert "requests.post" in (pytester.path / "test_client.py").read_text().splitlines()[int(fields["line"]) - 1]
    assert fields["title"] == "FS-HDR-01 headers/x-api-key"
    assert text.startswith("FS-HDR-01 headers/x-api-key: expected ")
    assert "%0A  mend      " in text


def test_what_a_finding_says_can_not_break_its_annotation() -> None:
    line = _annotation("FC-RES-03", "a,b:c.py:12", "x: 1, 50 %\nand", "100 %\r\n::error::")
    assert line == ("::error file=a%2Cb%3Ac.py,line=12,title=FC-RES-03 x%3A 1%2C 50 %25%0Aand::100 %25%0D%0A::error::")


def test_a_slip_in_the_class_points_to_its_own_line(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kit.playing import play

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code = """
        class TestIt(ClientContract):
            def create_connection(self, platform, connection):
                raise TypeError("what, me?")
    """
    result = play(pytester, code, "-q", "-k", "FC-REQ-09", "-n0", "--junitxml=junit.xml")
    number = (pytester.path / "test_client.py").read_text().splitlines().index("class TestIt(ClientContract):") + 3
    result.stdout.fnmatch_lines(
        [
            f"TestIt.create_connection: TypeError: what, me? (test_client.py:{number})",
            f"::error file=*test_client.py,line={number},title=*",
        ]
    )
    assert "propert" not in (pytester.path / "junit.xml").read_text()


def test_coverage_is_about_what_was_called(pytester: pytest.Pytester) -> None:
    code = """
        import requests

        def test_it(flow_service):
            requests.get(flow_service.url + "/connections", headers=flow_service.headers, timeout=10)
            form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
            requests.post(flow_service.ims_url + "/token/v3", data=form, timeout=10)
    """
    pytester.makepyfile(test_it=textwrap.dedent(code))
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        ["contract coverage: /connections: 1 of 10 operations, 0 of * rules; ims: 1 of 11 operations, 1 of * rules"]
    )
    quiet = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-q")
    quiet.stdout.no_fnmatch_line("*coverage*")


def test_the_scope_is_an_ini_key(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncontract_scope = /connections sandbox-api\n")
    result = run(pytester)
    result.stdout.fnmatch_lines(
        ["contract coverage: /connections: 3 of 10 operations, 5 of * rules; sandbox-api: 0 of 8 operations*"]
    )
    result.stdout.no_fnmatch_line("*/flows*")
    pytester.makeini("[pytest]\ncontract_scope = /connection\n")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*contract_scope: no service or collection '/connection'; allowed: /connectionSpecs,*"]
    )


def test_each_area_has_its_own_operations() -> None:
    found = [row.id for rows in areas().values() for row in rows]
    assert sorted(found) == sorted(row.id for row in OPERATIONS)
    assert len(areas()["/connections"]) == 10
