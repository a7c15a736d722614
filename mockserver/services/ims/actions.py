"""Tokens of IMS. Whatever client asks, with whatever secret, is taken as genuine."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from contracts import Call
from contracts.services.ims.judges import validated_token
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.ims.state import IMS, TOKEN_LASTS

__all__ = ["exchange_jwt", "issue", "issue_in_ms", "profile", "revoke", "user_info", "validate"]

EXCHANGED_LASTS = 86_399_992  # ms; JWT/index.md
UNVERSIONED_LASTS = 86_399_994  # ms; help/sources/connectors/loyalty/capillary.md

_ACCOUNT = "MOCK0TECHNICAL0ACCOUNT@techacct.adobe.com"


def issue(world: World, call: Call) -> Response:
    return _answer(world, call, TOKEN_LASTS * 1000, TOKEN_LASTS, _of_a_user(world, call))


def issue_in_ms(world: World, call: Call) -> Response:
    """The same, with ``expires_in`` in milliseconds."""
    return _answer(world, call, UNVERSIONED_LASTS, UNVERSIONED_LASTS, _of_a_user(world, call))


def _of_a_user(world: World, call: Call) -> Mapping[str, str]:
    """For a user there is a refresh token too, and with a code an ID token (UserAuthentication/IMS.md)."""
    grant = call.document.get("grant_type")
    if grant == "client_credentials":
        return {}
    refresh = {"refresh_token": world.stamps.token({"type": "refresh_token", "as": "ims-na1"})}
    return (
        refresh
        if grant == "refresh_token"
        else {**refresh, "sub": _ACCOUNT, "id_token": world.stamps.token({"sub": _ACCOUNT})}
    )


def exchange_jwt(world: World, call: Call) -> Response:
    """``expires_in`` is in milliseconds here."""
    return _answer(world, call, EXCHANGED_LASTS, EXCHANGED_LASTS)


def revoke(world: World, call: Call) -> Response:
    """No body, whatever token it was."""
    world.of(IMS).revoke(str(call.document["token"]))
    return Response(200, {}, b"")


def validate(world: World, call: Call) -> Response:
    """Whether the other services would take the token; the keys are those that programs read."""
    fate = world.of(IMS).token(validated_token(call))
    valid = fate == "issued" or (fate is None and not call.terms.require_issued_tokens)
    body = {"valid": True} if valid else {"valid": False, "reason": fate or "not_issued"}
    return json_response(200, body, {"Cache-Control": "no-store"})


def user_info(world: World, call: Call) -> Response:  # noqa: ARG001
    """The technical account again, as OpenID has it."""
    body = {
        "sub": _ACCOUNT,
        "account_type": "ent",
        "email_verified": True,
        "address": {"country": "US"},
        "name": "Mock Technical Account",
        "given_name": "Mock",
        "family_name": "Technical Account",
        "email": _ACCOUNT,
    }
    return json_response(200, body, {"Cache-Control": "no-store"})


def profile(world: World, call: Call) -> Response:  # noqa: ARG001
    """A technical account, the same for every token; the keys are those that programs read, the values made up."""
    body: dict[str, Any] = {
        "account_type": "service",
        "utcOffset": "null",
        "preferred_languages": None,
        "displayName": "Mock Technical Account",
        "name": "Mock Technical Account",
        "first_name": "Mock",
        "last_name": "Technical Account",
        "userId": _ACCOUNT,
        "authId": _ACCOUNT,
        "email": _ACCOUNT,
        "emailVerified": "true",
        "countryCode": "US",
        "phoneNumber": None,
        "roles": [],
        "mrktPerm": None,
        "mrktPermEmail": None,
    }
    return json_response(200, body, {"Cache-Control": "no-store"})


def _answer(
    world: World, call: Call, lasts: int, expires_in: int, more: Mapping[str, str] = MappingProxyType({})
) -> Response:
    body: dict[str, Any] = {
        "access_token": world.of(IMS).issue_to(str(call.document.get("client_id", "")), lasts),
        "token_type": "bearer",
        "expires_in": expires_in,
        **more,
    }
    return json_response(200, body, {"Cache-Control": "no-store"})  # RFC 6749, 5.1
