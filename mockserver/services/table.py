"""The sides of all services, and what they add up to: actions by operation, steps by word, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.judging.model import Operation
from contracts.tables import OPERATIONS
from mockserver.exchange.masking import Shows, together
from mockserver.services.flow_service.side import SIDE as FLOW_SERVICE
from mockserver.services.ims.side import SIDE as IMS
from mockserver.services.sandboxes.side import SIDE as SANDBOXES
from mockserver.services.side import Action, Side, Step
from mockserver.services.zoho.side import SIDE as ZOHO

__all__ = ["ACTIONS", "KEPT", "SHOWS", "SIDES", "STEPS"]

SIDES: tuple[Side, ...] = (
    FLOW_SERVICE,
    IMS,
    SANDBOXES,
    ZOHO,
)

_SIDE_OF = {service: side for side in SIDES for service in side.services}

ACTIONS: dict[Operation, Action] = {row: _SIDE_OF[row.service].actions[row.action] for row in OPERATIONS}

STEPS: Mapping[str, Step] = {word: step for side in SIDES for word, step in side.steps.items()}

KEPT: Mapping[str, Callable[..., Any]] = {table: kind for side in SIDES for table, kind in side.kept.items()}
"""The types of the services' own tables, by which a store reads them back."""

SHOWS: Shows = together(side.shows for side in SIDES)
