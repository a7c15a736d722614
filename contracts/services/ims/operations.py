"""The operations of IMS, one row each."""

from __future__ import annotations

from contracts.judging.model import Operation, RuleFunction
from contracts.services.gateway.headers import token_is_current
from contracts.services.ims.judges import (
    CODE_PARAMETERS,
    CREDENTIALS_PARAMETERS,
    EXCHANGE_PARAMETERS,
    EXCHANGE_RULES,
    GRANT_PARAMETERS,
    REVOKE_PARAMETERS,
    REVOKE_RULES,
    VALIDATE_PARAMETERS,
    VALIDATE_RULES,
    code_is_sent,
    refresh_token_is_sent,
    scope_is_sent,
    secret_is_sent,
    token_is_sent,
    token_rules,
)
from contracts.services.ims.service import IMS

__all__ = ["OPERATIONS"]


def _form(
    id: str,
    path: str,
    action: str,
    names: tuple[str, ...],
    rules: tuple[RuleFunction, ...],
    *answer: str,
    method: str = "POST",
) -> Operation:
    return Operation(
        IMS, id, method, path, action=action, returns=answer, body="form", query=names, body_rules=rules, strays=False
    )


def _read(id: str, path: str, action: str, answer: str) -> Operation:
    return Operation(
        IMS,
        id,
        "GET",
        path,
        action=action,
        returns=(answer,),
        query=("client_id",),
        head_rules=(token_is_sent,),
        known_rules=(token_is_current,),
    )


_OF_A_PROGRAM = (secret_is_sent, scope_is_sent)
_OF_A_USER = {"authorization_code": (code_is_sent,), "refresh_token": (refresh_token_is_sent,)}
_ANY_GRANT = token_rules(client_credentials=_OF_A_PROGRAM, **_OF_A_USER)

# ServerToServerAuthentication/IMS.md documents v3 with a form or a query, UserAuthentication/IMS.md its other grants,
# /revoke and /userinfo/v2; help/sources/connectors/loyalty/capillary.md /token; Adobe's Postman collection v2 with a
# query, aepp v1; JWT/index.md the exchange. Each takes both here (assumed for /token, v1, v2 and the exchange). That a
# token is validated, or /profile/v1 asked whose it is, several public programs rely on; no document has it. /profile
# is of Adobe's Postman collection for developers and architects.
OPERATIONS: tuple[Operation, ...] = (
    _form("imsTokenV3", "/token/v3", "issue_token", GRANT_PARAMETERS, _ANY_GRANT, "Token"),
    _form("imsToken", "/token", "issue_in_ms", GRANT_PARAMETERS, _ANY_GRANT, "Token"),
    _form(
        "imsTokenV2",
        "/token/v2",
        "issue_token",
        CREDENTIALS_PARAMETERS,
        token_rules(client_credentials=_OF_A_PROGRAM),
        "Token",
    ),
    _form(
        "imsTokenV1",
        "/token/v1",
        "issue_token",
        CODE_PARAMETERS,
        token_rules(**{name: (secret_is_sent, *rules) for name, rules in _OF_A_USER.items()}),
        "Token",
    ),
    _form("imsExchangeJwt", "/exchange/jwt", "exchange_jwt", EXCHANGE_PARAMETERS, EXCHANGE_RULES, "Token"),
    _form("imsRevoke", "/revoke", "revoke", REVOKE_PARAMETERS, REVOKE_RULES),
    _form("imsValidateToken", "/validate_token/v1", "validate", VALIDATE_PARAMETERS, VALIDATE_RULES, "Validity"),
    _form(
        "imsValidateTokenByGet",
        "/validate_token/v1",
        "validate",
        VALIDATE_PARAMETERS,
        VALIDATE_RULES,
        "Validity",
        method="GET",
    ),
    _read("imsProfile", "/profile/v1", "profile", "Profile"),
    _read("imsProfileAsPrinted", "/profile", "profile", "Profile"),
    _read("imsUserInfo", "/userinfo/v2", "user_info", "UserInfo"),
)
