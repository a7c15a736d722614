"""Workers of one server pass connections on, so that calls of one organisation meet in one process.

They are carried out in turn wherever they are: in one process they share commits, and none has to be read from the
store first. It is for speed alone: a connection that can't be passed on at the moment is served where it is.
"""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import time
from collections.abc import Callable, Sized
from typing import Any, NamedTuple
from zlib import crc32

__all__ = ["Passing", "Places", "organisation_of", "places"]

_MOST = 60_000  # bytes that go with a connection
_TOLD = 0.4  # seconds until a worker says again that it takes connections
_BELIEVED = 1.0  # seconds for which others believe it

_ORGANISATION = re.compile(rb"\r\nx-gw-ims-org-id:([^\r\n]*)", re.IGNORECASE)
_READS = (b"GET ", b"HEAD ")


class Places(NamedTuple):
    """What the workers of a server share, of which each has a place.

    ``ways`` are for each place a socket that connections are sent into, and the one where they come out; ``told`` is
    when its worker has last said that it takes some, by the clock of the machine.
    """

    ways: list[tuple[socket.socket, socket.socket]]
    told: Any

    def close(self) -> None:
        for way in self.ways:
            for end in way:
                end.close()


def places(count: int) -> Places | None:
    """For so many workers; ``None`` where connections stay where they are."""
    if sys.platform != "linux":  # macOS may lose a connection that is closed here before it has arrived there
        return None
    from multiprocessing.sharedctypes import RawArray  # which only workers need

    ways = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(count)]
    for way in ways:
        for end in way:
            end.setblocking(False)  # here and in every process that has it
    return Places(ways, RawArray("d", count))


def organisation_of(data: bytes) -> bytes | None:
    """Whose write begins with ``data``; ``None`` for a read, half a head, or one that names not exactly one."""
    end = data.find(b"\r\n\r\n")
    if end < 0 or data.startswith(_READS):
        return None
    found = _ORGANISATION.findall(data, 0, end)
    return found[0].strip() if len(found) == 1 else None


class Passing:
    """What one worker, whose number is ``place``, passes on to others and takes from them."""

    def __init__(self, place: int, shared: Places) -> None:
        self.place = place
        self._shared = shared
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, connections: Sized, limit: int, connection: Callable[..., asyncio.Protocol]) -> None:
        """Take more ``connections``, whose limit that is; ``connection`` makes the protocol of one, of which ``first``
        was read.
        """
        import resource  # which Windows doesn't have

        self._loop = asyncio.get_running_loop()
        self._connections, self._connection = connections, connection
        open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most = min(limit, open_files) // 2
        self._loop.add_reader(self._shared.ways[self.place][1], self._take, self.place)
        self._tell()

    async def stop(self) -> None:
        """Take what has been sent here, and nothing more."""
        self._timer.cancel()
        self._shared.told[self.place] = 0
        self._loop.remove_reader(self._shared.ways[self.place][1])
        self._take(self.place)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def place_of(self, data: bytes) -> int | None:
        """Where the connection on which ``data`` comes belongs, if it says so."""
        organisation = organisation_of(data)
        return None if organisation is None else crc32(organisation) % len(self._shared.ways)

    def send(self, place: int, descriptor: int, data: bytes) -> bool:
        """Send a connection and what has been read from it; false where it has to stay."""
        if len(data) > _MOST or not self._takes(place):
            return False
        try:
            socket.send_fds(self._shared.ways[place][0], [data], [descriptor])
        except OSError:  # too many are on their way
            return False
        return True

    def _takes(self, place: int) -> bool:
        told: float = self._shared.told[place]
        return time.monotonic() - told < _BELIEVED

    def _has_room(self) -> bool:
        """With half as many as it may have a worker takes none that another can serve, too."""
        return len(self._connections) + len(self._tasks) < self._most

    def _tell(self) -> None:
        """Say that this worker takes connections, and take those that were sent to one that doesn't any more."""
        self._shared.told[self.place] = time.monotonic() if self._has_room() else 0
        for place in range(len(self._shared.ways)):
            if place != self.place and not self._takes(place):
                self._take(place)
        self._timer = self._loop.call_later(_TOLD, self._tell)

    def _take(self, place: int) -> None:
        """All that has been sent to ``place``."""
        while True:
            try:
                data, descriptors, *_ = socket.recv_fds(self._shared.ways[place][1], _MOST, 1)
            except OSError:  # no more
                break
            if not data:
                break
            for descriptor in descriptors:
                task = self._loop.create_task(self._attach(socket.socket(fileno=descriptor), data))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        if not self._has_room():
            self._shared.told[self.place] = 0

    async def _attach(self, passed: socket.socket, data: bytes) -> None:
        await self._loop.connect_accepted_socket(lambda: self._connection(first=data), passed)
