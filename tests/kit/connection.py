"""The documented request that makes a connection to Zoho CRM: its headers and its body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import ZOHO_CRM, documented_regions

HEADERS: Mapping[str, str] = {
    "Authorization": "Bearer test-token-0123456789",
    "x-api-key": "test-key",
    "x-gw-ims-org-id": "TEST@AdobeOrg",
    "x-sandbox-name": "prod",
    "Content-Type": "application/json",
}


def zoho(region: str = "eu", **params: Any) -> dict[str, Any]:
    """The documented body; keywords replace credentials, ``None`` leaves one out."""
    centre = documented_regions()[region]
    credentials = {
        "endpoint": centre.api_endpoint,
        "accountsUrl": centre.accounts_url,
        "clientId": "1000.CLIENT",
        "clientSecret": "s3cret-client-value",
        "accessToken": "1000.access-value",
        "refreshToken": "1000.refresh-value",
        **params,
    }
    return {
        "name": "Zoho CRM base connection",
        "description": "Base Connection for Zoho CRM",
        "auth": {
            "specName": "Basic Authentication",
            "params": {name: value for name, value in credentials.items() if value is not None},
        },
        "connectionSpec": {"id": ZOHO_CRM, "version": "1.0"},
    }


def with_headers(**changes: str | None) -> dict[str, str]:
    """The five headers; keywords (``_`` for ``-``) replace one, ``None`` leaves it out."""
    headers = dict(HEADERS)
    for name, value in changes.items():
        wire = next(
            (known for known in HEADERS if known.lower() == name.replace("_", "-").lower()), name.replace("_", "-")
        )
        headers.pop(wire, None)
        if value is not None:
            headers[wire] = value
    return headers
