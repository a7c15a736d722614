"""A mock that is served in this process."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from socket import socket, socketpair
from typing import TYPE_CHECKING, NamedTuple

from mockserver.http.authority import Authority
from mockserver.http.handing_out import handing_out
from mockserver.http.limits import Limits
from mockserver.http.server import Server
from mockserver.http.way_out import NO_WAY_OUT, WayOut
from mockserver.mock import Mock

if TYPE_CHECKING:
    from mockserver.http.passing import Passing

__all__ = ["SIGNALS", "Front", "Watch", "run"]

_GRACE = 3.0  # seconds for calls in flight when the server is stopped
SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What stops a server."""


class Front(NamedTuple):
    """What is between a mock and its clients; the fields are what `Server` takes.

    ``secure`` is where TLS is spoken, and the certificate and key of the `Authority` that answers for it. TLS can't be
    passed on to another worker.
    """

    listener: socket
    limits: Limits
    admin_token: str | None
    host: str
    secure: tuple[socket, tuple[bytes, bytes]] | None = None
    passing: Passing | None = None

    def close(self) -> None:
        """Close the ports."""
        self.listener.close()
        if self.secure is not None:
            self.secure[0].close()

    def servers(self, mock: Mock) -> list[Server]:
        more = self.limits, self.admin_token, self.host
        if self.secure is None:
            return [Server(mock.ask, self.listener, *more, passing=self.passing)]
        listener, pems = self.secure
        authority = Authority(pems)
        handle = handing_out(authority.pem, mock.ask)
        out = WayOut(is_here=mock.stands_for, advice=NO_WAY_OUT)
        plain = Server(handle, self.listener, *more, passing=self.passing)
        return [plain, Server(handle, listener, *more, authority, out)]


Watch = Callable[[Callable[[], object]], object]
"""Is handed, once, what stops the server, and may call it from any thread."""


def run(mock: Mock, front: Front, started: Callable[[], None], watch: Watch | None = None) -> None:
    """Serve in this process until it is told to stop; ``started`` is called once the server accepts."""
    asyncio.run(_serve(front.servers(mock), started, watch))
    if not mock.close():  # whoever waits for the store has no answer yet
        sys.stdout.flush()
        os._exit(0)


async def _serve(servers: list[Server], started: Callable[[], None], watch: Watch | None) -> None:
    stopped = asyncio.Event()
    with _signals_heard(stopped.set):
        if watch is not None:
            watch(partial(asyncio.get_running_loop().call_soon_threadsafe, stopped.set))
        for server in servers:
            await server.start()
        gc.freeze()  # what is loaded by now stays: no collection need look at it again
        started()
        await stopped.wait()
        await asyncio.gather(*(server.stop(_GRACE) for server in servers))


@contextmanager
def _signals_heard(stop: Callable[[], object]) -> Iterator[None]:
    """Have ``stop`` called in the loop when a signal comes; one that comes when all is ending changes nothing.

    The loop's own handlers won't do: it takes them back as it closes, and then a signal ends the process at once.
    """
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        for each in SIGNALS:
            signal.signal(each, lambda *_: None if loop.is_closed() else loop.call_soon_threadsafe(stop))
        yield
        return
    near, far = socketpair()

    def heard() -> None:
        loop.remove_reader(near)
        stop()

    with near, far:
        far.setblocking(False)
        loop.add_reader(near, heard)
        signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        for each in SIGNALS:
            signal.signal(each, lambda *_: None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            loop.remove_reader(near)
