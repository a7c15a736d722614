"""A resource with all that it refers to in it, as ``xed-full`` shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from contracts.reading import json_text

__all__ = ["Find", "fields_of", "resolved"]

Find = Callable[[str], Mapping[str, Any] | None]
"""The document of a ``$id``, ``None`` if there is none."""

_MOST = 5_000  # objects of one answer: a handful of types that refer to each other would else make millions
_DEEPEST = 40
_USUAL = 1_000  # bytes of one


def resolved(document: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """``document`` with its fields under ``properties``, and without ``allOf`` and ``definitions``."""
    return _Resolving(document, find).whole(document)


class _Resolving:
    def __init__(self, root: Mapping[str, Any], find: Find) -> None:
        self._find = find
        self._root = root
        self._left = _MOST
        self._found: dict[str, Mapping[str, Any] | None] = {}
        self._sizes: dict[int, int] = {}
        """Bytes of nodes by their identity; all of them live as long as this does."""

    def whole(
        self, node: Mapping[str, Any], root: Mapping[str, Any] | None = None, seen: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """One object schema: its own keys, and the fields of all that it is made of."""
        root = self._root if root is None else root
        kept = {
            name: value for name, value in node.items() if name not in ("allOf", "definitions", "$ref", "properties")
        }
        self._spend(node, kept)
        fields: dict[str, Any] = {}
        for part in self._parts(node):
            target, its_root, way = self._target(part, root, seen)
            if target is not None:
                found = self.whole(target, its_root, way)
                _merge(fields, _chosen(found.get("properties", {}), part))
        own = node.get("properties")
        if isinstance(own, Mapping):
            _merge(fields, {name: self._field(field, root, seen) for name, field in own.items()})
        return {**kept, "properties": fields} if fields or "properties" in node else kept

    def _spend(self, node: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
        """A node may stand in an answer many times; a long one counts as more."""
        if id(node) not in self._sizes:
            self._sizes[id(node)] = len(json_text.render(kept))
        self._left -= 1 + self._sizes[id(node)] // _USUAL

    def _parts(self, node: Mapping[str, Any]) -> Iterator[Any]:
        parts = node.get("allOf")
        yield from parts if isinstance(parts, list) else ()
        if "$ref" in node:
            yield {"$ref": node["$ref"]}

    def _field(self, field: Any, root: Mapping[str, Any], seen: tuple[str, ...]) -> Any:
        """A field; one that refers to a data type has that type's fields, and says where they are from."""
        if not isinstance(field, Mapping) or self._left <= 0 or len(seen) > _DEEPEST:
            return field
        shown = self.whole(field, root, (*seen, ""))
        if isinstance(field.get("$ref"), str):
            shown = {"type": "object", **shown, "meta:referencedFrom": field["$ref"]}
        items = field.get("items")
        return {**shown, "items": self._field(items, root, seen)} if isinstance(items, Mapping) else shown

    def _target(
        self, part: Any, root: Mapping[str, Any], seen: tuple[str, ...]
    ) -> tuple[Mapping[str, Any] | None, Mapping[str, Any], tuple[str, ...]]:
        """What a part of ``allOf`` means, the document in which it stands, and the way to it."""
        ref = part.get("$ref") if isinstance(part, Mapping) else None
        if self._left <= 0 or len(seen) > _DEEPEST:
            return None, root, seen
        if not isinstance(ref, str):
            return (part if isinstance(part, Mapping) else None), root, (*seen, "")
        if ref in seen:
            return None, root, seen
        if not ref.startswith("#"):
            if ref not in self._found:
                self._found[ref] = self._find(ref)
            found = self._found[ref]
            return found, found or root, (*seen, ref)
        import jsonpointer  # as in json_patch.py: not before it is needed

        try:
            target = jsonpointer.resolve_pointer(dict(root), ref[1:], None)
        except jsonpointer.JsonPointerException:
            target = None
        return (target if isinstance(target, Mapping) else None), root, (*seen, "")


def _chosen(fields: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those that ``meta:refProperty`` names, one or several (xdm/tutorials/specific-fields-api.md)."""
    given = part.get("meta:refProperty")
    paths = [path for path in (given if isinstance(given, list) else [given]) if isinstance(path, str)]
    return _only(fields, [path.removeprefix("/").split("/") for path in paths]) if paths else fields


def _only(fields: Mapping[str, Any], paths: Iterable[list[str]]) -> dict[str, Any]:
    """A field that a path goes through has what the path names; all below is unknown where it says nothing of it."""
    steps: dict[str, list[list[str]]] = {}
    for name, *below in paths:
        steps.setdefault(name, []).append(below)
    return {name: _narrowed(fields[name], below) for name, below in steps.items() if name in fields}


def _narrowed(field: Any, paths: list[list[str]]) -> Any:
    if not isinstance(field, Mapping) or not all(paths):
        return field
    if isinstance(field.get("items"), Mapping):
        return {**field, "items": _narrowed(field["items"], paths)}
    below = field.get("properties")
    return {**field, "properties": _only(below, paths)} if isinstance(below, Mapping) else field


def _merge(fields: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add fields; objects of one name become one."""
    for name, field in more.items():
        known = fields.get(name)
        if isinstance(known, dict) and isinstance(field, Mapping) and isinstance(known.get("properties"), dict):
            below = dict(known["properties"])
            other = field.get("properties")
            _merge(below, other if isinstance(other, Mapping) else {})
            fields[name] = {**known, **field, "properties": below}
        else:
            fields[name] = field


def fields_of(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and type of every field of a resolved resource."""
    fields = node.get("properties")
    for name, field in fields.items() if isinstance(fields, Mapping) else ():
        if isinstance(field, Mapping):
            yield f"{path}{name}", field.get("type")
            yield from fields_of(field, f"{path}{name}.")
