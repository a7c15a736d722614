"""Entries as they were before they were sealed."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.memory.keeper import Unavailable
from mockserver.stored.line import Entry
from mockserver.stored.vault import Vault

__all__ = ["opened", "reading", "uncollected"]

_log = logging.getLogger("mockserver")


def opened(vault: Vault, entry: Entry) -> bytes:
    """`Unavailable` where it isn't what was sealed there."""
    try:
        return vault.open(entry.value, f"{entry.part}/{entry.kind}/{entry.name}")
    except ValueError as problem:
        _log.error("%s", problem)
        raise Unavailable(str(problem)) from None


@contextmanager
def reading() -> Iterator[None]:
    """Whatever reading what isn't there may raise is `Unavailable`."""
    try:
        yield
    except Exception as problem:
        raise Unavailable(f"a value in the store can't be read ({type(problem).__name__})") from None


@contextmanager
def uncollected() -> Iterator[None]:
    """Many values are read that all stay: looking among them for what may go would cost more than reading them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
