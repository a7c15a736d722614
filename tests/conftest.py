from __future__ import annotations

import statistics
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
import trustme  # noqa: F401 -- a session inside of a session would forget it, and its Rust part can't be imported twice

import contracts.services
import mockserver.services
from contracts import Contract
from mockserver import Mock, ServerThread
from mockserver.stored.mock import StoredMock
from tests.kit.depth import chosen, deep
from tests.kit.described import undescribed
from tests.kit.sender import Sender, core
from tests.kit.serving import FEW_PLUGINS
from tests.kit.ways import REPLICAS, WAYS, in_turns, way_into


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the ways in the quick run takes the shortest and, by the test's name, one other; the rest are deep."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        way = callspec.params.get("send") if callspec else None
        if way in (None, "core"):
            continue
        others = {name: number for name, number in callspec.indices.items() if name != "send"}
        test = f"{item.nodeid.partition('[')[0]} {sorted(others.items())}"
        if way != chosen(test, [*WAYS[1:], REPLICAS]):
            item.add_marker(deep)


@pytest.fixture(scope="session", autouse=True)
def imported() -> None:
    """A session inside of a session forgets what it was the first to import; then some modules would be there twice."""
    for package in (contracts.services, mockserver.services):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Sessions of their own."""
    monkeypatch.setenv("PYTEST_ADDOPTS", FEW_PLUGINS)
    return pytester


@pytest.fixture(scope="session")
def thread() -> Iterator[ServerThread]:
    thread = ServerThread()
    yield thread
    thread.close()


@pytest.fixture
def mock(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mock]:
    """A mock under the terms of ``@pytest.mark.terms(...)``; what it answers must be what its OpenAPI document says."""
    marker = request.node.get_closest_marker("terms")
    contract = Contract(**(marker.kwargs if marker else {}))
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    stored = parameters.get("send") == REPLICAS
    mock = StoredMock(f"sqlite:///{tmp_path}/store.db", contract) if stored else Mock(contract)
    yield mock
    assert undescribed(mock) == set()
    mock.close()


@pytest.fixture(params=[*WAYS, REPLICAS])
def send(request: pytest.FixtureRequest, mock: Mock, thread: ServerThread, tmp_path: Path) -> Iterator[Sender]:
    """Every way in, one after the other."""
    if request.param == REPLICAS:
        other = StoredMock(f"sqlite:///{tmp_path}/store.db", mock.contract)
        yield Sender(REPLICAS, mock, in_turns(mock, other))
        other.close()
        return
    with way_into(mock, request.param, thread) as sender:
        yield sender


@pytest.fixture
def sent(mock: Mock) -> Sender:
    """The shortest way in, for what no way in can change."""
    return Sender("core", mock, core(mock))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the client contract is worth, and how long a newcomer took, on a line each."""
    recorded = [
        (name, value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
    ]
    clients = [value for name, value in recorded if name == "correct client"]
    for killed, right, total in [value for name, value in recorded if name == "mutants"]:
        alarms = sum(not passes for passes, _ in clients)
        seconds = statistics.median([seconds for _, seconds in clients] or [0])
        terminalreporter.write_line(
            f"client contract: mutants killed {killed} / {total}, by the right rule {right} / {total}, "
            f"false alarms {alarms} / {len(clients)} correct clients, median {seconds:.1f} s"
        )
    for seconds in [value for name, value in recorded if name == "newcomer"]:
        told = ", ".join(f"{name} {each} s" for name, each in seconds.items())
        terminalreporter.write_line(f"a newcomer's way, by the README alone: {told}")
