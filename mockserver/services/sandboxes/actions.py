"""The Sandbox API: sandboxes that come, are emptied and go on the mock's clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from contracts import Call
from contracts.judging.violations import shown
from contracts.reading import json_text
from contracts.services.sandboxes.judges import SandboxQuery, only_checks, sandbox_query
from contracts.services.sandboxes.rules import violation
from contracts.services.sandboxes.service import SANDBOX_API
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.agenda import Due
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.granted import operation_of
from mockserver.services.sandboxes import state as sandboxes

__all__ = ["become_active", "create", "delete", "list_active", "list_all", "list_types", "rename", "reset", "retrieve"]

READY_AFTER = 2_000  # ms (assumed); sandboxes.md: "roughly 30 seconds"

_IN_THE_MAKING = ("creating", "resetting")


def list_active(world: World, call: Call) -> Response:
    return _list(call, (record for record in sandboxes.listed(world, call) if record.state == "active"))


def list_all(world: World, call: Call) -> Response:
    return _list(call, sandboxes.listed(world, call))


def list_types(world: World, call: Call) -> Response:  # noqa: ARG001
    """sandbox.yaml: each has an id and a title; which words they are is assumed."""
    rows = [{"id": kind, "title": kind.title()} for kind in ("production", "development")]
    return json_response(200, {"sandboxTypes": rows})


def retrieve(world: World, call: Call) -> Response:
    return json_response(200, sandboxes.view(_existing(world, call), call))


def create(world: World, call: Call) -> Response:
    name = call.document["name"]
    if sandboxes.find(world, call, name) is not None:
        raise Refused(violation("SB-NEW-04", "/name", "taken", found=shown(name), name=name))
    record = sandboxes.created(world, call, author_of(call))
    world.agenda.add(world.now() + READY_AFTER, "sandbox_ready", record.tenant, record.id)
    return _accepted(call, record)


def rename(world: World, call: Call) -> Response:
    record = _existing(world, call)
    _check_state(record, "updated", record.state != "deleted")
    document = {**json_text.unrendered(record.document), "title": call.document["title"]}
    record = sandboxes.changed(world, record, author_of(call), document=json_text.render(document))
    return json_response(200, sandboxes.brief_view(record))


def reset(world: World, call: Call) -> Response:
    """What the sandbox held is gone at once; it takes calls again when it is active."""
    record = _existing(world, call)
    _check_state(record, "reset", record.state == "active")
    if only_checks(call):  # the answer shows the state as it is (assumed)
        return _accepted(call, record, with_id=True)
    record = sandboxes.changed(world, record, author_of(call), state="resetting")
    world.empty((record.tenant[0], record.id))
    world.agenda.add(world.now() + READY_AFTER, "sandbox_ready", record.tenant, record.id)
    return _accepted(call, record, with_id=True)


def delete(world: World, call: Call) -> Response:
    """sandboxes.md: the state becomes deleted, and the sandbox can still be retrieved."""
    record = _existing(world, call)
    if record.id == call.terms.default_sandbox:
        raise Refused(violation("SB-DEL-01", "path", "the default sandbox", found=shown(record.id), name=record.id))
    _check_state(record, "deleted", record.state != "deleted")
    if only_checks(call):
        return _accepted(call, record)
    record = sandboxes.changed(world, record, author_of(call), state="deleted")
    world.empty((record.tenant[0], record.id))
    return _accepted(call, record)


def become_active(world: World, due: Due) -> None:
    tenant, name = due.subject
    record = world.store.get(tenant, sandboxes.COLLECTION, name)
    if record is not None and record.state in _IN_THE_MAKING:
        sandboxes.changed(world, record, at=due.at, state="active")


def _existing(world: World, call: Call) -> Record:
    record = sandboxes.find(world, call, call.id)
    if record is None:
        names = [each.id for each in sandboxes.listed(world, call)]
        raise Refused(
            violation(
                "SB-ID-01", "path", "no such sandbox", found=shown(call.id), allowed=names, near=call.id, name=call.id
            )
        )
    return record


def _check_state(record: Record, action: str, fits: bool) -> None:
    if not fits:
        problem = f"this sandbox is {record.state}"
        raise Refused(violation("SB-ACT-02", "path", problem, name=record.id, action=action, state=record.state))


def _accepted(call: Call, record: Record, with_id: bool = False) -> Response:
    url = f"{_url(call)}/sandboxes/{record.id}"
    return json_response(202, sandboxes.brief_view(record, with_id), {"Location": url})


def _list(call: Call, records: Iterable[Record]) -> Response:
    query = sandbox_query(call)
    rows = [row for row in (sandboxes.view(record, call) for record in records) if _fits(row, query)]
    for name in reversed(query.order):
        rows.sort(key=lambda row: row[name], reverse=query.descending)
    page = rows[query.offset : query.offset + query.limit]
    links: dict[str, Any] = {"page": {"href": _page_url(call), "templated": True}}
    if query.offset + query.limit < len(rows):
        links["next"] = _link(call, query.limit, query.offset + query.limit)
    if query.offset:
        links["prev"] = _link(call, query.limit, max(0, query.offset - query.limit))
    return json_response(200, {"sandboxes": page, "_page": {"limit": query.limit, "count": len(page)}, "_links": links})


def _fits(row: dict[str, Any], query: SandboxQuery) -> bool:
    """Texts are compared; true and false stand for a boolean."""
    return all(_text(row[name]) == value for name, value in query.filters)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _url(call: Call) -> str:
    return call.request.origin + SANDBOX_API.base_path


def _page_url(call: Call) -> str:
    return f"{_url(call)}{operation_of(call).path}?limit={{limit}}&offset={{offset}}"


def _link(call: Call, limit: int, offset: int) -> dict[str, Any]:
    """A page of the same list; sandboxes.md prints a template here, which leads nowhere."""
    kept = [pair for pair in call.query if pair[0] in ("property", "orderBy")]
    query = urlencode([*kept, ("limit", limit), ("offset", offset)])
    return {"href": f"{_url(call)}{operation_of(call).path}?{query}", "templated": False}
