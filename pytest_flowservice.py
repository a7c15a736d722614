"""The pytest plugin of flowservice-kit.

Only the standard library and pytest are imported here: a session that uses none of these fixtures pays
nothing and can't be broken by a module of its own called ``contracts`` or ``mockserver``.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contracts.regions import Region
    from mockserver.fixtures import FlowService
    from mockserver.mock import Mock
    from mockserver.server import ServerThread

REGIONS = ("us", "au", "eu", "in", "cn")
"""The regions of Adobe's Zoho tutorial, in its order; a test compares them with the catalogue."""

_NONE = "none: no request reached the mock (another `responses` mock that was started later stands in front of it)"
_OUR_FIXTURES = {"flow_service", "flow_service_patched", "zoho_region", "zoho_credentials"}
_MOCK: pytest.StashKey[Mock] = pytest.StashKey()
_STAGE: pytest.StashKey[Any] = pytest.StashKey()
_MET: pytest.StashKey[dict[str, set[str]]] = pytest.StashKey()
_WAITS = "test_a_stalled_answer_ends_in_an_error"
_POINTS, _FINDING = "flow_service_points", "flow_service_finding"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flowservice", "Flow Service mock")
    text = f"comma-separated regions that zoho_region runs through (default: {','.join(REGIONS)})"
    group.addoption("--flow-service-regions", metavar="CODES", default=None, help=text)
    parser.addini("flow_service_regions", help=text, default="")
    text = "write the contract coverage to this file (.html, .json or .md)"
    group.addoption("--contract-report", metavar="PATH", default=None, help=text)
    parser.addini("contract_report", help=text, default="")
    text = "fail the session where contract coverage is below this percentage"
    group.addoption("--contract-fail-under", metavar="N", type=float, default=None, help=text)
    parser.addini("contract_fail_under", help=text, default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "flow_service(strictness='default'|'lenient'|'strict', sandboxes=[...], sources=[...], "
        "zoho_regions='documented'|'all', faults=[{...}], org_id='...', journal=1000): "
        "settings of the Flow Service mock for this test.",
    )
    # A fixture of its own plugin object, because its parameters depend on the option.
    config.pluginmanager.register(_region_fixture(_chosen_regions(config)))
    config.stash[_MET] = {}
    report = _setting(config, "contract_report")
    if report and not report.endswith((".html", ".json", ".md")):
        raise pytest.UsageError(f"--contract-report={report}: the name ends in .html, .json or .md")
    try:
        float(_setting(config, "contract_fail_under") or 0)
    except ValueError:
        raise pytest.UsageError("contract_fail_under is a percentage") from None


def _setting(config: pytest.Config, name: str) -> str:
    """An option, or the ini key of the same name."""
    option = config.getoption(f"--{name.replace('_', '-')}")
    return str(config.getini(name) if option is None else option)


def _chosen_regions(config: pytest.Config) -> list[str]:
    text = config.getoption("--flow-service-regions") or config.getini("flow_service_regions") or ",".join(REGIONS)
    codes = [code.strip().lower() for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in REGIONS]
    if unknown or not codes:
        raise pytest.UsageError(
            f"--flow-service-regions: no region {', '.join(unknown) or 'given'}; allowed: {', '.join(REGIONS)}"
        )
    return codes


def _region_fixture(codes: list[str]) -> Any:
    class RegionFixture:
        @pytest.fixture(params=codes)
        def zoho_region(self, request: pytest.FixtureRequest) -> Region:
            """One of the documented Zoho regions: .code, .accounts_url, .api_endpoint."""
            region: Region = _kit("contracts.regions").documented_regions()[request.param]
            return region

    return RegionFixture()


@pytest.fixture(scope="session")
def _flow_service_thread() -> Iterator[ServerThread]:
    thread = _kit("mockserver.server").ServerThread()
    yield thread
    thread.close()


@pytest.fixture
def _flow_service_stage(request: pytest.FixtureRequest, _flow_service_thread: ServerThread) -> Iterator[Any]:
    """Where the client contract is played."""
    stage = request.node.stash[_STAGE] = _kit("mockserver.stage").Stage(_flow_service_thread)
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
    fixtures = _kit("mockserver.fixtures")
    try:
        mock: Mock = fixtures.mock_for(_flow_service_settings)
    except (TypeError, ValueError) as error:
        problem = str(error)
    else:
        request.node.stash[_MOCK] = mock
        return mock
    pytest.fail(f"@pytest.mark.flow_service: {problem}", pytrace=False)


@pytest.fixture
def flow_service(
    _flow_service_mock: Mock, _flow_service_thread: ServerThread, _flow_service_settings: dict[str, Any]
) -> Iterator[FlowService]:
    """A fresh, isolated mock of Flow Service over real HTTP: .url, .headers, .requests, .faults, .clock, .reset()."""
    server = _flow_service_thread.start(_flow_service_mock.handle)
    yield _facade(_flow_service_mock, server.origin, _flow_service_settings)
    _flow_service_thread.stop(server)


@pytest.fixture
def flow_service_patched(_flow_service_mock: Mock, _flow_service_settings: dict[str, Any]) -> Iterator[FlowService]:
    """The same mock behind `requests`: Adobe's and Zoho's real hosts are answered in-process, never contacted."""
    with _kit("mockserver.adapters.responses").patched(_flow_service_mock.handle):
        yield _facade(_flow_service_mock, "https://platform.adobe.io", _flow_service_settings)


@pytest.fixture
def zoho_credentials(zoho_region: Region) -> dict[str, str]:
    """The six auth.params of a Zoho CRM base connection in zoho_region; plainly fake."""
    params: dict[str, str] = _kit("mockserver.fixtures").credentials(zoho_region)
    return params


def _facade(mock: Mock, origin: str, settings: dict[str, Any]) -> FlowService:
    fixtures = _kit("mockserver.fixtures")
    facade: FlowService = fixtures.FlowService(mock, origin, settings.get("org_id", fixtures.FAKE["org_id"]))
    return facade


def _kit(name: str) -> Any:
    """A module of the kit; one clear line where something else has its package's name."""
    for package in ("contracts", "mockserver"):
        found = _file_of(package)
        if found is None or found.parent.resolve() != (Path(__file__).parent / package).resolve():
            pytest.fail(
                f"flowservice-kit needs its own package {package!r}, but {found or 'something else'} shadows it: "
                "rename that, or keep its folder off sys.path (pytest --import-mode=importlib)",
                pytrace=False,
            )
    return importlib.import_module(name)


def _file_of(package: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(package)
    except ValueError:  # a module that was made up at run time
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the tests that wait for a client's time-out: workers of pytest-xdist are handed neighbours."""
    waiting = [item for item in items if getattr(item, "originalname", None) == _WAITS]
    if not waiting:
        return
    others = [item for item in items if getattr(item, "originalname", None) != _WAITS]
    step = len(others) // len(waiting)
    parts = [[item, *others[number * step :][:step]] for number, item in enumerate(waiting)]
    items[:] = [*itertools.chain(*parts), *others[len(waiting) * step :]]


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Under ``@given`` each example starts from the state that the fixtures left."""
    test = getattr(item, "obj", None)
    mock = item.stash.get(_MOCK, None)
    if mock is None or not getattr(test, "is_hypothesis_test", False):
        yield
        return
    handle, inner = test.hypothesis, test.hypothesis.inner_test  # type: ignore[union-attr]
    handle.inner_test = _starting_afresh(inner, mock)
    _allow_our_fixtures(item, test)
    yield
    handle.inner_test = inner


def _starting_afresh(inner: Any, mock: Mock) -> Any:
    snapshot = mock.snapshot()
    if inspect.iscoroutinefunction(inner):

        @functools.wraps(inner)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            mock.restore(snapshot)
            return await inner(*args, **kwargs)

        return awaited

    @functools.wraps(inner)
    def called(*args: Any, **kwargs: Any) -> Any:
        mock.restore(snapshot)
        return inner(*args, **kwargs)

    return called


def _allow_our_fixtures(item: pytest.Item, test: Any) -> None:
    """Hypothesis warns of function-scoped fixtures because they aren't reset between examples; these are.

    The warning stays where the test uses such a fixture of somebody else's.
    """
    hypothesis = sys.modules["hypothesis"]
    names = set(inspect.signature(item.function).parameters) & set(item.fixturenames)  # type: ignore[attr-defined]
    definitions = {name: item._request._get_active_fixturedef(name) for name in names}  # type: ignore[attr-defined]
    if any(each.scope == "function" and name not in _OUR_FIXTURES for name, each in definitions.items()):
        return
    function = getattr(test, "__func__", test)
    settings = getattr(function, "_hypothesis_internal_use_settings", hypothesis.settings.default)
    function._hypothesis_internal_use_settings = hypothesis.settings(
        parent=settings,
        suppress_health_check={*settings.suppress_health_check, hypothesis.HealthCheck.function_scoped_fixture},
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    mock, stage = item.stash.get(_MOCK, None), item.stash.get(_STAGE, None)
    if report.when == "call" and (mock or stage):
        # An attribute of a report, unlike a property, reaches the controller of pytest-xdist and no JUnit file.
        report.__dict__[_POINTS] = _points(item, mock, stage, report.skipped)
    if mock is None or not report.failed:
        return
    text = importlib.import_module("mockserver.fixtures").exchanges(mock)
    report.sections.append(("Exchanges with the Flow Service mock", text or _NONE))


def _points(item: pytest.Item, mock: Any, stage: Any, skipped: bool) -> list[str]:
    points: set[str] = mock.journal.points() if mock is not None else set()
    if stage is not None:
        points |= stage.points()
        rule = item.callspec.params.get("rule") if hasattr(item, "callspec") else None
        if rule and not skipped:
            points.add(f"{'promises' if rule.startswith('FC-') else 'rules'}/{rule}")
    return sorted(points)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.pluginmanager.register(_Collector(session.config))


class _Collector:
    """Gathers the points of all reports, of every worker, and tells at the end what was met."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._met = config.stash[_MET]
        self._annotations: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for point in report.__dict__.get(_POINTS, ()):
            self._met.setdefault(point, set()).add(report.nodeid)
        if report.failed and os.environ.get("GITHUB_ACTIONS") == "true":
            findings = [value for name, value in report.user_properties if name == _FINDING]
            self._annotations += [_annotation(finding, report.longreprtext) for finding in findings]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self._met or hasattr(self._config, "workerinput"):
            return
        coverage = _kit("contracts.coverage").Coverage(self._met)
        path = _setting(self._config, "contract_report")
        if path:
            coverage.write(Path(path))
        if coverage.percent < self._least() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self._met or hasattr(self._config, "workerinput"):
            return
        for annotation in self._annotations:
            terminalreporter.write_line(annotation)
        coverage = _kit("contracts.coverage").Coverage(self._met)
        terminalreporter.section("Contract coverage")
        for kind, done, total in coverage.rows():
            terminalreporter.write_line(f"{kind:<12}{done:>4} of {total:>3}")
        terminalreporter.write_line(f"{'all':<12}{coverage.percent:>5} %")
        path = _setting(self._config, "contract_report")
        if path:
            terminalreporter.write_line(f"written to {path}")
        if coverage.percent < self._least():
            terminalreporter.write_line(
                f"FAIL: contract coverage is {coverage.percent} %, less than {self._least():g} %", red=True, bold=True
            )

    def _least(self) -> float:
        return float(_setting(self._config, "contract_fail_under") or 0)


def _annotation(finding: list[Any], text: str) -> str:
    """A line that GitHub shows beside the client's code."""
    rule, line, place = finding
    file, _, number = (line or "").rpartition(":")
    where = f" file={file},line={number},title={rule} {place}" if file else f" title={rule} {place}"
    return f"::error{where}::" + text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
