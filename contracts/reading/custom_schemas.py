"""JSON Schemas (draft-07) that specs bring along: checked by `custom_schema_faults`, then used without any network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator
    from referencing.jsonschema import SchemaRegistry

__all__ = ["errors_of", "given_validator", "nothing_remote"]


@cache
def nothing_remote() -> SchemaRegistry:
    """The registry in which a ``$ref`` finds what its own schema holds, and nothing else."""
    from referencing import Registry

    return Registry()


def given_validator(schema: Mapping[str, Any]) -> Validator:
    """The validator for a schema in which `schema_faults.faults_in` finds nothing."""
    from jsonschema import Draft7Validator  # 90 ms that only flows and connections of one's own pay

    return Draft7Validator(schema, registry=nothing_remote())


def errors_of(validator: Validator, value: Any) -> Iterator[ValidationError | str]:
    """What doesn't fit; a text where the comparison itself fails, as of numbers that a double can't hold."""
    try:
        yield from validator.iter_errors(value)
    except (ArithmeticError, RecursionError, ValueError) as problem:
        yield f"can't be compared with its spec ({type(problem).__name__})"
