"""Flows: what their creation adds to any other."""

from __future__ import annotations

from contracts import Call
from mockserver.exchange.response import Response
from mockserver.memory.world import World
from mockserver.services.common import stored
from mockserver.services.flow_service.answers import location, written
from mockserver.services.flow_service.inheritance import inherited

__all__ = ["create"]


def create(world: World, call: Call) -> Response:
    now = world.now()
    done = {"lastOperation": {"started": now, "updated": 0, "operation": "create"}}
    record = stored(world, call, {**inherited(world, call, call.document), **done}, now)
    return written(201, record, location(call, record))
