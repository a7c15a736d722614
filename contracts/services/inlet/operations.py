"""The operations of the streaming inlet (streaming-ingestion.yaml)."""

from __future__ import annotations

from functools import partial

from contracts.judging.model import Operation
from contracts.services.inlet.judges import BATCH_RULES, INLET_RULES, MESSAGE_RULES, PARAMETERS, QUERY_RULES
from contracts.services.inlet.service import INLET

__all__ = ["OPERATIONS"]

_row = partial(
    Operation,
    INLET,
    method="POST",
    body="json",
    query=PARAMETERS,
    head_rules=QUERY_RULES,
    known_rules=INLET_RULES,
    unread_types=("application/x-jackson-smile",),
    collection="inlets",
)

OPERATIONS: tuple[Operation, ...] = (
    _row("streamMessage", path="/{id}", action="take_message", body_rules=MESSAGE_RULES, returns=("Taken",)),
    _row(
        "streamMessages",
        path="/batch/{id}",
        action="take_messages",
        success=207,
        body_rules=BATCH_RULES,
        judges_again=MESSAGE_RULES,
        returns=("TakenBatch",),
    ),
)
