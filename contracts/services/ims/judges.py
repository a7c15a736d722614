"""What IMS demands of a request for a token.

The parameters are the call's document; a violation's ``description`` is what the answer says of it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.model import Call, RuleFunction
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.reading import json_text
from contracts.reading.spelling import nearest
from contracts.services.gateway.placeholders import placeholders_are_filled_in
from contracts.services.ims.rules import violation

__all__ = [
    "CODE_PARAMETERS",
    "CREDENTIALS_PARAMETERS",
    "EXCHANGE_PARAMETERS",
    "EXCHANGE_RULES",
    "GRANT_PARAMETERS",
    "REVOKE_PARAMETERS",
    "REVOKE_RULES",
    "VALIDATE_PARAMETERS",
    "VALIDATE_RULES",
    "code_is_sent",
    "refresh_token_is_sent",
    "scope_is_sent",
    "secret_is_sent",
    "token_is_sent",
    "token_rules",
    "validated_token",
]

CREDENTIALS_PARAMETERS = ("grant_type", "client_id", "client_secret", "scope")
CODE_PARAMETERS = (*CREDENTIALS_PARAMETERS, "code", "refresh_token")
GRANT_PARAMETERS = (*CODE_PARAMETERS, "code_verifier")
REVOKE_PARAMETERS = ("client_id", "token")
VALIDATE_PARAMETERS = ("client_id", "token", "type")
EXCHANGE_PARAMETERS = ("client_id", "client_secret", "jwt_token")

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+=*")


def token_is_sent(call: Call) -> Iterator[Violation]:
    """RFC 6750, 2.1."""
    scheme, _, token = (call.header("authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        allowed = ["Bearer <access token>"]
        yield violation("IMS-PROFILE-01", "headers/authorization", "no bearer token", found="none", allowed=allowed)


def parameters_stand_once(call: Call) -> Iterator[Violation]:
    """RFC 6749, 3.2: "Request and response parameters MUST NOT be included more than once"."""
    names = [name for name, _ in call.asked]
    for name in _KNOWN:
        if names.count(name) > 1:
            yield violation("IMS-FORM-03", f"/{name}", "sent more than once", description=f"repeated {name} parameter")


def token_rules(**grants: tuple[RuleFunction, ...]) -> tuple[RuleFunction, ...]:
    """The rules of a token path that takes these grants; of another grant those of the first are told."""

    def grant_type_is_documented(call: Call) -> Iterator[Violation]:
        given = call.document.get("grant_type", "")
        if given not in grants:
            yield violation(
                "IMS-GRANT-01",
                "/grant_type",
                "not the documented one" if given else "missing",
                found=shown(given) if given else "nothing",
                allowed=list(grants),
                near=given,
                description="unsupported grant_type" if given else "missing grant_type parameter",
            )

    def its_own_rules_hold(call: Call) -> Iterator[Violation]:
        of_the_first = next(iter(grants.values()))
        for rule in grants.get(call.document.get("grant_type", ""), of_the_first):
            yield from rule(call)

    return (
        parameters_stand_once,
        grant_type_is_documented,
        client_is_named,
        its_own_rules_hold,
        placeholders_are_filled_in,
    )


def client_is_named(call: Call) -> Iterator[Violation]:
    if not _has_basic_credentials(call):
        yield from _missing(call, "client_id", "IMS-ID-01", "invalid client_id parameter")


def secret_is_sent(call: Call) -> Iterator[Violation]:
    if not _has_basic_credentials(call):
        yield from _missing(call, "client_secret", "IMS-SECRET-01", "invalid client_secret parameter")


def _has_basic_credentials(call: Call) -> bool:
    """UserAuthentication/IMS.md: client_secret_basic beside client_secret_post."""
    scheme, _, credentials = (call.header("authorization") or "").partition(" ")
    return scheme.lower() == "basic" and bool(credentials.strip())


def secret_is_sent_with_the_jwt(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "client_secret", "IMS-SECRET-02", "invalid client_secret parameter")


def scope_is_sent(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "scope", "IMS-SCOPE-01", "missing scope parameter")


def code_is_sent(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "code", "IMS-CODE-01", "missing code parameter")


def refresh_token_is_sent(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "refresh_token", "IMS-REFRESH-01", "missing refresh_token parameter")


def validated_token(call: Call) -> str:
    """The token that is asked about: a parameter, or else the bearer token; nothing where neither is sent."""
    scheme, _, bearer = (call.header("authorization") or "").partition(" ")
    return str(call.document.get("token") or (bearer.strip() if scheme.lower() == "bearer" else ""))


def token_to_validate_is_sent(call: Call) -> Iterator[Violation]:
    if not validated_token(call):
        yield from _missing(call, "token", "IMS-TOKEN-01", "missing token parameter")


def token_to_revoke_is_sent(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "token", "IMS-TOKEN-01", "missing token parameter")


def jwt_is_sent(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "jwt_token", "IMS-JWT-01", "missing jwt_token parameter")


def jwt_is_current(call: Call) -> Iterator[Violation]:
    """Everything but the signature, which can't be checked: any certificate is taken as the client's (assumed)."""
    token = call.document.get("jwt_token", "")
    if not token or is_placeholder(token):
        return
    claims = _claims(token)
    if claims is None:
        yield violation("IMS-JWT-02", "/jwt_token", "not a JWT", description="the JWT could not be decoded")
        return
    yield from _expiry_breaches(call, claims.get("exp"))
    yield from _claim_breaches(call.document.get("client_id", ""), claims)


def _expiry_breaches(call: Call, exp: object) -> Iterator[Violation]:
    if isinstance(exp, bool) or not isinstance(exp, int):
        text = "the exp field of the JWT is not an integer"
        yield violation("IMS-JWT-03", "/jwt_token/exp", "not a whole number", description=text)
    elif call.known is not None and exp * 1000 <= call.now:
        yield violation(
            "IMS-JWT-04", "/jwt_token/exp", "in the past", found=shown(exp), description="the JWT has expired"
        )


def _claim_breaches(client_id: str, claims: Mapping[str, Any]) -> Iterator[Violation]:
    audience = claims.get("aud")
    is_other = isinstance(audience, str) and audience.rpartition("/")[2] != client_id
    if is_other and client_id and not is_placeholder(client_id):
        text = "the aud field of the JWT does not match client_id"
        yield violation("IMS-JWT-05", "/jwt_token/aud", "of another client", description=text)
    for name, form in _CLAIMS.items():
        value = claims.get(name)
        if not isinstance(value, str) or not form.fullmatch(value):
            text = f"the {name} field of the JWT is not in the proper format"
            yield violation("IMS-JWT-06", f"/jwt_token/{name}", "not what is documented", description=text)
    if not any("/s/" in name for name in claims):
        yield violation("IMS-JWT-07", "/jwt_token", "no metascope", description="the JWT has no metascopes")


_CLAIMS = {name: re.compile(form) for name, form in (("iss", ".+@AdobeOrg"), ("sub", ".+@.+"), ("aud", ".+"))}

EXCHANGE_RULES = (
    parameters_stand_once,
    client_is_named,
    secret_is_sent_with_the_jwt,
    jwt_is_sent,
    jwt_is_current,
    placeholders_are_filled_in,
)


REVOKE_RULES = (parameters_stand_once, client_is_named, token_to_revoke_is_sent, placeholders_are_filled_in)
VALIDATE_RULES = (parameters_stand_once, token_to_validate_is_sent, placeholders_are_filled_in)


def _claims(token: str) -> Mapping[str, Any] | None:
    """The claims of a JWT, ``None`` where it can't be decoded."""
    parts = token.split(".")
    if len(parts) != 3 or not all(_BASE64URL.fullmatch(part) for part in parts):
        return None
    try:
        header, claims = (json_text.parse(base64.urlsafe_b64decode(_padded(part))) for part in parts[:2])
    except (binascii.Error, json_text.JsonProblem):
        return None
    return claims if isinstance(header, dict) and isinstance(claims, dict) else None


def _padded(part: str) -> str:
    plain = part.rstrip("=")
    return plain + "=" * (-len(plain) % 4)


def _missing(call: Call, name: str, rule: str, description: str) -> Iterator[Violation]:
    value = call.document.get(name)
    if value:
        return
    strangers = [each for each in call.document if each not in _KNOWN]
    yield violation(
        rule,
        f"/{name}",
        "missing" if value is None else "empty",
        found="nothing" if value is None else '""',
        allowed=[name],
        nearest=name if value is None and nearest(name, strangers) else None,
        description=description,
    )


_KNOWN = tuple(dict.fromkeys(GRANT_PARAMETERS + EXCHANGE_PARAMETERS + VALIDATE_PARAMETERS))
