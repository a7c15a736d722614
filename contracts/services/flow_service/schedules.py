"""Whether a flow's schedule and transformations fit its flow spec.

The rules are the JSON Schemas of the flow spec itself. Adobe's own examples send numbers and switches as strings, and
``mappingVersion``, declared a string, as a number: values are read as what the schema declares, and stored as sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.judging.body_schemas import kind_of, pointer_to
from contracts.judging.violations import Violation, shown, told
from contracts.reading.custom_schemas import errors_of, given_validator
from contracts.reading.numbers import whole
from contracts.reading.spelling import nearest
from contracts.services.flow_service.flow_specs import fits
from contracts.services.flow_service.frames import given_breaches, missing_key
from contracts.services.flow_service.rules import violation

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = [
    "MILLISECONDS",
    "as_declared",
    "is_one_time",
    "moment_of",
    "number_of",
    "schedule_fits",
    "transformations_fit",
]

_SELF_SERVE = "6499120c-0b15-42dc-936e-847ea3c24d72"  # RestStorageToAEP
_DELTA_CATEGORIES = ("crm", "databases", "database")  # flow-service.yaml, POST /flows: "CRM or relational database"


def schedule_fits(
    schedule: Any, flow_spec: Mapping[str, Any], pointer: str = "/scheduleParams", now: int | None = None
) -> Iterator[Violation]:
    """What is wrong with ``schedule`` (``None`` where there is none); ``now`` is in epoch seconds."""
    declared = _spec_of(flow_spec.get("scheduleSpec"))
    if declared is None:
        return
    if not isinstance(schedule, dict) or not schedule:
        yield violation(
            "FS-SCH-01",
            pointer,
            "no schedule" if schedule in (None, {}) else "not an object",
            found="nothing" if schedule is None else kind_of(schedule),
            answer="The provided schedule params are empty but should not be empty. "
            "Please provide valid schedule params and try again.",
        )
        return
    value = as_declared(schedule, declared)
    errors = () if fits(declared, value) else errors_of(given_validator(declared), value)
    found = [_schedule_breach(error, schedule, pointer) for error in errors]
    named = [breach for breach in found if breach.rule.id in ("FS-SCH-03",) or breach.pointer == f"{pointer}/frequency"]
    # Without a frequency nobody can say which interval belongs to it.
    yield from named or _unique(found)
    start = value.get("startTime")
    if now is not None and isinstance(start, int) and not isinstance(start, bool) and start < now:
        yield violation(
            "FS-SCH-09",
            f"{pointer}/startTime",
            "in the past",
            found=shown(schedule["startTime"]),
            answer="The start time cannot be set in the past. Please provide a valid start time and try again.",
        )


def number_of(value: Any) -> int | None:
    """A whole number, as such or as a string of digits."""
    if isinstance(value, str):
        return whole(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment_of(value: Any) -> int | None:
    """A time of a schedule or run in milliseconds; it is sent in seconds, or in milliseconds (flow-service.yaml)."""
    number = number_of(value)
    return number if number is None or number >= MILLISECONDS else number * 1000


MILLISECONDS = 10**11
"""From here on a number is no time in seconds, of which it would be the year 5138."""


def is_one_time(schedule: Any) -> bool:
    """Whether a flow with this schedule runs once."""
    return isinstance(schedule, dict) and schedule.get("frequency") == "once"


def transformations_fit(
    document: Mapping[str, Any],
    flow_spec: Mapping[str, Any],
    category: str = "",
    pointer: str = "/transformations",
    *,
    is_xdm: bool = False,
) -> Iterator[Violation]:
    """What is wrong with the transformations of a flow; ``category`` is that of its source.

    Data that ``is_xdm`` already needs no mapping (cloud-storage-parquet.md).
    """
    declared = {
        spec.get("name"): _spec_of(spec)
        for spec in flow_spec.get("transformationSpecs") or ()
        if isinstance(spec, Mapping) and isinstance(spec.get("name"), str)
    }
    given = document.get("transformations")
    if given is not None and not isinstance(given, list):
        yield violation("FS-TRF-01", pointer, "not an array", found=kind_of(given), allowed=["array"])
        return
    items = [item for item in given or () if isinstance(item, dict)]
    for index, item in enumerate(given or ()):
        yield from _transformation(item, declared, f"{pointer}/{index}")
    names = [item.get("name") for item in items]
    if "Mapping" not in names and not is_xdm and _needs_mapping(flow_spec, declared):
        yield violation(
            "FS-TRF-09" if flow_spec.get("id") == _SELF_SERVE else "FS-TRF-02",
            pointer,
            "no Mapping",
            found="nothing" if not names else shown(names),
            allowed=["Mapping"],
            answer="The source columns could not be fetched for ingestion because the mapping transformation is "
            "missing. Please add the mapping transformation and try again.",
        )
    if "Copy" in declared:
        yield from _delta_column(document, items, category, pointer)


def as_declared(value: Any, declared: Any) -> Any:
    """``value`` with texts read as the numbers and switches that the schema declares, and numbers as its texts."""
    if not isinstance(declared, Mapping):
        return value
    if isinstance(value, dict):
        properties = declared.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        return {name: as_declared(child, properties.get(name)) for name, child in value.items()}
    kind = declared.get("type")
    if isinstance(value, str) and kind in ("integer", "number"):
        number = whole(value)
        return value if number is None else number
    if isinstance(value, str) and kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _spec_of(part: Any) -> Mapping[str, Any] | None:
    spec = part.get("spec") if isinstance(part, Mapping) else None
    return spec if isinstance(spec, Mapping) else None


def _schedule_breach(error: ValidationError | str, schedule: Mapping[str, Any], pointer: str) -> Violation:
    if isinstance(error, str):
        return violation("FS-SCH-08", pointer, error)
    if error.validator == "required":
        name = _absent_key(error)
        return missing_key("FS-SCH-02", pointer, name, schedule, _SCHEDULE_KEYS)
    for name, rule, answer in _FORBIDDEN_WITH_ONCE:
        if not error.absolute_path and error.validator == "not" and error.validator_value == {"required": [name]}:
            return violation(
                rule,
                pointer_to(pointer, name),
                "not allowed with frequency once",
                found=shown(schedule[name]),
                answer=answer,
            )
    where = pointer
    for part in error.absolute_path:
        where = pointer_to(where, part)
    name = str(next(iter(error.absolute_path), ""))
    if name == "frequency":
        return _bad_frequency(error, schedule["frequency"], where)
    if name == "interval" and error.validator in ("minimum", "exclusiveMinimum"):
        return violation(
            "FS-SCH-07",
            where,
            "too short",
            found=shown(schedule["interval"]),
            allowed=[f"from {error.validator_value}"],
            answer=f"Interval cannot be less than {error.validator_value}. "
            "Please provide a valid interval value and try again.",
        )
    rule = "FS-SCH-04" if error.validator == "type" and name in _SCHEDULE_KEYS else "FS-SCH-08"
    kinds = error.validator_value if error.validator == "type" else None
    allowed = [kinds] if isinstance(kinds, str) else []
    return violation(rule, where, "not what its flow spec declares", found=kind_of(error.instance), allowed=allowed)


def _absent_key(error: ValidationError) -> str:
    """The key that this error of ``required`` is about; jsonschema names it only in its message."""
    assert isinstance(error.validator_value, list)
    return next(str(name) for name in error.validator_value if error.message.startswith(repr(name)))


def _bad_frequency(error: ValidationError, found: Any, where: str) -> Violation:
    allowed = [value for value in _enum_of(error.schema) if isinstance(value, str)]
    return violation(
        "FS-SCH-03",
        where,
        "no frequency of its flow spec",
        found=shown(found),
        allowed=allowed,
        nearest=nearest(found, allowed) if isinstance(found, str) else None,
        answer=f"The provided frequency : {told(found)} is invalid. Please provide a valid frequency and try again.",
    )


def _enum_of(schema: Any) -> list[Any]:
    values = schema.get("enum") if isinstance(schema, Mapping) else None
    return values if isinstance(values, list) else []


_SCHEDULE_KEYS = dict.fromkeys(("startTime", "frequency", "interval", "backfill"))
_FORBIDDEN_WITH_ONCE = (
    (
        "interval",
        "FS-SCH-05",
        "Interval is not allowed with one time ingestion. "
        "Please remove interval or change frequency and then try again.",
    ),
    (
        "backfill",
        "FS-SCH-06",
        "The backfill flag is not allowed when frequency is set to one. "  # sic
        "Please remove the backfill flag when frequency is set to once and try again.",
    ),
)


def _unique(found: list[Violation]) -> list[Violation]:
    return list({(breach.rule.id, breach.pointer): breach for breach in found}.values())


def _transformation(item: Any, declared: Mapping[Any, Any], pointer: str) -> Iterator[Violation]:
    if not isinstance(item, dict):
        yield violation("FS-TRF-01", pointer, "not an object", found=kind_of(item), allowed=["object"])
        return
    name, params = item.get("name"), item.get("params")
    for key, expected in (("name", str), ("params", dict)):
        if key not in item:
            yield missing_key("FS-TRF-01", pointer, key, item, {"name": {}, "params": {}})
        elif not isinstance(item[key], expected) or item[key] == "":
            yield violation(
                "FS-TRF-01",
                f"{pointer}/{key}",
                "not what is documented",
                found=kind_of(item[key]),
                allowed=["non-empty string" if expected is str else "object"],
            )
    if not isinstance(name, str) or not name:
        return
    if name not in declared:
        names = [known for known in declared if isinstance(known, str)]
        yield violation(
            "FS-TRF-08",
            f"{pointer}/name",
            "not declared by the flow spec",
            found=shown(name),
            allowed=names,
            near=name,
        )
    if isinstance(params, dict):
        if name == "Mapping":
            yield from _mapping(params, f"{pointer}/params")
        yield from _params(name, params, declared.get(name), f"{pointer}/params")


def _mapping(params: Mapping[str, Any], pointer: str) -> Iterator[Violation]:
    mapping_id = params.get("mappingId")
    if not isinstance(mapping_id, str) or not mapping_id:
        yield violation(
            "FS-TRF-03",
            f"{pointer}/mappingId",
            "missing" if "mappingId" not in params else "not a non-empty string",
            found="nothing" if "mappingId" not in params else kind_of(mapping_id),
            answer="The param: mappingId cannot be null or empty in the provided request. "
            "Please provide valid mappingId and try again.",
        )
    version = params.get("mappingVersion", 0)
    is_number = isinstance(version, int) and not isinstance(version, bool)
    if not (is_number or isinstance(version, str)) or not re.fullmatch(r"[0-9]{1,9}", str(version)):
        yield violation(
            "FS-TRF-04",
            f"{pointer}/mappingVersion",
            "no version of a mapping set",
            found=shown(version) if isinstance(version, str | int | float) else kind_of(version),
            allowed=["whole number from 0"],
        )


def _params(name: str, params: Mapping[str, Any], declared: Any, pointer: str) -> Iterator[Violation]:
    if not isinstance(declared, Mapping):
        return
    value = as_declared(params, declared)
    if fits(declared, value):
        return
    for found in given_breaches(given_validator(declared), value, "FS-TRF-07", missing="FS-TRF-07"):
        key = found.pointer.partition("/")[2].partition("/")[0]
        # A rule of its own looks at these.
        if name == "Mapping" and key in ("mappingId", "mappingVersion"):
            continue
        if found.pointer == "/deltaColumn" and found.is_absence:
            continue
        yield replace(found, pointer=pointer + found.pointer)


def _needs_mapping(flow_spec: Mapping[str, Any], declared: Mapping[Any, Any]) -> bool:
    """Batch flows fetch the mapped columns; a streaming one needs a Mapping if that has a required param."""
    if "Mapping" not in declared:
        return False
    attributes = flow_spec.get("attributes")
    if isinstance(attributes, Mapping) and attributes.get("frequency") == "streaming":
        return bool((declared["Mapping"] or {}).get("required"))
    return True


def _delta_column(
    document: Mapping[str, Any], items: list[dict[str, Any]], category: str, pointer: str
) -> Iterator[Violation]:
    once = is_one_time(document.get("scheduleParams"))
    copies = [(index, item.get("params")) for index, item in enumerate(items) if item.get("name") == "Copy"]
    given = [index for index, params in copies if isinstance(params, dict) and params.get("deltaColumn")]
    if once and given:
        yield violation(
            "FS-TRF-06",
            f"{pointer}/{given[0]}/params/deltaColumn",
            "not allowed with frequency once",
            answer="The delta column in copy transform is not allowed when frequency is set to once. "
            "Please remove the delta column and try again.",
        )
    if not once and not given and (copies or category in _DELTA_CATEGORIES):
        yield violation(
            "FS-TRF-05",
            f"{pointer}/{copies[0][0]}/params/deltaColumn" if copies else pointer,
            "missing",
            answer="The delta column is required in copy transformation when creating a CRM connector. "
            "Please provide delta column and try again.",
        )
