"""What most of Flow Service's actions begin and end with: the record that the path names, and the answer's body."""

from __future__ import annotations

from collections.abc import Mapping

from contracts import BASE_PATH, Call
from contracts.judging.violations import shown
from contracts.services.flow_service.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import JSON, Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.flow_service.views import shown_masked

__all__ = ["check_version", "existing", "item", "location", "written"]


def existing(world: World, call: Call) -> Record:
    """The record that the path names."""
    record = world.get(call.tenant, call.collection, call.id)
    if record is None:
        collection = call.collection
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


def item(record: Record, call: Call) -> Response:
    """An array of one, as every retrieval answers."""
    view = shown_masked(record, call.collection, call.terms.catalogue)
    return json_response(200, {"items": [view]}, {"ETag": record.etag} if record.etag else {})


def written(status: int, record: Record, headers: Mapping[str, str] | None = None) -> Response:
    # The etag's own quotes, at its two ends, are all that there is to escape.
    body = f'{{"id":"{record.id}","etag":"\\{record.etag[:-1]}\\""}}'
    return Response(status, {**JSON, **(headers or {}), "ETag": record.etag}, body.encode("ascii"))


def location(call: Call, record: Record) -> dict[str, str]:
    return {"Location": f"{BASE_PATH}/{call.collection}/{record.id}"}
