"""What a request to a proxy says: where it wants to go, and what the host there is to get of it."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit

__all__ = ["for_one", "for_proxy", "line_of", "place_of"]


def line_of(head: bytes) -> tuple[bytes, bytes, bytes]:
    """Method, target and version."""
    method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    target, _, version = rest.partition(b" ")
    return method, target, version


def place_of(method: bytes, target: bytes) -> tuple[str, int] | None:
    """Host and port that a request through a proxy is for."""
    try:
        text = target.decode("ascii")
        if not text.isprintable():  # a host's name is shown to people
            return None
        parts = urlsplit(f"//{text}" if method == b"CONNECT" else text)
        usual = 443 if method == b"CONNECT" or parts.scheme.lower() == "https" else 80
        port = parts.port or usual
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None


def for_one(head: bytes) -> bytes:
    """The head as the host itself is to get it, for one request: the next may be for another host (RFC 9112, 3.2.1)."""
    method, target, version = line_of(head)
    parts = urlsplit(target)
    path = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
    return b"\r\n".join([b" ".join((method, path, version)), *_kept(head), b"Connection: close", b"", b""])


def for_proxy(head: bytes, proxy: SplitResult) -> bytes:
    """The head as another proxy is to get it, whose URL may hold a user and a password."""
    line = b" ".join(line_of(head))
    close = [] if head.startswith(b"CONNECT ") else [b"Connection: close"]
    user = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}" if proxy.username else ""
    authorization = [b"Proxy-Authorization: Basic " + b64encode(user.encode())] if user else []
    return b"\r\n".join([line, *_kept(head), *authorization, *close, b"", b""])


def _kept(head: bytes) -> list[bytes]:
    """The fields that aren't for the proxy which reads them."""
    fields = head[:-4].split(b"\r\n")[1:]
    return [field for field in fields if field.partition(b":")[0].strip().lower() not in _FOR_THE_PROXY]


_FOR_THE_PROXY = (b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization")
