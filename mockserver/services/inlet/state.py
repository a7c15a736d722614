"""The inlets that there are: each connection and flow that shows an inletUrl has one."""

from __future__ import annotations

from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.services.inlet.known import Inlet
from mockserver.memory.identifiers import owner_of_inlet
from mockserver.memory.world import World

__all__ = ["OpenInlets"]


class OpenInlets:
    """Found by their ids, which lead to the ids of what they belong to: a message names no tenant."""

    def __init__(self, world: World) -> None:
        self._world = world

    def inlet(self, id: str) -> Inlet | None:
        owner = owner_of_inlet(id)
        for collection in ("connections", "flows"):
            record = self._world.store.of_any_tenant(collection, owner) if owner else None
            if record is not None:
                found = Inlet(record.tenant, collection, record.id)
                return found if self._is_open(found) else None
        return None

    def _is_open(self, inlet: Inlet) -> bool:
        view = self._world.find(inlet.tenant, inlet.collection, inlet.id) or {}
        params = object_at(object_at(view, "auth"), "params")
        return "inletUrl" in (object_at(view, "options") if inlet.collection == "flows" else params)

    def clear(self) -> None:
        """Nothing: inlets follow from the records."""

    def snapshot(self) -> Any:
        return None

    def restore(self, snapshot: Any) -> None:
        pass
