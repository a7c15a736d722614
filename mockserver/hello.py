"""The server name that a client asks for in the first message of a TLS handshake (RFC 8446, 4.1.2; RFC 6066, 3)."""

from __future__ import annotations

from contextlib import suppress

__all__ = ["Incomplete", "is_tls", "server_name"]

_HANDSHAKE, _CLIENT_HELLO, _SERVER_NAME, _HOST_NAME = 22, 1, 0, 0
_RECORD = 5  # bytes in front of what a record holds
_FIXED = 2 + 32  # bytes of a version and of what the client has drawn


class Incomplete(Exception):
    """More of the message is still to come."""


def is_tls(data: bytes) -> bool:
    """Whether a connection that begins so speaks TLS."""
    return data[0] == _HANDSHAKE


def server_name(data: bytes) -> str | None:
    """The name, ``None`` where there is none or the message isn't one; `Incomplete` while it may still come."""
    message = _message(data)
    with suppress(IndexError, UnicodeDecodeError):  # OpenSSL will say what is wrong
        return _name(message)
    return None


def _message(data: bytes) -> bytes:
    """What the records hold together."""
    held = b""
    while data[:1] == bytes([_HANDSHAKE]):
        size = int.from_bytes(data[3:_RECORD])
        held += data[_RECORD : _RECORD + size]
        if len(data) < _RECORD + size:
            raise Incomplete
        data = data[_RECORD + size :]
        if held[:1] != bytes([_CLIENT_HELLO]) or len(held) >= 4 + int.from_bytes(held[1:4]):
            return held
    if data:
        return held
    raise Incomplete


def _name(message: bytes) -> str | None:
    if message[0] != _CLIENT_HELLO:
        return None
    rest = message[4 + _FIXED :]
    for width in (1, 2, 1):  # session, ciphers, compression
        _, rest = _cut(rest, width)
    extensions, _ = _cut(rest, 2)
    while extensions:
        kind = int.from_bytes(extensions[:2])
        value, extensions = _cut(extensions[2:], 2)
        if kind == _SERVER_NAME:
            names, _ = _cut(value, 2)
            return _cut(names[1:], 2)[0].decode("ascii") if names[0] == _HOST_NAME else None
    return None


def _cut(data: bytes, width: int) -> tuple[bytes, bytes]:
    """A field whose length stands in front of it in so many bytes, and what follows."""
    if len(data) < width:
        raise IndexError
    end = width + int.from_bytes(data[:width])
    return data[width:end], data[end:]
