"""Flows that run by themselves: minute, hour, day and week of the mock's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.services.flow_service.schedules import number_of
from mockserver.memory.agenda import Due
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.flow_service.runs import new_run

__all__ = ["reschedule", "run_by_schedule"]

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_NEVER = 10**18  # ms; no clock comes to it, and a store can't write a number of any length
_MOST_MISSED = 100  # runs that are made up for when the clock is moved far


def reschedule(world: World, flow: Record, document: Mapping[str, Any]) -> None:
    """Plan the next run of an enabled flow; whatever was planned before no longer holds."""
    world.timers.pop((flow.tenant, flow.id), None)
    schedule = document.get("scheduleParams")
    interval = _interval(schedule)
    if flow.state != "enabled" or interval is None:
        return
    start = number_of(object_at(document, "scheduleParams").get("startTime"))
    now = world.now()
    # A start that has passed counts from now, so that nothing runs before the client had its answer (assumed).
    first = start * 1000 if start is not None and start * 1000 > now else now + interval
    _plan(world, flow, int(first))


def run_by_schedule(world: World, due: Due) -> None:
    tenant, flow_id = due.subject
    flow = world.get(tenant, "flows", flow_id)
    if flow is None or world.timers.get((tenant, flow_id)) != due:
        return
    interval = _interval(json_text.parse(flow.document).get("scheduleParams"))
    if interval is None:
        return
    window = {"windowStartTime": (due.at - interval) // 1000, "windowEndTime": due.at // 1000}
    new_run(world, flow, {"startTime": due.at // 1000, **window}, flow.created_by, due.at)
    missed = max(0, (world.now() - due.at) // interval - _MOST_MISSED)
    _plan(world, flow, due.at + (1 + missed) * interval)


def _plan(world: World, flow: Record, at: int) -> None:
    if at < _NEVER:
        world.timers[flow.tenant, flow.id] = world.agenda.add(at, "scheduled", flow.tenant, flow.id)


def _interval(schedule: Any) -> int | None:
    """Milliseconds from one run to the next, ``None`` for a flow that doesn't run by itself."""
    seconds = _SECONDS.get(str(schedule.get("frequency"))) if isinstance(schedule, dict) else None
    times = number_of(schedule.get("interval")) if seconds else None
    return int(seconds * times * 1000) if seconds and times and times >= 1 else None
