"""Why a JSON Schema (draft-07) that a client gives can't be enforced. Imported only where one is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft7Validator
from referencing.jsonschema import DRAFT7, Schema

from contracts.reading.custom_schemas import errors_of, given_validator, matcher, nothing_remote, weight
from contracts.reading.spelling import beginning

__all__ = ["MOST_VALUES", "faults_in"]

Fault = tuple[tuple[str | int, ...], str]

# Assumed; no documented spec has a tenth of that.
MOST_VALUES = 5_000
"""JSON values that a schema is made of."""
_MOST_REFERENCES = 200
_MOST_PATTERNS = 50
_LONGEST_PATTERN = 1_000  # characters

_MOST_FAULTS = 20
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ALONE = ("not", "if", "then", "else")


def faults_in(schema: Any) -> list[Fault]:
    """Why ``schema`` can't be enforced: a path inside of it and a sentence each. Nothing is ever raised."""
    if weight(schema) > MOST_VALUES:
        return [((), f"more than {MOST_VALUES} values")]
    try:
        return list(islice(_shape_faults(schema), _MOST_FAULTS)) or list(islice(_inner_faults(schema), _MOST_FAULTS))
    except RecursionError:
        return [((), "nested too deeply")]
    except Exception as problem:  # whatever a library raises over what a client wrote
        return [((), f"not readable as a schema ({type(problem).__name__})")]


def _shape_faults(schema: Any) -> Iterator[Fault]:
    if _accepts(schema):
        return
    for error in errors_of(given_validator(Draft7Validator.META_SCHEMA), schema):
        if isinstance(error, str):
            yield (), f"not JSON Schema draft-07, as far as can be told: it {error}"
        else:
            yield tuple(error.absolute_path), f"not JSON Schema draft-07 ({error.validator})"


def _accepts(schema: Any) -> bool:
    """Whether that is sure already; what is doubtful is looked at again."""
    try:
        return _quick()(schema)
    except Exception:  # ValueError, OverflowError, RecursionError; what else, its versions differ in
        return False


@cache
def _quick() -> Callable[[Any], bool]:
    try:
        import jsonschema_rs
    except ImportError:
        return lambda _: False
    return jsonschema_rs.Draft7Validator(dict(Draft7Validator.META_SCHEMA), validate_formats=False).is_valid


def _inner_faults(schema: Any) -> Iterator[Fault]:
    """References that lead out of the schema, nowhere, to no schema, or round in a circle; patterns that are none."""
    root = DRAFT7.create_resource(schema)
    waiting = [(root.contents, nothing_remote().with_resource("", root).resolver_with_root(root))]
    seen: set[int] = set()
    references, patterns = 0, set[str]()
    are_schemas: dict[int, bool] = {id(schema): True}
    targets: dict[int, list[Schema]] = {}
    while waiting:
        current, scope = waiting.pop()
        if id(current) in seen or not isinstance(current, Mapping):
            continue
        seen.add(id(current))
        reference = current.get("$ref")
        if isinstance(reference, str):
            references += 1
            if references > _MOST_REFERENCES:
                yield (), f"more than {_MOST_REFERENCES} $refs"
                return
            try:
                resolved = scope.lookup(reference)
            except Exception:  # Unresolvable, and what else comes of a pointer into a number or of odd URLs
                yield (), f"$ref {beginning(reference, 100)!r} leads nowhere inside of this schema; nothing is fetched"
                continue
            target = resolved.contents
            if id(target) not in are_schemas:
                are_schemas[id(target)] = next(_shape_faults(target), None) is None
            if not are_schemas[id(target)]:
                yield (), f"$ref {beginning(reference, 100)!r} does not lead to a schema"
                continue
            targets[id(current)] = [target]
            waiting.append((target, resolved.resolver))
            continue
        patterns |= _patterns_of(current)
        targets[id(current)] = list(_in_place(current))
        inside = [child.contents for child in DRAFT7.create_resource(current).subresources()]
        children = [DRAFT7.create_resource(child) for child in (*inside, *targets[id(current)])]
        waiting += [(child.contents, scope.in_subresource(child)) for child in children]
    yield from _pattern_faults(patterns)
    if _has_circle(targets):
        yield (), "a $ref leads back to itself"


def _patterns_of(schema: Mapping[str, Any]) -> set[str]:
    own = {schema["pattern"]} if "pattern" in schema else set()
    return own | set(schema.get("patternProperties", ()))


def _pattern_faults(patterns: set[str]) -> Iterator[Fault]:
    if len(patterns) > _MOST_PATTERNS:
        yield (), f"more than {_MOST_PATTERNS} patterns"
        return
    for pattern in sorted(patterns):
        if len(pattern) > _LONGEST_PATTERN:
            yield (), f"a pattern of more than {_LONGEST_PATTERN} characters"
            continue
        try:
            matcher(pattern)
        except ValueError:
            yield (), f"the pattern {beginning(pattern, 100)!r} is no regular expression, or too large a one"


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
