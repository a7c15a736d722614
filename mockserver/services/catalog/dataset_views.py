"""Views of datasets. Each dataset has one from the beginning, which its ``viewId`` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import Call
from contracts.judging.violations import shown as quoted
from contracts.services.catalog.judges import FILTERED_VIEWS
from contracts.services.catalog.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.catalog.answers import created
from mockserver.services.catalog.listing import page, projected
from mockserver.services.catalog.views import first_view, shown
from mockserver.services.common import author_of

__all__ = ["create", "get", "get_of_dataset", "list_all", "list_of_dataset"]


def list_all(world: World, call: Call) -> Response:
    return page(call, _views(world, call), filtered=FILTERED_VIEWS)


def get(world: World, call: Call) -> Response:
    return _one(call, _views(world, call), call.id)


def list_of_dataset(world: World, call: Call) -> Response:
    return page(call, _of_dataset(world, call), filtered=FILTERED_VIEWS)


def get_of_dataset(world: World, call: Call) -> Response:
    return _one(call, _of_dataset(world, call), call.parts["view"])


def create(world: World, call: Call) -> Response:
    _check_dataset(world, call, call.document["dataSetId"], "/dataSetId")
    record = world.store.insert(
        call.tenant, "dataSetViews", call.request.body, author_of(call), id=world.stamps.hex(24)
    )
    return created("dataSetViews", record)


def _views(world: World, call: Call) -> dict[str, dict[str, Any]]:
    firsts = (first_view(record) for record in world.store.records(call.tenant, "dataSets"))
    own = (shown(record, "dataSetViews") for record in world.store.records(call.tenant, "dataSetViews"))
    return {view["id"]: view for view in (*firsts, *own)}


def _of_dataset(world: World, call: Call) -> dict[str, dict[str, Any]]:
    _check_dataset(world, call, call.id, "path")
    return {id: view for id, view in _views(world, call).items() if view["dataSetId"] == call.id}


def _one(call: Call, views: Mapping[str, dict[str, Any]], id: str) -> Response:
    if id not in views:
        found = {"id": id, "type": "view"}
        raise Refused(
            violation("CT-ID-03", "path", "no such view", found=quoted(id), allowed=list(views)[:20], **found)
        )
    return json_response(200, projected(call, {id: views[id]}))


def _check_dataset(world: World, call: Call, id: str, pointer: str) -> None:
    if world.get(call.tenant, "dataSets", id) is None:
        found = {"id": id, "type": "dataset"}
        raise Refused(violation("CT-ID-01", pointer, "no such dataset", found=quoted(id), **found))
