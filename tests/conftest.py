from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from contracts import Contract
from mockserver import Mock, ServerThread
from tests.kit import WAYS, Sender, core, way_into

settings.register_profile(
    "project",
    deadline=None,  # the machine decides how long an example takes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("project")


@pytest.fixture(scope="session")
def thread() -> Iterator[ServerThread]:
    thread = ServerThread()
    yield thread
    thread.close()


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> Mock:
    """A mock under the terms of ``@pytest.mark.terms(...)``."""
    marker = request.node.get_closest_marker("terms")
    return Mock(Contract(**(marker.kwargs if marker else {})))


@pytest.fixture(params=WAYS)
def send(request: pytest.FixtureRequest, mock: Mock, thread: ServerThread) -> Iterator[Sender]:
    """Every way in, one after the other."""
    with way_into(mock, request.param, thread) as sender:
        yield sender


@pytest.fixture
def sent(mock: Mock) -> Sender:
    """The shortest way in, for what no way in can change."""
    return Sender("core", mock, core(mock))
