"""Who may ask the control side: on loopback whoever is no web page, elsewhere who has the token."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from ipaddress import ip_address

from contracts import Request
from mockserver.control.admin import ADMIN_PATH, refused
from mockserver.exchange.response import Handler, Response
from mockserver.hosts import locate

__all__ = ["Gate", "is_address", "is_loopback", "new_token"]

_HEALTH = f"{ADMIN_PATH}/health"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="mockserver", Bearer realm="mockserver"'}


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches ``address``, as `socket.getsockname` gives it."""
    return ip_address(address).is_loopback


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Gate:
    """Stands in front of a handler. Without a ``token`` none is asked for, but the request must name this machine.

    ``host`` is a name of this machine that isn't ``localhost``: the one that the server was told to listen on.
    """

    def __init__(self, handle: Handler, token: str | None = None, host: str = "") -> None:
        self._handle = handle
        self._token = token
        self._host = host.lower()

    def __call__(self, request: Request) -> Response:
        if request.target.startswith(ADMIN_PATH) and locate(request)[0] is None:
            return self._refusal(request) or self._handle(request)
        return self._handle(request)

    def _refusal(self, request: Request) -> Response | None:
        if request.path.rstrip("/") == _HEALTH:
            return None
        headers = request.headers
        if _is_of_another_origin(request.method, headers):
            return refused(403, "the control side takes nothing from a web page of another origin")
        if self._token is None:
            return None if self._is_here(headers) else refused(403, _FOREIGN)
        given = _token_of(headers.get("authorization", ""))
        if hmac.compare_digest(given.encode(), self._token.encode()):
            return None
        return refused(401, _WRONG if given else _MISSING, _CHALLENGE)

    def _is_here(self, headers: Mapping[str, str]) -> bool:
        """An address can't be rebound to another one, a name of somebody else's can."""
        host = _name(headers.get("host", "localhost"))
        return host in ("localhost", self._host) or host.endswith(".localhost") or is_address(host)


_FOREIGN = (
    "the Host header names neither this machine nor an address of it: a web page may have sent this (DNS rebinding). "
    "Ask for localhost, or start the server with --admin-token"
)
_MISSING = "the control side needs the admin token: Authorization: Bearer TOKEN, or Basic with TOKEN as the password"
_WRONG = "this isn't the admin token that the server was given or has printed when it started"


def _is_of_another_origin(method: str, headers: Mapping[str, str]) -> bool:
    """What browsers alone send tells; a link that somebody follows only shows the page."""
    site = headers.get("sec-fetch-site", "none")
    if site not in ("none", "same-origin"):
        mode, shown_as = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
        return not (method == "GET" and mode == "navigate" and shown_as == "document")
    origin = headers.get("origin")
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()


def _token_of(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return value.strip() if scheme.lower() == "bearer" else ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _name(host: str) -> str:
    """A Host header's name: without port, brackets and a dot at the end."""
    name = host.partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lstrip("[").lower().removesuffix(".")


def is_address(name: str) -> bool:
    """Whether ``name`` is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
