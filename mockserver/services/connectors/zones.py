"""The data landing zone, as it is provisioned on Azure (cloud-storage/data-landing-zone.md)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from urllib.parse import quote

from contracts import Call
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.common import author_of

__all__ = ["credentials", "refresh", "zone"]

_CONTAINERS = {"user_drop_zone": "dlz-user-container", "dlz_destination": "dlz-destination-container"}
_DAYS = 7  # for which credentials and files last


def zone(world: World, call: Call) -> Response:  # noqa: ARG001 -- as of any action
    return json_response(200, {"containerName": _container(call), "containerTTL": str(_DAYS)})


def credentials(world: World, call: Call) -> Response:
    """They follow from the tenant and from how often they were refreshed."""
    record = world.get(call.tenant, "landingZones", _type(call))
    count = 0 if record is None else record.extra["count"]
    secret = hashlib.sha256("/".join((*call.tenant, _type(call), str(count))).encode("utf-8", "replace")).hexdigest()
    account = "mock" + hashlib.sha256("/".join(call.tenant).encode("utf-8", "replace")).hexdigest()[:12]
    token = f"sv=2020-04-08&si=dlz-{secret[:12]}&sr=c&sp=racwdlm&sig={quote(secret[12:])}%3D"
    expires = datetime.fromtimestamp(world.now() / 1000 + _DAYS * 86400, UTC)
    return json_response(
        200,
        {
            "containerName": _container(call),
            "SASToken": token,
            "storageAccountName": account,
            "SASUri": f"https://{account}.blob.core.windows.net/{_container(call)}?{token}",
            "expiryDate": expires.strftime("%Y-%m-%d"),
        },
    )


def refresh(world: World, call: Call) -> Response:
    record = world.get(call.tenant, "landingZones", _type(call))
    if record is None:
        world.store.insert(call.tenant, "landingZones", b"{}", author_of(call), extra={"count": 1}, id=_type(call))
    else:
        world.store.update("landingZones", record, author_of(call), extra={"count": record.extra["count"] + 1})
    return credentials(world, call)


def _type(call: Call) -> str:
    return call.parameter("type") or ""


def _container(call: Call) -> str:
    return _CONTAINERS[_type(call)]
