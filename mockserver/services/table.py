"""The sides of all services, and what they add up to: actions by operation, steps by word, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from contracts.judging.model import Operation
from contracts.tables import OPERATIONS
from mockserver.exchange.masking import Shows, together
from mockserver.services.side import Action, Side, Step

__all__ = ["ACTIONS", "KEPT", "SHOWS", "SIDES", "STEPS"]

_FOLDERS = (
    "flow_service",
    "ims",
    "sandboxes",
    "schema_registry",
    "catalog",
    "data_prep",
    "inlet",
    "connectors",
    "zoho",
)
"""A line for each service."""

SIDES: tuple[Side, ...] = tuple(import_module(f"mockserver.services.{folder}.side").SIDE for folder in _FOLDERS)

_SIDE_OF = {service: side for side in SIDES for service in side.services}

ACTIONS: dict[Operation | None, Action] = {row: _SIDE_OF[row.service].actions[row.action] for row in OPERATIONS}

STEPS: Mapping[str, Step] = {word: step for side in SIDES for word, step in side.steps.items()}

KEPT: Mapping[str, Callable[..., Any]] = {table: kind for side in SIDES for table, kind in side.kept.items()}
"""The types of the services' own tables, by which a store reads them back."""

SHOWS: Shows = together(side.shows for side in SIDES)
