"""Private endpoints (private-link.md). The owner of the resource approves each after some seconds (assumed)."""

from __future__ import annotations

from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.services.connectors.judges import spec_asked_for
from contracts.services.connectors.rules import violation
from mockserver.exchange.response import Response, json_response
from mockserver.memory.agenda import Due
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.platform import document_of, existing

__all__ = ["approve", "authoring", "create", "delete", "enable", "get", "list_all", "shown"]

APPROVED_AFTER, ENABLED_AFTER = 5_000, 2_000  # ms (assumed)
_MINUTES = 60  # for which interactive authoring stays on


def shown(record: Record) -> dict[str, Any]:
    return {**document_of(record), "id": record.id, "state": record.state}


def create(world: World, call: Call) -> Response:
    record = world.store.insert(call.tenant, "privateEndpoints", call.request.body, author_of(call), "Pending")
    world.agenda.add(world.now() + APPROVED_AFTER, "endpoint_approved", record.tenant, record.id)
    return json_response(201, shown(record))


def approve(world: World, due: Due) -> None:
    tenant, id = due.subject
    record = world.store.get(tenant, "privateEndpoints", id)
    if record is not None and record.state == "Pending":
        world.store.update("privateEndpoints", record, at=due.at, state="Approved")


def list_all(world: World, call: Call) -> Response:
    """All, those of one source, or with ``op=autoResolve`` the approved ones that fit the body's source."""
    specs = {spec_asked_for(text) for text in call.parameters("property")}
    resolves = call.parameter("op") == "autoResolve"
    if resolves:
        specs = {_spec_in(call)} - {None}
    items = [shown(record) for record in world.store.records(call.tenant, "privateEndpoints")]
    fitting = [item for item in items if not specs or object_at(item, "connectionSpec").get("id") in specs]
    return json_response(200, {"items": [item for item in fitting if not resolves or item["state"] == "Approved"]})


def _spec_in(call: Call) -> str | None:
    """The source in the body, which private-link.md sends with a GET."""
    try:
        id = object_at(json_text.parse(call.request.body), "connectionSpec").get("id")
    except json_text.JsonProblem:
        return None
    return id if isinstance(id, str) else None


def get(world: World, call: Call) -> Response:
    return json_response(200, {"items": [shown(_existing(world, call))]})


def delete(world: World, call: Call) -> Response:
    record = _existing(world, call)
    world.store.delete("privateEndpoints", record)
    return json_response(200, {"id": record.id})


def enable(world: World, call: Call) -> Response:
    document = call.document if isinstance(call.document, dict) else {}
    until = world.now() + document.get("autoTerminationMinutes", _MINUTES) * 60_000
    extra = {"from": world.now() + ENABLED_AFTER, "until": until}
    record = world.get(call.tenant, "interactiveAuthoring", "one")
    if record is None:
        world.store.insert(call.tenant, "interactiveAuthoring", b"{}", author_of(call), extra=extra, id="one")
    else:
        world.store.update("interactiveAuthoring", record, author_of(call), extra=extra)
    return json_response(202, {"status": "enabling"})


def authoring(world: World, call: Call) -> Response:
    record = world.get(call.tenant, "interactiveAuthoring", "one")
    if record is None or world.now() >= record.extra["until"]:
        return json_response(200, {"status": "disabled"})
    return json_response(200, {"status": "enabled" if world.now() >= record.extra["from"] else "enabling"})


def _existing(world: World, call: Call) -> Record:
    return existing(world, call, violation, "CN-ID-02", "private endpoint")
