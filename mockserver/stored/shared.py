"""A mock's clock, faults, stubs and made-up values, as all processes on one store share them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any, TypeVar

from mockserver.exchange.faults import Faults
from mockserver.exchange.stubs import Stubs
from mockserver.memory.clock import Clock
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Unavailable
from mockserver.stored.parts import Whose
from mockserver.stored.replica import Replica

__all__ = ["Holding", "SharedClock", "SharedFaults", "SharedStamps", "SharedStubs"]

_Class = TypeVar("_Class", bound=type)
Holding = Callable[[Iterable[Whose]], AbstractContextManager[None]]
"""A turn of its own that holds these parts, or the one that is under way."""


class SharedClock(Clock):
    """Each machine's own wall clock, or the one that a seed makes, and one advance for all."""

    def __init__(self, clock: Clock, replica: Replica, holding: Holding) -> None:
        super().__init__(clock._wall, clock._step)
        self._replica = replica
        self._holding = holding
        replica.appliers["clock"] = self.apply

    @property
    def ticks(self) -> bool:
        """Whether each call moves it."""
        return self._step > 0

    def tick(self) -> int:
        if not self._step:
            return self.now()
        with self._noted():
            return super().tick()

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
        with self._holding(["clock"]):
            before = self._ahead
            yield
            self._replica.note("clock", "ahead", self._ahead, before)

    def apply(self, _: Any, ahead: int | None) -> None:
        """Take in what another process has advanced it by."""
        self._ahead = ahead or 0


def _held(*names: str) -> Callable[[_Class], _Class]:
    """Each of these methods is a turn by itself, or part of the one that is under way."""

    def decorated(kind: _Class) -> _Class:
        for name in names:
            setattr(kind, name, _in_turn(getattr(kind, name)))
        return kind

    return decorated


def _in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def called(self: Any, *given: Any) -> Any:
        with self._holding(self._parts):
            return method(self, *given)

    return called


@_held("add_row", "clear", "rows", "unmet")
class SharedFaults(Faults):
    """Trouble for whichever process gets the matching call."""

    _parts = ("faults",)

    def __init__(self, replica: Replica, holding: Holding) -> None:
        super().__init__(replica)
        self._holding = holding


@_held("add_row", "clear", "rows", "unmet")
class SharedStubs(Stubs):
    """Answers from whichever process gets the matching call; each has those that were given."""

    _parts = ("stubs", "stubs_met")

    def __init__(self, replica: Replica, holding: Holding, given: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(replica, given)
        self._holding = holding

    def stand_for(self, host: str) -> bool:
        """As far as this process knows, while the store can't be reached."""
        try:
            with self._holding(()):
                return super().stand_for(host)
        except Unavailable:
            return super().stand_for(host)


class SharedStamps(Stamps):
    """With a seed each call makes up what follows from its number since the last reset, whoever answers it."""

    def __init__(self, clock: Clock, seed: int | None, replica: Replica, holding: Holding) -> None:
        super().__init__(clock, seed)
        self._holding = holding
        self._calls: MutableMapping[str, int] = replica.table("seed")

    @property
    def is_seeded(self) -> bool:
        return self._seed is not None

    def begin(self) -> None:
        """A call begins."""
        if self._seed is not None:
            self._calls["number"] = number = self.state() + 1
            self.reseed(f"{self._seed}/{number}")

    def reset(self) -> None:
        with self._holding(["seed"]):
            self._calls["number"] = 0
            super().reset()

    def state(self) -> int:
        """The number of the last call."""
        return self._calls.get("number", 0)

    def restore(self, state: Any) -> None:
        with self._holding(["seed"]):
            self._calls["number"] = state
