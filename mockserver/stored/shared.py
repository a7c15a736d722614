"""A mock's clock, faults, stubs, journal and made-up values, as all processes on one store share them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from contracts import Call
from mockserver.exchange.faults import Faults
from mockserver.exchange.journal import Journal, JournalRow, Met
from mockserver.exchange.masking import Shows
from mockserver.exchange.response import Response
from mockserver.exchange.stubs import Stubs
from mockserver.memory.clock import Clock
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Unavailable
from mockserver.stored.replica import Replica

__all__ = ["SharedClock", "SharedFaults", "SharedJournal", "SharedStamps", "SharedStubs"]

_Class = TypeVar("_Class", bound=type)


class SharedClock(Clock):
    """Each machine's own wall clock, or the one that a seed makes, and one advance for all."""

    def __init__(self, clock: Clock, replica: Replica) -> None:
        super().__init__(clock._wall, clock._step)
        self._replica = replica

    def tick(self) -> None:
        if self._step:
            with self._noted():
                super().tick()

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> int:
        with self._noted():
            return super().advance(seconds, minutes=minutes, hours=hours, days=days)

    def reset(self) -> None:
        with self._noted():
            super().reset()

    def restore(self, state: int) -> None:
        with self._noted():
            super().restore(state)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        with self._replica.call():
            before = self._ahead
            yield
            self._replica.note("clock", "ahead", self._ahead, before)

    def apply(self, _: str, ahead: int | None) -> None:
        self._ahead = ahead or 0


def _in_calls(*names: str) -> Callable[[_Class], _Class]:
    """Each of these methods is a call on the store by itself, or part of the one that is under way."""

    def decorated(kind: _Class) -> _Class:
        for name in names:
            setattr(kind, name, _in_call(getattr(kind, name)))
        return kind

    return decorated


def _in_call(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def called(self: Any, *given: Any) -> Any:
        with self._replica.call():
            return method(self, *given)

    return called


@_in_calls("add_row", "clear", "rows", "unmet")
class SharedFaults(Faults):
    """Trouble for whichever process gets the matching call."""

    def __init__(self, replica: Replica) -> None:
        super().__init__(replica)
        self._replica = replica


@_in_calls("add_row", "clear", "rows", "unmet")
class SharedStubs(Stubs):
    """Answers from whichever process gets the matching call; each has those that were given."""

    def __init__(self, replica: Replica, given: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(replica, given)
        self._replica = replica

    def stand_for(self, host: str) -> bool:
        """As far as this process knows, while the store can't be reached."""
        try:
            with self._replica.call():
                return super().stand_for(host)
        except Unavailable:
            return super().stand_for(host)


class SharedJournal(Journal):
    """The newest exchanges of all processes; `entries` are those that this one answered."""

    def __init__(self, size: int, shows: Shows, replica: Replica) -> None:
        super().__init__(size, shows)
        self._replica = replica
        self._ids = replica.exchange_numbers()
        self._met: MutableMapping[str, bool] = replica.table("points")

    def record(self, at: int, call: Call, response: Response, met: Met, failure: str | None = None) -> None:
        super().record(at, call, response, met, failure)
        entry = self._entries[-1]
        self._replica.write_down(entry.id, entry.text, self._size)
        for point in entry.points():
            if point not in self._met:
                self._met[point] = True

    def text(self) -> bytes:
        return b"[" + b",".join(self._rows()) + b"]"

    def rows(self) -> list[JournalRow]:
        return [json.loads(row) for row in self._rows()]

    def newest_first(self) -> Iterator[JournalRow]:
        return (json.loads(row) for row in reversed(self._rows()))

    def _rows(self) -> list[bytes]:
        with self._replica.call():
            return self._replica.rows(self._size)

    def points(self) -> set[str]:
        with self._replica.call():
            return set(self._met)

    def clear(self) -> None:
        with self._replica.call():
            self._replica.forget_rows()
            self._entries.clear()


class SharedStamps(Stamps):
    """Each call makes up what follows from its number, so that no process makes up what another has.

    With a seed calls are counted from the last reset, which begins anew.
    """

    def __init__(self, clock: Clock, seed: int | None, replica: Replica) -> None:
        super().__init__(clock, seed)
        self._replica = replica
        self._begun: MutableMapping[str, int] = replica.table("seed")

    def begin(self, call: int, salt: bytes) -> int:
        """A call with this number begins, or with the one that is returned since the last reset."""
        number = call - self._begun.get("after", 0)
        self.reseed(f"{salt.hex()}/{call}" if self._seed is None else f"{self._seed}/{number}")
        return number

    def reset(self) -> None:
        with self._replica.call() as head:
            self._begun["after"] = head.calls
            super().reset()

    def state(self) -> int:
        """The number that the next call would have."""
        with self._replica.call() as head:
            return head.calls - self._begun.get("after", 0)

    def restore(self, state: Any) -> None:
        with self._replica.call() as head:
            self._begun["after"] = head.calls + 1 - state
