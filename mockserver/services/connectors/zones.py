"""The data landing zone, as it is provisioned on Azure or on AWS (cloud-storage/data-landing-zone.md).

Which of the two is the contract's term ``landing_zone``: in truth it follows from where an organisation is hosted.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from contracts import Call
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.common import author_of

__all__ = ["credentials", "refresh", "zone"]

_CONTAINERS = {"user_drop_zone": "dlz-user-container", "dlz_destination": "dlz-destination-container"}
_DAYS = 7  # that files last; credentials too (assumed)
_LASTS = _DAYS * 86_400_000  # ms


def zone(world: World, call: Call) -> Response:  # noqa: ARG001 -- as of any action
    if call.terms.landing_zone == "azure":
        return json_response(200, {"containerName": _CONTAINERS[_type(call)], "containerTTL": str(_DAYS)})
    ttl = {"timeUnit": "days", "timeQuantity": _DAYS}
    return json_response(200, {"dlzPath": _path(call, "dlz-adf-connectors"), "dataTTL": ttl, "dlzProvider": _S3})


def credentials(world: World, call: Call) -> Response:
    """They follow from the tenant, from how often they were refreshed, and from how often they have expired since."""
    record = world.get(call.tenant, "landingZones", _type(call))
    given = {"count": 0, "at": 0} if record is None else record.extra
    passed = (world.now() - given["at"]) // _LASTS
    secret = _digest(*call.tenant, _type(call), given["count"], passed)
    made = _on_azure if call.terms.landing_zone == "azure" else _on_aws
    return json_response(200, made(call, secret, (given["at"] + (passed + 1) * _LASTS) // 1000))


def _on_azure(call: Call, secret: str, expires: int) -> dict[str, Any]:
    container, account = _CONTAINERS[_type(call)], "mock" + _digest(*call.tenant)[:12]
    token = f"sv=2020-04-08&si=dlz-{secret[:12]}&sr=c&sp=racwdlm&sig={quote(secret[12:])}%3D"
    return {
        "containerName": container,
        "SASToken": token,
        "storageAccountName": account,
        "SASUri": f"https://{account}.blob.core.windows.net/{container}?{token}",
        "expiryDate": datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%d"),
    }


_S3 = "Amazon S3"


def _on_aws(call: Call, secret: str, expires: int) -> dict[str, Any]:
    """The page of destinations prints the credentials without a client's id."""
    keys = {
        "awsAccessKeyId": "MOCK" + secret[:16].upper(),
        "awsSecretAccessKey": base64.b64encode(bytes.fromhex(secret)).decode()[:40],
        "awsSessionToken": base64.b64encode(f"mock/{secret}".encode()).decode(),
    }
    owner = {} if _type(call) == "dlz_destination" else {"clientId": "mock-" + _digest(*call.tenant)[:12]}
    folder = _type(call).replace("dlz_", "dlz-")  # user_drop_zone, dlz-destination
    return {
        "credentials": {**owner, **keys},
        "dlzPath": _path(call, folder),
        "dlzProvider": _S3,
        "expiryTime": expires,
    }


def refresh(world: World, call: Call) -> Response:
    """The page prints the answer on Azure alone; on AWS it is the same call (assumed)."""
    record = world.get(call.tenant, "landingZones", _type(call))
    extra = {"count": 1 if record is None else record.extra["count"] + 1, "at": world.now()}
    if record is None:
        world.store.insert(call.tenant, "landingZones", b"{}", author_of(call), extra=extra, id=_type(call))
    else:
        world.store.update("landingZones", record, author_of(call), extra=extra)
    return credentials(world, call)


def _path(call: Call, folder: str) -> dict[str, str]:
    return {"bucketName": f"dlz-prod-{call.sandbox_name}", "dlzFolder": folder}


def _type(call: Call) -> str:
    return call.parameter("type") or ""


def _digest(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
