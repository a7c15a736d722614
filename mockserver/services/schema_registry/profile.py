"""What a schema keeps that is enabled for Profile, where all of a class become one (xdm/troubleshooting-guide.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts import Call, Violation
from contracts.judging.violations import shown as quoted
from contracts.services.schema_registry.judges import class_of
from contracts.services.schema_registry.rules import violation
from mockserver.memory.world import World
from mockserver.services.common import refuse
from mockserver.services.platform import document_of
from mockserver.services.schema_registry.resolving import fields_of
from mockserver.services.schema_registry.state import finder
from mockserver.services.schema_registry.views import full, is_for_profile, shown

__all__ = ["check_profile"]

View = Mapping[str, Any]
_RELATIONSHIP = "xdm:descriptorOneToOne"  # the guide speaks of this one alone
_TAGS = "/meta:immutableTags"


def check_profile(world: World, call: Call, id: str, document: View, before: View | None = None) -> None:
    """Refuse ``document``, the new one of the schema ``id``, if it is for Profile and can't be.

    A new schema may be for Profile at once, and its identity described afterwards (streaming-record-data.md).
    """
    if not is_for_profile(document):
        return
    view = full(document, finder(world, call.tenant))
    is_enabled_now = before is not None and not is_for_profile(before)
    found = list(_identity_breaches(world, call, id, view)) if is_enabled_now else []
    found += _merge_breaches(world, call, id, view, class_of(call, document))
    refuse(call, iter(found))


def _identity_breaches(world: World, call: Call, id: str, view: View) -> Iterator[Violation]:
    descriptors = [shown(record, "descriptors") for record in world.store.records(call.tenant, "descriptors")]
    if _primary(descriptors, id) is None and "identityMap" not in view.get("properties", {}):
        yield violation("SR-PRF-01", _TAGS, "no primary identity", id=id)
    for each in descriptors:
        if each.get("@type") == _RELATIONSHIP:
            yield from _relationship_breaches(world, call, id, each, descriptors)


def _primary(descriptors: list[dict[str, Any]], schema: object) -> View | None:
    """The primary identity of that schema."""
    return next((each for each in descriptors if _is_of(each, schema) and each.get("xdm:isPrimary") is True), None)


def _is_of(descriptor: View, schema: object) -> bool:
    return descriptor.get("xdm:sourceSchema") == schema


def _relationship_breaches(
    world: World, call: Call, id: str, relationship: View, descriptors: list[dict[str, Any]]
) -> Iterator[Violation]:
    """Of a relationship from or to the schema: from it each field needs a reference, whose namespace is the other's."""
    source, target = relationship.get("xdm:sourceSchema"), relationship.get("xdm:destinationSchema")
    path = relationship.get("xdm:sourceProperty")
    references = (each for each in descriptors if each.get("@type") == "xdm:descriptorReferenceIdentity")
    reference = next(
        (each for each in references if _is_of(each, source) and each.get("xdm:sourceProperty") == path), None
    )
    if reference is None:
        if source == id:
            yield violation("SR-PRF-02", _TAGS, "no reference identity", found=quoted(path), property=str(path))
        return
    primary, namespace = _primary(descriptors, target), reference.get("xdm:identityNamespace")
    others = [each for each in (source, target) if each != id]
    if len(others) == 2 or primary is None or not all(_is_enabled(world, call, each) for each in others):
        return
    if primary.get("xdm:namespace") != namespace:
        other = str(primary.get("xdm:namespace"))
        details = {"namespace": str(namespace), "property": str(path), "other": other, "id": str(target)}
        yield violation("SR-PRF-03", _TAGS, "another namespace", found=quoted(namespace), allowed=[other], **details)


def _is_enabled(world: World, call: Call, id: object) -> bool:
    record = world.get(call.tenant, "schemas", id) if isinstance(id, str) else None
    return record is not None and is_for_profile(document_of(record))


def _merge_breaches(world: World, call: Call, id: str, view: View, of: str | None) -> Iterator[Violation]:
    """The first path at which another schema of the class has another type."""
    own = dict(fields_of(view))
    for record in world.store.records(call.tenant, "schemas"):
        document = document_of(record)
        if record.id == id or record.extra.get("class") != of or not is_for_profile(document):
            continue
        for path, kind in fields_of(full(document, finder(world, call.tenant))):
            if kind is not None and own.get(path, kind) not in (kind, None):
                at, types = "/" + path.replace(".", "/"), f"{own[path]}, {kind}"
                yield violation("SR-PRF-04", at, "another type", found=types, path=at, id=record.id, types=types)
                return
