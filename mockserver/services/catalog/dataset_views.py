"""Views of datasets. Each dataset has one from the beginning, which its ``viewId`` names."""

from __future__ import annotations

from typing import Any

from contracts import Call
from contracts.judging.violations import shown as quoted
from contracts.services.catalog.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.catalog.listing import page
from mockserver.services.catalog.views import first_view, shown
from mockserver.services.common import author_of

__all__ = ["create", "get", "list_all"]


def list_all(world: World, call: Call) -> Response:
    return page(call, _views(world, call))


def get(world: World, call: Call) -> Response:
    views = _views(world, call)
    if call.id not in views:
        found = {"id": call.id, "type": "view"}
        raise Refused(
            violation("CT-ID-03", "path", "no such view", found=quoted(call.id), allowed=list(views)[:20], **found)
        )
    return json_response(200, {call.id: views[call.id]})


def create(world: World, call: Call) -> Response:
    dataset = call.document["dataSetId"]
    if world.get(call.tenant, "dataSets", dataset) is None:
        found = {"id": dataset, "type": "dataset"}
        raise Refused(violation("CT-ID-01", "/dataSetId", "no such dataset", found=quoted(dataset), **found))
    record = world.store.insert(
        call.tenant, "dataSetViews", call.request.body, author_of(call), id=world.stamps.hex(24)
    )
    return json_response(201, [f"@/dataSetViews/{record.id}"])


def _views(world: World, call: Call) -> dict[str, dict[str, Any]]:
    firsts = (first_view(record) for record in world.store.records(call.tenant, "dataSets"))
    own = (shown(record, "dataSetViews") for record in world.store.records(call.tenant, "dataSetViews"))
    return {view["id"]: view for view in (*firsts, *own)}
