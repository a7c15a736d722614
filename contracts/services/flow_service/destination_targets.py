"""The rules about a target connection of a destination: the place there, by the ``targetSpec`` of its row.

The printed ``required`` lists two file types of which no body has both, so the rows say what is asked for. An update
may leave less and other params than a creation (edit-destination.md): then only types and values are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.judging.body_schemas import object_at, pointer_to
from contracts.judging.model import Call
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.reading.custom_schemas import given_validator, matcher
from contracts.services.flow_service.connections import source_of
from contracts.services.flow_service.frames import given_breaches, missing_key, schema, unknown_keys
from contracts.services.flow_service.references import referred
from contracts.services.flow_service.rules import RULES, violation
from contracts.sources.source_catalogue import Source

__all__ = ["DESTINATION_TARGET_CREATION_RULES", "DESTINATION_TARGET_RULES", "destination_of", "target_params"]


def destination_of(call: Call) -> Source | None:
    """The destination that ``connectionSpec.id`` names."""
    source = source_of(call.document, call.terms)
    return source if source is not None and source.is_destination else None


def target_params(destination: Source) -> Mapping[str, Any]:
    """What ``targetSpec`` declares of each param."""
    spec = (destination.target.get("targetSpec") or {}).get("spec") or {}
    declared: Mapping[str, Any] = spec.get("properties") or {}
    return declared


def target_is_whole(call: Call) -> Iterator[Violation]:
    """destinations.yaml requires all of it at creation; an update takes nothing of it away but the params."""
    if destination_of(call) is None:
        return
    rules = {"name": "FS-DST-01", "baseConnectionId": "FS-DST-02", "params": "FS-DST-04"}
    for name, rule in rules.items():
        if name not in call.document:
            yield missing_key(rule, "", name, call.document, schema("target-connection")["properties"])


def target_is_of_its_base(call: Call) -> Iterator[Violation]:
    destination = destination_of(call)
    for base in referred(call, "baseConnectionId", "connections"):
        spec = str(object_at(base, "connectionSpec").get("id"))
        if destination is not None and spec != destination.id:
            found = shown(destination.id)
            yield violation("FS-DST-03", "/connectionSpec/id", "not the base connection's", found=found, allowed=[spec])


def params_are_declared(call: Call) -> Iterator[Violation]:
    destination, params = destination_of(call), object_at(call.document, "params")
    declared = target_params(destination) if destination is not None else {}
    if not declared:
        return
    looked_at = {name: _without_pattern(row) for name, row in declared.items()}
    fitting = given_validator({"type": "object", "properties": looked_at})
    for found in given_breaches(fitting, params, "FS-DST-05", missing="FS-DST-05"):
        row = declared.get(found.pointer[1:])
        if row and str(params.get(found.pointer[1:])).upper() in row.get("enum", ()):
            given = params[found.pointer[1:]]
            found = replace(found, rule=RULES["FS-DST-17"], found=shown(given), nearest=str(given).upper())
        allowed = [shown(value) for value in row["enum"]] if row and "enum" in row else found.allowed
        yield replace(found, pointer=f"/params{found.pointer}", allowed=tuple(allowed))
    yield from unknown_keys(params, declared, "FS-DST-09", "/params")
    if "csvOptions" in params and params.get("fileType") != "CSV":
        file_type = f"fileType {shown(params.get('fileType'))}"
        yield violation("FS-DST-08", "/params/csvOptions", "not of a target for CSV", found=file_type)


def params_name_the_place(call: Call) -> Iterator[Violation]:
    destination, params = destination_of(call), object_at(call.document, "params")
    if destination is None or "params" not in call.document:
        return
    row, declared = destination.target, target_params(destination)
    for name in row.get("requiredTargetParams") or ():
        if name not in params:
            yield missing_key("FS-DST-04", "/params", name, params, declared)
    for group in row.get("oneOfTargetParams") or ():
        if not any(name in params for name in group):
            yield violation("FS-DST-07", "/params", "none of them is sent", found="nothing", allowed=group)
    for name in (row.get("locationOfMode") or {}).get(str(params.get("mode")), ()):
        if name not in params:
            yield missing_key("FS-DST-10", "/params", name, params, declared)


def params_fit_their_patterns(call: Call) -> Iterator[Violation]:
    destination = destination_of(call)
    if destination is None:
        return
    for name, value in object_at(call.document, "params").items():
        pattern = (target_params(destination).get(name) or {}).get("pattern")
        if pattern and isinstance(value, str) and not matcher(pattern)(value) and not is_placeholder(value):
            where = pointer_to("/params", name)
            yield violation(
                "FS-DST-06", where, "not in the form that the spec declares", found=shown(value), allowed=[pattern]
            )


def _without_pattern(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("pattern", "conditional")}


DESTINATION_TARGET_RULES = (target_is_whole, params_are_declared)
DESTINATION_TARGET_CREATION_RULES = (target_is_of_its_base, params_name_the_place, params_fit_their_patterns)
