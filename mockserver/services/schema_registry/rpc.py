"""What the registry does without a container (xdm/api/export-import.md, xdm/api/sample-data.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from contracts import Call
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.services.schema_registry.judges import DESCRIPTOR_BODY, IMPORTABLE, resource_rules
from contracts.services.schema_registry.names import FOLDERS, PLACEHOLDER, id_in_path, tenant_id
from contracts.services.schema_registry.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of, refuse
from mockserver.services.schema_registry.actions import (
    answered,
    check_size,
    own_keys_removed,
    resource_extra,
    resource_titled,
)
from mockserver.services.schema_registry.descriptors import descriptor_stored
from mockserver.services.schema_registry.state import finder
from mockserver.services.schema_registry.views import full, shown

__all__ = ["export", "import_all", "sample"]

_MOST = 1_000  # resources of one export
_OF_ITS_PLACE = ("imsOrg", "refs", "meta:registryMetadata", "meta:containerId", "meta:tenantNamespace")


def export(world: World, call: Call) -> Response:
    """The tenant's resources that it is made of, and then the resource itself."""
    found: dict[str, tuple[str, Record]] = {}
    _gather(world, call, *_existing(world, call, FOLDERS), found)
    views = [
        {name: value for name, value in answered(record, collection).items() if name not in _OF_ITS_PLACE}
        for collection, record in found.values()
    ]
    views += _descriptors(world, call, {record.id for collection, record in found.values() if collection == "schemas"})
    text = json_text.render(views).decode()
    return json_response(200, json_text.unrendered(text.replace(tenant_id(call.org_id or ""), PLACEHOLDER).encode()))


def _descriptors(world: World, call: Call, schemas: set[str]) -> list[dict[str, Any]]:
    """Those of the schemas that are exported."""
    views = (shown(each, "descriptors") for each in world.store.records(call.tenant, "descriptors"))
    return [
        {"meta:resourceType": "descriptors", **{name: view[name] for name in view if name not in _OF_ITS_PLACE}}
        for view in islice((view for view in views if view["xdm:sourceSchema"] in schemas), _MOST)
    ]


def _gather(world: World, call: Call, collection: str, record: Record, found: dict[str, tuple[str, Record]]) -> None:
    """Put what the resource refers to into ``found``, the deepest first, and the resource behind it."""
    waiting = [(collection, record)]
    order: dict[str, tuple[str, Record]] = {}
    while waiting and len(order) < _MOST:
        collection, record = waiting.pop()
        order.pop(record.id, None)
        order[record.id] = collection, record
        for id in _referred(json_text.unrendered(record.document)):
            below = _find(world, call, id, FOLDERS)
            if below is not None and below[1].tenant[0] and below[1].id not in order:
                waiting.append(below)
    found.update(reversed(order.items()))


def _referred(value: Any) -> Iterator[str]:
    """Every ``$ref`` to another resource, and the classes that a field group is for."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        ref = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(ref, str) and not ref.startswith("#"):
            yield ref


def _find(world: World, call: Call, id: str, collections: Iterable[str]) -> tuple[str, Record] | None:
    for collection in collections:
        record = world.get(call.tenant, collection, id)
        if record is not None:
            return collection, record
    return None


def _existing(world: World, call: Call, collections: Iterable[str]) -> tuple[str, Record]:
    found = _find(world, call, id_in_path(call.id), collections)
    if found is None:
        kind = {"kind": "resource", "id": call.id, "version": "1"}
        raise Refused(violation("SR-ID-04", "path", "not in the registry", found=quoted(call.id), **kind))
    return found


def import_all(world: World, call: Call) -> Response:
    """Each resource is made under the id that it had, with this tenant's name in it; Adobe's own stay as they are."""
    text = json_text.render(call.document).decode()
    resources = json_text.unrendered(text.replace(PLACEHOLDER, tenant_id(call.org_id or "")).encode())
    own = [each for each in resources if not _is_descriptor(each) and not _is_adobes(world, call, each)]
    for at, each in enumerate(resources):
        if _is_descriptor(each):
            _check_descriptor(call, at, each, own)
        elif each in own:
            _check(world, call, at, each, own)
    return json_response(200, [_imported(world, call, each) for each in resources])


def _is_descriptor(resource: Mapping[str, Any]) -> bool:
    return bool(resource["meta:resourceType"] == "descriptors")


def _check_descriptor(call: Call, at: int, descriptor: Mapping[str, Any], own: list[Mapping[str, Any]]) -> None:
    along = {quoted(other["$id"]) for other in own}
    breaches = (
        each
        for rule in DESCRIPTOR_BODY
        for each in rule(call.about(descriptor, None, False))
        if each.rule.id != "SR-DSC-05" or each.found not in along
    )
    refuse(call, (replace(each, pointer=f"/{at}{each.pointer}") for each in breaches))


def _is_adobes(world: World, call: Call, resource: Mapping[str, Any]) -> bool:
    there = world.get(call.tenant, IMPORTABLE[resource["meta:resourceType"]], resource["$id"])
    return there is not None and not there.tenant[0]


def _check(world: World, call: Call, at: int, resource: Mapping[str, Any], all_: list[Mapping[str, Any]]) -> None:
    """Refuse the import, of which nothing is stored so far."""
    judged = call.about(resource, None, False)
    rules = resource_rules(IMPORTABLE[resource["meta:resourceType"]])
    along = {quoted(other["$id"]) for other in all_}  # what it may refer to, beside what is stored
    breaches = (
        each for rule in rules for each in rule(judged) if each.rule.id != "SR-NEW-06" or each.found not in along
    )
    refuse(call, (replace(each, pointer=f"/{at}{each.pointer}") for each in breaches))
    check_size(resource)
    _check_unique(world, call, at, resource, all_)


def _check_unique(
    world: World, call: Call, at: int, resource: Mapping[str, Any], all_: list[Mapping[str, Any]]
) -> None:
    """schema-registry.yaml: both are unique in the sandbox. Its example is what a second import is answered."""
    found = _find(world, call, resource["$id"], FOLDERS)
    taken = {"title": resource_titled(world, call, resource["title"], ""), "$id": found and found[1]}
    for name, other in taken.items():
        if other is None and sum(each[name] == resource[name] for each in all_) == 1:
            continue
        where = f"An object {other.id} already exists with the same {name}" if other else "It is twice here"
        problem = f"{name.capitalize()} must be unique. {where}"
        raise Refused(violation("SR-IMP-01", f"/{at}/{name}", problem, found=quoted(resource[name])))


def _imported(world: World, call: Call, resource: Mapping[str, Any]) -> dict[str, Any]:
    if _is_descriptor(resource):
        stored = descriptor_stored(world, call, resource, resource.get("@id"))
        return {"meta:resourceType": "descriptors", **shown(stored, "descriptors")}
    collection, id = IMPORTABLE[resource["meta:resourceType"]], resource["$id"]
    adobes = world.get(call.tenant, collection, id)
    if adobes is not None:
        return answered(adobes, collection)
    document = own_keys_removed(resource)
    rendered, extra = json_text.render(document), resource_extra(call, collection, document, "1.0")
    record = world.store.insert(call.tenant, collection, rendered, author_of(call), extra=extra, id=id)
    return answered(record, collection)


def sample(world: World, call: Call) -> Response:
    """A record as the schema wants it, the same each time."""
    collection, record = _existing(world, call, ("schemas",))
    whole = full(shown(record, collection), finder(world, call.tenant))
    return json_response(200, _value(whole, 0))


_DEEPEST, _WIDEST = 20, 500
_TEXTS = {
    "date-time": "2018-11-12T20:20:39+00:00",
    "date": "2018-01-12",
    "email": "john.smith@abc.com",
    "uri": "https://example.com",
    "uri-reference": "/uri-reference",
}
_PLAIN: Mapping[str, Any] = {"boolean": False, "integer": 4862, "number": 29.25}


def _value(field: Any, depth: int) -> Any:
    """What could stand in a field of that JSON Schema."""
    if not isinstance(field, Mapping) or depth > _DEEPEST:
        return "string"
    if isinstance(field.get("enum"), list) and field["enum"]:
        return field["enum"][0]
    kind = field.get("type")
    if kind == "array":
        return [_value(field.get("items"), depth + 1)]
    fields, others = field.get("properties"), field.get("additionalProperties")
    if isinstance(fields, Mapping):
        return {name: _value(below, depth + 1) for name, below in islice(fields.items(), _WIDEST)}
    if kind == "object":
        return {"key": _value(others, depth + 1)} if isinstance(others, Mapping) else {}
    return _PLAIN[kind] if isinstance(kind, str) and kind in _PLAIN else _TEXTS.get(str(field.get("format")), "string")
