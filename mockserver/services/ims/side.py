"""IMS on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.services.ims.service import IMS
from mockserver.exchange.masking import Shows
from mockserver.services.ims.state import IssuedTokens
from mockserver.services.side import Action, Side

__all__ = ["SIDE"]


def _actions() -> Mapping[str, Action]:
    from mockserver.services.ims import actions

    return {
        "issue_token": actions.issue,
        "issue_in_ms": actions.issue_in_ms,
        "exchange_jwt": actions.exchange_jwt,
        "revoke": actions.revoke,
        "validate": actions.validate,
        "profile": actions.profile,
        "user_info": actions.user_info,
    }


SIDE = Side(
    "ims",
    (IMS,),
    _actions,
    state=IssuedTokens,
    shows=Shows(
        parameters=frozenset(("grant_type", "client_id", "scope", "type")),
        secret_parameters=frozenset(("code", "code_verifier", "refresh_token", "token")),
        answered=frozenset(("access_token", "refresh_token", "id_token")),
    ),
)
