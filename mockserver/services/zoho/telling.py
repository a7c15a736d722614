"""What Zoho's accounts servers hold, as tables for people: no secret, no token."""

from __future__ import annotations

import hashlib
from typing import Any

from contracts.sources.regions import zoho_regions
from mockserver.memory.world import World
from mockserver.services.zoho.accounts import Access
from mockserver.services.zoho.state import ZOHO, ZohoState

__all__ = ["told"]

_MOST = 200  # rows of a table; the newest


def told(world: World) -> dict[str, list[dict[str, Any]]]:
    """``accounts`` and ``tokens``; a token is named by the beginning of its SHA-256, its times are in milliseconds."""
    zoho = world.of(ZOHO)
    accounts = [
        {"client": client.id, "regions": ", ".join(client.regions), "secret": "any" if client.secret is None else "set"}
        for client in list(zoho.clients.values())[-_MOST:]
    ]
    refresh = [
        {
            "token": _name(grant.token),
            "kind": "refresh",
            "region": grant.region,
            "state": "revoked" if grant.is_revoked else "valid",
            "scope": grant.scope,
            "expires": None,
        }
        for grant in list(zoho.grants.values())[-_MOST:]
    ]
    return {"accounts": accounts, "tokens": refresh + [_access(zoho, each) for each in _newest(zoho)]}


def _newest(zoho: ZohoState) -> list[Access]:
    return list(zoho.accesses.values())[-_MOST:]


def _access(zoho: ZohoState, access: Access) -> dict[str, Any]:
    return {
        "token": _name(access.token),
        "kind": "access",
        "region": access.region,
        "state": zoho.state(access, zoho_regions()[access.region]),
        "scope": access.scope,
        "expires": access.expires,
    }


def _name(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:8]
