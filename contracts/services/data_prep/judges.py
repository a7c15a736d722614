"""What a mapping set must keep. Two bodies are documented, and pages mix them; either is taken, and both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from contracts.judging.body_schemas import frames_of, object_at
from contracts.judging.model import Call
from contracts.judging.placeholders import placeholders
from contracts.judging.violations import Violation, shown
from contracts.reading.numbers import whole
from contracts.services.data_prep.expressions import FUNCTIONS, LONGEST, ExpressionProblem, functions_in, parsed
from contracts.services.data_prep.rules import violation
from contracts.services.gateway.known import SCHEMAS
from contracts.services.gateway.placeholders import placeholders_are_filled_in

__all__ = [
    "EXPRESSION_RULES",
    "LIST_PARAMETERS",
    "LIST_RULES",
    "MAPPING_SET_RULES",
    "PACKAGE",
    "PREVIEW_RULES",
    "SHORT_RULES",
    "MappingRow",
    "has_field",
    "mappings_of",
    "schema_id_of",
]

PACKAGE = "contracts.services.data_prep"
LIST_PARAMETERS = ("limit", "start", "name", "orderBy", "expandSchema", "property")
_MOST = 20  # breaches of one kind in one body
_TYPES = ("ATTRIBUTE", "EXPRESSION", "STATIC", "text/x.schema-path", "text/x.aep-xl", "text/plain")
CALCULATED = ("EXPRESSION", "text/x.aep-xl")


class MappingRow(NamedTuple):
    """From where to where, whichever of the two forms was sent."""

    kind: str
    source: str
    destination: str


def mappings_of(document: Any) -> list[MappingRow | None]:
    """The mappings of a set; ``None`` stands for one that is none."""
    rows = document.get("mappings") if isinstance(document, dict) else None
    return [_mapping(row) for row in rows] if isinstance(rows, list) else []


def _mapping(row: Any) -> MappingRow | None:
    if not isinstance(row, dict):
        return None
    source = next(
        (row[name] for name in ("source", "sourceExpression", "sourceAttribute") if isinstance(row.get(name), str)),
        None,
    )
    target = next((row[name] for name in ("destination", "destinationXdmPath") if isinstance(row.get(name), str)), None)
    kind = row.get("sourceType") or "ATTRIBUTE"
    return MappingRow(kind, source, target) if source and target and isinstance(kind, str) else None


def schema_id_of(document: Any) -> str | None:
    """The schema that a mapping set names: its ``$id`` or ``meta:altId``."""
    reference = object_at(object_at(document, "outputSchema"), "schemaRef").get("id")
    id = reference or (document.get("xdmSchema") if isinstance(document, dict) else None)
    return id if isinstance(id, str) and id else None


def path_is_whole(call: Call) -> Iterator[Violation]:  # noqa: ARG001 -- of every request to it
    yield violation("DP-PATH-01", "path", "without /conversion", allowed=["/data/foundation/conversion/mappingSets"])


SHORT_RULES = (path_is_whole,)


def list_is_sound(call: Call) -> Iterator[Violation]:
    for name, least, most in (("limit", 1, 1000), ("start", 0, 999_999)):
        value = call.parameter(name)
        if value is None:
            yield violation("DP-QRY-01", f"query/{name}", "missing", found="nothing", allowed=[name])
        elif not least <= whole(value, -1) <= most:
            yield violation("DP-QRY-02", f"query/{name}", "no such number", found=shown(value))


LIST_RULES = (list_is_sound,)

frame_of = frames_of(PACKAGE, violation, unknown="DP-KEY-01")


def schema_is_named(call: Call) -> Iterator[Violation]:
    """Of a destination's mapping set it is one of Data Prep's own (activate-segments-file-based-destinations.md)."""
    own = object_at(call.document, "outputSchema").get("id")
    if not isinstance(call.document, dict) or "xdmSchema" in call.document or (isinstance(own, str) and own):
        return
    if schema_id_of(call.document) is None:
        yield violation("DP-NEW-02", "/xdmSchema", "missing", found="nothing", allowed=["xdmSchema", "outputSchema"])


def mappings_are_sound(call: Call) -> Iterator[Violation]:
    yield from islice(_mapping_breaches(call.document), _MOST)


def _mapping_breaches(document: Any) -> Iterator[Violation]:
    rows = document.get("mappings") if isinstance(document, dict) else None
    for index, mapping in enumerate(mappings_of(document)):
        at = f"/mappings/{index}"
        if mapping is None:
            if rows and isinstance(rows[index], dict):
                yield violation("DP-NEW-04", at, "from nowhere or to nowhere", allowed=["source and destination"])
        elif mapping.kind not in _TYPES:
            yield violation(
                "DP-NEW-05",
                f"{at}/sourceType",
                "no such type",
                found=shown(mapping.kind),
                allowed=_TYPES,
                near=mapping.kind,
            )
        elif mapping.kind in CALCULATED:
            yield from _calculated(mapping, f"{at}/source")


def _calculated(mapping: MappingRow, at: str) -> Iterator[Violation]:
    if len(mapping.source) > LONGEST:
        found = f"{len(mapping.source)} characters"
        yield violation("DP-NEW-06", at, "too long", found=found, allowed=[f"{LONGEST} characters"])
        return
    try:
        expression = parsed(mapping.source)
    except ExpressionProblem as problem:
        yield violation("DP-NEW-09", at, str(problem))
        return
    for name in dict.fromkeys(functions_in(expression)):
        if name not in FUNCTIONS:
            yield violation("DP-NEW-10", at, f"what {name} gives is unknown here", found=shown(name), allowed=FUNCTIONS)


def schema_is_known(call: Call) -> Iterator[Violation]:
    id = schema_id_of(call.document)
    if id is None or call.known is None or any(placeholders(id)) or "{" in id:
        return
    schema = call.known.of(SCHEMAS).schema(call.tenant, id)
    if schema is None:
        ids = call.known.of(SCHEMAS).ids(call.tenant)[:_MOST]
        yield violation(
            "DP-NEW-07", _place_of_schema(call.document), "no such schema", found=shown(id), allowed=ids, near=id
        )
    else:
        yield from islice(_lost(call.document, schema), _MOST)


def _place_of_schema(document: Mapping[str, Any]) -> str:
    return "/outputSchema/schemaRef/id" if object_at(document, "outputSchema") else "/xdmSchema"


def _lost(document: Any, schema: Mapping[str, Any]) -> Iterator[Violation]:
    for index, mapping in enumerate(mappings_of(document)):
        if mapping is not None and "{" not in mapping.destination and not has_field(schema, mapping.destination):
            yield violation(
                "DP-NEW-08",
                f"/mappings/{index}/destination",
                "no field of the schema",
                found=shown(mapping.destination),
            )


def has_field(schema: Mapping[str, Any], path: str) -> bool:
    """Whether a schema that is whole has the field of that dotted path; below free objects any is."""
    node: Any = schema
    for name in path.split("."):
        node = node.get("items", node) if isinstance(node, dict) else node
        fields = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(fields, dict):
            return isinstance(node, dict) and node.get("type") in ("object", None)
        node = fields.get(name.partition("[")[0])
        if node is None:
            return False
    return True


MAPPING_SET_RULES = (
    frame_of("mapping-set"),
    schema_is_named,
    mappings_are_sound,
    schema_is_known,
    placeholders_are_filled_in,
)
PREVIEW_RULES = (frame_of("preview"),)
EXPRESSION_RULES = (frame_of("expression"),)
