"""Datasets: an array of references where one is written, an object by ids where one is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts import Call, Violation
from contracts.judging.body_schemas import object_at
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.services.catalog.judges import document_breaches, is_of_events
from contracts.services.catalog.rules import violation
from contracts.services.gateway.known import SCHEMAS
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record, Target
from mockserver.memory.world import World
from mockserver.services.catalog.answers import created
from mockserver.services.catalog.listing import page, projected
from mockserver.services.catalog.views import shown, version_of, versioned
from mockserver.services.common import author_of, refuse
from mockserver.services.json_patch import patched, within
from mockserver.services.platform import document_of

__all__ = ["create", "delete", "get", "list_all", "patch", "replace", "retention"]

_OWN = (
    "id",
    "version",
    "imsOrg",
    "created",
    "updated",
    "createdClient",
    "createdUser",
    "updatedUser",
    "viewId",
    "basePath",
) + (
    *("files", "schema", "observableSchema", "persistence", "state", "lastBatchId", "lastBatchStatus"),
    *("lastSuccessfulBatch", "lastFailedBatch"),
)
_MOST_IDS = 100  # of one path
_ENABLED_AT = "enabledAt:"


def list_all(world: World, call: Call) -> Response:
    records = world.store.records(call.tenant, "dataSets")
    return page(call, {record.id: shown(record, "dataSets") for record in records})


def get(world: World, call: Call) -> Response:
    """One dataset, or several whose ids are divided by commas; each under its id."""
    records = [_existing(world, call, id) for id in call.id.split(",")[:_MOST_IDS]]
    views = projected(call, {record.id: shown(record, "dataSets") for record in records})
    return json_response(200, views, versioned(shown(records[0], "dataSets")) if len(records) == 1 else None)


def retention(world: World, call: Call) -> Response:
    """How long rows may be kept, whatever is set for this dataset; the longest and shortest are the usual ones."""
    _existing(world, call, call.id)
    limits = {"defaultValue": "P12M", "maxValue": "P10Y", "minValue": "P30D"}
    return json_response(200, {"extensions": {"adobe_lakeHouse": {"rowExpiration": limits}}})


def create(world: World, call: Call) -> Response:
    document = _document(world, call.document, {})
    record = world.store.insert(
        call.tenant,
        "dataSets",
        json_text.render(document),
        author_of(call),
        extra={"viewId": world.stamps.hex(24), "behavior": _behavior(world, call, document)},
        targets=_targets(world, call, document),
        id=world.stamps.hex(24),
    )
    return created("dataSets", record)


def replace(world: World, call: Call) -> Response:
    record = _existing(world, call, call.id)
    _check_version(call, record)
    return _changed(world, call, record, call.document)


def patch(world: World, call: Call) -> Response:
    """JSON Patch, or fields that are merged into the dataset."""
    record = _existing(world, call, call.id)
    _check_version(call, record)
    before = {"tags": {}, **document_of(record)}
    changes, largest = call.document, call.terms.largest_body
    if isinstance(changes, dict):
        document = within(_merged(before, changes), largest, violation)
    else:
        document = patched(before, changes, largest, violation, _nothing_there)
    refuse(call, document_breaches(call, document))
    return _changed(world, call, record, document)


def delete(world: World, call: Call) -> Response:
    """An unknown id may be answered with an empty array (catalog.yaml)."""
    record = world.get(call.tenant, "dataSets", call.id)
    if record is None:
        return json_response(200, [])
    _check_version(call, record)
    world.store.delete("dataSets", record)
    return _answer(record)


def _changed(world: World, call: Call, record: Record, sent: Any) -> Response:
    document = _document(world, sent, document_of(record))
    extra = {**record.extra, "changes": record.extra.get("changes", 0) + 1}
    targets = tuple(_targets(world, call, document))
    text = json_text.render(document)
    changed = world.store.update("dataSets", record, author_of(call), document=text, extra=extra, targets=targets)
    return _answer(changed)


def _answer(record: Record) -> Response:
    return json_response(200, [f"@/dataSets/{record.id}"])


def _document(world: World, sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a body; what is enabled for Profile says since when (recorded, AdobeDocs/platform-learn)."""
    document = {name: value for name, value in sent.items() if name not in _OWN}
    values = _profile_tags(document)
    if "enabled:true" in values and not _since(values):
        since = _since(_profile_tags(before)) or [f"{_ENABLED_AT}{_moment(world.now())}"]
        document["tags"] = {**document["tags"], "unifiedProfile": [*values, *since]}
    return document


def _profile_tags(document: Mapping[str, Any]) -> list[str]:
    values = object_at(document, "tags").get("unifiedProfile")
    return values if isinstance(values, list) else []


def _since(values: list[str]) -> list[str]:
    return [each for each in values if each.startswith(_ENABLED_AT)]


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _targets(world: World, call: Call, document: Mapping[str, Any]) -> list[Target]:
    """The schema, so that it isn't deleted as long as the dataset is there."""
    schema = world.of(SCHEMAS).schema(call.tenant, str(object_at(document, "schemaRef").get("id")))
    return [] if schema is None else [("schemas", schema["$id"])]


def _behavior(world: World, call: Call, document: Mapping[str, Any]) -> str:
    """Whether the schema is of things or of events; clients read it in ``classification``."""
    schema = world.of(SCHEMAS).schema(call.tenant, str(object_at(document, "schemaRef").get("id"))) or {}
    return "time-series" if is_of_events(schema) else "record"


def _existing(world: World, call: Call, id: str) -> Record:
    record = world.get(call.tenant, "dataSets", id.strip())
    if record is None:
        ids = [each.id for each in world.store.records(call.tenant, "dataSets")][-20:]
        found = {"id": id, "type": "dataset"}
        raise Refused(violation("CT-ID-01", "path", "no such dataset", found=quoted(id), allowed=ids, near=id, **found))
    return record


def _check_version(call: Call, record: Record) -> None:
    given = call.header("if-match")
    current = version_of(record)
    if given is not None and given.strip('"') not in ("*", current, record.etag.strip('"')):
        raise Refused(
            violation(
                "CT-VER-01", "headers/if-match", "not the current version", found=quoted(given), allowed=[current],
                version=given, entity=record.id,
            )
        )  # fmt: skip


def _merged(before: Any, changes: Mapping[str, Any], depth: int = 0) -> Any:
    """RFC 7396: a null takes a field away."""
    merged = dict(before) if isinstance(before, dict) else {}
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = (
                _merged(merged.get(name), value, depth + 1) if isinstance(value, dict) and depth < 100 else value
            )
    return merged


def _nothing_there(index: int, path: str) -> Violation:
    return violation("CT-PATCH-02", f"/{index}/path", "nothing is there", found=quoted(path))
