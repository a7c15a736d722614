"""The errors of landing zone, encryption keys and private endpoints. No document prints one: all of it is assumed."""

from __future__ import annotations

from contracts.judging.error import Error
from contracts.services.gateway.errors import detailed

__all__ = ["ROWS"]

ROWS = (
    Error("CONN-1000-400", 400, detailed, "Bad request", "{message}", "assumed"),
    Error("CONN-1001-404", 404, detailed, "Not found", "The {type} {id} was not found.", "assumed"),
)
