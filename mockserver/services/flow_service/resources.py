"""What every collection has in common: create, retrieve, update, delete, list, search, and changes of state."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts import Call, Violation
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.queries import place_of
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.updates import document_breaches, effective
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.common import author_of, refuse, stored, targets_of
from mockserver.services.flow_service import listing
from mockserver.services.flow_service.answers import check_version, existing, item, location, written
from mockserver.services.flow_service.inheritance import inherited
from mockserver.services.flow_service.made_up import ARRAYS
from mockserver.services.json_patch import patched

__all__ = ["create", "create_source_connection", "creation_of", "delete", "list_all", "patch", "retrieve", "transition"]


def create(world: World, call: Call) -> Response:
    record = stored(world, call, inherited(world, call, call.document))
    return written(201, record, location(call, record))


def create_source_connection(world: World, call: Call) -> Response:
    now = world.now()
    record = stored(world, call, {**inherited(world, call, call.document), **creation_of(call, now)}, now)
    return written(201, record, location(call, record))


def creation_of(call: Call, now: int) -> dict[str, Any]:
    """What flows and source connections show as their last operation (update-dataflows.md, filter.md)."""
    operation = "draft_create" if call.is_draft else "create"
    return {"lastOperation": {"started": now, "updated": 0, "operation": operation}}


def retrieve(world: World, call: Call) -> Response:
    return item(existing(world, call), call)


def patch(world: World, call: Call) -> Response:
    collection, record = call.collection, existing(world, call)
    check_version(record, call)
    before = json_text.unrendered(record.document)
    operations, largest = effective(call) if call.violations else call.document, call.terms.largest_body
    # Arrays are shown empty where nothing was sent, so that an operation finds them too; and it may change the state.
    view = {
        **{name: [] for name in ARRAYS.get(collection, ())},
        **json_text.unrendered(record.document),
        "state": record.state,
    }
    document = patched(view, operations, largest, violation, partial(_missing_target, view))
    state = document.pop("state")
    refuse(call, document_breaches(call, document, before, is_draft=record.state == "draft"))
    targets, now = tuple(targets_of(collection, document)), world.now()
    # Snapshots stay as they were taken (update-dataflows.md) as long as they are of the same connections.
    snapshots = inherited(world, call, document) if targets != record.targets else {}
    record = world.store.update(
        collection,
        record,
        author_of(call),
        now,
        document=json_text.render(document),
        state=state,
        extra={**record.extra, **snapshots, **_operation_on(collection, now, call.document)},
        targets=targets,
    )
    return written(200, world.written(collection, record, document))


def _missing_target(view: dict[str, Any], index: int, path: str) -> Violation:
    from contracts.reading.pointers import nearest_pointer  # no part of a start, for whoever makes a mistake

    return violation(
        "FS-PATCH-05",
        f"/{index}/path",
        "nothing is there",
        found=quoted(path),
        nearest=nearest_pointer(view, path),
        message=f'Missing field "{path.rpartition("/")[2]}"',
    )


def delete(world: World, call: Call) -> Response:
    collection, record = call.collection, existing(world, call)
    check_version(record, call)
    refuse(call, _still_used(world, call, collection))
    world.store.delete(collection, record)
    world.unplan((record.tenant, record.id))
    return Response(204)


def list_all(world: World, call: Call) -> Response:
    """The page that a list or a search asks for, or how many there are."""
    collection, query = call.collection, call.asked
    shelf, place = world.listed(call.tenant, collection), place_of(call)
    if query.count:
        return json_response(200, {"count": listing.count(shelf, query, place)})
    page = listing.page(shelf, query, place)
    if COLLECTIONS[collection].shared and not _is_paged(call, page.token):
        return json_response(200, {"items": page.items})
    # flow-service.yaml, PageLink: relative to the base path, the token its only parameter.
    is_search = call.operation is not None and call.operation.action == "search"
    below = f"{collection}/search" if is_search else collection
    links = {"next": {"href": f"/{below}?continuationToken={page.token}"}} if page.token else {}
    return json_response(200, {"items": page.items, "_links": links})


def _is_paged(call: Call, token: str | None) -> bool:
    """Whether a list of specs was asked for page by page; a search for them has no token (flow-service.yaml)."""
    may_go_on = call.operation is not None and "continuationToken" in call.operation.query
    return may_go_on and (token is not None or call.asked.token is not None)


def transition(world: World, call: Call) -> Response:
    """publish, enable, disable. A draft is judged as if it were created now."""
    collection, record = call.collection, existing(world, call)
    check_version(record, call)
    op = (call.parameter("op") or "").lower()
    before, after = COLLECTIONS[collection].effects[op]
    if record.state != before:
        problem = f"this one is {record.state}"
        raise Refused(violation("FS-ACT-07", "query/op", problem, found=op, action=op, state=record.state))
    document = json_text.unrendered(record.document)
    if before == "draft":
        refuse(call, document_breaches(call, document, None))
        record = world.store.update(collection, record, extra=inherited(world, call, document))
    record = world.store.update(collection, record, author_of(call), state=after)
    return written(200, world.written(collection, record, document))


def _operation_on(collection: str, now: int, operations: Any) -> dict[str, Any]:
    """What was done last (update-dataflows.md)."""
    if collection not in ("flows", "sourceConnections"):
        return {}
    status = {"value": "completed", "errors": []}
    done = {"started": now, "updated": now, "percentCompleted": 100.0, "status": status, "ops": operations}
    return {"lastOperation": {**done, "operation": "update"}}


def _still_used(world: World, call: Call, collection: str) -> Iterator[Violation]:
    """A base connection is in use where a flow has a source or target connection of it (delete.md)."""
    users = world.referrers(call.tenant, collection, call.id)
    if collection == "connections":
        users = [user for half in users for user in world.referrers(call.tenant, *half)]
    flows = [id for kind, id in users if kind == "flows"]
    if flows:
        rule = "FS-DEL-01" if collection == "connections" else "FS-DEL-02"
        yield violation(rule, "path", "flows use it", found=", ".join(flows[:3]), id=call.id)
