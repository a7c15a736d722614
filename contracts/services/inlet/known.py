"""What the rules ask of the inlets that there are."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from contracts.judging.model import Ask, Tenant

__all__ = ["INLETS", "Inlet", "Inlets"]


class Inlet(NamedTuple):
    """Whose an inlet is: a connection's or a flow's."""

    tenant: Tenant
    collection: str
    id: str


class Inlets(Protocol):
    def inlet(self, id: str) -> Inlet | None:
        """The inlet of that id; ``None`` where there is none, or what it belongs to is gone."""


INLETS: Ask[Inlets] = Ask("inlet")
