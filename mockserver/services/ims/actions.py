"""Tokens of IMS. Whatever client asks, with whatever secret, is taken as genuine."""

from __future__ import annotations

from typing import Any

from contracts import Call
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.ims.state import IMS, TOKEN_LASTS

__all__ = ["exchange_jwt", "issue", "profile"]

EXCHANGED_LASTS = 86_399_992  # ms; JWT/index.md


def issue(world: World, call: Call) -> Response:
    return _answer(world, call, TOKEN_LASTS * 1000, TOKEN_LASTS)


def exchange_jwt(world: World, call: Call) -> Response:
    """``expires_in`` is in milliseconds here."""
    return _answer(world, call, EXCHANGED_LASTS, EXCHANGED_LASTS)


def profile(world: World, call: Call) -> Response:  # noqa: ARG001
    """A technical account, the same for every token; the keys are those that programs read, the values made up."""
    account = "MOCK0TECHNICAL0ACCOUNT@techacct.adobe.com"
    body: dict[str, Any] = {
        "account_type": "service",
        "utcOffset": "null",
        "preferred_languages": None,
        "displayName": "Mock Technical Account",
        "name": "Mock Technical Account",
        "first_name": "Mock",
        "last_name": "Technical Account",
        "userId": account,
        "authId": account,
        "email": account,
        "emailVerified": "true",
        "countryCode": "US",
        "phoneNumber": None,
        "roles": [],
        "mrktPerm": None,
        "mrktPermEmail": None,
    }
    return json_response(200, body, {"Cache-Control": "no-store"})


def _answer(world: World, call: Call, lasts: int, expires_in: int) -> Response:
    body: dict[str, Any] = {
        "access_token": world.of(IMS).issue_to(str(call.document.get("client_id", "")), lasts),
        "token_type": "bearer",
        "expires_in": expires_in,
    }
    return json_response(200, body, {"Cache-Control": "no-store"})  # RFC 6749, 5.1
