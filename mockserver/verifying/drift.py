"""Where answers differ from what is described: by operation and pointer, one word each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mockserver.verifying.described import Described, alternatives, misfits, operation_of
from mockserver.verifying.shape import Shape, shape_of

__all__ = ["TROUBLE", "Drift", "drifts_of", "misfits_of"]

Kind = Literal["missing", "extra", "type", "status", "order"]
TROUBLE = frozenset((408, 429, *range(500, 600)))
"""Statuses of trouble that any call may meet: no drift, and no answer to look at."""


@dataclass(frozen=True, order=True, slots=True)
class Drift:
    """``pointer`` leads into the answer's body, ``*`` stands for any element; ``detail`` quotes no value."""

    operation: str
    status: int
    pointer: str
    kind: Kind
    detail: str


def drifts_of(operation: str, status: int, fact: Mapping[str, Any]) -> Iterator[Drift]:
    """Those of one fact: ``shape``, ``misfits`` and ``order`` of answers of that status."""
    described = operation_of(operation)
    if described is None:
        return
    responses = described["responses"]
    if str(status) not in responses:
        yield Drift(operation, status, "", "status", f"described: {', '.join(responses)}")
        return
    if "shape" not in fact:  # a body that nobody knows
        return
    shape = fact["shape"]
    content = responses[str(status)].get("content", {})
    if shape is None and content.keys() - {_JSON}:  # a file, which isn't read
        return
    schema = _schema(content)
    if shape is None or schema is None:
        if shape is not None or schema is not None:
            what = "a body where none is described" if schema is None else "no JSON where it is described"
            yield Drift(operation, status, "", "type", what)
        return
    found = [(pointer, kind, detail) for pointer, kind, detail in _best([schema], shape, "")]
    found += [
        (pointer, "type", f"doesn't fit its {keyword}")
        for pointer, keywords in fact.get("misfits", {}).items()
        for keyword in keywords
    ]
    for by, how in fact.get("order", {}).items():
        if how != "kept":
            found.append(("/items", "order", f"described: {by}; found: {how.removeprefix('broken: ')}"))
    yield from (Drift(operation, status, *each) for each in found)


_JSON = "application/json"


def _schema(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return content[_JSON]["schema"] if _JSON in content else None


_Found = tuple[str, Kind, str]


def _best(schemas: list[Mapping[str, Any]], shape: Shape, pointer: str) -> list[_Found]:
    """What differs from the alternative that is nearest."""
    found = ([*_differences(each, shape, pointer)] for each in alternatives(schemas))
    return min(found, key=lambda rows: (sum(row[1] != "extra" for row in rows), len(rows)))


def _differences(described: Described, shape: Shape, pointer: str) -> Iterator[_Found]:
    wrong = [each for each in shape["types"] if not _is_allowed(each, described.types)]
    if wrong:
        yield pointer, "type", f"{' or '.join(wrong)}, described: {' or '.join(sorted(described.types or ()))}"
    if "properties" in shape and not (wrong and shape["types"] == wrong):
        yield from _of_object(described, shape, pointer)
    if "items" in shape and described.items:
        yield from _best(described.items, shape["items"], f"{pointer}/*")


def _of_object(described: Described, shape: Shape, pointer: str) -> Iterator[_Found]:
    properties, sometimes = shape["properties"], shape.get("sometimes", ())
    for name in sorted(described.required):
        if name not in properties or name in sometimes:
            yield f"{pointer}/{name}", "missing", "not always there" if name in properties else "never there"
    for name, child in properties.items():
        known = described.properties.get(name) or described.others
        if known:
            yield from _best(known, child, f"{pointer}/{name}")
        elif described.is_closed:
            yield f"{pointer}/{name}", "extra", " or ".join(child["types"])


def _is_allowed(found: str, allowed: Iterable[str] | None) -> bool:
    return allowed is None or found in allowed or (found == "integer" and "number" in allowed)


def misfits_of(operation: str, status: int, value: Any) -> dict[str, list[str]]:
    """The keywords that a value breaks beside types and names, by the pointer; without the value."""
    described = operation_of(operation)
    response = described["responses"].get(str(status)) if described else None
    schema = _schema(response.get("content", {})) if response else None
    if schema is None:
        return {}
    found: dict[str, set[str]] = {}
    for pointer, keyword in _nearest([schema], value, ""):
        found.setdefault(pointer, set()).add(keyword)
    return {pointer: sorted(keywords) for pointer, keywords in sorted(found.items())}


def _misfits(described: Described, value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    yield from ((pointer, keyword) for keyword in misfits(described, value))
    if isinstance(value, dict):
        for name, child in value.items():
            if name in described.properties:
                yield from _nearest(described.properties[name], child, f"{pointer}/{name}")
    elif isinstance(value, list) and described.items:
        for child in value:
            yield from _nearest(described.items, child, f"{pointer}/*")


def _nearest(schemas: list[Mapping[str, Any]], value: Any, pointer: str) -> list[tuple[str, str]]:
    """Those of the alternative whose types and names are nearest."""
    ways = [*alternatives(schemas)]
    if len(ways) > 1:
        shape = shape_of(value)
        ways.sort(key=lambda each: len([*_differences(each, shape, "")]))
    return [*_misfits(ways[0], value, pointer)]
