"""Why a JSON Schema (draft-07) that a client gives can't be enforced. Imported only where one is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft7Validator, FormatChecker
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT7, Schema

from contracts.reading.custom_schemas import nothing_remote

__all__ = ["faults_in"]

_PATTERNS = FormatChecker(formats=["regex"])

_IN_PLACE = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ALONE = ("not", "if", "then", "else")


def faults_in(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Why ``schema`` can't be enforced: a path inside of it and a sentence each."""
    shape = list(_shape_faults(schema))
    yield from shape or _reference_faults(schema)


def _shape_faults(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    try:
        errors = list(Draft7Validator(Draft7Validator.META_SCHEMA, format_checker=_PATTERNS).iter_errors(schema))
    except RecursionError:
        yield (), "nested too deeply"
        return
    for error in errors:
        yield tuple(error.absolute_path), f"not JSON Schema draft-07 ({error.validator})"


def _reference_faults(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """References that lead out of the schema, nowhere, to no schema, or round in a circle."""
    root = DRAFT7.create_resource(schema)
    resolver = nothing_remote().with_resource("", root).resolver_with_root(root)
    waiting = [(root.contents, resolver)]
    seen: set[int] = set()
    targets: dict[int, list[Schema]] = {}
    while waiting:
        current, scope = waiting.pop()
        if id(current) in seen or not isinstance(current, Mapping):
            continue
        seen.add(id(current))
        reference = current.get("$ref")
        if isinstance(reference, str):
            try:
                resolved = scope.lookup(reference)
            except (Unresolvable, ValueError):
                yield (), f"$ref {reference[:100]!r} leads nowhere inside of this schema; nothing is fetched"
                continue
            if next(_shape_faults(resolved.contents), None):
                yield (), f"$ref {reference[:100]!r} does not lead to a schema"
                continue
            targets[id(current)] = [resolved.contents]
            waiting.append((resolved.contents, resolved.resolver))
            continue
        targets[id(current)] = list(_in_place(current))
        inside = [child.contents for child in DRAFT7.create_resource(current).subresources()]
        children = [DRAFT7.create_resource(child) for child in (*inside, *targets[id(current)])]
        waiting += [(child.contents, scope.in_subresource(child)) for child in children]
    if _has_circle(targets):
        yield (), "a $ref leads back to itself"


def _in_place(schema: Mapping[str, Any]) -> Iterator[Schema]:
    """The subschemas that judge the same value as ``schema`` does."""
    for name in _IN_PLACE:
        yield from schema.get(name, ())
    yield from (schema[name] for name in _IN_PLACE_ALONE if name in schema)
    yield from (child for child in schema.get("dependencies", {}).values() if not isinstance(child, list))


def _has_circle(targets: Mapping[int, list[Schema]]) -> bool:
    """Whether some schema judges a value by itself again: a walk that never ends."""
    done: set[int] = set()
    for start in targets:
        path: list[tuple[int, Iterator[int]]] = [(start, iter([id(child) for child in targets[start]]))]
        on_path = {start}
        while path:
            node, children = path[-1]
            child = next(children, None)
            if child is None:
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif child in on_path:
                return True
            elif child not in done and child in targets:
                path.append((child, iter([id(grandchild) for grandchild in targets[child]])))
                on_path.add(child)
    return False
