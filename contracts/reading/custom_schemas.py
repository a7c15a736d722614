"""JSON Schemas (draft-07) that specs bring along: checked by `custom_schema_faults`, then used without any network.

Whoever sends one may send any. So looking at a value with it takes only so many steps, patterns are read by a linear
engine, that of `jsonschema_rs`, and nothing that goes wrong goes further than a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator
    from referencing.jsonschema import SchemaRegistry

__all__ = ["errors_of", "given_validator", "matcher", "nothing_remote", "weight"]

_MOST_ERRORS = 50
_STEPS = 10_000  # that looking at any value may take, beside some for each piece of the value
_STEPS_EACH = 4
_PROGRAM = 1_000_000  # bytes of a pattern when it is ready to be used
_BACKTRACKS = 10_000  # of a pattern that looks around or back; any other needs none


@cache
def nothing_remote() -> SchemaRegistry:
    """The registry in which a ``$ref`` finds what its own schema holds, and nothing else."""
    from referencing import Registry

    return Registry()


def given_validator(schema: Mapping[str, Any]) -> Validator:
    """The validator for a schema in which `schema_faults.faults_in` finds nothing."""
    made: Validator = _kind()(schema, registry=nothing_remote())
    return made


def errors_of(validator: Validator, value: Any) -> Iterator[ValidationError | str]:
    """The first that don't fit; a text where that can't be told, as of numbers that a double can't hold."""
    budget = _LEFT.set([_STEPS + _STEPS_EACH * weight(value)])
    found: list[ValidationError | str] = []
    try:
        found += islice(validator.iter_errors(value), _MOST_ERRORS)
    except Exception as problem:  # whatever a library raises over what a client wrote
        found.append(f"can't be compared with its spec ({type(problem).__name__})")
    finally:
        _LEFT.reset(budget)
    return iter(found)


def weight(value: Any) -> int:
    """How many JSON values it is made of, itself included."""
    pieces, waiting = 0, [value]
    while waiting:
        pieces += 1
        current = waiting.pop()
        if isinstance(current, dict):
            waiting += current.values()
        elif isinstance(current, list):
            waiting += current
    return pieces


class TooMuchWork(Exception):
    """A comparison that takes more steps than it may."""


_LEFT: ContextVar[list[int]] = ContextVar("steps left")


def _spend(steps: int) -> None:
    left = _LEFT.get()
    left[0] -= steps
    if left[0] < 0:
        raise TooMuchWork


# The first parameter is a `Validator` with the method ``descend``, which its protocol doesn't tell.
Keyword = Callable[[Any, Any, Any, Any], Iterator["ValidationError"] | None]


@cache
def _kind() -> Any:
    from jsonschema import Draft7Validator, validators  # 90 ms that only flows and connections of one's own pay

    own = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    keywords = {name: _charged(check) for name, check in {**Draft7Validator.VALIDATORS, **own}.items()}
    return validators.extend(Draft7Validator, keywords)  # type: ignore[no-untyped-call]


def _charged(check: Keyword) -> Keyword:
    def charged(validator: Any, given: Any, value: Any, schema: Any) -> Iterator[ValidationError] | None:
        _spend(1 + (len(given) if isinstance(given, list | dict) else 0))
        return check(validator, given, value, schema)

    return charged


def _pattern(validator: Any, pattern: str, value: Any, _: Any) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    if validator.is_type(value, "string") and not matcher(pattern)(value):
        yield ValidationError("does not match")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], value: Any, _: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    _spend(len(patterns) * len(value))
    for pattern, schema in patterns.items():
        fits = matcher(pattern)
        for name in filter(fits, value):
            yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, allowed: Any, value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    if not validator.is_type(value, "object"):
        return
    patterns, declared = schema.get("patternProperties", {}), schema.get("properties", {})
    _spend((1 + len(patterns)) * len(value))
    matchers = [matcher(pattern) for pattern in patterns]
    extra = [name for name in value if name not in declared and not any(fits(name) for fits in matchers)]
    if isinstance(allowed, dict):
        for name in extra:
            yield from validator.descend(value[name], allowed, path=name)
    elif extra and not allowed:
        yield ValidationError("has more properties than are allowed")


def _unique_items(validator: Any, unique: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    if unique and validator.is_type(value, "array") and len(set(map(_identity, value))) < len(value):
        yield ValidationError("has an element twice")


def _identity(value: Any) -> Any:
    """Equal for equal JSON values alone: 1 and 1.0 are, 1 and true aren't."""
    if isinstance(value, dict):
        return frozenset((name, _identity(child)) for name, child in value.items())
    if isinstance(value, list):
        return tuple(map(_identity, value))
    return (type(value), value) if isinstance(value, bool | str) else value


@lru_cache(maxsize=64)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a text holds what ``pattern`` describes; `ValueError` of what is no pattern, or one too large.

    Where there is no linear engine, a pattern is only read, and fits any text.
    """
    try:
        from jsonschema_rs import Draft7Validator, FancyRegexOptions
    except ImportError:
        return _read_only(pattern)
    options = FancyRegexOptions(backtrack_limit=_BACKTRACKS, size_limit=_PROGRAM, dfa_size_limit=_PROGRAM)
    return Draft7Validator({"pattern": pattern}, pattern_options=options).is_valid


def _read_only(pattern: str) -> Callable[[str], bool]:
    import re

    try:
        re.compile(pattern)
    except Exception as problem:  # re.error, and what else it raises: OverflowError, RecursionError
        raise ValueError(str(problem)) from None
    return lambda _: True
