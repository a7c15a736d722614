"""What a request to a proxy says: where it wants to go, and what the host there is to get of it."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["for_one", "line_of", "place_of"]


def line_of(head: bytes) -> tuple[bytes, bytes, bytes]:
    """Method, target and version."""
    method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    target, _, version = rest.partition(b" ")
    return method, target, version


def place_of(method: bytes, target: bytes) -> tuple[str, int] | None:
    """Host and port that a request through a proxy is for."""
    try:
        text = target.decode("ascii")
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
    fields = head[:-4].split(b"\r\n")[1:]
    kept = [field for field in fields if field.partition(b":")[0].strip().lower() not in _FOR_THE_PROXY]
    return b"\r\n".join([b" ".join((method, path, version)), *kept, b"Connection: close", b"", b""])


_FOR_THE_PROXY = (b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization")
