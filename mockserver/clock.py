"""The mock's own time: the wall clock plus whatever it was advanced by."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Clock"]


def _wall() -> int:
    return time.time_ns() // 1_000_000


class Clock:
    """Milliseconds since 1970. Nothing else in the mock asks for the time."""

    def __init__(self, wall: Callable[[], int] = _wall) -> None:
        self._wall = wall
        self._ahead = 0

    def now(self) -> int:
        return self._wall() + self._ahead

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> int:
        """Move on by that much and return the new time; never backwards."""
        total = seconds + 60 * minutes + 3600 * hours + 86400 * days
        if not 0 <= total <= _FARTHEST:
            raise ValueError(f"advance takes 0 to {_FARTHEST} seconds, not {total}")
        self._ahead += round(total * 1000)
        return self.now()

    def reset(self) -> None:
        self._ahead = 0


_FARTHEST = 100 * 365 * 86400  # a hundred years
