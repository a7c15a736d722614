"""`flow_service_session`: one mock for a whole session, which each test leaves as it found it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from mockserver.mock import Mock

__all__ = ["lent"]

_OF_A_TEST = ("faults", "stubs")


@contextmanager
def lent(mock: Mock, item: Any, settings: Mapping[str, Any]) -> Iterator[None]:
    """``mock`` is the test's while this lasts; what it does there is undone then, what was there before stays.

    ``settings`` are those of the test's marker.
    """
    snapshot, met = mock.snapshot(), frozenset(mock.journal.points())
    mock.journal.clear()
    try:
        _set_up(mock, settings)
        yield
    finally:
        item.flow_service_met = set(mock.journal.points())
        mock.restore(snapshot)
        mock.journal.back_to(met)


def _set_up(mock: Mock, settings: Mapping[str, Any]) -> None:
    shared = [name for name in settings if name not in _OF_A_TEST]
    problem = f"{shared[0]} is the session's; let flow_service_session_settings return it" if shared else ""
    try:
        for row in settings.get("faults", ()):
            mock.faults.add_row(row)
        for row in settings.get("stubs", ()):
            mock.stubs.add_row(row)
    except (TypeError, ValueError) as error:
        problem = problem or str(error)
    if problem:
        pytest.fail(f"@pytest.mark.flow_service: {problem}", pytrace=False)
