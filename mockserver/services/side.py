"""What the mock has of one service: a row, `SIDE`, in each folder's ``side.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from contracts import Call, Contract
from contracts.judging.model import Service
from mockserver.exchange.masking import Shows
from mockserver.exchange.response import Response
from mockserver.memory.agenda import Due
from mockserver.memory.store import Record
from mockserver.memory.world import State, World
from mockserver.services.sources import SourceSide

__all__ = ["Action", "Hook", "Side", "Step"]

Action = Callable[[World, Call], Response]
"""What an accepted call does."""

Step = Callable[[World, Due], None]
"""What happens by itself when the mock's clock comes to it."""

Hook = Callable[[World, Record, Mapping[str, Any]], None]
"""What follows from a record that was created or changed, and its document."""


class Side(NamedTuple):
    """One row. ``name`` is the folder's.

    ``actions`` stand under the words of the operations' rows, ``steps`` under those of the agenda; they are asked for
    when the first is due, so that they import what they stand in only then. ``state`` is what
    the service remembers beside its resources, ``kept`` are the types in its tables, by which a store reads them back.
    ``standing`` are resources of everybody's by collection, ``view`` shows a record whole. ``after_write`` follows what
    is written to a collection. What ``shows`` names holds no secret; all else is masked. ``sources`` are those with a
    life of their own, by the id of their connection spec. ``tells`` gives tables of what it remembers beside records,
    as rows of scalars by the table's name, without a secret.
    """

    name: str
    services: tuple[Service, ...]
    actions: Callable[[], Mapping[str, Action]]
    steps: Callable[[], Mapping[str, Step]] = dict
    state: Callable[[World], State] | None = None
    kept: Mapping[str, Callable[..., Any]] = {}
    standing: Mapping[str, Callable[[Contract], Mapping[str, Record]]] = {}
    view: Callable[[Record, str], Mapping[str, Any]] | None = None
    after_write: Mapping[str, tuple[Hook, ...]] = {}
    shows: Shows = Shows()
    sources: Mapping[str, SourceSide] = {}
    tells: Callable[[World], Mapping[str, list[dict[str, Any]]]] | None = None

    @property
    def collections(self) -> tuple[str, ...]:
        """The names of its services' collections."""
        return tuple(row.name for service in self.services for row in service.collections)
