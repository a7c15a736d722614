"""The streaming inlet on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.services.inlet.service import INLET
from mockserver.exchange.masking import Shows
from mockserver.services.inlet.state import OpenInlets
from mockserver.services.side import Action, Side

__all__ = ["SIDE"]


def _actions() -> Mapping[str, Action]:
    from mockserver.services.inlet import actions

    return {"take_message": actions.take, "take_messages": actions.take_batch}


SIDE = Side(
    "inlet",
    (INLET,),
    _actions,
    state=OpenInlets,
    shows=Shows(
        headers=frozenset(("x-adobe-flow-id",)),
        parameters=frozenset(("syncValidation", "synchronousValidation", "x-adobe-flow-id")),
    ),
)
