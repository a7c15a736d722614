"""Whether a base connection's credentials work at Zoho, as Flow Service finds out when it uses them."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.violations import Violation
from contracts.services.zoho.rules import violation
from contracts.sources.regions import Region, region_of
from mockserver.exchange.refusal import Refused
from mockserver.memory.world import World
from mockserver.services.sources import SourceSide, Table
from mockserver.services.zoho.state import ZOHO

__all__ = ["ZOHO_SOURCE"]

_CREDENTIALS = itemgetter("accountsUrl", "clientId", "clientSecret", "accessToken", "refreshToken")
_TEXTS = {str}


def _learn(world: World, connection: Mapping[str, Any]) -> None:
    """A base connection was written: its client belongs to the data centre of its accounts URL, if to none yet."""
    if (found := _credentials(connection)) is not None:
        region, params = found
        world.of(ZOHO).meet(region, params["clientId"], params["refreshToken"], params["accessToken"])


def _problems(world: World, connection: Mapping[str, Any]) -> tuple[Violation, ...]:
    """Why a Zoho connection doesn't work; nothing where it does.

    An access token that has expired is refreshed, and the new one kept until it expires too.
    """
    found = _credentials(connection)
    if found is None:
        return (violation("ZO-CON-01", "/auth/params", "there are no credentials of a data centre yet"),)
    region, params = found
    try:
        world.of(ZOHO).client(region, params["clientId"], params["clientSecret"])
        world.of(ZOHO).grant(region, params["clientId"], params["refreshToken"])
        token = world.of(ZOHO).held.get(params["refreshToken"], params["accessToken"])
        if world.of(ZOHO).state(world.of(ZOHO).access(token, region), region) != "valid":
            access = world.of(ZOHO).refresh(region, params["clientId"], params["clientSecret"], params["refreshToken"])
            world.of(ZOHO).held[params["refreshToken"]] = access.token
    except Refused as refused:
        return refused.violations
    return ()


def _refusal(causes: tuple[Violation, ...]) -> Refused:
    """What Flow Service answers where it needs credentials that don't work."""
    reason = causes[0].rule.error.removeprefix("zoho-")
    answer = f"Zoho refused the connection's credentials: {reason}"
    return Refused(violation("ZO-CON-01", "path", "the connection's credentials don't work", answer=answer), *causes)


def _credentials(connection: Mapping[str, Any]) -> tuple[Region, Mapping[str, str]] | None:
    """The region and the params of a Zoho connection that has them all."""
    params = object_at(object_at(connection, "auth"), "params")
    try:
        found = _CREDENTIALS(params)
    except KeyError:
        return None
    if not all(found) or set(map(type, found)) != _TEXTS:
        return None
    region = region_of(params["accountsUrl"])
    return None if region is None else (region, params)


def _tables(world: World) -> Mapping[str, Table]:
    """The modules of the mock's own CRM."""
    return world.of(ZOHO).data.tables


ZOHO_SOURCE = SourceSide(_learn, _problems, _refusal, _tables)
