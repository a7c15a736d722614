"""The operations of the Schema Registry, one row each, with the ids of schema-registry.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.judging.model import Operation
from contracts.services.gateway.platform import PLACED
from contracts.services.schema_registry.accepting import (
    DESCRIPTOR_RULES,
    DESCRIPTORS_RULES,
    LIST_PARAMETERS,
    LIST_RULES,
    LOOK_UP_RULES,
)
from contracts.services.schema_registry.judges import (
    CONTAINER_RULES,
    DESCRIPTOR_BODY,
    IMPORT_BODY,
    PATCH_BODY,
    resource_rules,
)
from contracts.services.schema_registry.service import SCHEMA_REGISTRY

__all__ = ["OPERATIONS"]

_row = partial(Operation, SCHEMA_REGISTRY)
_listing = partial(_row, method="GET", query=LIST_PARAMETERS, head_rules=LIST_RULES, known_rules=CONTAINER_RULES)
_look_up = partial(_row, method="GET", head_rules=LOOK_UP_RULES)
_write = partial(_row, head_rules=PLACED, known_rules=CONTAINER_RULES)

_MISSING = {"classes": "SR-ID-01", "fieldgroups": "SR-ID-02", "schemas": "SR-ID-03"}
_PROFILE = ("SR-PRF-01", "SR-PRF-02", "SR-PRF-03", "SR-PRF-04")
_PATCH = ("application/json", "application/json-patch+json")
# Several public programs write a resource as what they read (fuxs/aepctl among them); no document says so.
_XED = ("application/json", "application/vnd.adobe.xed+json", "application/vnd.adobe.xed-full+json")


def _kind(path: str, one: str, many: str, collection: str) -> Iterator[Operation]:
    """List, look-up, create, replace, patch and delete of one kind of resources."""
    all_, single = f"/{{container}}/{path}", f"/{{container}}/{path}/{{id}}"
    missing = (_MISSING.get(collection, "SR-ID-04"),)
    body = resource_rules(collection)
    kept = ("SR-NEW-09", "SR-CHG-02", *(_PROFILE if collection == "schemas" else ()))
    changed = (*missing, *kept, "SR-CHG-01")
    yield _listing(f"list{many}", path=all_, action="list_resources", returns=("Resources",), collection=collection)
    yield _look_up(
        f"retrieve{one}", path=single, action="look_up", returns=("Resource",), collection=collection,
        known_rules=CONTAINER_RULES, refuses=(*missing, "SR-ACC-05"),
    )  # fmt: skip
    yield _write(
        f"create{one}", "POST", all_, action="create_resource", success=201, body="json", body_rules=body, refuses=kept,
        returns=("Resource",), media_types=_XED, collection=collection,
    )  # fmt: skip
    yield _write(
        f"update{one}", "PUT", single, action="replace_resource", body="json", body_rules=body, refuses=changed,
        returns=("Resource",), media_types=_XED, collection=collection,
    )  # fmt: skip
    yield _write(
        f"patch{one}", "PATCH", single, action="patch_resource", body="json", body_rules=PATCH_BODY, judges_again=body,
        refuses=(*changed, "SR-PATCH-02", "FS-BODY-02", "FS-BODY-04"),
        returns=("Resource",), media_types=_PATCH, collection=collection,
    )  # fmt: skip
    yield _write(
        f"remove{one}",
        "DELETE",
        single,
        action="delete_resource",
        success=204,
        refuses=(*missing, "SR-DEL-01"),
        collection=collection,
    )


_DESCRIPTORS, _DESCRIPTOR = "/{container}/descriptors", "/{container}/descriptors/{id}"
_NOT_FOUND = ("SR-ID-04",)
_described = partial(_row, returns=("Descriptor",), known_rules=CONTAINER_RULES, collection="descriptors")
_describing = partial(_described, success=201, body="json", head_rules=PLACED, body_rules=DESCRIPTOR_BODY)
_found = partial(_look_up, returns=("Resource",), known_rules=CONTAINER_RULES, refuses=(*_NOT_FOUND, "SR-ACC-05"))
_all = partial(_listing, returns=("Resources",))

# export-import.md and sample-data.md: no container, and no Accept header is needed
_rpc = partial(_row, head_rules=PLACED, collection="schemas")
_OF_A_RESOURCE = (
    *(rule.id for rule in SCHEMA_REGISTRY.rules if rule.id.startswith(("SR-NEW-", "SR-NS-"))),
    *("FS-BODY-05", "SR-CHG-02"),
)

OPERATIONS: tuple[Operation, ...] = (
    _row("retrieveStats", "GET", "/stats", action="stats", head_rules=PLACED, returns=("RegistryStats",)),
    _rpc(
        "exportResource", "GET", "/rpc/export/{id}", action="export_resource", returns=("Exported",), refuses=_NOT_FOUND
    ),
    _rpc(
        "importResource", "POST", "/rpc/import", action="import_resources", returns=("Exported",), body="json",
        body_rules=IMPORT_BODY, refuses=_OF_A_RESOURCE, judges_again=DESCRIPTOR_BODY, media_types=_XED,
    ),
    _rpc("getSampleData", "GET", "/rpc/sampledata/{id}", action="sample_data", returns=("Sample",), refuses=_NOT_FOUND),
    *_kind("schemas", "Schema", "Schemas", "schemas"),
    *_kind("classes", "Class", "Classes", "classes"),
    *_kind("fieldgroups", "FieldGroup", "FieldGroups", "fieldgroups"),
    *_kind("mixins", "Mixin", "Mixins", "fieldgroups"),  # the old name of field groups, deprecated
    *_kind("datatypes", "DataType", "DataTypes", "datatypes"),
    _listing(
        "listDescriptors", path=_DESCRIPTORS, action="list_descriptors", head_rules=DESCRIPTORS_RULES,
        returns=("Descriptors",), collection="descriptors",
    ),
    _described(
        "retrieveDescriptor", "GET", _DESCRIPTOR, action="look_up_descriptor", head_rules=DESCRIPTOR_RULES,
        refuses=_NOT_FOUND,
    ),
    _describing("createDescriptor", "POST", _DESCRIPTORS, action="create_descriptor"),
    _describing("updateDescriptor", "PUT", _DESCRIPTOR, action="replace_descriptor", refuses=_NOT_FOUND),
    _write(
        "removeDescriptor", "DELETE", _DESCRIPTOR, action="delete_descriptor", success=204, refuses=_NOT_FOUND,
        collection="descriptors",
    ),
    _all("listBehaviors", path="/{container}/behaviors", action="list_resources", collection="behaviors"),
    _found("retrieveBehavior", path="/{container}/behaviors/{id}", action="look_up", collection="behaviors"),
    _all("listUnions", path="/{container}/unions", action="list_unions", collection="unions"),
    _found("retrieveUnion", path="/{container}/unions/{id}", action="look_up_union", collection="unions"),
)  # fmt: skip
