"""The mock's own time: the wall clock plus whatever it was advanced by, or one that no wall clock moves."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["END", "Clock", "SteadyClock"]

END = 221_845_392_000_000
"""The year 9000, to which `Clock.advance` goes: what the mock tells of later times, as when a token ends, can still be
written with four digits."""


class Clock:
    """Milliseconds since 1970, of a ``wall`` that tells nanoseconds. Nothing else in the mock asks for the time."""

    def __init__(self, wall: Callable[[], int] = time.time_ns, step: int = 0) -> None:
        self._wall = wall
        self._step = step
        self._ahead = 0

    def now(self) -> int:
        """The time in milliseconds since 1970."""
        return self._wall() // _NANOSECONDS + self._ahead

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> int:
        """Move on by that much, never backwards, and return the new time in milliseconds since 1970.

        `ValueError` where it is less than nothing or more than a clock can show.
        """
        total = seconds + 60 * minutes + 3600 * hours + 86400 * days
        if not 0 <= total <= _FARTHEST:
            raise ValueError(f"advance takes 0 to {_FARTHEST} seconds, not {total}")
        ahead = self._ahead + round(total * 1000)
        if self._wall() // _NANOSECONDS + ahead > END:
            raise ValueError("the mock's clock ends with the year 8999: reset it, and begin anew")
        self._ahead = ahead
        return self.now()

    def reset(self) -> None:
        """Take back what `advance` moved."""
        self._ahead = 0

    def tick(self) -> int:
        """A call begins, at the time that is returned; only a `SteadyClock` is moved by that."""
        self._ahead += self._step
        return self.now()

    def state(self) -> int:
        """What `restore` takes; of the wall clock nothing is kept."""
        return self._ahead if self._step else 0

    def restore(self, state: int) -> None:
        """Have the time of ``state`` again."""
        self._ahead = state


class SteadyClock(Clock):
    """Starts at one instant; each call moves it on by a quarter of a second, so that what takes time comes about."""

    def __init__(self) -> None:
        super().__init__(lambda: _BEGINNING, _TICK)


_NANOSECONDS = 1_000_000  # of a millisecond
_BEGINNING, _TICK = 1_750_000_000_000 * _NANOSECONDS, 250  # 15 June 2025, 15:06:40 UTC; milliseconds

_FARTHEST = 100 * 365 * 86400  # a hundred years
