"""Mapping sets: written, read, validated and tried on data."""

from __future__ import annotations

from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.judging.violations import shown as quoted
from contracts.reading.json_text import MAX_DEPTH
from contracts.reading.numbers import whole
from contracts.services.data_prep.expressions import ExpressionProblem, parsed
from contracts.services.data_prep.judges import MappingRow, has_field, mappings_of, schema_id_of
from contracts.services.data_prep.rules import violation
from contracts.services.gateway.known import SCHEMAS
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.keys import is_scalar, rank
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.data_prep.evaluating import TooMuchWork, Work, mapped
from mockserver.services.platform import document_of, existing

__all__ = [
    "create",
    "delete",
    "get",
    "get_mapping",
    "list_all",
    "list_mappings",
    "preview",
    "replace",
    "shown",
    "validate",
]

_MEDIA_TYPE = "application/vnd.adobe.xed-full+json;version=1"
_OWN = (
    "id",
    "version",
    "createdDate",
    "modifiedDate",
    "createdBy",
    "modifiedBy",
    "supportVersion",
    "status",
    "mappings",
)


def shown(record: Record, collection: str) -> dict[str, Any]:  # noqa: ARG001 -- as of any service
    """data-prep.yaml; what the client sent stands beside what the service makes of it."""
    document = document_of(record)
    output = _output(record, document)
    return {
        **{name: value for name, value in document.items() if name not in _OWN},
        **_head(record),
        "supportVersion": "1.1",
        "inputSchema": document.get("inputSchema") or {},
        "outputSchema": output,
        "xdmVersion": document.get("xdmVersion") or output["schemaRef"].get("contentType", "1.0"),
        "schemaRef": output["schemaRef"],
        "xdmSchema": output["schemaRef"]["id"],
        "mappings": _rows(record, document),
        "status": "PUBLISHED",
        "strictMapping": document.get("strictMapping", False),
        "allowNullValues": document.get("allowNullValues", False),
    }


def _output(record: Record, document: dict[str, Any]) -> dict[str, Any]:
    """The schema, of which Data Prep keeps a copy under an id of its own."""
    output = object_at(document, "outputSchema")
    reference = {"contentType": _MEDIA_TYPE, **object_at(output, "schemaRef"), "id": schema_id_of(document)}
    return {"id": f"{record.id[16:]}{record.id[:16]}", "version": 0, **output, "schemaRef": reference}


def _head(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "version": record.extra["version"],
        "createdDate": record.created_at,
        "modifiedDate": record.updated_at,
        "createdBy": record.created_by.user,
        "modifiedBy": record.updated_by.user,
    }


def _rows(record: Record, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each mapping in both of its forms."""
    sent = document["mappings"]
    return [_row(record, place, row, sent[place]) for place, row in enumerate(mappings_of(document)) if row is not None]


def _row(record: Record, place: int, row: MappingRow, sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "identity": False,
        "primaryIdentity": False,
        "matchScore": 0.0,
        "functionVersion": 1,
        **sent,
        **_head(record),
        "id": f"{record.id[:24]}{place:08x}",
        "sourceType": row.kind,
        "source": row.source,
        "destination": row.destination,
        "sourceAttribute": row.source,
        "destinationXdmPath": row.destination,
    }


def create(world: World, call: Call) -> Response:
    record = world.store.insert(
        call.tenant,
        "mappingSets",
        call.request.body,
        author_of(call),
        extra={"version": 0},
        id=world.stamps.hex(32),
    )
    return json_response(200, _head(record))


def replace(world: World, call: Call) -> Response:
    record = _existing(world, call)
    extra = {"version": record.extra["version"] + 1}
    record = world.store.update("mappingSets", record, author_of(call), document=call.request.body, extra=extra)
    return json_response(200, _head(record))


def delete(world: World, call: Call) -> Response:
    world.store.delete("mappingSets", _existing(world, call))
    return Response(200)


def get(world: World, call: Call) -> Response:
    """The present version, whichever is asked for: earlier ones aren't kept (assumed)."""
    return json_response(200, _expanded(world, call, shown(_existing(world, call), "mappingSets")))


def _expanded(world: World, call: Call, view: dict[str, Any]) -> dict[str, Any]:
    """With ``expandSchema=true`` the schema is there too, where the registry has it."""
    if call.parameter("expandSchema") != "true":
        return view
    output = view["outputSchema"]
    schema = world.of(SCHEMAS).schema(call.tenant, output["schemaRef"]["id"] or "")
    return view if schema is None else {**view, "outputSchema": {**output, "jsonSchema": schema}}


def list_all(world: World, call: Call) -> Response:
    views = [shown(record, "mappingSets") for record in world.store.records(call.tenant, "mappingSets")]
    name, order = call.parameter("name"), call.parameter("orderBy") or "-createdDate"
    views = [view for view in views if name is None or view.get("name") == name]
    views.sort(key=lambda view: _key(view, order), reverse=order.startswith("-"))
    start, limit = _number(call, "start", 0), _number(call, "limit", 100)
    page = [_expanded(world, call, view) for view in views[start : start + limit]]
    return json_response(200, {"data": page, "_page": {"count": len(page), "limit": limit}, "_links": {}})


def _key(view: dict[str, Any], order: str) -> Any:
    value = view.get({"updatedDate": "modifiedDate"}.get(order.removeprefix("-"), order.removeprefix("-")))
    return rank(value if is_scalar(value) else None)


def _number(call: Call, name: str, otherwise: int) -> int:
    text = call.parameter(name)
    return whole(text, otherwise)


def list_mappings(world: World, call: Call) -> Response:
    return json_response(200, shown(_existing(world, call), "mappingSets")["mappings"])


def get_mapping(world: World, call: Call) -> Response:
    rows, id = shown(_existing(world, call), "mappingSets")["mappings"], call.parts["mapping"]
    row = next((row for row in rows if row["id"] == id), None)
    if row is None:
        ids = [row["id"] for row in rows[:20]]
        raise Refused(
            violation(
                "DP-ID-02", "path", "no such mapping", found=quoted(id), allowed=ids, near=id, id=id, type="mapping"
            )
        )
    return json_response(200, row)


def validate(world: World, call: Call) -> Response:
    """What is wrong with each mapping, in their order."""
    schema = world.of(SCHEMAS).schema(call.tenant, schema_id_of(call.document) or "")
    return json_response(200, {"validationResponse": [_validated(row, schema) for row in mappings_of(call.document)]})


def _validated(row: MappingRow | None, schema: Any) -> dict[str, Any]:
    problem = _problem_of(row, schema) if row is not None else "no mapping"
    if problem is None or row is None:
        return {"status": "FAILED" if problem else "SUCCESS", "errors": None}
    return {"status": "FAILED", "errors": [_error(row, problem)]}


def _problem_of(row: MappingRow, schema: Any) -> str | None:
    if schema is not None and not has_field(schema, row.destination):
        return f"The field {row.destination} is not in the schema."
    if row.kind in ("EXPRESSION", "text/x.aep-xl"):
        try:
            parsed(row.source)
        except ExpressionProblem as problem:
            return f"The expression can't be read: {problem}."
    return None


def _error(row: MappingRow, problem: str) -> dict[str, Any]:
    return {
        "destination": row.destination,
        "source": row.source,
        "columnName": row.source,
        "sourceType": row.kind,
        "exception": problem,
    }


def preview(world: World, call: Call) -> Response:
    """What the mappings make of each record."""
    data = call.document["data"]
    rows = [row for row in mappings_of(call.document["mappingSet"]) if row is not None]
    records = data if isinstance(data, list) else [data]
    work = Work()
    try:
        made = [_previewed(world, rows, record, work) for record in records]
    except TooMuchWork:
        found = f"{len(rows)} mappings of {len(records)} records"
        raise Refused(violation("DP-PRE-02", "/data", "too much work", found=found)) from None
    return json_response(200, made)


def _previewed(world: World, rows: list[MappingRow], record: Any, work: Work) -> dict[str, Any]:
    made: dict[str, Any] = {}
    errors = []
    for row in rows:
        try:
            if row.destination.count(".") > MAX_DEPTH:
                raise ExpressionProblem(f"a destination more than {MAX_DEPTH} levels deep")
            value = mapped(world, row, record, work)
        except (ExpressionProblem, ValueError, OverflowError) as problem:
            errors.append(_error(row, str(problem)))
            continue
        if value is not None:
            _put(made, row.destination.split("."), value)
    return {"data": made, "errors": errors or None}


def _put(made: dict[str, Any], path: list[str], value: Any) -> None:
    """Set what stands at a path; where a field and what is below it are both mapped the later one wins.

    What stands behind ``name[*]`` is set in each element of that array, from a list of as many values.
    """
    for at, name in enumerate(path):
        if name.endswith("[*]"):
            _put_each(made, name.removesuffix("[*]"), path[at + 1 :], value)
            return
        if at == len(path) - 1:
            made[name] = value
            return
        below = made.get(name)
        if not isinstance(below, dict):
            below = made[name] = {}
        made = below


def _put_each(made: dict[str, Any], name: str, below: list[str], value: Any) -> None:
    values = value if isinstance(value, list) else [value]
    if not below:
        made[name] = values
        return
    there = made.get(name)
    elements = made[name] = there if isinstance(there, list) else []
    for at, each in enumerate(values):
        if at == len(elements):
            elements.append({})
        if isinstance(elements[at], dict):
            _put(elements[at], below, each)


def _existing(world: World, call: Call) -> Record:
    return existing(world, call, violation, "DP-ID-01", "mapping set")
