"""What the mock says for itself in a session: what a server's log is good for stays out of a test's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quietly"]


@contextmanager
def quietly() -> Iterator[None]:
    """No line for each connection, and each warning of the mock's once."""
    mock, wire = logging.getLogger("mockserver"), logging.getLogger("mockserver.http")
    level, once = wire.level, _Once()
    wire.setLevel(max(level, logging.INFO))
    mock.addFilter(once)
    try:
        yield
    finally:
        wire.setLevel(level)
        mock.removeFilter(once)


class _Once(logging.Filter):
    """Lets a warning pass that it has not yet seen."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.WARNING:
            return True
        text = record.getMessage()
        is_new = text not in self._seen
        self._seen.add(text)
        return is_new
