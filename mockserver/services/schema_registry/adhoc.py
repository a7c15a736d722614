"""Ad-hoc classes and schemas, whose fields are of one dataset alone (xdm/tutorials/ad-hoc.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts import Call
from contracts.services.schema_registry.judges import class_of

__all__ = ["NAMESPACE", "namespaced"]

NAMESPACE = "meta:datasetNamespace"
_BEHAVIOUR, _SENT = "https://ns.adobe.com/xdm/data/adhoc", "_adhoc"


def namespaced(
    call: Call, document: Mapping[str, Any], namespace: str, find: Callable[[str], Mapping[str, Any] | None]
) -> dict[str, Any]:
    """What a new resource has beside what was sent: an ad-hoc class its namespace, under which its fields stand in
    place of ``_adhoc``, and a schema that of its class."""
    parts = document.get("allOf")
    if call.collection == "schemas":
        of = find(class_of(call, document) or "") or {}
        return {NAMESPACE: of[NAMESPACE]} if NAMESPACE in of else {}
    if call.collection != "classes" or not isinstance(parts, list):
        return {}
    if not any(isinstance(part, dict) and part.get("$ref") == _BEHAVIOUR for part in parts):
        return {}
    return {NAMESPACE: namespace, "allOf": [_renamed(part, namespace) for part in parts]}


def _renamed(part: Any, namespace: str) -> Any:
    fields = part.get("properties") if isinstance(part, dict) else None
    if not isinstance(fields, dict):
        return part
    own = {namespace if name == _SENT else name: field for name, field in fields.items()}
    return {**part, "properties": own}
