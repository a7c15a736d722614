"""What is to happen at a later time of the mock's clock."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mockserver.memory.keeper import Keeper, Memory

__all__ = ["Agenda", "Due"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """``step`` names what is done at ``at`` (ms), with ``subject``, whose first part is to whom it happens."""

    at: int
    sequence: int
    step: str = field(compare=False)
    subject: tuple[Any, ...] = field(compare=False)

    @property
    def key(self) -> tuple[Any, int]:
        """To whom it happens, and its number there."""
        return self.subject[0], self.sequence


_SPARE = 100
_NEVER = float("inf")


class Agenda:
    """Entries by the time at which they are due, for each to whom they happen; of one time as they were added."""

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._keeper = keeper or Memory()
        self._queues: dict[Any, _Queue] = {}
        self.soonest: float = _NEVER
        """Nothing is due before."""
        self._last = 0

    def add(self, at: int, step: str, *subject: Any) -> Due:
        self._last += 1
        due = Due(at, self._last, step, subject)
        self.apply(due.key, due)
        self._keeper.note("agenda", due.key, due, None)
        return due

    def next_due(self, now: int, whose: Iterable[Any] | None = None) -> Due | None:
        """The next entry that isn't later than ``now``, taken off the agenda; of all, or of ``whose``."""
        if now < self.soonest:
            return None
        if whose is None:
            firsts = [first for queue in self._queues.values() if (first := queue.first()) is not None]
            self.soonest = min((first.at for first in firsts), default=_NEVER)
        else:
            queues = [queue for each in whose if (queue := self._queues.get(each)) is not None]
            firsts = [first for queue in queues if (first := queue.first()) is not None]
        due = min(firsts, default=None)
        if due is None or due.at > now:
            return None
        self.drop(due)
        return due

    def waits_for(self, whose: Iterable[Any], now: int) -> list[Any]:
        """Those to whom something is due that hasn't happened yet."""
        if now < self.soonest:
            return []
        firsts = ((each, queue.first()) for each in whose if (queue := self._queues.get(each)) is not None)
        return [each for each, first in firsts if first is not None and first.at <= now]

    def drop(self, due: Due) -> None:
        """Take an entry off before its time."""
        self._keeper.note("agenda", due.key, None, due)
        self.apply(due.key, None)

    def apply(self, key: tuple[Any, int], due: Due | None) -> None:
        """What another process has added or, with ``None``, taken off."""
        whose, sequence = key
        self._last = max(self._last, sequence)  # two of one number would be taken off together
        if due is not None:
            self.soonest = min(self.soonest, due.at)
            self._queues.setdefault(whose, _Queue()).add(due)
        elif whose in self._queues:
            self._queues[whose].drop(sequence)
            if not self._queues[whose].standing:
                del self._queues[whose]

    def forget(self, whose: Any) -> None:
        """Take off everything that happens to one, without telling anybody."""
        self._queues.pop(whose, None)

    def snapshot(self) -> list[Due]:
        return [due for queue in self._queues.values() for due in queue.standing.values()]

    def restore(self, snapshot: list[Due]) -> None:
        self._queues.clear()
        for due in snapshot:
            self.apply(due.key, due)
            self._keeper.note("agenda", due.key, due, None)


class _Queue:
    """The entries of one to whom they happen."""

    def __init__(self) -> None:
        self.standing: dict[int, Due] = {}
        self._heap: list[Due] = []
        """Those, and some that nobody wants any more."""

    def add(self, due: Due) -> None:
        if due.sequence not in self.standing:
            heapq.heappush(self._heap, due)
        self.standing[due.sequence] = due

    def drop(self, sequence: int) -> None:
        self.standing.pop(sequence, None)
        if len(self._heap) > _SPARE + 2 * len(self.standing):
            self._heap = sorted(self.standing.values())

    def first(self) -> Due | None:
        while self._heap and self.standing.get(self._heap[0].sequence) is not self._heap[0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None
