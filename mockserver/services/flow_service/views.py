"""Records as the service shows them (the ...ItemDTO schemas of flow-service.yaml)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts import Catalogue
from contracts.reading import json_text
from contracts.services.flow_service.collections import COLLECTIONS
from mockserver.memory.identifiers import sandbox_id
from mockserver.memory.store import Record
from mockserver.services.flow_service.made_up import made_up
from mockserver.services.flow_service.masked import masked_connection, masked_source, with_authorized_date

__all__ = ["part_masked", "shown", "shown_masked"]

View = dict[str, Any]


def shown(record: Record, collection: str) -> View:
    """The whole resource, secrets included."""
    # What the client stored under one of the service's names stays out of sight.
    return made_up(
        record, collection, {**json_text.unrendered(record.document), **record.extra, **_own(record, collection)}
    )


def shown_masked(record: Record, collection: str, catalogue: Catalogue) -> View:
    """The resource as it is answered."""
    mask = _MASKS.get(collection)
    if mask is None:
        return shown(record, collection)
    view = {**mask(json_text.unrendered(record.document), catalogue), **record.extra, **_own(record, collection)}
    return made_up(record, collection, with_authorized_date(view, catalogue) if collection == "connections" else view)


def part_masked(record: Record, names: frozenset[str], collection: str, catalogue: Catalogue) -> Mapping[str, Any]:
    """What `shown_masked` has under ``names``, and perhaps more."""
    if not names:
        return {}
    if names == _NEWEST:
        return {"updatedAt": record.updated_at}
    own = _own(record, collection)
    if names <= own.keys():
        return own
    document, mask = json_text.unrendered(record.document), _MASKS.get(collection)
    if mask is not None:
        document = mask({name: value for name, value in document.items() if name in names | _CONTEXT}, catalogue)
    return made_up(record, collection, {**document, **record.extra, **own})


_NEWEST = frozenset(("updatedAt",))
"""What lists are ordered by that ask for no order; an index by it is made of many records at once."""

_CONTEXT = frozenset(("connectionSpec", "op", "path"))
"""What decides how the other fields of a document are masked."""

_MASKS: Mapping[str, Callable[[Mapping[str, Any], Catalogue], View]] = {
    "connections": masked_connection,
    "sourceConnections": masked_source,
}


def _own(record: Record, collection: str) -> View:
    org_id, sandbox = record.tenant
    if not org_id:  # a documented spec: specs are organisation-agnostic and carry nothing of this
        return {"id": record.id}
    own = {
        "id": record.id,
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
        "createdBy": record.created_by.user,
        "updatedBy": record.updated_by.user,
        "createdClient": record.created_by.client,
        "updatedClient": record.updated_by.client,
        "imsOrgId": org_id,
    }
    if COLLECTIONS[collection].shared:
        return own
    own |= {"sandboxId": sandbox_id(org_id, sandbox), "sandboxName": sandbox, "etag": record.etag}
    return own | _MORE.get(collection, _versioned)(record)


def _versioned(record: Record) -> View:
    return {"state": record.state, "version": record.etag}


def _connection(record: Record) -> View:
    """private-link.md prints the one ``lastOperation`` of all its connections, updated ones too."""
    return {**_versioned(record), "lastOperation": {"started": 0, "updated": 0, "operation": "create"}}


def _flow(record: Record) -> View:
    return {**_versioned(record), "runs": f"/runs?property=flowId=={record.id}"}


def _run(_: Record) -> View:
    """A run has neither state nor version; its status stands in its metrics."""
    return {}


_MORE: Mapping[str, Callable[[Record], View]] = {"connections": _connection, "flows": _flow, "runs": _run}
