"""A strategy of JSON Schemas as an attacker, or an odd program, sends them: sound in shape, hostile in their leaves."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

__all__ = ["SCHEMAS", "VALUES"]

_PATTERNS = st.one_of(
    st.text(max_size=12),
    st.text("ab()[]{}+*?|^$\\d.,19", max_size=14),
    st.sampled_from(
        [
            "a{4294967295}",
            "^(a+)+$",
            "(a|a)*b",
            "(?=(a+)+$)",
            "(?<=a)b",
            r"\p{L}",
            "(?P<x>a)(?P=x)",
            "[",
            "(",
            r"\1",
            "{",
        ]
    ),
    st.builds("{}{{{}}}".format, st.sampled_from(["a", r"\w", "(a{100})", ".", "(?=a)"]), st.integers(0, 2**33)),
)
_POINTERS = st.lists(
    st.sampled_from(["", "properties", "a", "minimum", "enum", "0", "definitions", "~", "~0", "%", "%zz", "\0", "é"]),
    max_size=5,
).map("/".join)
_URLS = st.one_of(
    _POINTERS.map("#/{}".format),
    st.sampled_from(
        ["#", "", "#a", "x", "x#", "http://[", "http://x:port/", "//", "file:///etc/passwd", "urn:x", "?", "#/#"]
    ),
    st.text("/#:?[]@%ab", max_size=8),
)
_NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([10**400, -0.0]))
_KEYS = st.sampled_from(
    ["a", "b", "frequency", "interval", "startTime", "backfill", "", "$ref", "~", "aaaaaaaaaaaaaaaaaaaaa!"]
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | _NUMBERS
    | st.sampled_from(["", "a" * 40 + "!", "1", "true", "once"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)
"""What such a schema is held against."""


def _of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "string", "number", "array"]),
            "properties": st.dictionaries(_KEYS, inner, max_size=3),
            "patternProperties": st.dictionaries(_PATTERNS, inner, max_size=2),
            "additionalProperties": inner,
            "dependencies": st.dictionaries(_KEYS, inner | st.lists(_KEYS, unique=True, max_size=2), max_size=2),
            "propertyNames": inner,
            "items": inner | several,
            "contains": inner,
            "required": st.lists(_KEYS, unique=True, max_size=3),
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
            "if": inner,
            "then": inner,
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "pattern": _PATTERNS,
            "minimum": _NUMBERS,
            "exclusiveMaximum": _NUMBERS,
            "multipleOf": st.one_of(st.integers(min_value=1), st.floats(1e-300, 1e300)),
            "uniqueItems": st.booleans(),
            "$ref": _URLS,
            "$id": _URLS,
            "definitions": st.dictionaries(_KEYS, inner, max_size=2),
            "format": st.text(max_size=5),
            "$schema": _URLS,
        },
    )


SCHEMAS = st.recursive(st.booleans() | _of(st.booleans()), _of, max_leaves=6)
