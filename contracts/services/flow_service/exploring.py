"""What exploring a source and asking for its configs may ask.

Spellings and letter case differ between flow-service.yaml (``FileType=Delimited``) and the tutorials
(``fileType=delimited``), so neither names nor values are case-sensitive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.services.flow_service.pql import decoded, filter_is_documented
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.specs import filters_rows
from contracts.sources.source_catalogue import EXPORT_SOURCE, Source

__all__ = [
    "CONFIG_PARAMETERS",
    "CONFIG_RULES",
    "EXPLORE_PARAMETERS",
    "EXPLORE_RULES",
    "EXPORT_RULES",
    "OBJECT_TYPES",
    "config_query",
    "explore_fits",
    "explore_query",
]

OBJECT_TYPES = ("root", "table", "view", "folder", "file", "rest")
_FILE_TYPES = ("delimited", "json", "parquet")
_COMPRESSIONS = ("bzip2", "gzip", "deflate", "zipdeflate", "targzip", "tar")

# Dynamics adds previewCount and primaryKey; limit and start are sent by clients and have no effect.
EXPLORE_PARAMETERS = (
    ("objectType", "object", "fileType", "compressionType", "preview", "columnDelimiter", "encoding", "filters")
    + ("sourceParams", "determineProperties", "previewCount", "primaryKey", "limit", "start")
)  # fmt: skip
CONFIG_PARAMETERS = ("outputType", "outputField", "start", "limit", "authType", "properties")


def explore_query(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The documented parameters of an explore call in the tutorials' spelling; of several the first."""
    return _spelled(pairs, EXPLORE_PARAMETERS)


def config_query(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The documented parameters of a call for configs; of several the first."""
    return _spelled(pairs, CONFIG_PARAMETERS)


def explore_fits(source: Source, query: Mapping[str, str], via_spec: bool = False) -> Iterator[Violation]:
    """What ``source`` doesn't let itself be asked; ``via_spec`` where no connection is explored but its spec."""
    if not source.explore_kinds:
        yield violation(
            "FS-EXP-20",
            "path",
            f"{source.display_name} can't be explored",
            answer=f"Explore connection is not supported for connection spec ID: {source.id}. "
            "Please provide supported connection spec id and try again.",
        )
        return
    if via_spec and source.auth:
        yield violation(
            "FS-EXP-21",
            "path",
            f"{source.display_name} has credentials, so only a connection can be explored",
            answer="The current operation is not allowed. "
            f"Explore via connection spec is not allowed for connection spec ID={source.id}.",
        )
        return
    wanted = query.get("objectType", "root").lower()
    kinds = _object_types(source)
    if wanted in OBJECT_TYPES and wanted not in kinds:
        yield _object_type_is_invalid(wanted, kinds, f"nothing of this type in {source.display_name}")
    if "filters" in query and not filters_rows(source):
        yield violation(
            "FS-EXP-16",
            "query/filters",
            f"no page says that {source.display_name} filters",
            answer=f"The filter at source is not yet supported for {source.name} connector. Please check the supported "
            "connectors in the documentation: "
            "https://experienceleague.adobe.com/docs/experience-platform/sources/api-tutorials/filter.html.",
        )


def explore_parameters_are_documented(call: Call) -> Iterator[Violation]:
    yield from _strangers(call, EXPLORE_PARAMETERS)


def object_type_is_documented(call: Call) -> Iterator[Violation]:
    wanted = explore_query(call.query).get("objectType")
    if wanted is None:
        yield violation("FS-EXP-01", "query/objectType", "missing; root is assumed", allowed=OBJECT_TYPES)
    elif wanted.lower() not in OBJECT_TYPES:
        yield _object_type_is_invalid(wanted, OBJECT_TYPES, "no documented type")


def object_is_named(call: Call) -> Iterator[Violation]:
    query = explore_query(call.query)
    wanted = query.get("objectType", "root").lower()
    if wanted in ("table", "view", "folder", "file") and not query.get("object"):
        yield violation(
            "FS-EXP-03",
            "query/object",
            f"needed for objectType={wanted}",
            found="nothing" if "object" not in query else "an empty string",
            answer=f"The object cannot be empty for objectType={wanted}. Please provide valid object and try again.",
        )


def file_type_is_documented(call: Call) -> Iterator[Violation]:
    query = explore_query(call.query)
    file_type = query.get("fileType")
    if file_type is None:
        is_file = query.get("objectType", "").lower() == "file"
        if is_file and not _is_true(query.get("determineProperties")):
            yield violation(
                "FS-EXP-04",
                "query/fileType",
                "needed for objectType=file",
                found="nothing",
                allowed=_FILE_TYPES,
                answer="The param fileType is missing in the request. Please provide a valid fileType and try again.",
            )
    elif file_type.lower() not in _FILE_TYPES:
        yield violation(
            "FS-EXP-05",
            "query/fileType",
            "no documented file type",
            found=shown(file_type),
            allowed=_FILE_TYPES,
            near=file_type,
            answer="A valid requestFileType could not be found. Please provide a valid requestFileType and try again.",
        )


def column_delimiter_is_one_character(call: Call) -> Iterator[Violation]:
    """``\\t``, as explore/cloud-storage.md prints it, counts as one."""
    delimiter = explore_query(call.query).get("columnDelimiter")
    if delimiter is not None and len(delimiter) != 1 and delimiter != "\\t":
        yield violation(
            "FS-EXP-07",
            "query/columnDelimiter",
            "not one character",
            found=shown(delimiter),
            allowed=["one character"],
            answer=f"Column Delimiter cannot be more than one character in SourceConnection: {call.id}. "
            "Please provide valid column delimiter and try again.",
        )


def values_are_documented(call: Call) -> Iterator[Violation]:
    query = explore_query(call.query)
    for name, allowed in _VALUES:
        value = query.get(name)
        if value is not None and value.lower() not in allowed:
            yield violation(
                "FS-EXP-06",
                f"query/{name}",
                "not a documented value",
                found=shown(value),
                allowed=[choice for choice in allowed if choice],
                nearest=nearest(value, [choice for choice in allowed if choice]),
                answer=f"The provided param value {value} is not a valid input for property={name}. "
                "Please provide a valid param value and try again.",
            )


def properties_are_given_or_detected(call: Call) -> Iterator[Violation]:
    """data-landing-zone.md: both together are an error, and so is neither."""
    query = explore_query(call.query)
    given = [name for name in ("fileType", "compressionType", "columnDelimiter", "encoding") if name in query]
    if given and _is_true(query.get("determineProperties")):
        yield violation(
            "FS-EXP-17",
            f"query/{given[0]}",
            "sent together with determineProperties",
            answer="The query parameters provided are invalid. You cannot have the determineProperties flag and "
            "user-defined properties in the same request. Please correct your request and try again.",
        )


def encoded_params_can_be_read(call: Call) -> Iterator[Violation]:
    query = explore_query(call.query)
    for name in ("filters", "sourceParams"):
        if name not in query:
            continue
        text = query[name]
        if not text.strip():
            answer = f"The query param : {name} cannot be empty. Please provide valid {name} and try again."
            yield violation("FS-EXP-08", f"query/{name}", "empty", found="an empty string", answer=answer)
            continue
        try:
            value = decoded(text)
        except ValueError:
            yield _not_base64(name)
            continue
        if name == "filters":
            yield from filter_is_documented(value, "query/filters")
        elif not isinstance(value, dict):
            yield _not_base64(name)


EXPLORE_RULES = (
    explore_parameters_are_documented,
    object_type_is_documented,
    object_is_named,
    file_type_is_documented,
    column_delimiter_is_one_character,
    values_are_documented,
    properties_are_given_or_detected,
    encoded_params_can_be_read,
)


def config_parameters_are_documented(call: Call) -> Iterator[Violation]:
    yield from _strangers(call, CONFIG_PARAMETERS)


def config_page_is_in_numbers(call: Call) -> Iterator[Violation]:
    query = config_query(call.query)
    for name in ("start", "limit"):
        value = query.get(name)
        if value is not None and not (value.isascii() and value.isdigit() and len(value) <= 9):
            yield violation(
                "FS-EXP-19",
                f"query/{name}",
                "no whole number",
                found=shown(value),
                allowed=["whole number from 0"],
                value=value,
                field=name,
            )


def exported_datasets_are_asked_for(call: Call) -> Iterator[Violation]:
    """export-datasets.md requires both to list the datasets that the data lake exports."""
    if call.id != EXPORT_SOURCE:
        return
    query = config_query(call.query)
    for name, value in DATASETS_ASKED_FOR.items():
        if query.get(name) != value:
            found = shown(query[name]) if name in query else "nothing"
            problem = "not what lists datasets" if name in query else "missing"
            yield violation("FS-DST-15", f"query/{name}", problem, found=found, allowed=[value])


DATASETS_ASKED_FOR = {"outputType": "activationDatasets", "outputField": "datasets"}

CONFIG_RULES = (config_parameters_are_documented, config_page_is_in_numbers)
EXPORT_RULES = (exported_datasets_are_asked_for,)

_SWITCH = ("true", "false", "")  # the tutorials of REST sources print ``preview=``
_VALUES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("compressionType", _COMPRESSIONS),
    ("encoding", ("utf-8", "iso-8859-1")),
    ("preview", _SWITCH),
    ("determineProperties", _SWITCH),
)


def _object_types(source: Source) -> tuple[str, ...]:
    """What may be asked of a source; the pages of REST sources explore them as ``file`` too."""
    kinds = source.explore_kinds
    return ("root", *kinds, *(("file", "folder") if "rest" in kinds else ()))


def _object_type_is_invalid(wanted: str, allowed: Iterable[str], problem: str) -> Violation:
    return violation(
        "FS-EXP-02",
        "query/objectType",
        problem,
        found=shown(wanted),
        allowed=allowed,
        near=wanted,
        answer="The provided param 'objectType' is invalid. Please provide a valid objectType and try again.",
    )


def _not_base64(name: str) -> Violation:
    return violation(
        "FS-EXP-08",
        f"query/{name}",
        "not the base64 of a JSON object",
        allowed=["base64 of a JSON object"],
        answer="An error occurred while parsing the provided base64-encoded string. "
        "Please provide a valid encoded filter string and try again.",
    )


def _strangers(call: Call, known: tuple[str, ...]) -> Iterator[Violation]:
    spelled = {name.lower() for name in known}
    for name in dict.fromkeys(name for name, _ in call.query):
        if name.lower() not in spelled:
            yield violation(
                "FS-QRY-16",
                f"query/{name}",
                "has no effect here",
                found=shown(name),
                allowed=known,
                near=name,
                param=name,
            )


def _spelled(pairs: Iterable[tuple[str, str]], known: tuple[str, ...]) -> dict[str, str]:
    spelling = {name.lower(): name for name in known}
    query: dict[str, Any] = {}
    for name, value in pairs:
        if name.lower() in spelling:
            query.setdefault(spelling[name.lower()], value)
    return query


def _is_true(value: str | None) -> bool:
    return value is not None and value.lower() == "true"
