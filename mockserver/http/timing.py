"""The clocks of one connection."""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable
from typing import Any

__all__ = ["Alarm", "IdleClock"]


class Alarm:
    """Goes off once, a while after it was set; it may be set again."""

    __slots__ = ("_loop", "_timer", "_until")

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: TimerHandle | None = None

    def set(self, seconds: float, then: Callable[..., object], *arguments: Any) -> None:
        self.off()
        self._timer = self._loop.call_later(seconds, then, *arguments)

    def off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class IdleClock:
    """Calls ``then`` when nothing has happened for so many seconds since `rest`; one timer does, which looks again."""

    __slots__ = ("_alarm", "_loop", "_runs", "_seconds", "_then", "since")

    def __init__(self, loop: AbstractEventLoop, seconds: float, then: Callable[[], object]) -> None:
        self._loop = loop
        self._alarm = Alarm(loop)
        self._runs = False
        self._seconds = seconds
        self._then = then
        self.since: float | None = None
        """When the connection was idle first; ``None`` while it isn't."""

    def rest(self) -> None:
        self.since = self._loop.time()
        if not self._runs:
            self._runs = True
            self._alarm.set(self._seconds, self._look)

    def wake(self) -> None:
        self.since = None

    def off(self) -> None:
        self._alarm.off()

    def _look(self) -> None:
        self._runs = False
        if self.since is None:  # the next `rest` winds the clock up again
            return
        left = self.since + self._seconds - self._loop.time()
        if left > 0:
            self._runs = True
            self._alarm.set(left, self._look)
        else:
            self._then()
