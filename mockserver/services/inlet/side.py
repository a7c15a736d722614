"""The streaming inlet on the mock's side."""

from __future__ import annotations

from contracts.services.inlet.service import INLET
from mockserver.exchange.masking import Shows
from mockserver.services.inlet import actions
from mockserver.services.inlet.state import OpenInlets
from mockserver.services.side import Side

__all__ = ["SIDE"]

SIDE = Side(
    "inlet",
    (INLET,),
    {"take_message": actions.take, "take_messages": actions.take_batch},
    state=OpenInlets,
    shows=Shows(
        headers=frozenset(("x-adobe-flow-id",)),
        parameters=frozenset(("syncValidation", "synchronousValidation", "x-adobe-flow-id")),
    ),
)
