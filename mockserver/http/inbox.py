"""What other threads bring to an event loop: many at once, since to wake it costs more than what it is woken for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Inbox"]


class Inbox:
    """Jobs for one loop, in the order in which they come."""

    def __init__(self) -> None:
        self._jobs: deque[Callable[[], None]] = deque()
        self._is_called = False

    def put(self, loop: asyncio.AbstractEventLoop, job: Callable[[], None]) -> None:
        """In whichever thread."""
        self._jobs.append(job)
        if not self._is_called:
            self._is_called = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._do)

    def _do(self) -> None:
        self._is_called = False
        while self._jobs:
            self._jobs.popleft()()
