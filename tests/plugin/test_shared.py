"""`flow_service_session`: one mock for a session, whose tests don't see what others did."""

from __future__ import annotations

import json

import pytest

from tests.kit.depth import nightly
from tests.kit.users_session import CLIENT, run

CODE = """
    import pytest
    from client import create
    from contracts import documented_regions
    from mockserver.platform import credentials

    PARAMS = credentials(documented_regions()["eu"])

    @pytest.fixture(scope="session")
    def known(flow_service_session):
        return create(flow_service_session.url, flow_service_session.headers, PARAMS, "known").json()["id"]

    @pytest.fixture
    def own(flow_service_session):
        create(flow_service_session.url, flow_service_session.headers, PARAMS, "own")

    def names(platform):
        import requests
        rows = requests.get(platform.url + "/connections", headers=platform.headers, timeout=10).json()["items"]
        return sorted(row["name"] for row in rows)
"""


@pytest.fixture
def session(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(client=CLIENT)
    return pytester


def test_a_test_sees_what_wider_fixtures_made_and_nothing_of_another_test(session: pytest.Pytester) -> None:
    result = run(
        session,
        CODE
        + """
    @pytest.mark.parametrize("number", [1, 2])
    def test_it(number, flow_service_session, known, own):
        assert names(flow_service_session) == ["known", "own"]
        create(flow_service_session.url, flow_service_session.headers, PARAMS, "mine")
        assert [row["operation"] for row in flow_service_session.requests].count("createConnection") == 2
        flow_service_session.stubs.add(path="/x", status=204, optional=True)
        assert len(flow_service_session.stubs.rows()) == 1

    def test_it_resets(flow_service_session, known):
        flow_service_session.reset()
        assert names(flow_service_session) == []

    def test_it_has_it_again(flow_service_session, known):
        assert names(flow_service_session) == ["known"]

    ORIGINS = set()

    @pytest.mark.parametrize("number", [1, 2])
    def test_one_address(number, flow_service_session):
        ORIGINS.add(flow_service_session.origin)
        assert len(ORIGINS) == 1
""",
    )
    assert result.parseoutcomes() == {"passed": 6}


def test_a_fault_that_was_never_met_fails_its_own_test_alone(session: pytest.Pytester) -> None:
    result = run(
        session,
        CODE
        + """
    def test_adds(flow_service_session, known):
        flow_service_session.faults.add(status=503)

    @pytest.mark.flow_service(faults=[{"status": 503}])
    def test_meets(flow_service_session, known):
        assert create(flow_service_session.url, flow_service_session.headers, PARAMS).status_code == 503

    def test_sees_nothing_of_it(flow_service_session, known):
        assert create(flow_service_session.url, flow_service_session.headers, PARAMS).status_code == 201
        assert 0
""",
    )
    assert result.parseoutcomes() == {"passed": 1, "failed": 2}
    result.stdout.fnmatch_lines(["never met: Fault(*"])
    result.stdout.fnmatch_lines(["POST *sent by client.py:*"])
    assert result.stdout.str().count("sent by") == 1


def test_settings_are_the_sessions(session: pytest.Pytester) -> None:
    result = run(
        session,
        CODE
        + """
    @pytest.fixture(scope="session")
    def flow_service_session_settings():
        return {"sandboxes": ["dev"], "org_id": "OWN@AdobeOrg"}

    def test_it(flow_service_session):
        assert flow_service_session.sandbox_name == "dev"
        assert flow_service_session.org_id == "OWN@AdobeOrg"

    @pytest.mark.flow_service(strictness="lenient")
    def test_not_of_one_test(flow_service_session):
        pass

    def test_not_both(flow_service_session, flow_service):
        pass
""",
    )
    assert result.parseoutcomes() == {"passed": 1, "errors": 2}
    result.stdout.fnmatch_lines(["*strictness is the session's; let flow_service_session_settings return it"])
    result.stdout.fnmatch_lines(["*a test has either flow_service_session or flow_service, not both"])


def test_a_wrong_setting_is_one_clear_line(session: pytest.Pytester) -> None:
    code = """
    @pytest.fixture(scope="session")
    def flow_service_session_settings():
        return {"sandboxs": ["dev"]}

    def test_it(flow_service_session):
        pass
    """
    result = run(session, CODE + code)
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(
        ["*flow_service_session_settings: flow_service has no setting 'sandboxs'*nearest: sandboxes"]
    )


@nightly
def test_each_example_starts_from_the_same_and_workers_have_a_mock_each(session: pytest.Pytester) -> None:
    result = run(
        session,
        CODE
        + """
    from hypothesis import given, settings, strategies as st

    @pytest.mark.parametrize("number", range(4))
    @settings(max_examples=5, deadline=None)
    @given(text=st.sampled_from("ab"))
    def test_it(number, flow_service_session, known, text):
        create(flow_service_session.url, flow_service_session.headers, PARAMS, text)
        assert names(flow_service_session) == ["known", text] or names(flow_service_session) == [text, "known"]
""",
        "-n2",
        "--contract-report=report.json",
        apart=True,
    )
    assert result.parseoutcomes() == {"passed": 4}


def test_coverage_says_which_test_met_what(session: pytest.Pytester) -> None:
    run(
        session,
        CODE
        + """
    def test_creates(flow_service_session):
        create(flow_service_session.url, flow_service_session.headers, PARAMS)

    def test_lists(flow_service_session):
        names(flow_service_session)
""",
        "--contract-report=report.json",
    )
    met = json.loads((session.path / "report.json").read_text("utf-8"))["points"]["operations"]
    assert met["createConnection"]["tests"] == ["test_it.py::test_creates"]
