"""How much, and for how long, a server takes from whoever connects."""

from __future__ import annotations

from dataclasses import dataclass

from contracts import LARGEST_BODY

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and a number of connections; docs/limits.md says what happens beyond each.

    ``body_timeout`` is for a whole body, and for an answer that the client doesn't take. ``keep_alive`` is how long
    a connection may be idle between two calls.
    """

    max_body: int = LARGEST_BODY
    max_head: int = 256 * 1024
    head_timeout: float = 10.0
    body_timeout: float = 30.0
    keep_alive: float = 60.0
    max_connections: int = 1000
