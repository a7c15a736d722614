"""The JSON Schemas of what clients send, one file each.

`jsonschema` says what is wrong. Whether anything is, `jsonschema_rs` says first, some hundred times as fast; where
there is no build of it, `jsonschema` says that too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from contracts.reading.files import file_of

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

__all__ = ["Checker", "checker", "declared_fields", "schema"]


class Checker:
    """One schema of ours, ready to check values with."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` fits. What is doubtful doesn't: then `iter_errors` looks again."""
        try:
            return self._compiled(value)
        except Exception:  # ValueError, OverflowError, RecursionError; what else, its versions differ in
            return False

    def iter_errors(self, value: Any) -> Iterator[ValidationError]:
        """What doesn't fit, and where."""
        if not self.accepts(value):
            yield from self._explaining.iter_errors(value)

    @cached_property
    def _compiled(self) -> Callable[[Any], bool]:
        try:
            from jsonschema_rs import Draft202012Validator  # 20 ms that only the first check pays
        except ImportError:
            return self._explaining.is_valid
        return Draft202012Validator(self._schema).is_valid

    @cached_property
    def _explaining(self) -> Draft202012Validator:
        from jsonschema import Draft202012Validator  # 90 ms that only the first mistake pays

        return Draft202012Validator(self._schema)


@cache
def schema(name: str, package: str) -> dict[str, Any]:
    """The schema in ``schemas/NAME.json`` of that package."""
    text = file_of(package, f"schemas/{name}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def checker(name: str, package: str) -> Checker:
    """The checker for that schema."""
    return Checker(schema(name, package))


def declared_fields(schema: Any) -> Iterator[str]:
    """The properties that a JSON Schema declares anywhere and that hold no object, nor an array of such."""
    if isinstance(schema, list):
        for child in schema:
            yield from declared_fields(child)
    elif isinstance(schema, dict):
        declared = schema.get("properties")
        if isinstance(declared, dict):
            yield from (name for name, row in declared.items() if not _holds_objects(row))
        for child in schema.values():
            yield from declared_fields(child)


def _holds_objects(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return True
    kinds = schema.get("type", "string")
    return "object" in kinds or "properties" in schema or ("items" in schema and _holds_objects(schema["items"]))
