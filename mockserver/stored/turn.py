"""A turn: what one transaction on a store is for, and what of the state it has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from mockserver.memory.keeper import Unavailable
from mockserver.stored.line import Changes, Line, Version
from mockserver.stored.parts import Whose

__all__ = ["OF_TENANTS", "NotAtHand", "Shelves", "Turn", "whose_part"]

OF_TENANTS = ("records", "agenda", "timers")
"""Kinds of entries whose keys begin with a tenant."""


def whose_part(kind: str, key: Any) -> Whose:
    """Whose part of the state an entry belongs to."""
    return key[0] if kind in OF_TENANTS else kind


class NotAtHand(Unavailable):
    """A call asks for a part of the state that its turn doesn't have: it begins anew, with more."""

    def __init__(
        self,
        reads: Collection[Whose] = (),
        *,
        holds: Collection[Whose] = (),
        everything: bool = False,
        alone: bool = False,
    ) -> None:
        super().__init__("the store is busy")
        self.reads = frozenset(reads)
        self.holds = frozenset(holds)
        self.everything = everything
        self.alone = alone


class Turn:
    """``holds`` and ``at_hand`` say whose parts they are; ``None`` means all. ``missing`` are parts that a call has
    changed though the turn doesn't hold them."""

    def __init__(self, holds: Collection[Whose] | None, at_hand: Collection[Whose] | None) -> None:
        self.holds = holds
        self.at_hand = at_hand
        self.versions: dict[str, Version] = {}
        self.newest: int | None = None
        """The number of the store's last change, where the versions of all parts are counted together."""
        self.refused: frozenset[Whose] = frozenset()
        self.changed: dict[tuple[str, Any], Any] = {}
        self.noted: list[tuple[str, Any, Any, Any]] = []
        """Kind, key, what it was, and what of it was to be handed in."""
        self.start = 0
        self.missing: set[Whose] = set()
        self.forgets = False
        self.line: Line | None = None
        """Of its transaction; ``None`` where it only looks."""
        self.changes: Changes | None = None
        """What was handed in."""
        self.is_handed_in = False
        self.afterwards: list[Callable[[], None]] = []
        """To be done once it is committed."""

    @property
    def is_alone(self) -> bool:
        return self.holds is None


class Shelves(dict[Any, Any]):
    """A mapping by whose it is and collection, that gives nothing which the turn hasn't at hand."""

    def __init__(self, turn: Callable[[], Turn | None]) -> None:
        super().__init__()
        self._turn = turn

    def _check(self, whose: Whose) -> None:
        turn = self._turn()
        if turn is not None and turn.at_hand is not None and whose not in turn.at_hand:
            raise NotAtHand([whose])

    def get(self, key: Any, default: Any = None) -> Any:
        self._check(key[0])
        return super().get(key, default)

    def __contains__(self, key: Any) -> bool:
        self._check(key[0])
        return super().__contains__(key)

    def __iter__(self) -> Iterator[Any]:
        turn = self._turn()
        if turn is not None and turn.at_hand is not None:
            raise NotAtHand(everything=True)
        return super().__iter__()

    def items(self) -> Any:
        iter(self)
        return super().items()
