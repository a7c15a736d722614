"""The head of a request, from what an HTTP parser finds to what the mock is asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf
from typing import NamedTuple

import httptools

from contracts.judging.request import headers_of

__all__ = ["Fields", "fields_of", "of_host", "place_of", "target_of"]

_REMEMBERED = 256  # of either kind: clients send the same ones again and again
_USUAL = 4096  # bytes of one that is remembered, counted as for the limit on heads


class Fields(NamedTuple):
    """``raw`` are the fields with their names in lower case, ``headers`` the same as `Request` wants them.

    ``length`` is the body's as far as it is told; with ``waits`` the client sends its body when it is told to.
    One that ``is_doubtful`` names two hosts, or a body in another coding than chunks (RFC 9112, 3.2 and 6.1).
    """

    raw: tuple[tuple[bytes, bytes], ...]
    headers: Mapping[str, str]
    length: float
    has_body: bool
    waits: bool
    is_doubtful: bool


def fields_of(words: list[bytes], size: int) -> Fields:
    """What names and values in turn, of so many bytes, amount to."""
    return _fields(tuple(words)) if size <= _USUAL else _read(tuple(words))


def target_of(url: bytes) -> str:
    """The path and the query of a request line; an error of httptools or a `ValueError` where there is none."""
    return _target(url) if len(url) <= _USUAL else _parsed(url)


def of_host(fields: Fields, host: str) -> Fields:
    """``fields`` whose request is for ``host``, whatever they say."""
    raw = (*((name, value) for name, value in fields.raw if name != b"host"), (b"host", host.encode("latin-1")))
    return fields._replace(raw=raw, headers=_headers_of(raw))


def place_of(url: bytes) -> tuple[str, str] | None:
    """Scheme and host of a request line that names them, as one to a proxy does (RFC 9112, 3.2.2)."""
    if url[:1] in (b"/", b"*"):
        return None
    parsed = httptools.parse_url(url)
    if not parsed.host:
        return None
    host = parsed.host.decode("latin-1")
    return (parsed.schema or b"http").decode("latin-1").lower(), f"{host}:{parsed.port}" if parsed.port else host


def _headers_of(raw: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, str]:
    return headers_of((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _read(words: tuple[bytes, ...]) -> Fields:
    raw = tuple((name.lower(), value) for name, value in zip(words[::2], words[1::2], strict=True))
    last = dict(raw)
    length = last.get(b"content-length", b"0")
    return Fields(
        raw,
        _headers_of(raw),
        int(length) if length.isdigit() else inf,
        b"content-length" in last or b"transfer-encoding" in last,
        any(name == b"expect" and value.lower() == b"100-continue" for name, value in raw),
        sum(name == b"host" for name, _ in raw) > 1
        or any(name == b"transfer-encoding" and value.strip().lower() != b"chunked" for name, value in raw),
    )


def _parsed(url: bytes) -> str:
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    return f"{path}?{parsed.query.decode('latin-1')}" if parsed.query else path


_fields = lru_cache(maxsize=_REMEMBERED)(_read)
_target = lru_cache(maxsize=_REMEMBERED)(_parsed)
