"""The fixtures and hooks of the plugin."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flowservice.options import MARKER, REGIONS, chosen_regions, least_coverage, pytest_addoption, reports
from pytest_flowservice.own import ROOT, kit

if TYPE_CHECKING:
    from contracts.sources.regions import Region
    from mockserver.http.server import ServerThread
    from mockserver.mock import Mock
    from mockserver.platform import FlowService

__all__ = [
    "REGIONS",
    "_flow_service_kept_in",
    "_flow_service_lent",
    "_flow_service_mock",
    "_flow_service_session_mock",
    "_flow_service_settings",
    "_flow_service_stage",
    "_flow_service_thread",
    "_flow_service_trust",
    "flow_service",
    "flow_service_hosts",
    "flow_service_patched",
    "flow_service_session",
    "flow_service_session_settings",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_make_collect_report",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_sessionstart",
    "zoho_credentials",
]

_OUR_FIXTURES = {"flow_service", "flow_service_hosts", "flow_service_patched", "zoho_region", "zoho_credentials"}
_FRESH = {"flow_service", "flow_service_hosts", "flow_service_patched"}
_MOCK: pytest.StashKey[Mock] = pytest.StashKey()
_STAGE: pytest.StashKey[Any] = pytest.StashKey()
_ATTEMPTS: pytest.StashKey[list[Any]] = pytest.StashKey()
_WAITS = "test_a_stalled_answer_ends_in_an_error"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    # A fixture of its own plugin object, because its parameters depend on the option.
    config.pluginmanager.register(_region_fixture(chosen_regions(config)))
    for report in reports(config):
        if not report.endswith((".html", ".json", ".md")):
            raise pytest.UsageError(f"--contract-report={report}: the name ends in .html, .json or .md")
    least_coverage(config)
    if config.getini("contract_scope"):
        try:
            kit("contracts.reports.coverage").scope_of((), config.getini("contract_scope"))
        except ValueError as error:
            raise pytest.UsageError(f"contract_scope: {error}") from None


def _region_fixture(codes: list[str]) -> Any:
    class RegionFixture:
        @pytest.fixture(params=codes)
        def zoho_region(self, request: pytest.FixtureRequest) -> Region:
            """One of the documented Zoho regions: .code, .accounts_url, .api_endpoint."""
            region: Region = kit("contracts.sources.regions").documented_regions()[request.param]
            return region

    return RegionFixture()


@pytest.fixture(scope="session")
def _flow_service_thread() -> Iterator[ServerThread]:
    thread = kit("mockserver.http.server").ServerThread()
    with kit("pytest_flowservice.quiet").quietly():
        yield thread
    thread.close()


@pytest.fixture(scope="session")
def _flow_service_trust() -> Iterator[Any]:
    """A certificate authority of the session's own; its key stays in memory."""
    problem = kit("mockserver.http.authority").AuthorityProblem
    try:
        with kit("pytest_flowservice.real_hosts").trusted() as trust:
            yield trust
            return
    except problem as missing:
        text = str(missing)
    pytest.fail(f"flow_service_hosts: {text}", pytrace=False)


@pytest.fixture
def _flow_service_stage(request: pytest.FixtureRequest, _flow_service_thread: ServerThread) -> Iterator[Any]:
    """Where the client contract is played."""
    place = request.node.nodeid
    stage = request.node.stash[_STAGE] = kit("pytest_flowservice.stage").Stage(_flow_service_thread, place)
    yield stage
    stage.close()


@pytest.fixture
def _flow_service_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("flow_service"))):
        if marker.args:
            pytest.fail("@pytest.mark.flow_service takes keywords only, e.g. strictness='lenient'", pytrace=False)
        settings.update(marker.kwargs)
    return settings


@pytest.fixture
def _flow_service_mock(request: pytest.FixtureRequest, _flow_service_settings: dict[str, Any]) -> Mock:
    try:
        mock: Mock = kit("pytest_flowservice.settings").mock_for(_flow_service_settings)
    except (TypeError, ValueError) as error:
        problem = str(error)
    else:
        request.node.stash[_MOCK] = mock
        return mock
    pytest.fail(f"@pytest.mark.flow_service: {problem}", pytrace=False)


@pytest.fixture
def _flow_service_kept_in(request: pytest.FixtureRequest) -> Iterator[None]:
    """No real host is reached; who tries is found out."""
    kept_in = kit("pytest_flowservice.leaving").kept_in("flow_service")
    with kit("pytest_flowservice.quiet").quietly(), kept_in as attempts:
        request.node.stash[_ATTEMPTS] = attempts
        yield


@pytest.fixture
def flow_service(
    _flow_service_mock: Mock,
    _flow_service_thread: ServerThread,
    _flow_service_settings: dict[str, Any],
    _flow_service_kept_in: None,
) -> Iterator[FlowService]:
    """A fresh, isolated mock over real HTTP: .url, .headers, .requests, .faults, .stubs, .clock, .reset()."""
    server = _flow_service_thread.start(_flow_service_mock.handle)
    yield _facade(_flow_service_mock, server.origin, _flow_service_settings)
    _flow_service_thread.stop(server)


@pytest.fixture
def flow_service_hosts(
    _flow_service_mock: Mock,
    _flow_service_thread: ServerThread,
    _flow_service_settings: dict[str, Any],
    _flow_service_kept_in: None,
    _flow_service_trust: Any,
) -> Iterator[FlowService]:
    """The same mock for any library, and for child processes: Adobe's and Zoho's real hosts reach it over TLS."""
    reached = kit("pytest_flowservice.real_hosts").reached
    with reached(_flow_service_mock, _flow_service_thread, _flow_service_trust):
        yield _facade(_flow_service_mock, "https://platform.adobe.io", _flow_service_settings)


@pytest.fixture
def flow_service_patched(
    _flow_service_mock: Mock, _flow_service_settings: dict[str, Any], _flow_service_kept_in: None
) -> Iterator[FlowService]:
    """The same mock behind `requests`: Adobe's and Zoho's real hosts are answered in-process, never contacted."""
    with kit("mockserver.adapters.responses").patched(_flow_service_mock.handle, _flow_service_mock.stands_for):
        yield _facade(_flow_service_mock, "https://platform.adobe.io", _flow_service_settings)


@pytest.fixture(scope="session")
def flow_service_session_settings() -> dict[str, Any]:
    """What ``@pytest.mark.flow_service`` takes, for `flow_service_session`: to be overridden in a conftest.py."""
    return {}


@pytest.fixture(scope="session")
def _flow_service_session_mock(flow_service_session_settings: dict[str, Any]) -> Mock:
    try:
        mock: Mock = kit("pytest_flowservice.settings").mock_for(flow_service_session_settings)
        return mock
    except (TypeError, ValueError) as error:
        problem = str(error)
    pytest.fail(f"flow_service_session_settings: {problem}", pytrace=False)


@pytest.fixture(scope="session")
def flow_service_session(
    _flow_service_session_mock: Mock,
    _flow_service_thread: ServerThread,
    flow_service_session_settings: dict[str, Any],
) -> Iterator[FlowService]:
    """One mock for the session at one address, for programs that start once: each test leaves it as it found it."""
    server = _flow_service_thread.start(_flow_service_session_mock.handle)
    yield _facade(_flow_service_session_mock, server.origin, flow_service_session_settings)
    _flow_service_thread.stop(server)


@pytest.fixture
def _flow_service_lent(
    request: pytest.FixtureRequest,
    _flow_service_session_mock: Mock,
    _flow_service_settings: dict[str, Any],
    _flow_service_kept_in: None,
) -> Iterator[None]:
    """What a test does to the session's mock is undone at its end; which tests have it, `_lend` says."""
    others = _FRESH & set(request.fixturenames)
    if others:
        pytest.fail(f"a test has either flow_service_session or {min(others)}, not both", pytrace=False)
    request.node.stash[_MOCK] = _flow_service_session_mock
    with kit("pytest_flowservice.shared").lent(_flow_service_session_mock, request.node, _flow_service_settings):
        yield


def _lend(item: pytest.Item) -> None:
    """Set `_flow_service_lent` up for a test that uses the session's mock, behind fixtures of wider scopes."""
    names = getattr(item, "fixturenames", [])
    if "flow_service_session" not in names or "_flow_service_lent" in names:
        return
    defined = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    own = [place for place, name in enumerate(names) if name in defined and defined[name][-1].scope == "function"]
    names.insert(min(own, default=len(names)), "_flow_service_lent")


@pytest.fixture
def zoho_credentials(zoho_region: Region) -> dict[str, str]:
    """The six auth.params of a Zoho CRM base connection in zoho_region; plainly fake."""
    params: dict[str, str] = kit("mockserver.platform").credentials(zoho_region)
    return params


def _facade(mock: Mock, origin: str, settings: dict[str, Any]) -> FlowService:
    fixtures = kit("mockserver.platform")
    facade: FlowService = fixtures.FlowService(mock, origin, settings.get("org_id", fixtures.FAKE["org_id"]))
    return facade


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Lend the session's mock; and spread the tests that wait for a client's time-out over their class: workers of
    pytest-xdist get neighbours.
    """
    for item in items:
        _lend(item)
    if not hasattr(config, "workerinput"):
        return
    for cls in {getattr(item, "cls", None) for item in items if getattr(item, "originalname", None) == _WAITS}:
        places = [place for place, item in enumerate(items) if getattr(item, "cls", None) is cls]
        mine = [items[place] for place in places]
        waiting = [item for item in mine if getattr(item, "originalname", None) == _WAITS]
        others = [item for item in mine if getattr(item, "originalname", None) != _WAITS]
        step = len(others) // len(waiting)
        for number, item in enumerate(waiting):
            others.insert(number * (step + 1), item)
        for place, item in zip(places, others, strict=True):
            items[place] = item


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Under ``@given`` each example starts from the state that the fixtures left; at its end a test is judged."""
    mock = item.stash.get(_MOCK, None)
    if mock is None:
        _tell_of_a_lost_marker(item)
        yield
        return
    if not getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        outcome: Any = yield
        kit("pytest_flowservice.aftermath").judge(item, outcome, mock, item.stash.get(_ATTEMPTS, []))
        return
    with kit("pytest_flowservice.hypothesis_examples").afresh(item, mock, _OUR_FIXTURES):
        outcome = yield
    kit("pytest_flowservice.aftermath").judge(item, outcome, None, item.stash.get(_ATTEMPTS, []))


def _tell_of_a_lost_marker(item: pytest.Item) -> None:
    """A marker of a class may be for some of its tests; one of a test is for that test."""
    has_settings = "_flow_service_settings" in getattr(item, "fixturenames", ())
    if not has_settings and any(marker.name == "flow_service" for marker in item.own_markers):
        words = "@pytest.mark.flow_service does nothing here: the test asks for no fixture with a mock of its own"
        item.warn(pytest.PytestWarning(f"{words}, as flow_service"))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Beside the tests of a client's class stands one that tells whether they are all there."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.passed and isinstance(collector, pytest.Class) and _has_battery():
        kit("contracts.battery.guard").guard(collector, report.result)


def _has_battery() -> bool:
    loaded = getattr(sys.modules.get("contracts.battery"), "__file__", None)
    return isinstance(loaded, str) and Path(loaded).resolve() == ROOT / "contracts/battery/__init__.py"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    mock, stage = item.stash.get(_MOCK, None), item.stash.get(_STAGE, None)
    if mock is not None or stage is not None or hasattr(item, "flow_service_finding"):
        tell = kit("pytest_flowservice.told").tell
        tell(item, report, mock, stage, item.stash.get(_ATTEMPTS, []))


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        teller = _Teller(session.config)
        session.config.pluginmanager.register(teller)
        session.config.pluginmanager.register(_Grouping(teller))


class _Teller:
    """Hands the notes of all reports to a `pytest_flowservice.session.Session`, which a first note brings about."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._session: Any = None

    def grouped(self, failed: list[Any]) -> list[Any]:
        """Of failed reports that say the same one."""
        style = self._config.option.tbstyle
        return failed if self._session is None else list(self._session.grouped(failed, style))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "flow_service"):
            if self._session is None:
                files, least = reports(self._config), least_coverage(self._config)
                scope = self._config.getini("contract_scope")
                session = kit("pytest_flowservice.session")
                self._session = session.Session(files, least, scope, session.about(self._config))
            self._session.add(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._session is not None and not self._session.close() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._session is not None:
            self._session.tell(terminalreporter)
        elif reports(self._config) and not self._config.option.collectonly:
            terminalreporter.write_line("contract coverage: no test used the kit, so that no report was written")


class _Grouping:
    """Around pytest's own summary: of failures that say the same one is shown, and all are counted."""

    def __init__(self, teller: _Teller) -> None:
        self._teller = teller

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Iterator[None]:
        failed = terminalreporter.stats.get("failed")
        if failed:
            terminalreporter.stats["failed"] = self._teller.grouped(failed)
        yield
        if failed:
            terminalreporter.stats["failed"] = failed
