"""What the JSON Schemas of a collection's bodies declare, by which the masking tells what holds no secret."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from contracts import Catalogue
from contracts.reading.schemas import declared_fields, schema
from contracts.tables import COLLECTIONS, OPERATIONS
from mockserver.exchange.texts import sounds_secret

__all__ = ["documented", "form_names", "open_names"]

# Keywords of a JSON Schema (draft-07) whose values say nothing of a secret, even where they describe one; samples do.
_KEYWORDS = frozenset(
    ("type", "title", "description", "format", "pattern", "$schema", "$ref", "$id", "required", "minLength")
    + ("maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")
    + ("uniqueItems", "minProperties", "maxProperties", "additionalProperties", "additionalItems", "readOnly")
    + ("writeOnly",)
)
_SAMPLES = frozenset(("default", "const", "enum", "example", "examples"))
_NONE: frozenset[str] = frozenset()


@cache
def documented(name: str) -> frozenset[str]:
    """What documents name the fields of that collection's bodies, where no credentials belong in them."""
    schemas = COLLECTIONS[name].schemas if name in COLLECTIONS else ()
    return frozenset(field for each, package in schemas for field in schema(each, package)["properties"])


@cache
def _harmless(name: str) -> frozenset[str]:
    """The fields of that collection's bodies, at any depth, that are texts, numbers or switches and sound harmless."""
    schemas = COLLECTIONS[name].schemas if name in COLLECTIONS else ()
    declared = (field for each, package in schemas for field in declared_fields(schema(each, package)))
    return frozenset(field for field in declared if not sounds_secret(field))


@cache
def form_names() -> frozenset[str]:
    """What documents name the fields of a form."""
    return frozenset(name for each in OPERATIONS if each.body == "form" for name in each.query)


@lru_cache(maxsize=64)
def open_names(
    catalogue: Catalogue, fields: frozenset[str], more: frozenset[Callable[[], frozenset[str]]], name: str
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The service's own fields in that collection's items, all that are shown at any depth, and those that it tells.

    ``fields``, and what the functions ``more`` read, are shown at any depth whatever the collection is.
    """
    row = COLLECTIONS.get(name)
    if row is None:
        return _NONE, _NONE, _NONE
    own, declared = row.own | {"state"}, documented(name)
    custom = {each for each in catalogue.open_source_params if not sounds_secret(each)}  # of whichever spec the body is
    shown = fields.union(*(read() for read in more)) | _harmless(name) | custom
    if declared and row.shared:  # specs, which are made of JSON Schemas
        shown = (shown | _KEYWORDS) - _SAMPLES
    shown |= own
    told = row.told if declared else _NONE
    return own, shown, told and frozenset((*told, *declared, *shown, *_KEYWORDS)) - _SAMPLES
