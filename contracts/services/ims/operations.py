"""The operations of IMS, one row each."""

from __future__ import annotations

from contracts.judging.model import Operation, RuleFunction
from contracts.services.gateway.headers import token_is_current
from contracts.services.ims.judges import (
    CODE_PARAMETERS,
    CREDENTIALS_PARAMETERS,
    EXCHANGE_PARAMETERS,
    EXCHANGE_RULES,
    code_is_sent,
    scope_is_sent,
    token_is_sent,
    token_rules,
)
from contracts.services.ims.service import IMS

__all__ = ["OPERATIONS"]


def _credentials(id: str, path: str) -> Operation:
    return _token(id, path, "issue_token", CREDENTIALS_PARAMETERS, token_rules("client_credentials", scope_is_sent))


def _token(id: str, path: str, action: str, names: tuple[str, ...], rules: tuple[RuleFunction, ...]) -> Operation:
    return Operation(
        IMS,
        id,
        "POST",
        path,
        action=action,
        returns=("Token",),
        body="form",
        query=names,
        body_rules=rules,
        strays=False,
    )


# ServerToServerAuthentication/IMS.md documents v3 with a form or a query, Adobe's Postman collection v2 with a
# query, aepp v1; JWT/index.md documents the exchange. Each takes both here (assumed for v1, v2 and the exchange).
OPERATIONS: tuple[Operation, ...] = (
    _credentials("imsTokenV3", "/token/v3"),
    _credentials("imsTokenV2", "/token/v2"),
    _token("imsTokenV1", "/token/v1", "issue_token", CODE_PARAMETERS, token_rules("authorization_code", code_is_sent)),
    _token("imsExchangeJwt", "/exchange/jwt", "exchange_jwt", EXCHANGE_PARAMETERS, EXCHANGE_RULES),
    # Several public programs ask whose a token is.
    Operation(
        IMS,
        "imsProfile",
        "GET",
        "/profile/v1",
        action="profile",
        returns=("Profile",),
        query=("client_id",),
        head_rules=(token_is_sent,),
        known_rules=(token_is_current,),
    ),
)
