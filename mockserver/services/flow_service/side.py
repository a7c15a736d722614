"""Flow Service on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.services.flow_service.ad_hoc import AD_HOC
from contracts.services.flow_service.service import FLOW_SERVICE
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.flow_service.end_of_life import warn_of_end_of_life
from mockserver.services.flow_service.masked import SHOWS
from mockserver.services.flow_service.state import STANDING, Specs
from mockserver.services.flow_service.views import shown
from mockserver.services.side import Action, Side, Step
from mockserver.services.sources import source_side

__all__ = ["SIDE"]


def _learn(world: World, record: Record, document: Mapping[str, Any]) -> None:  # noqa: ARG001 -- as of any hook
    """A source with a life of its own is told of its connections."""
    if (side := source_side(world, document)) is not None:
        side.learn(world, document)


def _actions() -> Mapping[str, Action]:
    from mockserver.services.flow_service import ad_hoc, explore, flows, resources, runs, specs

    return {
        "create": resources.create,
        "retrieve": resources.retrieve,
        "patch": resources.patch,
        "delete": resources.delete,
        "list": resources.list_all,
        "search": resources.list_all,
        "transition": resources.transition,
        "test": explore.test,
        "explore": explore.explore,
        "configs": explore.configs,
        "create_spec": specs.create,
        "replace_spec": specs.replace,
        "create_source_connection": resources.create_source_connection,
        "create_flow": flows.create,
        "create_run": runs.create,
        "update_run": runs.update,
        "trigger_again": runs.trigger_again,
        "activate": ad_hoc.activate,
    }


def _steps() -> Mapping[str, Step]:
    from mockserver.services.flow_service import runs, schedule

    return {"scheduled": schedule.run_by_schedule, "started": runs.start, "finished": runs.finish}


def _reschedule(world: World, record: Record, document: Mapping[str, Any]) -> None:
    from mockserver.services.flow_service.schedule import reschedule

    reschedule(world, record, document)


SIDE = Side(
    "flow_service",
    (FLOW_SERVICE, AD_HOC),
    _actions,
    steps=_steps,
    state=Specs,
    standing=STANDING,
    view=shown,
    after_write={
        "connections": (_learn, warn_of_end_of_life),
        "sourceConnections": (warn_of_end_of_life,),
        "targetConnections": (warn_of_end_of_life,),
        "flows": (_reschedule,),
    },
    shows=SHOWS,
)
