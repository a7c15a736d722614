"""The type of XDM that the registry writes at each field: ``meta:xdmType`` (xdm/schema/field-constraints.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["typed"]

_TYPE = "meta:xdmType"
_WHOLE = (("byte", 2**7), ("short", 2**15), ("int", 2**31))
"""Of a field with both bounds: the page prints them with and without the last one."""


def typed(resource: Mapping[str, Any]) -> dict[str, Any]:
    """``resource`` with the type at each field; its own it has already."""
    return {name: _BELOW[name](value) if name in _BELOW else value for name, value in resource.items()}


def _field(field: Any) -> Any:
    """A reference is an object (tutorials/create-schema-api.md); what has neither that nor a type has none of XDM."""
    if not isinstance(field, Mapping):
        return field
    if isinstance(field.get("$ref"), str):
        field = {**field, "type": field.get("type", "object")}
    kind = _kind(field)
    return typed(field) if kind is None else {**typed(field), _TYPE: kind}


def _fields(fields: Any) -> Any:
    return {name: _field(field) for name, field in fields.items()} if isinstance(fields, Mapping) else fields


def _parts(parts: Any) -> Any:
    return [_field(part) for part in parts] if isinstance(parts, list) else parts


_BELOW: dict[str, Callable[[Any], Any]] = {
    "properties": _fields,
    "definitions": _fields,
    "items": _field,
    "additionalProperties": _field,
    "allOf": _parts,
}


def _kind(field: Mapping[str, Any]) -> str | None:
    kind = field.get("type")
    match kind:
        case "string":
            form = field.get("format")
            return form if form in ("date", "date-time") else "string"
        case "integer":
            return _whole(field.get("minimum"), field.get("maximum"))
        case "object":
            is_map = isinstance(field.get("additionalProperties"), Mapping) and not field.get("properties")
            return "map" if is_map or field.get(_TYPE) == "map" else "object"
    return kind if isinstance(kind, str) else None


def _whole(least: Any, most: Any) -> str:
    bounds = [abs(bound) for bound in (least, most) if isinstance(bound, int | float)]
    if len(bounds) < 2:
        return "long" if bounds and bounds[0] > _WHOLE[-1][1] else "int"
    return next((name for name, largest in _WHOLE if max(bounds) <= largest), "long")
