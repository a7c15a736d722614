"""The rules about a source connection (POST /sourceConnections); its frame is ``schemas/source-connection.json``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.judging.body_schemas import kind_of, object_at
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.custom_schemas import given_validator
from contracts.services.flow_service.connections import source_of, spec_is_known
from contracts.services.flow_service.flow_specs import STREAMING, provider_of
from contracts.services.flow_service.frames import frame_of, given_breaches, missing_key, schema
from contracts.services.flow_service.references import reference_breaches, referred
from contracts.services.flow_service.rules import RULES, violation
from contracts.services.flow_service.specs import source_params
from contracts.sources.source_catalogue import EXPORT_SOURCE, PROFILE_STORE, Source

__all__ = ["SOURCE_FRAME", "SOURCE_RULES", "SOURCE_UPDATE_RULES"]

# collect/crm.md and its siblings; a table's format is tabular, a file's one of the others (1327).
_EXPORTED = ("CSV", "json")
_FORMATS = ("tabular", "delimited", "json", "parquet", "parquet_xdm")


def data_is_sent(call: Call) -> Iterator[Violation]:
    """flow-service.yaml requires it; the pages of two streaming sources leave it out."""
    if not isinstance(call.document, dict) or "data" in call.document:
        return
    source = source_of(call.document, call.terms)
    if source is not None and source.is_export_source:
        return
    rule = "FS-IN-08" if source is not None and _streams(source) else "FS-IN-04"
    yield missing_key(rule, "", "data", call.document, schema("source-connection")["properties"])


def data_has_a_format(call: Call) -> Iterator[Violation]:
    data_format = object_at(call.document, "data").get("format")
    source = source_of(call.document, call.terms)
    if source is not None and source.id == PROFILE_STORE:
        if isinstance(data_format, str) and data_format not in _EXPORTED:
            found, problem = shown(data_format), "not documented"
            yield violation("FS-DST-13", "/data/format", problem, found=found, allowed=_EXPORTED, near=data_format)
    elif isinstance(data_format, str) and data_format not in _FORMATS:
        yield violation(
            "FS-IN-05", "/data/format", "not documented", found=shown(data_format), allowed=_FORMATS, near=data_format
        )


def params_fit_the_source(call: Call) -> Iterator[Violation]:
    source = source_of(call.document, call.terms)
    if source is None:
        return
    params = object_at(call.document, "params")
    if "table" in source.explore_kinds and "tableName" not in params and params.get("path"):
        problem = "a table is named by tableName"
        yield violation("FS-IN-09", "/params/path", problem, found="path", allowed=["tableName"])
        return
    for found in given_breaches(given_validator(source_params(source)), params, "FS-IN-07", missing="FS-IN-07"):
        yield _named(replace(found, pointer=f"/params{found.pointer}"), source)


def datasets_are_named(call: Call) -> Iterator[Violation]:
    if object_at(call.document, "connectionSpec").get("id") != EXPORT_SOURCE:
        return
    datasets = object_at(call.document, "params").get("datasets")
    if not datasets:
        yield violation("FS-DST-11", "/params/datasets", "none", found=kind_of(datasets) if datasets else "nothing")


def datasets_stay(call: Call) -> Iterator[Violation]:
    if object_at(call.document, "connectionSpec").get("id") != EXPORT_SOURCE:
        return
    before, datasets = (object_at(each, "params").get("datasets") for each in (call.before, call.document))
    if before is not None and datasets != before:
        yield violation("FS-DST-12", "/params/datasets", "can't be changed", found=kind_of(datasets))


def source_is_no_destination(call: Call) -> Iterator[Violation]:
    source = source_of(call.document, call.terms)
    if source is not None and source.kinds == ("destination",):
        allowed = [row.id for row in call.terms.catalogue.of("export source")]
        problem = f"{source.display_name} is a destination"
        yield violation("FS-DST-14", "/connectionSpec/id", problem, found=shown(source.id), allowed=allowed)


def _named(found: Violation, source: Source) -> Violation:
    """What is wrong with datasets; aepp sends them without their names, which export-datasets.md requires."""
    if source.id != EXPORT_SOURCE or not found.pointer.startswith("/params/datasets"):
        return found
    is_name = found.is_absence and found.pointer.endswith("/name")
    return replace(found, rule=RULES["FS-DST-16" if is_name else "FS-DST-11"])


def base_connection_exists(call: Call) -> Iterator[Violation]:
    yield from reference_breaches(call, "baseConnectionId", "connections")
    source = source_of(call.document, call.terms)
    for base in referred(call, "baseConnectionId", "connections"):
        spec = str(object_at(base, "connectionSpec").get("id"))
        if source is not None and spec != source.id:
            yield violation(
                "FS-REF-03", "/connectionSpec/id", "not the base connection's", found=shown(source.id), allowed=[spec]
            )


def base_connection_is_no_empty_text(call: Call) -> Iterator[Violation]:
    """adobe/dep sends an empty one for the landing zone, which has no base connection."""
    if isinstance(call.document, dict) and call.document.get("baseConnectionId") == "":
        source = source_of(call.document, call.terms)
        rule = "FS-IN-03" if source is None or source.auth else "FS-IN-10"
        yield violation(rule, "/baseConnectionId", "empty", found=shown(""), allowed=["a base connection's id"])


def base_connection_is_named(call: Call) -> Iterator[Violation]:
    source = source_of(call.document, call.terms)
    if source is not None and source.auth and "baseConnectionId" not in call.document:
        yield violation("FS-REF-04", "/baseConnectionId", "missing", found="nothing")


def _streams(source: Source) -> bool:
    """Whether the source pushes its data: its flow spec is one for streams, or there is nothing to explore."""
    return provider_of(source.flow_spec_id) == STREAMING or not (source.explore_kinds or source.is_target)


SOURCE_FRAME = (
    frame_of("source-connection"),
    base_connection_is_no_empty_text,
    spec_is_known,
    data_is_sent,
    data_has_a_format,
)
SOURCE_RULES = (
    params_fit_the_source,
    datasets_are_named,
    source_is_no_destination,
    base_connection_exists,
    base_connection_is_named,
)
SOURCE_UPDATE_RULES = (datasets_stay,)
