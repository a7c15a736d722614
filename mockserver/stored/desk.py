"""Calls of an event loop that are carried out in its own thread, together: no other thread has to be told of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from mockserver.stored.lanes import MOST_AT_ONCE, Errand, Lanes

__all__ = ["Desk"]

_MOMENT = 0.002  # seconds for which calls are waited for that may come at once
_REST = 10.0  # seconds for which other threads wait for the file, since other processes write to it


class Desk:
    """Gathers what comes in one turn of the loop, and hands it to ``serve``.

    Those who have just been answered mostly ask again at once; one transaction for all costs less than two.
    """

    def __init__(self, serve: Callable[[list[Errand]], None], lanes: Lanes) -> None:
        self._serve = serve
        self._lanes = lanes
        self._errands: list[Errand] = []
        self._timer: asyncio.Handle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed_until = 0.0

    def put(self, errand: Errand) -> bool:
        """In the loop's thread; false where it isn't taken."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        if time.monotonic() < self._closed_until or loop is not (self._loop or loop):
            return False
        self._loop = loop
        self._errands.append(errand)
        waiting = len(self._errands)
        if waiting == min(self._lanes.usual, MOST_AT_ONCE):
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_soon(self._go)
        elif self._timer is None:
            self._timer = loop.call_later(_MOMENT, self._go)
        return True

    def rest(self) -> None:
        """Take nothing for a while."""
        self._closed_until = time.monotonic() + _REST

    def _go(self) -> None:
        errands, self._errands = self._errands[:MOST_AT_ONCE], self._errands[MOST_AT_ONCE:]
        self._timer = self._loop.call_soon(self._go) if self._errands and self._loop else None
        self._serve(errands)
