"""The rules about what a flow to a destination carries: audiences, their attributes and keys, or datasets.

Which keys an audience needs the destination says, not the flow spec: files, email and streams share one flow spec.
An element that an update appends is looked at whole, as one that was sent at creation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeGuard

from contracts.judging.body_schemas import kind_of, object_at
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.services.flow_service.destination_targets import target_params
from contracts.services.flow_service.frames import breaches, checker, missing_key, schema, unknown_keys
from contracts.services.flow_service.references import referred
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.schedules import MILLISECONDS
from contracts.sources.source_catalogue import PROFILE_STORE, Source

__all__ = ["GENERAL_TRANSFORM", "carries_datasets", "flow_fits_its_destination", "is_destination_flow", "shapes_fit"]

GENERAL_TRANSFORM = "GeneralTransform"
_NAMES = (GENERAL_TRANSFORM, "General Transform")  # the second one is the schema's in destinations.yaml

Activation = Literal["file", "legacy file", "email", "stream"]
Spec = Mapping[str, Any]

_FILE_KEYS = ("filenameTemplate", "exportMode", "schedule")
_INCREMENTAL = ("DAILY", "EVERY_3_HOURS", "EVERY_6_HOURS", "EVERY_8_HOURS", "EVERY_12_HOURS")
_FREQUENCIES = {"DAILY_FULL_EXPORT": ("ONCE", "DAILY"), "FIRST_FULL_THEN_INCREMENTAL": _INCREMENTAL}
_MACROS = ("%DESTINATION_NAME%", "%SEGMENT_ID%")
_INTERVALS = {"hour": (3, 6, 9, 12), "day": (0, 1)}
_DAY, _HOUR_AND_MINUTE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile("[0-9]{2}:[0-9]{2}")
_KEY_OF = {"IDENTITY": "identityNamespace", "ATTRIBUTE": "attributePath"}


def is_destination_flow(flow_spec: Spec) -> bool:
    return object_at(flow_spec, "attributes").get("isDestinationFlow") is True


def carries_datasets(call: Call, flow_spec: Spec) -> bool:
    """Whether the flow spec is one of datasets and not, as one page does, sent for audiences."""
    return _is_of_datasets(flow_spec) and not _comes_from_profiles(call)


def flow_fits_its_destination(call: Call, flow_spec: Spec) -> Iterator[Violation]:
    """What a flow whose spec is a destination's keeps beside the shapes of `shapes_fit`."""
    yield from _target_is_the_specs(call, flow_spec)
    yield from _target_has_the_file_type(call, flow_spec)
    if carries_datasets(call, flow_spec):
        yield from _schedule_of_datasets(call.document)
        yield from _no_transformation(call.document)
        return
    if "scheduleParams" in call.document:
        yield violation("FS-DST-26", "/scheduleParams", "not of a flow of audiences", found="scheduleParams")
    yield from _transformations(call, flow_spec)


def shapes_fit(call: Call, flow_spec: Spec, name: str) -> Iterator[Violation]:
    """The schema ``general-transform`` of audiences, or ``dataset-schedule``, of which an update may send a part."""
    if carries_datasets(call, flow_spec) is not (name == "dataset-schedule"):
        return
    if name == "dataset-schedule":
        parts = [("/scheduleParams", call.document.get("scheduleParams"))]
    else:
        rows = enumerate(_rows(call.document.get("transformations")))
        parts = [(f"/transformations/{index}/params", row.get("params")) for index, row in rows if _is_general(row)]
    for at, value in parts:
        if not isinstance(value, dict) or not value:
            continue
        yield from unknown_keys(value, schema(name)["properties"], "FS-DST-53", at)
        for found in breaches(checker(name), value):
            if not (found.is_absence and name == "dataset-schedule" and call.before is not None):
                yield replace(_quoting(found, value), pointer=at + found.pointer)


def _quoting(found: Violation, params: Any) -> Violation:
    """With the text that stands there, since none of these is a secret, and the documented one that is most like it."""
    from contracts.reading.pointers import value_at  # no part of a start, for whoever makes a mistake

    there = value_at(params, found.pointer)
    if not isinstance(there, str) or found.is_absence:
        return found
    documented = [each.strip('"') for each in found.allowed if each.startswith('"')]
    return replace(found, found=shown(there), nearest=nearest(there, documented))


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_general(row: Any) -> bool:
    return isinstance(row, dict) and row.get("name") in _NAMES


# Targets


def _target_is_the_specs(call: Call, flow_spec: Spec) -> Iterator[Violation]:
    allowed = flow_spec.get("targetConnectionSpecIds") or ()
    for index, target in enumerate(_targets(call)):
        found = object_at(target, "connectionSpec").get("id")
        if found not in allowed:
            problem = f"{flow_spec['name']} takes no such target"
            yield violation("FS-DST-21", f"/targetConnectionIds/{index}", problem, found=shown(found), allowed=allowed)


def _target_has_the_file_type(call: Call, flow_spec: Spec) -> Iterator[Violation]:
    """The spec's own condition: ``fileType`` counts unless the flow spec's ``_workflow`` is one of datasets."""
    name = "datasetFileType" if carries_datasets(call, flow_spec) else "fileType"
    for index, target in enumerate(_targets(call)):
        destination, params = _destination(call, target), object_at(target, "params")
        if destination is not None and name in target_params(destination) and name not in params:
            where = f"/targetConnectionIds/{index}"
            yield violation("FS-DST-25", where, f"the target has no {name}", found="nothing", allowed=[name])


def _targets(call: Call) -> list[Mapping[str, Any]]:
    return referred(call, "targetConnectionIds", "targetConnections")


def _destination(call: Call, target: Mapping[str, Any]) -> Source | None:
    return call.terms.catalogue.get(str(object_at(target, "connectionSpec").get("id")))


def _activation(call: Call, flow_spec: Spec) -> Activation | None:
    """How the flow's destination takes audiences; ``None`` where the target isn't known and its spec has several."""
    found = [_destination(call, target) for target in _targets(call)]
    if not any(found):
        found = [call.terms.catalogue.get(id) for id in flow_spec.get("targetConnectionSpecIds") or ()]
    kinds = {_activation_of(each) for each in found if each is not None}
    return kinds.pop() if len(kinds) == 1 else None


def _activation_of(destination: Source) -> Activation:
    given: Activation | None = destination.target.get("activation")
    return given or ("file" if "fileType" in target_params(destination) else "stream")


def _is_of_datasets(flow_spec: Spec) -> bool:
    return "DATASETS" in (object_at(flow_spec, "attributes").get("_workflow") or ())


def _comes_from_profiles(call: Call) -> bool:
    halves = referred(call, "sourceConnectionIds", "sourceConnections")
    return any(object_at(half, "connectionSpec").get("id") == PROFILE_STORE for half in halves)


# Transformations


def _no_transformation(document: Any) -> Iterator[Violation]:
    rows = document.get("transformations")
    if "transformations" not in document:
        yield _no_transformations(document)
    elif isinstance(rows, list) and rows:
        yield violation("FS-DST-24", "/transformations", "not empty", found=f"{len(rows)} of them", allowed=["[]"])


def _no_transformations(document: Mapping[str, Any]) -> Violation:
    return missing_key("FS-DST-22", "", "transformations", document, schema("flow")["properties"])


def _transformations(call: Call, flow_spec: Spec) -> Iterator[Violation]:
    rows = call.document.get("transformations")
    if "transformations" not in call.document:
        yield _no_transformations(call.document)
    for index, row in enumerate(_rows(rows)):
        at = f"/transformations/{index}"
        name = row.get("name") if isinstance(row, dict) else None
        if index or not _is_general(row):
            found = shown(name) if isinstance(name, str) else kind_of(row if name is None else name)
            yield violation(
                "FS-DST-23", f"{at}/name", "not the one", found=found, allowed=[GENERAL_TRANSFORM], near=str(name)
            )
        else:
            yield from _general_transform(row, f"{at}/params", _activation(call, flow_spec))


def _general_transform(row: Mapping[str, Any], at: str, activation: Activation | None) -> Iterator[Violation]:
    params = row.get("params")
    if not isinstance(params, dict):
        found = "nothing" if "params" not in row else kind_of(params)
        yield violation("FS-DST-30", at, "no params", found=found, allowed=["object"])
        return
    yield from _mapping(object_at(params, "profileMapping"), f"{at}/profileMapping")
    yield from _keys(params, at)
    yield from _keys(object_at(params, "profileSelectors"), f"{at}/profileSelectors")
    for index, audience in _audiences(params):
        where = f"{at}/segmentSelectors/selectors/{index}/value"
        yield from unknown_keys(audience, _audience_keys(), "FS-DST-53", where)
        for name in ("schedule", "enrichmentInfo"):
            declared = _audience_keys()[name]["properties"]
            yield from unknown_keys(object_at(audience, name), declared, "FS-DST-53", f"{where}/{name}")
        yield from _audience(audience, where, activation)


def _mapping(mapping: Mapping[str, Any], at: str) -> Iterator[Violation]:
    """``{}`` stands at creation for what a PATCH adds."""
    for name in ("mappingId", "mappingVersion"):
        if mapping and name not in mapping:
            yield missing_key("FS-DST-42", at, name, mapping, {"mappingId": {}, "mappingVersion": {}})


def _keys(params: Mapping[str, Any], at: str) -> Iterator[Violation]:
    rows = params.get("primaryFields")
    for index, row in enumerate(_rows(rows)):
        name = _KEY_OF.get(str(object_at({"row": row}, "row").get("fieldType")))
        if name is not None and name not in row:
            yield missing_key("FS-DST-41", f"{at}/primaryFields/{index}", name, row, dict.fromkeys(("fieldType", name)))


def _audiences(params: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = object_at(params, "segmentSelectors").get("selectors")
    for index, row in enumerate(_rows(rows)):
        if isinstance(row, dict) and isinstance(row.get("value"), dict):
            yield index, row["value"]


def _audience(audience: Mapping[str, Any], at: str, activation: Activation | None) -> Iterator[Violation]:
    if "fileNameTemplate" in audience:
        yield violation("FS-DST-51", f"{at}/fileNameTemplate", "spelt otherwise", nearest="filenameTemplate")
    template = audience.get("filenameTemplate", audience.get("fileNameTemplate"))
    known = {name: audience.get(name) for name in _FILE_KEYS} | {"filenameTemplate": template}
    for name, value in known.items():
        if value is not None and activation == "stream":
            yield violation("FS-DST-52", f"{at}/{name}", "not of a stream", found=name)
        elif value is None and name not in audience and activation not in ("stream", None):
            rule = "FS-DST-45" if activation == "email" else "FS-DST-44"
            yield missing_key(rule, at, name, audience, _audience_keys())
    if activation in ("legacy file", "email") and isinstance(template, str):
        absent = [macro for macro in _MACROS if macro not in template]
        if absent:
            yield violation(
                "FS-DST-50", f"{at}/filenameTemplate", "without " + " and ".join(absent), found=shown(template)
            )
    yield from _schedule(audience.get("exportMode"), object_at(audience, "schedule"), f"{at}/schedule")


def _schedule(mode: Any, schedule: Mapping[str, Any], at: str) -> Iterator[Violation]:
    if not schedule:
        return
    frequency, trigger, time = schedule.get("frequency"), schedule.get("triggerType"), schedule.get("startTime")
    allowed = _FREQUENCIES.get(mode, ()) if isinstance(mode, str) else ()
    if allowed and frequency not in allowed and frequency in ("ONCE", *_INCREMENTAL):
        yield violation("FS-DST-46", f"{at}/frequency", f"not of {mode}", found=shown(frequency), allowed=allowed)
    if "startTime" not in schedule and trigger != "AFTER_SEGMENT_EVAL":
        yield missing_key("FS-DST-47", at, "startTime", schedule, _schedule_keys())
    if mode == "DAILY_FULL_EXPORT" and "triggerType" not in schedule:
        yield missing_key("FS-DST-48", at, "triggerType", schedule, _schedule_keys())
    if frequency == "ONCE" and "endDate" in schedule:
        yield violation("FS-DST-49", f"{at}/endDate", "not with ONCE", found=shown(schedule["endDate"]))
    if _HOUR_AND_MINUTE.fullmatch(str(time)) and not str(time).endswith("00"):
        yield violation(
            "FS-DST-54", f"{at}/startTime", "not at a full hour", found=shown(time), nearest=f"{str(time)[:3]}00"
        )
    if mode == "DAILY_FULL_EXPORT" and trigger == "AFTER_SEGMENT_EVAL" and "startTime" in schedule:
        yield violation("FS-DST-55", f"{at}/startTime", "not with AFTER_SEGMENT_EVAL", found=shown(time))
    start, end = str(schedule.get("startDate")), str(schedule.get("endDate"))
    if _DAY.fullmatch(start) and _DAY.fullmatch(end) and end < start:
        yield violation("FS-DST-65", f"{at}/endDate", "before startDate", found=shown(end))


def _audience_keys() -> Mapping[str, Any]:
    declared: Mapping[str, Any] = schema("general-transform")["$defs"]["audience"]["properties"]
    return declared


def _schedule_keys() -> Mapping[str, Any]:
    declared: Mapping[str, Any] = _audience_keys()["schedule"]["properties"]
    return declared


# Datasets


def _schedule_of_datasets(document: Any) -> Iterator[Violation]:
    schedule = document.get("scheduleParams")
    if not isinstance(schedule, dict) or not schedule:
        found = "nothing" if "scheduleParams" not in document else kind_of(schedule)
        yield violation("FS-DST-60", "/scheduleParams", "no schedule", found=found)
        return
    unit, interval = schedule.get("timeUnit"), schedule.get("interval")
    if isinstance(unit, str) and unit in _INTERVALS and _is_number(interval):
        yield from _interval(unit, interval, schedule.get("exportMode"))
    start, end = schedule.get("startTime"), schedule.get("endTime")
    if _is_number(start) and _is_number(end) and end <= start:
        yield violation("FS-DST-65", "/scheduleParams/endTime", "not after startTime", found=shown(end))
    for name, moment in (("startTime", start), ("endTime", end)):
        if _is_number(moment) and moment >= MILLISECONDS:
            yield violation("FS-DST-66", f"/scheduleParams/{name}", "milliseconds", found=shown(moment))


def _interval(unit: str, interval: int, mode: Any) -> Iterator[Violation]:
    at, allowed = "/scheduleParams/interval", [str(each) for each in _INTERVALS[unit]]
    if (unit, interval) == ("hour", 24):
        yield violation("FS-DST-63", at, "one day", found="24")
    elif interval not in _INTERVALS[unit]:
        yield violation("FS-DST-62", at, f"no interval in the unit {unit}", found=shown(interval), allowed=allowed)
    elif mode in _FREQUENCIES and (mode == "DAILY_FULL_EXPORT") is not (interval == 0):
        yield violation("FS-DST-64", "/scheduleParams/exportMode", f"not with the interval {interval}", found=mode)


def _is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
