"""One HTTP request as the contract judges it: no socket, no framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["LARGEST_BODY", "Request", "headers_of"]

LARGEST_BODY = 1024 * 1024
"""Bytes of a body that are read by default; assumed, no document gives a limit."""


def headers_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields as `Request` wants them: names in lower case, values without outer blanks, repeated ones joined."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@dataclass(slots=True)  # frozen it would take twice as long to make
class Request:
    """What arrived; never changed.

    ``target`` is the path and query exactly as sent, percent-encoding included, so that an encoded
    slash stays inside its segment. ``headers`` have lower-case names. ``origin`` is the scheme and
    host in front of the target and serves only to print whole URLs. Of a body that ``is_cut`` there is more, too
    much to be read.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://127.0.0.1"
    is_cut: bool = False
    _head_size: int = field(default=-1, init=False, repr=False, compare=False)

    @property
    def url(self) -> str:
        """Origin and target."""
        return self.origin + self.target

    @property
    def path(self) -> str:
        """The target without its query, percent-encoded as sent."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What stands behind the question mark, as sent; empty where there is none."""
        return self.target.partition("?")[2]

    @property
    def head_size(self) -> int:
        """Characters of target and headers."""
        if self._head_size < 0:  # which is counted once: three look at it
            self._head_size = len("".join((self.target, *self.headers, *self.headers.values())))
        return self._head_size

    @property
    def has_body(self) -> bool:
        """Whether a byte of one arrived."""
        return bool(self.body) or self.is_cut
