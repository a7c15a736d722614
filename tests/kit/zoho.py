"""Requests to Zoho's hosts, for the tests."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from contracts.sources.regions import zoho_regions
from tests.kit.sender import Answer, Sender

CLIENT = {"client_id": "1000.EUCLIENT", "client_secret": "s3cret-of-the-client"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def host(url: str) -> str:
    return url.removeprefix("https://")


def accounts(send: Sender, region: str, path: str, form: dict[str, str], method: str = "POST") -> Answer:
    """One request to a region's accounts server."""
    target = f"/{host(zoho_regions()[region].accounts_url)}{path}"
    return send.raw(method, target, FORM, urlencode(form).encode())


def refresh(send: Sender, region: str = "eu", token: str = "1000.refresh-token", **more: str) -> Answer:
    form = {"grant_type": "refresh_token", **CLIENT, "refresh_token": token, **more}
    return accounts(send, region, "/oauth/v2/token", form)


def access_token(send: Sender, region: str = "eu", **more: str) -> str:
    answer = refresh(send, region, **more)
    assert "access_token" in answer.json, answer.text
    return str(answer.json["access_token"])


def crm(send: Sender, path: str, token: str, region: str = "eu", body: bytes = b"", **headers: str) -> Answer:
    """One read of a region's CRM."""
    target = f"/{host(zoho_regions()[region].api_endpoint)}/crm/{path}"
    sent = {"Authorization": f"Zoho-oauthtoken {token}", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return send.raw("POST" if body else "GET", target, sent, body)


def rules(send: Sender) -> list[str]:
    """The error rules that the last exchange broke."""
    return send.rules


def last(send: Sender) -> dict[str, Any]:
    """The deciding violation of the last exchange."""
    return send.violations[0]
