"""The snapshots that the service takes of what a new resource refers to (``inheritedAttributes``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.services.flow_service.activation import is_destination_flow
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.flows import flow_spec_of
from contracts.sources.source_catalogue import PROFILE_STORE
from mockserver.memory.identifiers import provider_ref_id
from mockserver.memory.world import World

__all__ = ["inherited"]


def inherited(world: World, call: Call, document: Mapping[str, Any]) -> dict[str, Any]:
    """The extra fields of a new source or target connection, or of a flow; none for anything else."""
    if "flowSpec" in document:
        return {"inheritedAttributes": _of_flow(world, call, document)}
    if "baseConnectionId" not in document:
        return {}
    base = _base(world, call, document)
    return {"inheritedAttributes": {"baseConnection": base}} if base else {}


def _of_flow(world: World, call: Call, document: Mapping[str, Any]) -> dict[str, Any]:
    """update-dataflows.md; ``isSourceFlow`` and ``isDestinationFlow`` are what clients filter by."""
    halves = {
        reference.collection: [
            _half(world, call, reference.collection, id)
            for id in document.get(reference.field) or ()
            if isinstance(id, str)
        ]
        for reference in COLLECTIONS["flows"].references
    }
    spec = flow_spec_of(call, document)
    direction = "isDestinationFlow" if spec is not None and is_destination_flow(spec) else "isSourceFlow"
    return {"properties": {direction: True}, **halves}


def _half(world: World, call: Call, collection: str, id: str) -> dict[str, Any]:
    item = world.find(call.tenant, collection, id) or {}
    base = _base(world, call, item) or _own_base(call, item)
    more = {name: item[name] for name in ("connectionSpec", "typeInfo") if name in item}
    return {"id": id, **more, **({"baseConnection": base} if base else {})}


def _base(world: World, call: Call, document: Mapping[str, Any]) -> dict[str, Any]:
    id = document.get("baseConnectionId")
    item = world.find(call.tenant, "connections", id) if isinstance(id, str) else None
    return {"id": id, "connectionSpec": item.get("connectionSpec")} if item else {}


def _own_base(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    """Flows show a base connection of the Profile Store, though clients send none (edit-destination.md)."""
    if _spec_id(item) != PROFILE_STORE:
        return {}
    tenant = "/".join(call.tenant)
    return {"id": provider_ref_id(f"{tenant}/{PROFILE_STORE}"), "connectionSpec": item.get("connectionSpec")}


def _spec_id(document: Mapping[str, Any]) -> Any:
    return object_at(document, "connectionSpec").get("id")
