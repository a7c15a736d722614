"""What the JSON Schemas of a collection's bodies declare, by which the masking tells what holds no secret."""

from __future__ import annotations

from functools import cache

from contracts.reading.schemas import declared_fields, schema
from contracts.tables import COLLECTIONS, OPERATIONS
from mockserver.exchange.texts import sounds_secret

__all__ = ["KEYWORDS", "SAMPLES", "documented", "form_names", "harmless"]

# Keywords of a JSON Schema (draft-07) whose values say nothing of a secret, even where they describe one; samples do.
KEYWORDS = frozenset(
    ("type", "title", "description", "format", "pattern", "$schema", "$ref", "$id", "required", "minLength")
    + ("maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")
    + ("uniqueItems", "minProperties", "maxProperties", "additionalProperties", "additionalItems", "readOnly")
    + ("writeOnly",)
)
SAMPLES = frozenset(("default", "const", "enum", "example", "examples"))


@cache
def documented(name: str) -> frozenset[str]:
    """What documents name the fields of that collection's bodies, where no credentials belong in them."""
    schemas = COLLECTIONS[name].schemas if name in COLLECTIONS else ()
    return frozenset(field for each, package in schemas for field in schema(each, package)["properties"])


@cache
def harmless(name: str) -> frozenset[str]:
    """The fields of that collection's bodies, at any depth, that are texts, numbers or switches and sound harmless."""
    schemas = COLLECTIONS[name].schemas if name in COLLECTIONS else ()
    declared = (field for each, package in schemas for field in declared_fields(schema(each, package)))
    return frozenset(field for field in declared if not sounds_secret(field))


@cache
def form_names() -> frozenset[str]:
    """What documents name the fields of a form."""
    return frozenset(name for each in OPERATIONS if each.body == "form" for name in each.query)
