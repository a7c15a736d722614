"""Resources of the registry: list, look-up, create, replace, patch and delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts import Call, Violation
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.services.schema_registry.accepting import accepted
from contracts.services.schema_registry.judges import behaviors_of, class_of, document_breaches
from contracts.services.schema_registry.names import FOLDERS, id_in_path, own_id, tenant_id
from contracts.services.schema_registry.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of, refuse
from mockserver.services.json_patch import patched
from mockserver.services.platform import document_of
from mockserver.services.schema_registry.adhoc import NAMESPACE, namespaced
from mockserver.services.schema_registry.descriptors import look_up_union
from mockserver.services.schema_registry.listing import page
from mockserver.services.schema_registry.profile import check_profile
from mockserver.services.schema_registry.resolving import fields_of
from mockserver.services.schema_registry.state import finder
from mockserver.services.schema_registry.views import full, is_for_profile, looked_up, shown
from mockserver.services.schema_registry.xdm_types import typed

__all__ = [
    "answered",
    "check_size",
    "check_title",
    "create",
    "delete",
    "list_all",
    "look_up",
    "own_keys_removed",
    "patch",
    "replace",
    "resource_extra",
    "resource_titled",
    "stats",
]

_RULES = {"classes": "SR-ID-01", "fieldgroups": "SR-ID-02", "schemas": "SR-ID-03"}
_KINDS = {"classes": "class", "fieldgroups": "mixin", "schemas": "schema", "datatypes": "datatype"}
_OWN = (
    "$id",
    "meta:altId",
    "meta:resourceType",
    "version",
    "refs",
    "imsOrg",
    "meta:registryMetadata",
    "meta:class",
    "meta:datasetNamespace",
) + (
    *(
        "meta:containerId",
        "meta:sandboxId",
        "meta:sandboxType",
        "meta:tenantNamespace",
        "meta:extensible",
        "meta:abstract",
    ),
    "meta:xdmType",
)
_LARGEST = 256 * 1024  # bytes
_RECENT = 10  # resources that the statistics name


def stats(world: World, call: Call) -> Response:
    """xdm/api/getting-started.md: how a client learns its tenant id."""
    views = [view for name in FOLDERS for view in _own_views(world, call, name)]
    created = sorted(views, key=lambda view: -view["meta:registryMetadata"]["repo:createdDate"])
    updated = sorted(views, key=lambda view: -view["meta:registryMetadata"]["repo:lastModifiedDate"])
    counts = {_OLD_NAMES.get(name, name): len(_own_views(world, call, name)) for name in FOLDERS}
    return json_response(
        200,
        {
            "imsOrg": call.org_id,
            "tenantId": tenant_id(call.org_id or ""),
            "counts": {**counts, "unions": len({view["meta:class"] for view in views if is_for_profile(view)})},
            "recentlyCreatedResources": [
                _recent(view, "meta:created", "repo:createdDate") for view in created[:_RECENT]
            ],
            "recentlyUpdatedResources": [
                _recent(view, "meta:updated", "repo:lastModifiedDate") for view in updated[:_RECENT]
            ],
            "classUsage": _usage(views),
        },
    )


_OLD_NAMES = {"fieldgroups": "mixins"}


def _recent(view: Mapping[str, Any], name: str, date: str) -> dict[str, Any]:
    moment = datetime.fromtimestamp(view["meta:registryMetadata"][date] / 1000, UTC)
    return {**_named(view), name: f"{moment:%a %b %d %Y %H:%M:%S} GMT+0000 (UTC)"}


def _named(view: Mapping[str, Any]) -> dict[str, Any]:
    names = ("title", "description", "$id", "meta:altId", "version", "meta:resourceType", "meta:class")
    return {name: view[name] for name in names if name in view}


def _usage(views: list[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The schemas of each class."""
    usage: dict[str, list[dict[str, Any]]] = {}
    for view in views:
        if "meta:class" in view:
            usage.setdefault(view["meta:class"], []).append(_named(view))
    return usage


def _own_views(world: World, call: Call, collection: str) -> list[Mapping[str, Any]]:
    return [shown(record, collection) for record in world.store.records(call.tenant, collection)]


def list_all(world: World, call: Call) -> Response:
    records = world.standing(call.collection).values() if call.parts["container"] == "global" else _own(world, call)
    return page(call, [shown(record, call.collection) for record in records], typed)


def _own(world: World, call: Call) -> Iterator[Record]:
    return iter(world.store.records(call.tenant, call.collection))


def look_up(world: World, call: Call) -> Response:
    """Adobe's own are found in the tenant container too, as clients look them up."""
    if call.collection == "schemas" and call.id.endswith("__union"):  # unions.md: found among the schemas too
        return look_up_union(world, call)
    record, asked = _existing(world, call), accepted(call)
    view = shown(record, call.collection)
    if asked is None or asked.version != view["version"].partition(".")[0]:
        version = (asked.version if asked else None) or "none"
        raise Refused(
            violation("SR-ACC-05", "headers/accept", "no such version", found=quoted(version), version=version)
        )
    found = looked_up(view, asked, finder(world, call.tenant), _descriptors(world, call, record.id))
    etag = view["meta:registryMetadata"]["eTag"]
    return json_response(200, found, {"ETag": etag} if etag else None)


def _descriptors(world: World, call: Call, schema: str) -> list[dict[str, Any]]:
    views = (shown(record, "descriptors") for record in world.store.records(call.tenant, "descriptors"))
    return [view for view in views if view.get("xdm:sourceSchema") == schema]


def create(world: World, call: Call) -> Response:
    document = own_keys_removed(call.document)
    check_title(world, call, document, "")
    check_size(document)
    digits = world.stamps.hex(48)
    id = own_id(call.org_id or "", call.collection, digits)
    document |= namespaced(call, document, f"_{digits}", finder(world, call.tenant))
    if call.collection == "schemas":
        check_profile(world, call, id, document)
    record = world.store.insert(
        call.tenant,
        call.collection,
        json_text.render(document),
        author_of(call),
        extra=resource_extra(call, call.collection, document, "1.0"),
        id=id,
    )
    return json_response(201, answered(record, call.collection))


def answered(record: Record, collection: str) -> dict[str, Any]:
    """A resource as it is answered: with the type of XDM at each of its fields."""
    return typed(shown(record, collection))


def replace(world: World, call: Call) -> Response:
    return _changed(world, call, _own_existing(world, call), own_keys_removed(call.document))


def patch(world: World, call: Call) -> Response:
    record = _own_existing(world, call)
    before = {"meta:extends": shown(record, call.collection)["meta:extends"], **document_of(record)}
    document = patched(before, call.document, call.terms.largest_body, violation, _nothing_there)
    if not isinstance(document, dict):
        raise Refused(_nothing_there(0, ""))
    if document.get("meta:extends") == before["meta:extends"] and "meta:extends" not in document_of(record):
        del document["meta:extends"]  # it follows from the rest, as long as nobody writes it
    refuse(call, document_breaches(call, document))
    return _changed(world, call, record, own_keys_removed(document))


def _nothing_there(index: int, path: str) -> Violation:
    return violation("SR-PATCH-02", f"/{index}/path", "nothing is there", found=quoted(path))


def delete(world: World, call: Call) -> Response:
    record = _own_existing(world, call)
    users = [id for kind, id in world.referrers(call.tenant, "schemas", record.id) if kind == "dataSets"]
    if users:
        raise Refused(violation("SR-DEL-01", "path", "datasets use it", found=", ".join(users[:3])))
    world.store.delete(call.collection, record)
    return Response(204)


def _changed(world: World, call: Call, record: Record, document: dict[str, Any]) -> Response:
    """A new version of the resource; the minor number counts the changes."""
    check_title(world, call, document, record.id)
    check_size(document)
    document |= {name: value for name, value in document_of(record).items() if name == NAMESPACE}
    if call.collection == "schemas":
        check_profile(world, call, record.id, document, document_of(record))
    _check_fields(world, call, record, document)
    major, _, minor = str(record.extra["version"]).partition(".")
    extra = resource_extra(call, call.collection, document, f"{major}.{int(minor) + 1}")
    record = world.store.update(
        call.collection, record, author_of(call), document=json_text.render(document), extra=extra
    )
    return json_response(200, answered(record, call.collection))


def own_keys_removed(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the client may say of the resource."""
    return {name: value for name, value in document.items() if name not in _OWN}


def resource_extra(call: Call, collection: str, document: Mapping[str, Any], version: str) -> dict[str, Any]:
    of = class_of(call, document) if collection == "schemas" else None
    return {"version": version, "class": of, "behaviors": behaviors_of(call, of)}


def _existing(world: World, call: Call) -> Record:
    record = world.get(call.tenant, call.collection, id_in_path(call.id))
    if record is None:
        rule = _RULES.get(call.collection, "SR-ID-04")
        kind = _KINDS.get(call.collection, call.collection)
        ids = [each.id for each in world.listed(call.tenant, call.collection).records()][-20:]
        found = {"kind": kind, "id": call.id, "version": "1"}
        raise Refused(
            violation(
                rule,
                "path",
                "not in the registry",
                found=quoted(call.id),
                allowed=ids,
                near=id_in_path(call.id),
                **found,
            )
        )
    return record


def _own_existing(world: World, call: Call) -> Record:
    """The resource, which is the tenant's own."""
    record = _existing(world, call)
    if not record.tenant[0]:
        found = {"kind": _KINDS.get(call.collection, call.collection), "id": call.id, "version": "1"}
        raise Refused(
            violation(
                _RULES.get(call.collection, "SR-ID-04"), "path", "not the tenant's own", found=quoted(call.id), **found
            )
        )
    return record


def check_title(world: World, call: Call, document: Mapping[str, Any], own: str) -> None:
    """troubleshooting-guide.md: titles are unique among all kinds of resources of the tenant."""
    title = document["title"]
    other = resource_titled(world, call, title, own)
    if other is not None:
        raise Refused(violation("SR-NEW-09", "/title", "taken", found=quoted(title), id=other.id, title=title))


def resource_titled(world: World, call: Call, title: str, own: str) -> Record | None:
    """The tenant's resource with this title, but for the one with the id ``own``."""
    records = (record for collection in FOLDERS for record in world.store.records(call.tenant, collection))
    return next((record for record in records if record.id != own and document_of(record)["title"] == title), None)


def check_size(document: Mapping[str, Any]) -> None:
    size = len(json_text.render(document))
    if size > _LARGEST:
        raise Refused(violation("SR-CHG-02", "", "too large", found=f"{size} bytes", allowed=[f"{_LARGEST} bytes"]))


def _check_fields(world: World, call: Call, record: Record, document: Mapping[str, Any]) -> None:
    """A breaking change: a field goes, or becomes another type's, of a schema that has a dataset."""
    if not _is_used(world, call, record.id):
        return
    find = finder(world, call.tenant)
    before, after = dict(fields_of(full(document_of(record), find))), dict(fields_of(full(document, find)))
    lost = [path for path, kind in before.items() if after.get(path, ...) != kind]
    if lost:
        raise Refused(violation("SR-CHG-01", "", "fields that are in use", found=", ".join(lost[:5])))


def _is_used(world: World, call: Call, id: str) -> bool:
    """Whether a dataset has this schema, or one that is made of this resource."""
    if call.collection == "schemas":
        return bool(world.referrers(call.tenant, "schemas", id))
    schemas = world.store.records(call.tenant, "schemas")
    users = [record.id for record in schemas if id in shown(record, "schemas")["refs"]]
    return any(world.referrers(call.tenant, "schemas", user) for user in users)
