"""The rules about a run (POST /runs, PUT /runs/{id}); the frames are ``schemas/run.json`` and ``run-update.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown, told
from contracts.services.flow_service.frames import frame_of
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.schedules import number_of

__all__ = ["RUN_FRAME", "RUN_RULES", "RUN_UPDATE_RULES", "delta_column_of"]

_TIMES = ("startTime", "windowStartTime", "windowEndTime")


def flow_exists(call: Call) -> Iterator[Violation]:
    flow_id = call.document.get("flowId") if isinstance(call.document, dict) else None
    if call.known is None or not isinstance(flow_id, str) or not flow_id:
        return
    flow = call.find("flows", flow_id)
    if flow is None:
        yield violation("FS-RUN-02", "/flowId", "no flow has this id", found=shown(flow_id), id=flow_id)
        return
    if flow.get("state") != "enabled":
        state = str(flow.get("state"))
        answer = f"The flow with flowId={flow_id} is not enabled. Please enable the flow and try again."
        yield violation("FS-RUN-09", "/flowId", f"this flow is {state}", found=shown(state), answer=answer)
    frequency = object_at(flow, "scheduleParams").get("frequency")
    if _goes_to_a_destination(flow):
        yield violation("FS-DST-70", "/flowId", "a flow to a destination", found=shown(flow_id))
    elif frequency != "once":
        answer = (
            f"The flowId={flow_id} with scheduleParams frequency={frequency} is not supported for creating flow runs"
        )
        yield violation(
            "FS-RUN-03", "/flowId", "a scheduled flow", found=shown(frequency), allowed=["once"], answer=answer
        )


def params_are_sound(call: Call) -> Iterator[Violation]:
    params = object_at(call.document, "params")
    if not params:
        document = call.document if isinstance(call.document, dict) else {"params": None}
        is_export = _goes_to_a_destination(call.find("flows", document.get("flowId")))
        if not is_export and isinstance(document.get("params", {}), dict):
            yield _no_params(document)
        return
    times = {name: number_of(params.get(name)) for name in _TIMES}
    for name, seconds in times.items():
        if name in params and seconds is None:
            found = shown(params[name])
            yield violation("FS-RUN-10", f"/params/{name}", "no time", found=found, allowed=["epoch seconds"])
    start, end = times["windowStartTime"], times["windowEndTime"]
    if start is not None and end is not None and end < start:
        yield violation(
            "FS-RUN-05",
            "/params/windowEndTime",
            "before windowStartTime",
            found=shown(params["windowEndTime"]),
            answer="The windowEndTime cannot be before the windowStartTime. Please update the window and try again.",
        )


def delta_column_is_the_flows(call: Call) -> Iterator[Violation]:
    """A table's first run names the column, and it stays (on-demand-ingestion.md)."""
    flow = call.find("flows", call.document.get("flowId")) if isinstance(call.document, dict) else None
    params = object_at(call.document, "params")
    if flow is None or not params or not _copies_a_table(call, flow):
        return
    kept, given = delta_column_of(flow), object_at(params, "deltaColumn").get("name")
    if kept is None and given is None:
        answer = "The deltaColumn is not provided for the first run of the flow. Please provide it and try again."
        yield violation("FS-RUN-06", "/params/deltaColumn", "missing", found="nothing", answer=answer)
    elif kept is not None and given is not None and given != kept:
        name = given if isinstance(given, str) else told(given)
        answer = f"The deltaColumn {name} does not match the flow's deltaColumn {kept}."
        yield violation(
            "FS-RUN-07", "/params/deltaColumn/name", "another column", found=shown(given), allowed=[kept], answer=answer
        )


def delta_column_of(flow: Mapping[str, Any]) -> str | None:
    """The column of the flow's Copy transformation by which changes are found."""
    for row in flow.get("transformations") or ():
        if isinstance(row, dict) and row.get("name") == "Copy":
            name = object_at(object_at(row, "params"), "deltaColumn").get("name")
            return name if isinstance(name, str) else None
    return None


def another_flow_exists(call: Call) -> Iterator[Violation]:
    """A run may be moved to another flow that is there; its own may be gone."""
    flow_id = call.document.get("flowId") if isinstance(call.document, dict) else None
    run = call.find("runs", call.id)
    if run is None or not isinstance(flow_id, str) or flow_id in ("", run.get("flowId")):
        return
    if call.find("flows", flow_id) is None:
        yield violation("FS-RUN-02", "/flowId", "no flow has this id", found=shown(flow_id), id=flow_id)


RUN_FRAME = (frame_of("run"),)
RUN_RULES = (flow_exists, params_are_sound, delta_column_is_the_flows)
RUN_UPDATE_RULES = (frame_of("run-update"), another_flow_exists)


def _goes_to_a_destination(flow: Mapping[str, Any] | None) -> bool:
    return bool(object_at(object_at(flow, "inheritedAttributes"), "properties").get("isDestinationFlow"))


def _copies_a_table(call: Call, flow: Mapping[str, Any]) -> bool:
    sources = [call.find("sourceConnections", id) for id in flow.get("sourceConnectionIds") or ()]
    return any(source is not None and "tableName" in object_at(source, "params") for source in sources)


def _no_params(document: Mapping[str, Any]) -> Violation:
    found = "{}" if "params" in document else "nothing"
    answer = "The params provided are invalid. Please provide windowStartTime and windowEndTime and try again."
    return violation("FS-RUN-04", "/params", "missing" if found == "nothing" else "empty", found=found, answer=answer)
