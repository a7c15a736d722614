"""The errors of Data Prep. data-prep.yaml names their statuses and prints no body: Platform's shape, codes assumed."""

from __future__ import annotations

from contracts.judging.error import Error
from contracts.services.gateway.errors import detailed

__all__ = ["ROWS"]

ROWS = (
    Error("CONV-1000-400", 400, detailed, "Bad request", "{message}", "assumed"),
    Error("CONV-1001-404", 404, detailed, "Not found", "The {type} {id} was not found.", "assumed"),
)
