"""The inlets that there are: each connection and flow that shows an inletUrl has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.services.inlet.known import Inlet
from mockserver.memory.store import Record
from mockserver.memory.world import EVERYBODY, World

__all__ = ["OpenInlets", "keep_flows_inlet", "keep_inlet"]


class OpenInlets:
    """Found by their ids; they are records of nobody's, since a message names no tenant."""

    def __init__(self, world: World) -> None:
        self._world = world

    def inlet(self, id: str) -> Inlet | None:
        record = self._world.store.get(EVERYBODY, "inlets", id)
        if record is None:
            return None
        found = Inlet((record.extra["org"], record.extra["sandbox"]), record.extra["collection"], record.extra["of"])
        return found if self._world.get(found.tenant, found.collection, found.id) is not None else None

    def clear(self) -> None:
        pass

    def snapshot(self) -> Any:
        return None

    def restore(self, snapshot: Any) -> None:
        pass


def keep_inlet(world: World, record: Record, document: Mapping[str, Any]) -> None:  # noqa: ARG001 -- as of any hook
    """The inlet of an HTTP API connection, where that has one."""
    view = world.find(record.tenant, "connections", record.id) or {}
    _keep(world, record, "connections", object_at(object_at(view, "auth"), "params").get("inletUrl"))


def keep_flows_inlet(world: World, record: Record, document: Mapping[str, Any]) -> None:  # noqa: ARG001
    """The inlet of a webhook source's flow, where that has one."""
    view = world.find(record.tenant, "flows", record.id) or {}
    _keep(world, record, "flows", object_at(view, "options").get("inletUrl"))


def _keep(world: World, owner: Record, collection: str, url: object) -> None:
    if not isinstance(url, str):
        return
    id = url.rpartition("/")[2]
    if world.store.get(EVERYBODY, "inlets", id) is None:
        org, sandbox = owner.tenant
        extra = {"org": org, "sandbox": sandbox, "collection": collection, "of": owner.id}
        world.store.insert(EVERYBODY, "inlets", b"{}", owner.created_by, extra=extra, id=id)
