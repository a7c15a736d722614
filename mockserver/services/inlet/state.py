"""The inlets that there are: each connection and flow that shows an inletUrl has one."""

from __future__ import annotations

from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.services.inlet.known import Inlet
from mockserver.memory.identifiers import inlet_id
from mockserver.memory.world import World

__all__ = ["OpenInlets"]

_MOST = 1_000  # that are remembered


class OpenInlets:
    """Found by their ids, which follow from the ids of what they belong to: a message names no tenant."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.clear()

    def inlet(self, id: str) -> Inlet | None:
        found = self._found.get(id) or self._searched(id)
        if found is None or not self._is_open(found):
            return None
        if len(self._found) >= _MOST:
            del self._found[next(iter(self._found))]
        self._found[id] = found
        return found

    def _searched(self, id: str) -> Inlet | None:
        for collection in ("connections", "flows"):
            for record in self._world.store.everywhere(collection):
                if inlet_id(record.id) == id:
                    return Inlet(record.tenant, collection, record.id)
        return None

    def _is_open(self, inlet: Inlet) -> bool:
        view = self._world.find(inlet.tenant, inlet.collection, inlet.id) or {}
        params = object_at(object_at(view, "auth"), "params")
        return "inletUrl" in (object_at(view, "options") if inlet.collection == "flows" else params)

    def clear(self) -> None:
        self._found: dict[str, Inlet] = {}

    def snapshot(self) -> Any:
        """Nothing: inlets follow from the records."""

    def restore(self, snapshot: Any) -> None:  # noqa: ARG002 -- as of any state
        self.clear()
