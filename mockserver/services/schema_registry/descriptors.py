"""Descriptors, which say what fields of schemas are, and unions, which follow from the schemas of a class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import Call
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.services.schema_registry.accepting import accepted
from contracts.services.schema_registry.names import alt_id, id_in_path
from contracts.services.schema_registry.rules import violation
from contracts.services.schema_registry.standard import standard
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.schema_registry.listing import page
from mockserver.services.schema_registry.resolving import Find
from mockserver.services.schema_registry.state import finder
from mockserver.services.schema_registry.views import full, is_for_profile, looked_up, shown
from mockserver.services.schema_registry.xdm_types import typed

__all__ = ["create", "delete", "descriptor_stored", "list_all", "list_unions", "look_up", "look_up_union", "replace"]

_OWN = (
    *("@id", "version", "imsOrg", "meta:resourceType", "meta:containerId", "meta:sandboxId", "meta:sandboxType"),
    *("created", "updated", "createdUser", "createdClient", "updatedUser"),
)


def list_all(world: World, call: Call) -> Response:
    """By their types; with ``-v2`` a page of them (xdm/api/descriptors.md)."""
    asked = accepted(call)
    views = (
        [] if call.parts["container"] == "global" else [shown(each, "descriptors") for each in _records(world, call)]
    )
    if asked is not None and "v2" in asked.words:
        forms = {view["@id"]: _form(view, asked.words) for view in views}

        def form(view: Mapping[str, Any]) -> Any:
            return forms[view["$id"]]

        return page(call, [{"$id": view["@id"], **view} for view in views], form, form)
    grouped: dict[str, list[Any]] = {}
    for view in views:
        grouped.setdefault(view["@type"], []).append(_form(view, asked.words if asked else frozenset()))
    return json_response(200, grouped)


def _form(view: Mapping[str, Any], words: frozenset[str]) -> Any:
    if "id" in words:
        return view["@id"]
    return f"/tenant/descriptors/{view['@id']}" if "link" in words else view


def _records(world: World, call: Call) -> list[Record]:
    return list(world.store.records(call.tenant, "descriptors"))


def look_up(world: World, call: Call) -> Response:
    return json_response(200, shown(_existing(world, call), "descriptors"))


def create(world: World, call: Call) -> Response:
    return json_response(201, shown(descriptor_stored(world, call, call.document), "descriptors"))


def descriptor_stored(world: World, call: Call, given: Mapping[str, Any], id: str | None = None) -> Record:
    """A new one, or the one of that id as it is now."""
    document = json_text.render({name: value for name, value in given.items() if name not in _OWN})
    record = world.get(call.tenant, "descriptors", id) if id else None
    if record is not None:
        return world.store.update("descriptors", record, author_of(call), document=document)
    id = id or world.stamps.hex(48)
    return world.store.insert(call.tenant, "descriptors", document, author_of(call), extra={"version": "1"}, id=id)


def replace(world: World, call: Call) -> Response:
    record = _existing(world, call)
    document = json_text.render({name: value for name, value in call.document.items() if name not in _OWN})
    record = world.store.update("descriptors", record, author_of(call), document=document)
    return json_response(201, shown(record, "descriptors"))


def delete(world: World, call: Call) -> Response:
    world.store.delete("descriptors", _existing(world, call))
    return Response(204)


def _existing(world: World, call: Call) -> Record:
    record = world.get(call.tenant, "descriptors", call.id)
    if record is None:
        raise Refused(
            violation(
                "SR-ID-04",
                "path",
                "no such descriptor",
                found=quoted(call.id),
                kind="descriptor",
                id=call.id,
                version="1",
            )
        )
    return record


def list_unions(world: World, call: Call) -> Response:
    find = finder(world, call.tenant)
    return page(call, list(_unions(world, call).values()), lambda union: typed(_with_fields(find, union)))


def look_up_union(world: World, call: Call) -> Response:
    union, asked = _unions(world, call).get(id_in_path(call.id)), accepted(call)
    if union is None:
        raise Refused(
            violation("SR-ID-04", "path", "no such union", found=quoted(call.id), kind="union", id=call.id, version="1")
        )
    if asked is None or asked.version != "1":
        version = (asked.version if asked else None) or "none"
        raise Refused(
            violation("SR-ACC-05", "headers/accept", "no such version", found=quoted(version), version=version)
        )
    find = finder(world, call.tenant)
    return json_response(200, looked_up(_with_fields(find, union), asked, find, []))


def _with_fields(find: Find, union: dict[str, Any]) -> dict[str, Any]:
    fields = full({"allOf": union["allOf"]}, find)
    return {**union, **{name: value for name, value in fields.items() if name == "properties"}}


def _unions(world: World, call: Call) -> dict[str, dict[str, Any]]:
    """A union for each class, still without fields: of Adobe's for profiles and events always, of others once a schema
    is enabled for Profile.
    """
    classes = dict.fromkeys(list(standard("classes"))[:2])
    members: dict[str, list[dict[str, Any]]] = {each: [] for each in classes}
    for record in world.store.records(call.tenant, "schemas"):
        view = shown(record, "schemas")
        if is_for_profile(view) and "meta:class" in view:
            members.setdefault(view["meta:class"], []).append(view)
    find = finder(world, call.tenant)
    unions = (_union(find, each, views) for each, views in members.items())
    return {union["$id"]: union for union in unions}


def _union(find: Find, of: str, views: list[dict[str, Any]]) -> dict[str, Any]:
    title = (find(of) or {}).get("title", of)
    parts = [{"$ref": of}, *({"$ref": view["$id"]} for view in views)]
    id = f"{of}__union"
    return {
        "$id": id,
        "meta:altId": alt_id(id),
        "version": "1.0",
        "title": f"{title} union",
        "description": f"The fields of all schemas for Profile whose class is {of}.",
        "type": "object",
        "allOf": parts,
        "meta:class": of,
        "meta:resourceType": "unions",
        "meta:containerId": "tenant",
        "meta:extends": list(dict.fromkeys([of, *(each for view in views for each in view["meta:extends"])])),
        "meta:registryMetadata": {},
    }
