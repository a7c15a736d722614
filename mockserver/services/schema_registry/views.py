"""How the registry shows a resource, by what the Accept header asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.services.schema_registry.accepting import Accepted
from contracts.services.schema_registry.names import alt_id, tenant_id
from contracts.services.schema_registry.standard import standard
from mockserver.memory.identifiers import sandbox_id
from mockserver.memory.store import Record
from mockserver.services.platform import document_of
from mockserver.services.schema_registry.resolving import resolved

__all__ = ["brief", "full", "is_for_profile", "looked_up", "shown"]

View = dict[str, Any]


def shown(record: Record, collection: str) -> View:
    """A resource as it is stored, with what the service adds."""
    document = document_of(record)
    if collection == "descriptors":
        return _descriptor(record, document)
    if not record.tenant[0]:
        return _standard(document, collection)
    org_id, sandbox = record.tenant
    refs = _refs(document)
    return {
        "$id": record.id,
        "meta:altId": alt_id(record.id),
        "meta:resourceType": _TYPES.get(collection, collection),
        "version": record.extra["version"],
        **document,
        "type": document.get("type", "object"),
        "refs": refs,
        "imsOrg": org_id,
        "meta:extensible": collection != "schemas",
        "meta:abstract": collection != "schemas",
        "meta:extends": _extended(document, refs, record.extra.get("behaviors", ())),
        "meta:xdmType": document.get("type", "object"),
        **({"meta:class": record.extra["class"]} if record.extra.get("class") else {}),
        "meta:containerId": "tenant",
        "meta:sandboxId": sandbox_id(org_id, sandbox),
        "meta:sandboxType": "production" if sandbox == "prod" else "development",
        "meta:tenantNamespace": f"_{tenant_id(org_id)}",
        "meta:registryMetadata": {
            "repo:createdDate": record.created_at,
            "repo:lastModifiedDate": record.updated_at,
            "xdm:createdClientId": record.created_by.client,
            "xdm:lastModifiedClientId": record.updated_by.client,
            "xdm:createdUserId": record.created_by.user,
            "xdm:lastModifiedUserId": record.updated_by.user,
            "eTag": record.etag.strip('"').replace("-", ""),
            "meta:globalLibVersion": "1.0",
        },
    }


_TYPES = {"fieldgroups": "mixins"}


def _standard(document: View, collection: str) -> View:
    return {
        **document,
        "meta:altId": alt_id(document["$id"]),
        "meta:resourceType": _TYPES.get(collection, collection),
        "version": "1",
        "meta:containerId": "global",
        "meta:extensible": True,
        "meta:abstract": True,
        "meta:xdmType": "object",
        "meta:status": "stable",
        "imsOrg": "",
        "meta:registryMetadata": {"meta:globalLibVersion": "1.0", **dict.fromkeys(_METADATA, 0), "eTag": ""},
    }


_METADATA = ("repo:createdDate", "repo:lastModifiedDate")


def _descriptor(record: Record, document: View) -> View:
    org_id, sandbox = record.tenant
    return {
        "@id": record.id,
        **document,
        "version": record.extra["version"],
        "imsOrg": org_id,
        "meta:containerId": "tenant",
        "meta:sandboxId": sandbox_id(org_id, sandbox),
        "meta:sandboxType": "production" if sandbox == "prod" else "development",
        "created": record.created_at,
        "updated": record.updated_at,
        "createdUser": record.created_by.user,
        "createdClient": record.created_by.client,
        "updatedUser": record.updated_by.user,
    }


def _refs(document: Mapping[str, Any]) -> list[str]:
    parts = document.get("allOf")
    found = (part.get("$ref") for part in parts if isinstance(part, dict)) if isinstance(parts, list) else ()
    return [ref for ref in found if isinstance(ref, str) and not ref.startswith("#")]


def _extended(document: Mapping[str, Any], refs: list[str], own: Iterable[str]) -> list[str]:
    """What it refers to, and the behaviours of the classes among that; ``own`` are those of a client's own class."""
    given = document.get("meta:extends")
    behaviours = [each for ref in refs for each in standard("classes").get(ref, {}).get("meta:extends", ())]
    return list(dict.fromkeys([*(given if isinstance(given, list) else ()), *refs, *behaviours, *own]))


def brief(view: View) -> View:
    """As a list shows it by default."""
    return {name: view[name] for name in ("$id", "meta:altId", "version", "title") if name in view}


def full(view: Mapping[str, Any], find: Any) -> View:
    """With the fields of all that it is made of."""
    return resolved(view, find)


def is_for_profile(document: Mapping[str, Any]) -> bool:
    tags = document.get("meta:immutableTags")
    return isinstance(tags, list) and "union" in tags


_OF_DEPRECATED = {"deprecatefield", "deprecated"}
_RESOLVED = {"full", "flat", *_OF_DEPRECATED}


def looked_up(view: View, asked: Accepted, find: Any, descriptors: list[View]) -> View:
    """As a look-up with those words shows it."""
    # No part of a start.
    from mockserver.services.schema_registry.describing import described
    from mockserver.services.schema_registry.xdm_types import typed

    if asked.words & _RESOLVED:
        view = described(full(view, find), descriptors, tells_deprecated=bool(asked.words & _OF_DEPRECATED))
    view = typed(view)
    if "desc" in asked.words:
        view = {**view, "meta:descriptors": descriptors}
    return _without_texts(view) if "notext" in asked.words else view


def _without_texts(value: Any) -> Any:
    """Without titles and descriptions; a field may have one of these names."""
    if isinstance(value, list):
        return [_without_texts(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_texts(each)
        for name, each in value.items()
        if name not in ("title", "description") or isinstance(each, dict)
    }
