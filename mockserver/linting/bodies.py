"""Of which operation a body is, where nothing but its keys says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import OPERATIONS, Operation
from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.reading.spelling import nearest
from contracts.sources.source_catalogue import DATA_LAKE

__all__ = ["is_telling", "operation_of", "with_bodies"]


def with_bodies() -> Mapping[str, Operation]:
    """The operations that may have JSON as their body, by their ids."""
    return {operation.id: operation for operation in OPERATIONS if operation.body in ("json", "optional")}


_BY_KEYS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(("flowSpec", "sourceConnectionIds", "targetConnectionIds")), "createFlow"),
    (frozenset(("flowId",)), "createFlowRun"),
    (frozenset(("xdmSchema", "mappings")), "createMappingSet"),
    (frozenset(("schemaRef",)), "createDataset"),
    (frozenset(("xdm:sourceSchema", "xdm:sourceVersion")), "createDescriptor"),
    (frozenset(("allOf",)), "createSchema"),
    (frozenset(("meta:intendedToExtend",)), "createFieldGroup"),
)
"""Keys that only bodies of one operation have; they are looked for in this order."""


def operation_of(body: bytes) -> Operation:
    """The operation whose keys the body has: a base connection if nothing else, an array is a PATCH."""
    if body.lstrip().startswith(b"["):
        return with_bodies()["patchConnection"]
    document = _document(body)
    keys = set(document) if isinstance(document, dict) else set()
    for telling, id in _BY_KEYS:
        if telling & keys:
            return with_bodies()[id]
    if "dataSetId" in object_at(document, "params") or (
        object_at(document, "connectionSpec").get("id") == DATA_LAKE and "data" in keys
    ):
        return with_bodies()["createTargetConnection"]
    is_source = {"baseConnectionId", "data"} & keys
    return with_bodies()["createSourceConnection" if is_source else "createConnection"]


def is_telling(body: bytes) -> bool:
    """Whether the body looks like one of ours: it has a key, maybe misspelt, that other JSON files haven't."""
    document = _document(body)
    if isinstance(document, list):
        return bool(document) and all(isinstance(row, dict) and {"op", "path"} <= row.keys() for row in document)
    if not isinstance(document, dict):
        return False
    return any(nearest(name, _TELLING, _ALIKE) for name in document if len(name) > _SHORT)


_TELLING = (
    *("connectionSpec", "baseConnectionId", "flowSpec", "sourceConnectionIds", "targetConnectionIds", "flowId"),
    *("authSpec", "sourceSpec", "targetSpec", "exploreSpec", "schemaRef", "xdmSchema", "xdm:sourceSchema"),
    "meta:intendedToExtend",
)
_ALIKE = 0.85
_SHORT = 4  # characters; a shorter key is like too many others


def _document(body: bytes) -> Any:
    try:
        return json_text.parse(body)
    except json_text.JsonProblem:
        return None
