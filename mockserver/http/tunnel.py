"""Two connections, of which each is sent what the other receives."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["Tunnel", "joined"]


class Tunnel(asyncio.Protocol):
    """One end of it. What can't be written isn't read at the other end. ``open_ends`` holds the transports of all."""

    def __init__(self, open_ends: set[Any]) -> None:
        self.transport: Any = None
        self.other: Tunnel | None = None
        self._open_ends = open_ends
        self._is_over = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._open_ends.add(transport)
        transport.pause_reading()  # until there is another end

    def data_received(self, data: bytes) -> None:
        assert self.other is not None
        self.other.transport.write(data)

    def eof_received(self) -> bool:
        """The other way stays open until it is over too; TLS knows no such half."""
        self._is_over = True
        other = self.other
        if other is None or other._is_over or not other.transport.can_write_eof():
            return False
        other.transport.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        self._open_ends.discard(self.transport)
        if self.other is not None:
            self.other.transport.close()


def joined(one: Tunnel, other: Tunnel) -> None:
    """From now on each is sent what the other receives."""
    one.other, other.other = other, one
    one.transport.resume_reading()
    other.transport.resume_reading()
