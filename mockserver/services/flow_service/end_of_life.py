"""A word in the log about sources that Adobe has retired; once, since nobody wants it with every call."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.services.flow_service.connections import source_of
from mockserver.memory.world import World

__all__ = ["warn_of_end_of_life"]

_log = logging.getLogger("mockserver")


def warn_of_end_of_life(world: World, call: Call) -> None:
    spec_id = object_at(call.document, "connectionSpec").get("id")
    source = None if spec_id in world.warned else source_of(call.document, call.terms)
    if source is None or source.end_of_life is None:
        return
    today = datetime.fromtimestamp(world.now() / 1000, UTC).date().isoformat()
    if (source.end_of_life.get("date") or "") <= today:
        world.warned.add(source.id)
        _log.warning("%s has reached its end of life: %s", source.display_name, source.end_of_life["note"])
