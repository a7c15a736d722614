"""Requests to IMS: the documented forms, and a JWT."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from mockserver import Mock
from tests.kit.sender import Sender

SECRET = "p8e-recognisable-secret"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


TOKEN = {
    "grant_type": "client_credentials",
    "client_id": "acme-client",
    "client_secret": SECRET,
    "scope": "openid,AdobeID,read_organizations",
}


CODE = {**TOKEN, "grant_type": "authorization_code", "code": "the-recognisable-code"}


REFRESH = {"grant_type": "refresh_token", "client_id": "acme-client", "client_secret": SECRET, "refresh_token": "r"}


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def jwt(mock: Mock, **changes: Any) -> str:
    """A JWT as JWT/index.md describes it; keywords replace claims, ``None`` leaves one out."""
    claims = {
        "exp": mock.clock.now() // 1000 + 300,
        "iss": "C74F69D7594880280@AdobeOrg",
        "sub": "6657031C5C095BB40A4@techacct.adobe.com",
        "https://ims-na1.adobelogin.com/s/ent_dataservices_sdk": True,
        "aud": "https://ims-na1.adobelogin.com/c/acme-client",
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(kept)}.c2lnbmF0dXJl"


def exchange(token: str) -> dict[str, str]:
    return {"client_id": "acme-client", "client_secret": SECRET, "jwt_token": token}


def multipart(fields: dict[str, str]) -> tuple[dict[str, str], bytes]:
    """Headers and body as `requests` writes them, with a boundary that is always the same."""
    body, content_type = encode_multipart_formdata(fields, "the-boundary")
    return {"Content-Type": content_type}, body


def ask(send: Sender, path: str, fields: dict[str, str], form: str = "urlencoded") -> Any:
    if form == "query":
        return send.raw("POST", f"{path}?{urlencode(fields)}", {})
    if form == "multipart":
        return send.raw("POST", path, *multipart(fields))
    return send.raw("POST", path, FORM, urlencode(fields).encode())
