"""``python -m pytest -p tests.stored.on_a_store``: the whole suite, with a store behind every mock."""

from __future__ import annotations

import itertools
import tempfile
from typing import Any

import pytest

import mockserver.mock
from mockserver import StoredMock

_FOLDER = tempfile.TemporaryDirectory(prefix="fsk-stores-")
_NUMBERS = itertools.count(1)


class OnAStore(StoredMock):
    """A mock on a store of its own."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(f"sqlite:///{_FOLDER.name}/{next(_NUMBERS)}.db", *arguments, **settings)


mockserver.mock.Mock = OnAStore  # type: ignore[misc]

OF_MEMORY = {
    "test_a_call_that_takes_too_long_is_no_health": "it stalls the lock of the mock in memory",
    "test_while_calls_come_too_quickly_none_is_read": "a store has its follower: tests/stored/test_journal.py",
    "test_rows_are_made_for_whoever_asks_and_once_for_all_pages": "a store's rows are made when they are written",
    "test_the_journal_keeps_as_many_bytes_as_it_may": "a store keeps a number of lines",
    "test_nothing_else_grows": "a process keeps 10,000 parts: tests/stored/test_tenants.py",
    "test_the_fixtures_settings_fit_a_stored_mock": "it compares a mock in memory with one on a store",
    "test_serve_makes_up_the_same_for_the_same_seed": "it compares a mock in memory with one on a store",
    "test_a_batch_survives_any_step_of_one_of_its_calls[carry out": "it patches the class that stands for Mock here",
    "test_a_call_runs_no_more_lines_than_it_is_allowed": "it counts the lines of a mock in memory",
}
"""Tests by how their names begin, and why a store behind every mock has no part in them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        reason = next((why for name, why in OF_MEMORY.items() if item.name.startswith(name)), None)
        if reason is not None:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_unconfigure(config: pytest.Config) -> None:  # noqa: ARG001
    _FOLDER.cleanup()
