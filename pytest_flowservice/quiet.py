"""What the mock says for itself in a session: what a server's log is good for stays out of a test's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["TOLD_LATER", "quietly"]

TOLD_LATER: set[str] = set()
"""Warnings that are told at the end of the session, once: what every test of a source would say again."""

_END_OF_LIFE = "end of life"


@contextmanager
def quietly() -> Iterator[None]:
    """No line for each connection, and none of a source's end of life in the log of each test."""
    mock, wire = logging.getLogger("mockserver"), logging.getLogger("mockserver.http")
    level = wire.level
    wire.setLevel(max(level, logging.INFO))
    mock.addFilter(_keeps)
    try:
        yield
    finally:
        wire.setLevel(level)
        mock.removeFilter(_keeps)


def _keeps(record: logging.LogRecord) -> bool:
    if _END_OF_LIFE not in str(record.msg):
        return True
    TOLD_LATER.add(record.getMessage())
    return False
