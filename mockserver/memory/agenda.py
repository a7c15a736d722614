"""What is to happen at a later time of the mock's clock."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Any

from mockserver.memory.keeper import Keeper, Memory

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

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._keeper = keeper or Memory()
        self._heap: list[Due] = []
        self._last = 0

    def add(self, at: int, step: str, *subject: Any) -> Due:
        self._last += 1
        due = Due(at, self._last, step, subject)
        heapq.heappush(self._heap, due)
        self._keeper.note("agenda", due.sequence, due, None)
        return due

    def next_due(self, now: int) -> Due | None:
        """The next entry that isn't later than ``now``, taken off the agenda."""
        if not self._heap or self._heap[0].at > now:
            return None
        due = heapq.heappop(self._heap)
        self._keeper.note("agenda", due.sequence, None, due)
        return due

    def go_on(self, after: int) -> None:
        """Number further entries from above ``after``."""
        self._last = max(self._last, after)

    def apply(self, sequence: int, due: Due | None) -> None:
        """What another process has added or, with ``None``, taken off."""
        if due is not None:
            heapq.heappush(self._heap, due)
            return
        self._heap = [each for each in self._heap if each.sequence != sequence]
        heapq.heapify(self._heap)

    def snapshot(self) -> list[Due]:
        return list(self._heap)

    def restore(self, snapshot: list[Due]) -> None:
        self._heap = list(snapshot)
        for due in self._heap:
            self._keeper.note("agenda", due.sequence, due, None)
