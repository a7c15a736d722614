"""What most actions begin and end with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from contracts import BASE_PATH, Call, Violation
from contracts.judging.violations import shown
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import JSON, Response, json_response
from mockserver.memory.store import Author, Record, Target
from mockserver.memory.world import World
from mockserver.services.flow_service.views import shown_masked

__all__ = [
    "author_of",
    "check_version",
    "collection_of",
    "existing",
    "item",
    "location",
    "refuse",
    "stored",
    "targets_of",
    "written",
]


def stored(
    world: World, call: Call, extra: Mapping[str, Any], at: int | None = None, document: bytes | None = None
) -> Record:
    """The body as a new record; ``at`` is the time of the write, now by default, ``document`` what takes its place."""
    collection = collection_of(call)
    return world.store.insert(
        world.shelf(call.tenant, collection),
        collection,
        call.request.body if document is None else document,
        author_of(call),
        "draft" if call.is_draft else "enabled",
        extra,
        targets_of(collection, call.document),
        at,
    )


def existing(world: World, call: Call) -> Record:
    """The record that the path names."""
    record = world.get(call.tenant, collection_of(call), call.id)
    if record is None:
        collection = collection_of(call)
        problem = f"no such id among the {collection}"
        raise Refused(violation("FS-ID-01", "path", problem, found=shown(call.id), id=call.id, type=collection))
    return record


def check_version(record: Record, call: Call) -> None:
    """If-Match where it was sent; ``*`` stands for any version (assumed, from RFC 9110)."""
    given = call.header("if-match")
    lenient = call.terms.strictness == "lenient"
    if given is None and lenient:  # Adobe's Postman collection writes it into the query string
        given = next((value for name, value in call.query if name.lower() == "if-match"), None)
    if given is None or given in ("*", record.etag):
        return
    bare = f'"{given}"' == record.etag
    if bare and lenient:
        return
    rule, problem = ("FS-ETAG-02", "the etag without its quotes") if bare else ("FS-ETAG-03", "not the current etag")
    raise Refused(
        violation(
            rule,
            "headers/if-match",
            problem,
            found=shown(given),
            allowed=[shown(record.etag)],
            version=given,
            entity=record.etag,
        )
    )


def refuse(call: Call, breaches: Iterator[Violation]) -> None:
    """Raise what is an error among ``breaches``; the rest is written down."""
    found = [each for each in breaches if call.severity(each) != "off"]
    if any(call.severity(each) == "error" for each in found):
        raise Refused(*found)
    call.violations += found


def item(record: Record, call: Call) -> Response:
    """An array of one, as every retrieval answers."""
    view = shown_masked(record, collection_of(call), call.terms.catalogue)
    return json_response(200, {"items": [view]}, {"ETag": record.etag} if record.etag else {})


def written(status: int, record: Record, headers: Mapping[str, str] | None = None) -> Response:
    body = f'{{"id":"{record.id}","etag":{json.dumps(record.etag)}}}'  # an id has nothing to escape
    return Response(status, {**JSON, **(headers or {}), "ETag": record.etag}, body.encode("ascii"))


def location(call: Call, record: Record) -> dict[str, str]:
    return {"Location": f"{BASE_PATH}/{collection_of(call)}/{record.id}"}


def author_of(call: Call) -> Author:
    return _author(call.header("x-api-key") or "")


@lru_cache(maxsize=128)
def _author(client: str) -> Author:
    return Author(f"{client}@techacct.adobe.com", client)


def targets_of(collection: str, document: Mapping[str, Any]) -> list[Target]:
    """What a document refers to."""
    targets: list[Target] = []
    for reference in COLLECTIONS[collection].references:
        value = document.get(reference.field)
        ids = value if isinstance(value, list) else [value]
        targets += [(reference.collection, id) for id in ids if isinstance(id, str)]
    return targets


def collection_of(call: Call) -> str:
    assert call.operation is not None
    return call.operation.collection
