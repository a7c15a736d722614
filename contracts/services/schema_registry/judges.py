"""What a schema, and what it is made of, must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contracts.judging.body_schemas import breaches, object_at, pointer_to
from contracts.judging.model import Call, Frame, RuleFunction
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.reading.schemas import checker
from contracts.reading.spelling import nearest
from contracts.services.gateway.headers import sandbox_is_named
from contracts.services.gateway.placeholders import placeholders_are_filled_in
from contracts.services.schema_registry.names import FOLDERS, tenant_id
from contracts.services.schema_registry.rules import violation
from contracts.services.schema_registry.standard import standard

__all__ = [
    "CONTAINER_RULES",
    "DESCRIPTOR_BODY",
    "IMPORTABLE",
    "IMPORT_BODY",
    "PACKAGE",
    "PATCH_BODY",
    "behaviors_of",
    "class_of",
    "document_breaches",
    "resource_rules",
]

PACKAGE = "contracts.services.schema_registry"
_MOST = 20  # breaches of one kind in one body

# aepp's list of types, which has more than xdm/api/descriptors.md
DESCRIPTOR_TYPES = (
    *(
        "xdm:descriptorIdentity",
        "xdm:alternateDisplayInfo",
        "xdm:descriptorOneToOne",
        "xdm:descriptorReferenceIdentity",
    ),
    *(
        "xdm:descriptorDeprecated",
        "xdm:descriptorTimeSeriesGranularity",
        "xdm:descriptorRelationship",
        "xdm:descriptorLabel",
    ),
    *("xdm:descriptorTimestamp", "xdm:descriptorVersion", "xdm:descriptorPrimaryKey"),
)


def container_is_known(call: Call) -> Iterator[Violation]:
    container = call.parts["container"]
    if container not in ("global", "tenant"):
        found = {"kind": "container", "id": container, "version": "1"}
        yield violation(
            "SR-PATH-01",
            "path",
            "no container",
            found=shown(container),
            allowed=["global", "tenant"],
            near=container,
            **found,
        )
    elif container == "global" and call.request.method != "GET":
        yield violation("SR-PATH-02", "path", "Adobe's own", found='"global"', allowed=["tenant"])


def sandbox_of_a_tenant_is_named(call: Call) -> Iterator[Violation]:
    """Adobe's own are of no sandbox: landing/api-authentication.md lists them without one."""
    if call.parts["container"] != "global" and call.request.method == "GET":
        yield from sandbox_is_named(call)


CONTAINER_RULES = (container_is_known, sandbox_of_a_tenant_is_named)


def _fits(call: Call, frame: Frame) -> Iterator[Violation]:
    """A resource is a JSON Schema, so that it may have any other key."""
    yield from breaches(violation, checker(frame.schema, frame.package), call.document)


def keys_are_spelt_right(call: Call) -> Iterator[Violation]:
    if not isinstance(call.document, dict):
        return
    for name in islice((name for name in call.document if name not in _KEYS), _MOST):
        near = nearest(name, _KEYS, _SLIP)
        if near is not None:
            yield violation(
                "SR-KEY-01",
                pointer_to("", name),
                "spelt nearly as a documented key",
                found=shown(name),
                near=near,
                allowed=[near],
            )


_SLIP = 0.9  # one letter of ten
# What the pages and schema-registry.yaml send and answer.
_KEYS = (
    *("title", "description", "type", "allOf", "definitions", "properties", "required", "version", "refs", "imsOrg"),
    *("$id", "$schema", "meta:altId", "meta:resourceType", "meta:containerId", "meta:class", "meta:extends"),
    *("meta:intendedToExtend", "meta:immutableTags", "meta:extensible", "meta:abstract", "meta:xdmType", "meta:status"),
    *("meta:sandboxId", "meta:sandboxType", "meta:tenantNamespace", "meta:registryMetadata", "meta:createdDate"),
    *("meta:usageCount", "meta:tags", "meta:datasetNamespace"),
)


def refers_to_one_class(call: Call) -> Iterator[Violation]:
    if not isinstance(call.document, dict) or not isinstance(call.document.get("allOf"), list):
        return
    refs = _refs(call.document)
    is_class = {ref: _is_class(call, ref) for ref in dict.fromkeys(refs)}  # each is looked up once
    classes = [ref for ref in refs if is_class[ref]]
    if len(classes) != 1 and not _is_ad_hoc(call.document):
        found = shown(", ".join(classes)) if classes else "none"
        yield violation(
            "SR-NEW-05", "/allOf", f"{len(classes)} classes", found=found, allowed=list(standard("classes"))[:4]
        )


def refers_to_what_there_is(call: Call) -> Iterator[Violation]:
    if call.known is None or not isinstance(call.document, dict):
        return
    unknown = (
        ref
        for ref in dict.fromkeys(_refs(call.document))
        if not ref.startswith("#") and not is_placeholder(ref) and not _kinds(call, ref)
    )
    for ref in islice(unknown, _MOST):
        yield violation(
            "SR-NEW-06",
            "/allOf",
            "not in this registry",
            found=shown(ref),
            near=ref,
            allowed=list(standard("fieldgroups")),
        )


def own_fields_lie_below_the_tenant(call: Call) -> Iterator[Violation]:
    if isinstance(call.document, dict) and not _is_ad_hoc(call.document):
        yield from islice(_misplaced(call), _MOST)


def _misplaced(call: Call) -> Iterator[Violation]:
    own = f"_{tenant_id(call.org_id or '')}"
    extends = any(not ref.startswith("#") for ref in _refs(call.document))
    for pointer, name, field in _own_fields(call.document):
        if not name.startswith("_"):
            if extends and _leads_to_own_fields(field):
                continue
            yield violation(
                "SR-NS-01",
                pointer_to(pointer, name),
                "outside of the tenant",
                found=shown(name),
                allowed=[own],
                namespace=own,
                field=name,
            )
        elif name != own and not is_placeholder(name[1:]) and call.org_id:
            yield violation(
                "SR-NS-02",
                pointer_to(pointer, name),
                "not the tenant's id",
                found=shown(name),
                allowed=[own],
                namespace=own,
                field=name,
            )


def _leads_to_own_fields(field: Any, depth: int = 0) -> bool:
    """Whether all that stands below a standard field is below one that begins with _.

    A field group that extends one of Adobe's adds its own so (inferred: those of adobe/dep do).
    """
    holder = object_at(field, "items") or field
    fields = object_at(holder, "properties")
    below = (name.startswith("_") or _leads_to_own_fields(each, depth + 1) for name, each in fields.items())
    return bool(fields) and depth < _DEEPEST and all(below)


_DEEPEST = 50  # objects in each other


def _own_fields(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Pointer of the object, name and schema of each field at the top of the definitions and of the resource."""
    definitions = document.get("definitions")
    parts = [("", document)]
    if isinstance(definitions, dict):
        parts += [(pointer_to("/definitions", name), part) for name, part in definitions.items()]
    for pointer, part in parts:
        fields = part.get("properties") if isinstance(part, dict) else None
        if isinstance(fields, dict):
            yield from ((f"{pointer}/properties", name, field) for name, field in fields.items())


def descriptor_is_sound(call: Call) -> Iterator[Violation]:
    if not isinstance(call.document, dict):
        return
    kind, schema = call.document.get("@type"), call.document.get("xdm:sourceSchema")
    if isinstance(kind, str) and kind not in DESCRIPTOR_TYPES:
        yield violation(
            "SR-DSC-01", "/@type", "not a type of descriptors", found=shown(kind), allowed=DESCRIPTOR_TYPES, near=kind
        )
    if kind in ("xdm:descriptorIdentity", "xdm:descriptorReferenceIdentity") and not _text(
        call.document, _NAMESPACES[kind]
    ):
        yield violation("SR-DSC-04", f"/{_NAMESPACES[kind]}", "missing", found="nothing", allowed=["Email"])
    if call.known is not None and isinstance(schema, str) and not is_placeholder(schema) and not _kinds(call, schema):
        yield violation("SR-DSC-05", "/xdm:sourceSchema", "no such schema", found=shown(schema))


_NAMESPACES = {"xdm:descriptorIdentity": "xdm:namespace", "xdm:descriptorReferenceIdentity": "xdm:identityNamespace"}


_BODIES = {"schemas": "schema", "datatypes": "datatype"}


def resource_rules(collection: str) -> tuple[RuleFunction, ...]:
    """The rules of a body, as POST and PUT have it. Fields of a data type stand where it is used."""
    more: Mapping[str, tuple[RuleFunction, ...]] = {
        "schemas": (refers_to_one_class, refers_to_what_there_is, own_fields_lie_below_the_tenant),
        "datatypes": (),
    }
    return (
        Frame(PACKAGE, _BODIES.get(collection, "resource"), _fits),
        keys_are_spelt_right,
        *more.get(collection, (own_fields_lie_below_the_tenant,)),
        placeholders_are_filled_in,
    )


DESCRIPTOR_BODY = (Frame(PACKAGE, "descriptor", _fits), descriptor_is_sound, placeholders_are_filled_in)
IMPORT_BODY = (Frame(PACKAGE, "import", _fits), placeholders_are_filled_in)
IMPORTABLE = {folder: name for name, folder in FOLDERS.items()} | {"fieldgroups": "fieldgroups"}
"""The collection of a ``meta:resourceType``."""

PATCH_BODY = (Frame(PACKAGE, "resource-patch", _fits), placeholders_are_filled_in)
_RULES = {collection: resource_rules(collection) for collection in FOLDERS}


def document_breaches(call: Call, document: Any) -> Iterator[Violation]:
    """What a resource would break after an update."""
    judged = call.about(document, None, False)
    for rule in _RULES[call.collection][:-1]:
        yield from rule(judged)


def class_of(call: Call, document: Mapping[str, Any]) -> str | None:
    """The class that a schema has."""
    extended = document.get("meta:extends")
    refs = [*_refs(document), *(extended if isinstance(extended, list) else ())]
    texts = dict.fromkeys(ref for ref in refs if isinstance(ref, str))
    return next((ref for ref in texts if _is_class(call, ref)), None)


def behaviors_of(call: Call, id: str | None) -> list[str]:
    """Those of a class of the client's own; ``standard`` has those of Adobe's."""
    document = call.find("classes", id) or {}
    extended = document.get("meta:extends")
    refs = [*_refs(document), *(extended if isinstance(extended, list) else ())]
    return [each for each in dict.fromkeys(refs) if each in standard("behaviors")]


def _refs(document: Mapping[str, Any]) -> list[str]:
    parts = document.get("allOf")
    found = (part.get("$ref") for part in parts if isinstance(part, dict)) if isinstance(parts, list) else ()
    return [ref for ref in found if isinstance(ref, str)]


def _is_class(call: Call, ref: str) -> bool:
    """A class that is known, or what can be nothing else: the mock holds only a part of Adobe's."""
    kinds = _kinds(call, ref)
    return "classes" in kinds or (not kinds and ("/classes/" in ref or ref in _OTHER_CLASSES or is_placeholder(ref)))


_OTHER_CLASSES = ("https://ns.adobe.com/xdm/data/adhoc", "https://ns.adobe.com/xdm/data/adhoc-v2")


def _kinds(call: Call, id: str) -> tuple[str, ...]:
    """The collections that have a resource of that id."""
    return tuple(name for name in FOLDERS if id in standard(name) or call.find(name, id) is not None)


def _is_ad_hoc(document: Mapping[str, Any]) -> bool:
    """A schema for one dataset alone, which names its class in ``meta:extends``."""
    extended = document.get("meta:extends")
    return isinstance(extended, list) and any(each in _OTHER_CLASSES for each in extended)


def _text(document: Mapping[str, Any], name: str) -> bool:
    value = document.get(name)
    return isinstance(value, str) and bool(value)
