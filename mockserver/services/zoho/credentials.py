"""Whether a base connection's credentials work at Zoho, as Flow Service finds out when it uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contracts import ZOHO_CRM
from contracts.judging.body_schemas import object_at
from contracts.judging.violations import Violation
from contracts.services.zoho.rules import violation
from contracts.sources.regions import Region, region_of
from mockserver.exchange.refusal import Refused

if TYPE_CHECKING:
    from mockserver.memory.world import World

__all__ = ["meet", "problems", "refusal"]

_CREDENTIALS = ("accountsUrl", "clientId", "clientSecret", "accessToken", "refreshToken")


def meet(world: World, connection: Mapping[str, Any]) -> None:
    """A base connection was written: its client belongs to the data centre of its accounts URL, if to none yet."""
    found = _credentials(connection)
    if found is not None:
        region, params = found
        world.zoho.meet(region, params["clientId"], params["refreshToken"], params["accessToken"])


def problems(world: World, connection: Mapping[str, Any]) -> tuple[Violation, ...]:
    """Why a Zoho connection doesn't work; nothing where it does, or is of another source.

    An access token that has expired is refreshed, and the new one kept until it expires too.
    """
    if not _is_zoho(connection):
        return ()
    found = _credentials(connection)
    if found is None:
        return (violation("ZO-CON-01", "/auth/params", "there are no credentials of a data centre yet"),)
    region, params = found
    try:
        world.zoho.client(region, params["clientId"], params["clientSecret"])
        world.zoho.grant(region, params["clientId"], params["refreshToken"])
        token = world.zoho.held.get(params["refreshToken"], params["accessToken"])
        if world.zoho.state(world.zoho.access(token, region), region) != "valid":
            access = world.zoho.refresh(region, params["clientId"], params["clientSecret"], params["refreshToken"])
            world.zoho.held[params["refreshToken"]] = access.token
    except Refused as refused:
        return refused.violations
    return ()


def refusal(causes: tuple[Violation, ...]) -> Refused:
    """What Flow Service answers where it needs credentials that don't work."""
    reason = causes[0].rule.error.removeprefix("zoho-")
    answer = f"Zoho refused the connection's credentials: {reason}"
    return Refused(violation("ZO-CON-01", "path", "the connection's credentials don't work", answer=answer), *causes)


def _is_zoho(connection: Mapping[str, Any]) -> bool:
    return object_at(connection, "connectionSpec").get("id") == ZOHO_CRM


def _credentials(connection: Mapping[str, Any]) -> tuple[Region, Mapping[str, str]] | None:
    """The region and the params of a Zoho connection that has them all."""
    if not _is_zoho(connection):
        return None
    params = object_at(object_at(connection, "auth"), "params")
    for name in _CREDENTIALS:
        if not params.get(name) or not isinstance(params[name], str):
            return None
    region = region_of(params["accountsUrl"])
    return None if region is None else (region, params)
