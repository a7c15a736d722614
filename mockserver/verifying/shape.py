"""What a JSON value looks like without what it says: types and names, nothing that could be secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Shape", "merged", "shape_of"]

Shape = dict[str, Any]
"""``types``; of objects ``properties`` and ``sometimes``, the names that not all of them have; of arrays ``items``."""

_DEEPEST = 40
_NAME = re.compile(r"[A-Za-z_$@][A-Za-z0-9_:.$@-]{0,39}")
_LOOKS_MADE_UP = re.compile(r"(?=\D*\d)[A-Za-z0-9_-]{12,}|[0-9a-fA-F-]{8,}")
ANY_NAME = "*"
"""What stands for names that are values themselves, as ids are."""


def shape_of(value: Any, depth: int = 0) -> Shape:
    """The shape of one value."""
    shape: Shape = {"types": [_type(value)]}
    if depth > _DEEPEST:
        return shape
    if isinstance(value, dict):
        properties: dict[str, Shape] = {}
        for name, child in value.items():
            safe = _safe(name)
            found = shape_of(child, depth + 1)
            properties[safe] = merged([properties[safe], found]) if safe in properties else found
        shape["properties"] = properties
    elif isinstance(value, list) and value:
        shape["items"] = merged([shape_of(child, depth + 1) for child in value])
    return shape


def merged(shapes: Iterable[Shape]) -> Shape:
    """The shape of all values that have one of ``shapes``."""
    shapes = [*shapes]
    types = sorted({type_ for shape in shapes for type_ in shape["types"]})
    found: Shape = {"types": types}
    objects = [shape for shape in shapes if "properties" in shape]
    if objects:
        names = dict.fromkeys(name for shape in objects for name in shape["properties"])
        found["properties"] = {
            name: merged(shape["properties"][name] for shape in objects if name in shape["properties"])
            for name in names
        }
        sometimes = {name for shape in objects for name in shape.get("sometimes", ())}
        sometimes |= {name for name in names if any(name not in shape["properties"] for shape in objects)}
        if sometimes - {ANY_NAME}:
            found["sometimes"] = sorted(sometimes - {ANY_NAME})
    items = [shape["items"] for shape in shapes if "items" in shape]
    return {**found, "items": merged(items)} if items else found


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    kinds: Mapping[type, str] = {float: "number", str: "string", list: "array", dict: "object", type(None): "null"}
    return kinds[type(value)]


def _safe(name: str) -> str:
    return name if _NAME.fullmatch(name) and not _LOOKS_MADE_UP.fullmatch(name) else ANY_NAME
