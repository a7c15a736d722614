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


def pytest_unconfigure(config: pytest.Config) -> None:  # noqa: ARG001
    _FOLDER.cleanup()
