"""The pytest plugin as its users meet it: in sessions of their own."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import pytest_flowservice
from contracts import documented_regions
from tests.kit.depth import examples, few
from tests.kit.users_session import CLIENT, run


@pytest.fixture
def session(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(client=CLIENT)
    pytester.makeini("[pytest]\naddopts = -p no:randomly\n")
    return pytester


def test_a_client_is_tested_in_every_region(session: pytest.Pytester) -> None:
    result = run(
        session,
        """
        from client import create

        def test_create(flow_service, zoho_region, zoho_credentials):
            answer = create(flow_service.url, flow_service.headers, zoho_credentials)
            assert answer.status_code == 201
            (row,) = flow_service.requests
            assert row["violations"] == []
            assert zoho_credentials["accountsUrl"] == zoho_region.accounts_url
            assert zoho_credentials["endpoint"] == zoho_region.api_endpoint
            assert row["request"]["body"]["auth"]["params"]["accountsUrl"] == zoho_region.accounts_url
        """,
        "-v",
    )
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines([f"*test_create[[]{code}[]]*" for code in pytest_flowservice.REGIONS])


def test_the_regions_are_the_catalogues() -> None:
    assert tuple(documented_regions()) == pytest_flowservice.REGIONS


@pytest.mark.parametrize("how", ["option", "ini"])
def test_the_regions_can_be_chosen(session: pytest.Pytester, how: str) -> None:
    code = "def test_it(zoho_region): assert zoho_region.code in ('eu', 'in')"
    if how == "ini":
        session.makeini("[pytest]\nflow_service_regions = eu,in\n")
        run(session, code).assert_outcomes(passed=2)
    else:
        run(session, code, "--flow-service-regions=eu, IN").assert_outcomes(passed=2)


def test_an_unknown_region_is_wrong_use(session: pytest.Pytester) -> None:
    result = run(session, "def test_it(zoho_region): pass", "--flow-service-regions=eu,xx")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no region xx; allowed: us, au, eu, in, cn*"])


def test_a_users_own_fixture_of_the_same_name_wins(session: pytest.Pytester) -> None:
    session.makeconftest("import pytest\n@pytest.fixture\ndef zoho_region(): return 'mine'\n")
    run(session, "def test_it(zoho_region): assert zoho_region == 'mine'").assert_outcomes(passed=1)


def test_the_attributes_are_the_fixed_ones(session: pytest.Pytester) -> None:
    result = run(
        session,
        """
        import requests

        def test_it(flow_service):
            f = flow_service
            assert f.origin.startswith("http://127.0.0.1:")
            assert f.url == f.origin + "/data/foundation/flowservice"
            assert f.headers == {
                "Authorization": "Bearer " + f.access_token, "x-api-key": f.api_key, "x-gw-ims-org-id": f.org_id,
                "x-sandbox-name": f.sandbox_name, "Content-Type": "application/json",
            }
            f.headers["x-api-key"] = "changed"
            assert f.headers["x-api-key"] == f.api_key
            before = f.clock.now()
            assert f.clock.advance(hours=2) >= before + 7_200_000
            f.faults.add(method="POST", path="/connections", times=1, status=429, retry_after=1)
            f.reset()
            assert f.faults.rows() == [] and f.requests == []
            assert requests.get(f.origin + "/__admin/health", timeout=10).json()["status"] == "ok"

        def test_patched(flow_service_patched):
            assert flow_service_patched.url == "https://platform.adobe.io/data/foundation/flowservice"
            answer = requests.get(flow_service_patched.url + "/connections", headers=flow_service_patched.headers)
            assert answer.json() == {"items": [], "_links": {}}

        def test_both_are_one_mock(flow_service, flow_service_patched):
            requests.get(flow_service.url + "/connections", headers=flow_service.headers, timeout=10)
            requests.get(flow_service_patched.url + "/connections", headers=flow_service.headers, timeout=10)
            assert len(flow_service.requests) == len(flow_service_patched.requests) == 2
        """,
    )
    result.assert_outcomes(passed=3)


def test_the_marker_sets_the_terms_and_the_nearer_one_wins(session: pytest.Pytester) -> None:
    result = run(
        session,
        """
        import pytest, requests
        from client import create

        pytestmark = pytest.mark.flow_service(sandboxes=["dev"], strictness="strict")

        @pytest.mark.flow_service(strictness="lenient", org_id="MINE@AdobeOrg", faults=[{"status": 503}])
        def test_it(flow_service, zoho_credentials):
            assert flow_service.sandbox_name == "dev"
            assert flow_service.org_id == "MINE@AdobeOrg"
            assert create(flow_service.url, flow_service.headers, zoho_credentials).status_code == 503
            zoho_credentials["accountsUrl"] += "/"
            assert create(flow_service.url, flow_service.headers, zoho_credentials).status_code == 201
            prod = {**flow_service.headers, "x-sandbox-name": "prod"}
            assert create(flow_service.url, prod, zoho_credentials).status_code == 404
        """,
        "--flow-service-regions=eu",
        "--strict-markers",
    )
    result.assert_outcomes(passed=1)


def test_under_the_marker_the_fixtures_own_token_is_an_issued_one(session: pytest.Pytester) -> None:
    result = run(
        session,
        """
        import pytest, requests
        from hypothesis import given, settings, strategies as st

        pytestmark = pytest.mark.flow_service(require_issued_tokens=True)
        FORM = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "scope": "openid"}

        def status(service, **headers):
            sent = {**service.headers, **headers}
            return requests.get(service.url + "/connections", headers=sent, timeout=10).status_code

        def test_it(flow_service):
            assert status(flow_service) == 200
            assert status(flow_service, Authorization="Bearer another") == 401
            flow_service.clock.advance(days=2)
            assert status(flow_service) == 401
            token = requests.post(flow_service.origin + "/ims/token/v3", data=FORM, timeout=10).json()["access_token"]
            assert status(flow_service, Authorization="Bearer " + token) == 200
            flow_service.reset()
            assert status(flow_service) == 200
            assert status(flow_service, Authorization="Bearer " + token) == 401

        def test_patched(flow_service_patched):
            assert status(flow_service_patched) == 200
            answer = requests.post("https://ims-na1.adobelogin.com/ims/token/v3", data=FORM, timeout=10)
            assert status(flow_service_patched, Authorization="Bearer " + answer.json()["access_token"]) == 200

        @settings(max_examples=3)
        @given(days=st.integers(0, 3))
        def test_examples_start_afresh(flow_service_patched, days):
            assert status(flow_service_patched) == 200
            flow_service_patched.clock.advance(days=days)
        """,
    )
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("strictnes='lenient'", "*no setting 'strictnes'*nearest: strictness*"),
        ("strictness='lax'", "*'default', 'lenient' or 'strict', not 'lax'*"),
        ("sandboxes='dev'", "*sandboxes is a list of names, not 'dev'*"),
        ("sandboxes=[1]", "*1 isn't one*"),
        ("sources='x.json'", "*sources is a list of files, not 'x.json'*"),
        ("zoho_regions='al'", "*'documented' or 'all', not 'al'*"),
        ("require_issued_tokens='no'", "*True or False, not 'no'*"),
        ("journal=0", "*journal is a number from 1*"),
        ("org_id=''", "*org_id is a non-empty string*"),
        ("faults=[{'status': 418}]", "*418 is not one of*"),
        ("connections=[{'id': 'mine', 'source': 'sftp'}]", "*connections: /0/id: expected a UUID*"),
        ("sources=['nowhere.json']", "*nowhere.json: No such file*"),
        ("'lenient'", "*keywords only*"),
    ],
)
def test_a_wrong_marker_is_one_clear_line(session: pytest.Pytester, settings: str, message: str) -> None:
    code = f"import pytest\n@pytest.mark.flow_service({settings})\ndef test_it(flow_service): pass"
    result = run(session, code)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize("fixture", ["flow_service", "flow_service_patched"])
def test_a_failure_shows_the_exchanges_with_rule_and_line(session: pytest.Pytester, fixture: str) -> None:
    result = run(
        session,
        f"""
        from client import create

        def test_it({fixture}, zoho_credentials):
            params = dict(zoho_credentials, accountsUrl="https://accounts.zoho.eu/", clientSecret="hunter2-secret")
            answer = create({fixture}.url, {fixture}.headers, params)
            del params
            assert answer.status_code == 201
        """,
        "--flow-service-regions=eu",
    )
    result.assert_outcomes(failed=1)
    origin = "http://127.0.0.1:8080" if fixture == "flow_service" else "https://platform.adobe.io"  # to be pasted
    result.stdout.fnmatch_lines(
        [
            "*Exchanges with the Flow Service mock*",
            f"POST {origin}/data/foundation/flowservice/connections   sent by client.py:9",
            "*authorization: Bearer xxxx*",
            '*"clientSecret":"xxxx"*',
            "*< 400*",
            "*FLOW-1100-400*",
            "*error FS-ZOHO-02 (documented, *zoho.md)*",
            "*/auth/params/accountsUrl: ends in a slash*",
        ]
    )
    section = result.stdout.str().partition("Exchanges with")[2]
    assert "hunter2-secret" not in section


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_fixture_that_fails_shows_the_exchanges_too(session: pytest.Pytester, when: str) -> None:
    result = run(
        session,
        f"""
        import pytest, requests

        @pytest.fixture
        def mine(flow_service):
            if {when == "after"}: yield
            requests.get(flow_service.url + "/connections", timeout=10)
            raise RuntimeError("no")

        def test_it(mine): pass
        """,
    )
    result.stdout.fnmatch_lines(["*Exchanges with the Flow Service mock*", "*error FS-HDR-01*"])


def test_another_mock_in_front_is_suspected(session: pytest.Pytester) -> None:
    code = """
        import requests, responses

        @responses.activate
        def test_it(flow_service_patched):
            requests.get(flow_service_patched.url)
    """
    run(session, code).stdout.fnmatch_lines(["*another `responses` mock that was started later*"])


def test_a_passing_test_shows_nothing(session: pytest.Pytester) -> None:
    result = run(session, "def test_it(flow_service): pass")
    result.stdout.no_fnmatch_line("*Exchanges*")


@pytest.mark.deep
def test_each_test_has_a_mock_of_its_own_in_any_order_and_any_process(session: pytest.Pytester) -> None:
    code = """
        import pytest
        from client import create
        import requests

        @pytest.mark.parametrize("turn", range(12))
        def test_it(flow_service, zoho_credentials, turn):
            listed = requests.get(flow_service.url + "/connections", headers=flow_service.headers, timeout=10)
            assert listed.json()["items"] == []
            assert create(flow_service.url, flow_service.headers, zoho_credentials).status_code == 201
    """
    session.makeini("[pytest]\n")
    run(session, code, "-n2", "-p", "randomly").assert_outcomes(passed=60)


def test_under_given_every_example_starts_afresh(session: pytest.Pytester) -> None:
    session.makeconftest(
        f"""
        from hypothesis import settings

        settings.register_profile("some", max_examples={examples(100)})
        settings.load_profile("some")
        """
    )
    result = run(
        session,
        """
        import pytest, requests
        from hypothesis import given, strategies as st
        from client import create

        @pytest.fixture
        def existing(flow_service, zoho_credentials):
            return create(flow_service.url, flow_service.headers, zoho_credentials, "existing").json()["id"]

        def names(platform):
            listed = requests.get(platform.url + "/connections", headers=platform.headers, timeout=10)
            return [item["name"] for item in listed.json()["items"]]

        @given(name=st.text(min_size=1))
        def test_plain(flow_service, zoho_credentials, name):
            assert names(flow_service) == [] and len(flow_service.requests) == 1
            assert create(flow_service.url, flow_service.headers, zoho_credentials, name).status_code == 201

        @pytest.mark.flow_service(faults=[{"status": 503}])
        @given(name=st.text(min_size=1))
        def test_faults_come_back(flow_service_patched, zoho_credentials, name):
            f = flow_service_patched
            assert create(f.url, f.headers, zoho_credentials, name).status_code == 503
            assert create(f.url, f.headers, zoho_credentials, name).status_code == 201

        class TestInAClass:
            @pytest.mark.usefixtures("existing")
            @given(name=st.text(min_size=1))
            def test_what_fixtures_made_stays(self, flow_service, zoho_credentials, name):
                assert names(flow_service) == ["existing"]
                create(flow_service.url, flow_service.headers, zoho_credentials, name)
        """,
        "--flow-service-regions=eu,cn",
    )
    result.assert_outcomes(passed=6)


def test_hypothesis_still_warns_of_other_fixtures(session: pytest.Pytester) -> None:
    result = run(
        session,
        """
        import pytest
        from hypothesis import given, strategies as st

        @pytest.fixture
        def mine(): return []

        @given(st.integers())
        def test_it(flow_service, mine, number): pass
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*unction-scoped fixture*"])


def test_a_session_that_uses_none_of_it_imports_none_of_it(session: pytest.Pytester) -> None:
    result = run(
        session,
        """
        import sys

        def test_it():
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert not loaded & {"contracts", "mockserver", "hypothesis", "responses", "requests", "jsonschema"}
            assert not loaded & {"uvicorn", "httpx", "click", "rich"}
        """,
        "-p",
        "no:hypothesispytest",
        apart=True,
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("package", ["contracts", "mockserver", "pytest_flowservice"])
def test_a_session_inside_of_a_session_warns_of_nothing(package: str) -> None:
    """What pytest does in the inner one, where the kit is installed and not editable."""
    assert __import__(package)
    pytest.register_assert_rewrite(package)


@pytest.mark.parametrize("package", few(["contracts", "mockserver"]))
def test_a_users_package_of_the_same_name_breaks_nothing_until_a_fixture_is_used(
    session: pytest.Pytester, package: str
) -> None:
    session.mkpydir(package)
    code = f"""
        import {package}

        def test_mine(): assert {package}.__file__.startswith({str(session.path)!r})

        def test_theirs(flow_service): pass
    """
    result = run(session, code, apart=True)
    result.assert_outcomes(passed=1, errors=1)
    file = Path(package) / "__init__.py"
    result.stdout.fnmatch_lines(
        [f"*flowservice-kit needs its own package '{package}', but *{file} shadows it: rename*"]
    )


@pytest.mark.deep
@pytest.mark.parametrize("package", few(["contracts", "mockserver", "pytest_flowservice"]))
def test_a_made_up_module_of_the_same_name_is_told_too(session: pytest.Pytester, package: str) -> None:
    session.makeconftest(f"import sys, types\nsys.modules[{package!r}] = types.ModuleType({package!r})\n")
    result = run(session, "def test_it(flow_service): pass", apart=True)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*needs its own package '{package}', but something else shadows it*"])


def test_every_module_that_the_hooks_import_later_is_there() -> None:
    text = Path(pytest_flowservice.__file__).with_name("hooks.py").read_text("utf-8")
    names = re.findall(r'kit\("([^"]+)"\)', text)
    assert len(names) > 5
    assert [name for name in names if importlib.util.find_spec(name) is None] == []


def test_help_and_markers_are_listed(session: pytest.Pytester) -> None:
    session.runpytest_inprocess("--help").stdout.fnmatch_lines(["*--flow-service-regions=CODES*"])
    session.runpytest_inprocess("--markers").stdout.fnmatch_lines(["*@pytest.mark.flow_service(*"])
    session.runpytest_inprocess("--fixtures").stdout.fnmatch_lines(
        ["zoho_region*", "*One of the documented Zoho regions*"]
    )


@pytest.mark.deep
def test_the_kits_own_modules_are_imported_as_they_are(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(flow_service):
            import contracts.contract, mockserver.mock
            for module in (contracts.contract, mockserver.mock):
                assert type(module.__loader__).__name__ == "SourceFileLoader"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.deep
def test_the_assertions_of_a_users_contracts_folder_are_explained(pytester: pytest.Pytester) -> None:
    folder = pytester.mkpydir("contracts")
    (folder / "test_mine.py").write_text("def test_it():\n    found = 1\n    assert found == 2\n", "utf-8")
    result = pytester.runpytest_subprocess(folder)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*assert 1 == 2"])


def test_a_marker_that_does_nothing_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        marked = pytest.mark.flow_service(strictness="strict")

        @marked
        def test_without(): ...

        @marked
        def test_with(flow_service): ...

        @marked
        class TestSome:
            def test_without(self): ...
        """
    )
    result = pytester.runpytest("-n0", "-pno:schemathesis", "-Wdefault")
    result.assert_outcomes(passed=3, warnings=1)
    result.stdout.fnmatch_lines(["*flow_service does nothing here*"])
