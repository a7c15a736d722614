"""The sides of all services, and what they add up to: actions by operation, steps by word, what is shown.

What carries out a service's calls is imported with the first of them, so that a mock is there without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from contracts.judging.model import Operation
from mockserver.exchange.masking import Shows, together
from mockserver.services.side import Action, Side, Step

__all__ = ["KEPT", "SHOWS", "SIDES", "action_of", "steps"]

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


@cache
def action_of(operation: Operation | None) -> Action:
    """What carries its calls out; a call without an operation is never accepted."""
    if operation is None:
        raise LookupError("no operation")
    return _SIDE_OF[operation.service].actions()[operation.action]


@cache
def steps() -> dict[str, Step]:
    """What happens by itself, by the agenda's words."""
    return {word: step for side in SIDES for word, step in side.steps().items()}


KEPT: Mapping[str, Callable[..., Any]] = {table: kind for side in SIDES for table, kind in side.kept.items()}
"""The types of the services' own tables, by which a store reads them back."""

SHOWS: Shows = together(side.shows for side in SIDES)
