"""What the OpenAPI document says of answers, with its references and combinations put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from mockserver.control.description import description

__all__ = ["Described", "alternatives", "misfits", "operation_of"]

Json = Mapping[str, Any]
_LEAVES = ("pattern", "enum", "const", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "format")


@cache
def _document() -> Json:
    return description()


@cache
def _operations() -> Mapping[str, Json]:
    items = _document()["paths"].values()
    return {row["operationId"]: row for item in items for method, row in item.items() if method != "parameters"}


def operation_of(id: str) -> Json | None:
    """What is described of the operation with that id."""
    return _operations().get(id)


@dataclass
class Described:
    """Several schemas that a value has to fit together. ``types`` is ``None`` where any may come."""

    types: set[str] | None = None
    properties: dict[str, list[Json]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    items: list[Json] = field(default_factory=list)
    others: list[Json] = field(default_factory=list)
    is_closed: bool = False
    """Whether all that may stand in it is named: ``additionalProperties`` is false, or ``x-complete`` true."""
    leaves: list[Json] = field(default_factory=list)


def alternatives(schemas: list[Json]) -> Iterator[Described]:
    """Each way in which a value may fit all ``schemas``."""
    for flat in _chosen(schemas):
        found = Described()
        for schema in flat:
            _add(schema, found)
        yield found


def _chosen(schemas: list[Json]) -> Iterator[list[Json]]:
    """The same schemas without references and combinations, in each way in which one can choose."""
    if not schemas:
        yield []
        return
    first, *rest = schemas
    more = [_referred(first["$ref"])] if "$ref" in first else []
    choices = first.get("anyOf") or first.get("oneOf") or [None]
    for choice in choices:
        chosen = [*more, *first.get("allOf", ()), *([] if choice is None else [choice]), *rest]
        for flat in _chosen(chosen):
            yield [first, *flat]


def _referred(reference: str) -> Json:
    target: Any = _document()
    for part in reference.removeprefix("#/").split("/"):
        target = target[part]
    return target  # type: ignore[no-any-return]


def _add(schema: Json, into: Described) -> None:
    types = schema.get("type")
    if types is not None:
        allowed = {types} if isinstance(types, str) else set(types)
        into.types = allowed if into.types is None else into.types & allowed
    for name, child in schema.get("properties", {}).items():
        into.properties.setdefault(name, []).append(child)
    into.required |= set(schema.get("required", ()))
    if isinstance(schema.get("items"), dict):
        into.items.append(schema["items"])
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        into.others.append(more)
    into.is_closed = into.is_closed or more is False or schema.get("x-complete") is True
    leaf = {key: schema[key] for key in _LEAVES if key in schema}
    if leaf:
        into.leaves.append(leaf)


def misfits(described: Described, value: Any) -> Iterator[str]:
    """The keywords beside types and names that ``value`` doesn't fit."""
    for leaf in described.leaves:
        for error in Draft202012Validator(leaf).iter_errors(value):
            yield str(error.validator)
