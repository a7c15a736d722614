"""One HTTP request as the contract judges it: no socket, no framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived.

    ``target`` is the path and query exactly as sent, percent-encoding included, so that an encoded
    slash stays inside its segment. ``headers`` have lower-case names. ``origin`` is the scheme and
    host in front of the target and serves only to print whole URLs.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://127.0.0.1"

    @property
    def url(self) -> str:
        return self.origin + self.target

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]
