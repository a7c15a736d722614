"""Flows that run by themselves on the mock's clock: by their schedule, once, or because data streams through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.services.flow_service.schedules import is_one_time, moment_of, number_of
from mockserver.memory.agenda import Due
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.flow_service.runs import new_run, tell_of_stream

__all__ = ["reschedule", "run_by_schedule"]

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_ONCE = 0
_HOUR = 3_600_000  # ms from one run of a stream to the next (assumed)
_WINDOW = 1_800_000  # ms; the data of a one-time run is of the half hour before it, as monitor.md prints
_NEVER = 10**18  # ms; no clock comes to it, and a store can't write a number of any length
_MOST_MISSED = 100  # runs that are made up for when the clock is moved far


def reschedule(world: World, flow: Record, document: Mapping[str, Any]) -> None:
    """Plan the next run of an enabled flow; whatever was planned before no longer holds.

    The entry of a one-time flow stays when it has run: it runs once, whatever is written later.
    """
    rhythm = _rhythm(world, flow, document)
    planned = world.timers.get((flow.tenant, flow.id))
    if rhythm == _ONCE and planned is not None and planned.at <= world.now():
        return
    world.unplan((flow.tenant, flow.id))
    if flow.state == "enabled" and rhythm is not None:
        _plan(world, flow, _first(world, document, rhythm, planned))


def run_by_schedule(world: World, due: Due) -> None:
    tenant, flow_id = due.subject
    flow = world.get(tenant, "flows", flow_id)
    if flow is None or world.timers.get((tenant, flow_id)) != due:
        return
    document = json_text.unrendered(flow.document)
    rhythm = _rhythm(world, flow, document)
    if rhythm is None:
        return
    if _is_stream(world, flow, document):
        tell_of_stream(world, flow, due.at)
    else:
        window = {"windowStartTime": (due.at - (rhythm or _WINDOW)) // 1000, "windowEndTime": due.at // 1000}
        new_run(world, flow, {"startTime": due.at // 1000, **window}, flow.created_by, due.at)
    if rhythm != _ONCE:
        missed = max(0, (world.now() - due.at) // rhythm - _MOST_MISSED)
        _plan(world, flow, due.at + (1 + missed) * rhythm)


def _first(world: World, document: Mapping[str, Any], rhythm: int, planned: Due | None) -> int:
    now, start = world.now(), moment_of(object_at(document, "scheduleParams").get("startTime")) or 0
    if "scheduleParams" not in document:  # a stream goes on as it did
        return planned.at if planned is not None else now
    # A one-time flow whose start has passed runs at once (inferred: programs wait for that run). With others such a
    # start counts from now, so that nothing runs before the client had its answer (assumed).
    return start if start > now else now + rhythm


def _rhythm(world: World, flow: Record, document: Mapping[str, Any]) -> int | None:
    """Milliseconds from one run to the next, 0 of a flow that runs once, ``None`` of one that doesn't by itself."""
    if is_one_time(document.get("scheduleParams")):
        return _ONCE
    timing = object_at(document, "scheduleParams")
    seconds = _SECONDS.get(str(timing.get("frequency")))
    times = number_of(timing.get("interval"))
    if seconds and times and times >= 1:
        return int(seconds * times * 1000)
    return _HOUR if _is_stream(world, flow, document) else None


def _is_stream(world: World, flow: Record, document: Mapping[str, Any]) -> bool:
    """Whether the flow's spec is one for streams, which has no schedule."""
    if "scheduleParams" in document:
        return False
    spec = world.find(flow.tenant, "flowSpecs", str(object_at(document, "flowSpec").get("id")))
    return object_at(spec, "attributes").get("frequency") == "streaming"


def _plan(world: World, flow: Record, at: int) -> None:
    if at < _NEVER:
        world.plan((flow.tenant, flow.id), at, "scheduled")
