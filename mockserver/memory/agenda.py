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


_SPARE = 100


class Agenda:
    """Entries by the time at which they are due; of one time in the order in which they were added."""

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._keeper = keeper or Memory()
        self._heap: list[Due] = []
        self._dropped: set[int] = set()
        """Entries of the heap that nobody wants any more."""
        self._last = 0

    def add(self, at: int, step: str, *subject: Any) -> Due:
        self._last += 1
        due = Due(at, self._last, step, subject)
        heapq.heappush(self._heap, due)
        self._keeper.note("agenda", due.sequence, due, None)
        return due

    def next_due(self, now: int) -> Due | None:
        """The next entry that isn't later than ``now``, taken off the agenda."""
        while self._heap and self._heap[0].at <= now:
            due = heapq.heappop(self._heap)
            if due.sequence not in self._dropped:
                self._keeper.note("agenda", due.sequence, None, due)
                return due
            self._dropped.discard(due.sequence)
        return None

    def drop(self, due: Due) -> None:
        """Take an entry off before its time."""
        self._keeper.note("agenda", due.sequence, None, due)
        self._forget(due.sequence)

    def go_on(self, after: int) -> None:
        """Number further entries from above ``after``."""
        self._last = max(self._last, after)

    def apply(self, sequence: int, due: Due | None) -> None:
        """What another process has added or, with ``None``, taken off."""
        if due is None:
            self._forget(sequence)
        elif sequence in self._dropped:
            self._dropped.discard(sequence)
        else:
            heapq.heappush(self._heap, due)

    def _forget(self, sequence: int) -> None:
        self._dropped.add(sequence)
        if len(self._dropped) > _SPARE + len(self._heap) // 2:
            self._heap = self.snapshot()
            heapq.heapify(self._heap)
            self._dropped.clear()

    def snapshot(self) -> list[Due]:
        return [due for due in self._heap if due.sequence not in self._dropped]

    def restore(self, snapshot: list[Due]) -> None:
        self._heap = list(snapshot)
        self._dropped.clear()
        self.go_on(
            max((due.sequence for due in self._heap), default=0)
        )  # two of one number would be taken off together
        for due in self._heap:
            self._keeper.note("agenda", due.sequence, due, None)
