"""What descriptors make of the fields of a resolved schema: other names, suggested values, or the end of their use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.judging.body_schemas import object_at

__all__ = ["described"]

View = Mapping[str, Any]
_DEEPEST = 40  # steps of a path; a resolved schema is no deeper


@dataclass
class _Place:
    """What changes at a field, and below it by the next step of the path."""

    changes: dict[str, Any] = field(default_factory=dict)
    below: dict[str, _Place] = field(default_factory=dict)


def described(schema: View, descriptors: Sequence[View], *, tells_deprecated: bool) -> dict[str, Any]:
    """``schema``, each of whose fields is copied where a descriptor changes it."""
    root = _Place()
    for each in descriptors:
        kind = str(each.get("@type"))
        if kind in _CHANGES and (tells_deprecated or kind != _DEPRECATED):
            for path in _paths(each):
                _place(root, path).changes |= _CHANGES[kind](each)
    return _changed(schema, root)


def _paths(descriptor: View) -> Iterator[str]:
    """xdm:sourceProperty, which may be several."""
    given = descriptor.get("xdm:sourceProperty")
    for path in given if isinstance(given, list) else [given]:
        if isinstance(path, str) and path.count("/") <= _DEEPEST:
            yield path


def _place(root: _Place, path: str) -> _Place:
    place = root
    for step in path.removeprefix("/").split("/"):
        place = place.below.setdefault(step.removesuffix("[*]"), _Place())
    return place


def _changed(node: View, place: _Place) -> dict[str, Any]:
    changed = {**node, **place.changes}
    if "meta:enum" in place.changes:  # added to the field's own (suggested-values.md)
        changed["meta:enum"] = {**object_at(node, "meta:enum"), **place.changes["meta:enum"]}
    if place.below and isinstance(node.get("items"), Mapping):
        changed["items"] = _changed(node["items"], _Place(below=place.below))
    fields = node.get("properties")
    if place.below and isinstance(fields, Mapping):
        found = {name: _changed(fields[name], each) for name, each in place.below.items() if _is_field(fields, name)}
        changed["properties"] = {**fields, **found}
    return changed


def _is_field(fields: View, name: str) -> bool:
    return isinstance(fields.get(name), Mapping)


def _shown_otherwise(descriptor: View) -> dict[str, Any]:
    """xdm/tutorials/suggested-values.md; the first language stands for all (assumed)."""
    names = {"xdm:title": "title", "xdm:description": "description"}
    texts = {own: _text(descriptor[name]) for name, own in names.items() if name in descriptor}
    values = {value: _text(label) for value, label in object_at(descriptor, "meta:enum").items()}
    return {**texts, **({"meta:enum": values} if values else {})}


def _text(by_language: Any) -> Any:
    return next(iter(by_language.values()), "") if isinstance(by_language, Mapping) else by_language


def _at_its_end(descriptor: View) -> dict[str, Any]:  # noqa: ARG001 -- as of any descriptor
    return {"meta:status": "deprecated"}


_DEPRECATED = "xdm:descriptorDeprecated"
_CHANGES: Mapping[str, Callable[[View], dict[str, Any]]] = {
    "xdm:alternateDisplayInfo": _shown_otherwise,
    _DEPRECATED: _at_its_end,
}
