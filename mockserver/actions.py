"""What an accepted call does: one function for each action of the operations' rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from contracts import BASE_PATH, Call, json_text
from contracts.queries import ListQuery, list_query, search_query
from contracts.updates import patched_connection_is_sound
from contracts.violations import shown, violation
from mockserver import listing
from mockserver.masking import masked_connection
from mockserver.patching import patched
from mockserver.refusal import Refused
from mockserver.response import Response, json_response
from mockserver.store import Author, Record, Store, Tenant

__all__ = ["ACTIONS"]


def create(store: Store, call: Call) -> Response:
    record = store.insert(_tenant(call), _collection(call), json_text.render(call.document), _author(call))
    location = f"{BASE_PATH}/{_collection(call)}/{record.id}"
    return _written(201, record, {"Location": location})


def retrieve(store: Store, call: Call) -> Response:
    record = _existing(store, call)
    return json_response(200, {"items": [_view(record, call)]}, {"ETag": record.etag})


def patch(store: Store, call: Call) -> Response:
    record = _existing(store, call)
    _check_version(record, call)
    document, state = patched(record.document, call.document, record.state)
    breaches = list(patched_connection_is_sound(document, call.terms))
    if any(call.severity(found) == "error" for found in breaches):
        raise Refused(*breaches)
    call.violations += breaches
    record = store.update(_collection(call), record, json_text.render(document), state, _author(call))
    return _written(200, record)


def delete(store: Store, call: Call) -> Response:
    record = _existing(store, call)
    _check_version(record, call)
    store.delete(_collection(call), record)
    return Response(204)


def test(store: Store, call: Call) -> Response:
    """Credentials are taken as genuine, so the answer is true (product decision, assumed)."""
    _existing(store, call)
    return json_response(200, {"result": True})


def list_all(store: Store, call: Call) -> Response:
    return _listed(store, call, list_query(call))


def search(store: Store, call: Call) -> Response:
    return _listed(store, call, search_query(call))


ACTIONS: Mapping[str, Callable[[Store, Call], Response]] = {
    "create": create,
    "retrieve": retrieve,
    "patch": patch,
    "delete": delete,
    "test": test,
    "list": list_all,
    "search": search,
}


def _listed(store: Store, call: Call, query: ListQuery) -> Response:
    records = store.records(_tenant(call), _collection(call))

    def view(record: Record) -> Mapping[str, Any]:
        return _view(record, call)

    if query.count:
        return json_response(200, {"count": listing.count(records, view, query)})
    page = listing.page(records, view, query, call.terms.catalogue)
    # flow-service.yaml, PageLink: relative to the base path, the token its only parameter.
    path = call.request.path.rstrip("/").rpartition("/")[2]
    below = f"{_collection(call)}/search" if path == "search" else _collection(call)
    links = {"next": {"href": f"/{below}?continuationToken={page.token}"}} if page.token else {}
    return json_response(200, {"items": page.items, "_links": links})


def _existing(store: Store, call: Call) -> Record:
    record = store.get(_tenant(call), _collection(call), call.id)
    if record is None:
        raise Refused(
            violation(
                "FS-ID-01",
                "path",
                f"no such id among the {_collection(call)}",
                found=shown(call.id),
                id=call.id,
                type=_collection(call),
            )
        )
    return record


def _check_version(record: Record, call: Call) -> None:
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


def _view(record: Record, call: Call) -> dict[str, Any]:
    """A record as the service shows it (flow-service.yaml, ConnectionItemDTO)."""
    org_id, sandbox = record.tenant
    own = {
        "id": record.id,
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
        "createdBy": record.created_by.user,
        "updatedBy": record.updated_by.user,
        "createdClient": record.created_by.client,
        "updatedClient": record.updated_by.client,
        "sandboxId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{org_id}/{sandbox}")),
        "sandboxName": sandbox,
        "imsOrgId": org_id,
        "state": record.state,
        "version": record.etag,
        "etag": record.etag,
    }
    # What the client stored under one of the service's names stays out of sight.
    return {**masked_connection(json_text.parse(record.document), call.terms.catalogue), **own}


def _written(status: int, record: Record, headers: Mapping[str, str] | None = None) -> Response:
    return json_response(status, {"id": record.id, "etag": record.etag}, {**(headers or {}), "ETag": record.etag})


def _tenant(call: Call) -> Tenant:
    return call.org_id or "", call.sandbox_name or ""


def _collection(call: Call) -> str:
    assert call.operation is not None
    return call.operation.collection


def _author(call: Call) -> Author:
    client = call.header("x-api-key") or ""
    return Author(f"{client}@techacct.adobe.com", client)
