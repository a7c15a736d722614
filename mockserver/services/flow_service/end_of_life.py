"""A word in the log about sources that Adobe has retired; once, since nobody wants it with every call."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.services.flow_service.connections import source_of
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.flow_service.state import FLOW_SERVICE

__all__ = ["warn_of_end_of_life"]

_log = logging.getLogger("mockserver")


def warn_of_end_of_life(world: World, record: Record, document: Mapping[str, Any]) -> None:
    if str(object_at(document, "connectionSpec").get("id")) in world.of(FLOW_SERVICE).warned:
        return
    specs = world.of(FLOW_SERVICE)
    source = source_of(document, specs.terms(record.tenant[0], world.contract.terms))
    if source is None or source.end_of_life is None:
        return
    today = datetime.fromtimestamp(world.now() / 1000, UTC).date().isoformat()
    if (source.end_of_life.get("date") or "") <= today:
        specs.warned.add(source.id)
        _log.warning("%s has reached its end of life: %s", source.display_name, source.end_of_life["note"])
