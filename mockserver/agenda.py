"""What is to happen at a later time of the mock's clock."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Agenda", "Due"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """``step`` names what is done at ``at`` (ms), with ``subject``, to whom."""

    at: int
    sequence: int
    step: str = field(compare=False)
    subject: tuple[Any, ...] = field(compare=False)


class Agenda:
    """Entries by the time at which they are due; of one time in the order in which they were added."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._sequence = itertools.count(1)

    def add(self, at: int, step: str, *subject: Any) -> Due:
        due = Due(at, next(self._sequence), step, subject)
        heapq.heappush(self._heap, due)
        return due

    def next_due(self, now: int) -> Due | None:
        """The next entry that isn't later than ``now``, taken off the agenda."""
        return heapq.heappop(self._heap) if self._heap and self._heap[0].at <= now else None

    def snapshot(self) -> list[Due]:
        return list(self._heap)

    def restore(self, snapshot: list[Due]) -> None:
        self._heap = list(snapshot)
