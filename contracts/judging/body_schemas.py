"""From the errors of a JSON Schema to violations of the rules that the schema names.

A subschema carries ``x-rule``, the id of the rule that it expresses, or ``x-rule-KEYWORD`` where one of
its keywords stands for another rule. A missing key breaks the rule of the key's own subschema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracts.judging.model import Call, Frame
from contracts.judging.violations import Violation, Violations, printable, shown
from contracts.reading.custom_schemas import errors_of
from contracts.reading.schemas import Checker, checker, schema
from contracts.reading.spelling import nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

__all__ = [
    "breaches",
    "frames_of",
    "given_breaches",
    "kind_of",
    "missing_key",
    "object_at",
    "pointer_to",
    "unknown_keys",
]

_MOST = 20  # unknown or missing keys reported of one object; a body may hold, or a spec want, thousands


def breaches(violation: Violations, fitting: Checker, value: Any) -> Iterator[Violation]:
    """A violation for each place at which ``value`` doesn't fit."""
    for error in fitting.iter_errors(value):
        if error.validator != "required":
            yield _misfit(violation, error)
        elif error.message.startswith(repr(_absent(error)[0])):  # jsonschema repeats the error for each absent key
            yield from _missing_keys(violation, error)


def given_breaches(
    violation: Violations, fitting: Validator, value: Any, rule: str, *, missing: str
) -> Iterator[Violation]:
    """A violation of ``rule`` for each misfit with a schema that names no rules; of ``missing`` for an absent key."""
    for error in errors_of(fitting, value):
        if isinstance(error, str):
            yield violation(rule, "", error)
        elif error.validator != "required":
            yield violation(
                rule,
                _pointer(error),
                f"does not fit the {error.validator or 'schema'} that its spec declares",
                found=kind_of(error.instance),
                allowed=_expectation(error.schema) if isinstance(error.schema, Mapping) else [],
            )
        elif error.message.startswith(repr(_absent(error)[0])):
            for name in _absent(error)[:_MOST]:
                assert isinstance(error.instance, Mapping)
                yield missing_key(violation, missing, _pointer(error), name, error.instance, _declared(error))


def _declared(error: ValidationError) -> Mapping[str, Any]:
    declared = error.schema.get("properties") if isinstance(error.schema, Mapping) else None
    return declared if isinstance(declared, Mapping) else {}


def frames_of(package: str, violation: Violations, unknown: str) -> Callable[..., Frame]:
    """What makes the rule that a body fits the schema of a name, one of ``package``'s; ``frame_of(name, unknown)``.

    Keys that the schema doesn't declare break the rule ``unknown``.
    """

    def frame_of(name: str, unknown: str = unknown) -> Frame:
        return Frame(package, name, partial(_frame_breaches, violation, unknown))

    return frame_of


def _frame_breaches(violation: Violations, unknown: str, call: Call, frame: Frame) -> Iterator[Violation]:
    yield from breaches(violation, checker(frame.schema, frame.package), call.document)
    yield from _undeclared(violation, call.document, _declared_keys(frame.schema, frame.package), unknown, "")


def object_at(document: Any, name: str) -> Mapping[str, Any]:
    """The object that stands under ``name``; an empty one where there is none."""
    try:
        value = document.get(name)
    except AttributeError:  # no object
        return {}
    return value if isinstance(value, dict) else {}


_Keys = Mapping[str, Any]
"""The declared keys of an object; the value is the same of the object below, empty where nothing is declared there."""


@cache
def _declared_keys(name: str, package: str) -> _Keys:
    return _keys_of(schema(name, package))


def _keys_of(declared: Mapping[str, Any]) -> _Keys:
    return {name: _keys_of(child) for name, child in declared.get("properties", {}).items()}


def _undeclared(violation: Violations, value: Any, declared: _Keys, rule: str, pointer: str) -> Iterator[Violation]:
    """Keys that the schema doesn't declare, at every depth at which it declares any."""
    if not declared or not isinstance(value, dict):
        return
    if value.keys() - declared.keys():
        yield from unknown_keys(violation, value, declared, rule, pointer)
    for name, below in declared.items():
        if below and name in value:
            yield from _undeclared(violation, value[name], below, rule, f"{pointer}/{name}")


def unknown_keys(
    violation: Violations, value: Any, declared: Mapping[str, Any], rule: str, pointer: str
) -> Iterator[Violation]:
    """A violation of ``rule`` for each key of ``value`` that ``declared`` doesn't have."""
    if not isinstance(value, dict):
        return
    for name in islice((name for name in value if name not in declared), _MOST):
        yield violation(rule, pointer_to(pointer, name), "not a documented key", allowed=declared, near=name)


def kind_of(value: Any) -> str:
    """What sort of JSON value it is, in words that give nothing away."""
    if value == "":
        return "an empty string"
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    return _KINDS[type(value)]


def pointer_to(parent: str, name: object) -> str:
    """The JSON pointer of a child (RFC 6901 escapes ``~`` and ``/``)."""
    return f"{parent}/{printable(str(name)[:200]).replace('~', '~0').replace('/', '~1')}"


_KINDS: Mapping[type, str] = {
    str: "a string",
    int: "a number",
    float: "a number",
    list: "an array",
    dict: "an object",
}


def _misfit(violation: Violations, error: ValidationError) -> Violation:
    schema = error.schema
    assert isinstance(schema, Mapping)
    return violation(
        schema.get(f"x-rule-{error.validator}") or schema["x-rule"],
        _pointer(error),
        "not what is documented",
        found=kind_of(error.instance),
        allowed=_expectation(schema),
    )


def _absent(error: ValidationError) -> list[str]:
    """The required keys that aren't there."""
    assert isinstance(error.schema, Mapping)
    assert isinstance(error.instance, Mapping)
    return [name for name in error.schema["required"] if name not in error.instance]


def _missing_keys(violation: Violations, error: ValidationError) -> Iterator[Violation]:
    assert isinstance(error.schema, Mapping)
    assert isinstance(error.instance, Mapping)
    declared = error.schema["properties"]
    for name in _absent(error):
        rule = declared[name].get("x-rule-required") or declared[name]["x-rule"]
        yield missing_key(violation, rule, _pointer(error), name, error.instance, declared)


def missing_key(
    violation: Violations,
    rule: str,
    parent: str,
    name: str,
    found: Mapping[str, Any],
    declared: Mapping[str, Any],
) -> Violation:
    """A violation for the absent ``name``, with the undeclared key that was perhaps meant for it."""
    strangers = list(islice((key for key in found if key not in declared), 200))
    instead = nearest(name, strangers)
    return violation(
        rule,
        pointer_to(parent, name),
        "missing",
        found="nothing" if instead is None else f"nothing, but a key {shown(instead)}",
        allowed=[name],
        nearest=None if instead is None else name,
        answer=f"The mandatory field {name} is not provided. Please provide the {name} and try again.",
    )


def _pointer(error: ValidationError) -> str:
    pointer = ""
    for part in error.absolute_path:
        pointer = pointer_to(pointer, part)
    return pointer


def _expectation(schema: Mapping[str, Any]) -> list[str]:
    if "enum" in schema:
        return [shown(value) for value in schema["enum"]]
    kinds = schema.get("type", [])
    words = [kinds] if isinstance(kinds, str) else list(kinds)
    if words and ("minLength" in schema or "minItems" in schema):
        words[0] = f"non-empty {words[0]}"
    if words and "minimum" in schema and "maximum" in schema:
        words[0] += f" from {schema['minimum']} to {schema['maximum']}"
    pattern = schema.get("x-printed") or schema.get("pattern")
    return [*words, f"matching {pattern}"] if pattern and words else words or [pattern] if pattern else words
