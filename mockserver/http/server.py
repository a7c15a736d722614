"""A server on a listening socket, in this loop or in a thread's."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from contracts import Request
from mockserver.control.admin import refused
from mockserver.exchange.response import Handler, Response
from mockserver.http.authority import Authority
from mockserver.http.connection import Connection, Service
from mockserver.http.entrance import Entrance, Ways
from mockserver.http.gate import Gate, is_address, is_loopback, new_token
from mockserver.http.limits import Limits
from mockserver.http.listening import bind, origin_of
from mockserver.http.way_out import WayOut

if TYPE_CHECKING:
    from mockserver.http.passing import Passing

__all__ = ["Server", "ServerThread"]

_Result = TypeVar("_Result")


class Server:
    """Serves ``handle`` on ``listener``; `start` and `stop` belong to one event loop.

    ``admin_token`` is what the control side asks for; where others than this machine reach it and none is given, one
    is made up. ``host`` is what this machine was called when it was told where to listen. With an ``authority`` it
    speaks TLS too, and is a proxy for the hosts that are emulated, and for those that ``out`` allows. ``passing`` leads
    to workers that serve the same listener.
    """

    def __init__(
        self,
        handle: Handler,
        listener: socket.socket,
        limits: Limits | None = None,
        admin_token: str | None = None,
        host: str = "",
        authority: Authority | None = None,
        out: WayOut | None = None,
        passing: Passing | None = None,
    ) -> None:
        limits = limits or Limits()
        self._listener = listener
        self.admin_token = admin_token or (None if is_loopback(listener.getsockname()[0]) else new_token())
        guarded = Gate(handle, self.admin_token, host)
        self._unsorted: set[Any] = set()
        if authority is None:
            self._service = Service(guarded, limits, passing=passing)
            self._protocol: Callable[[], asyncio.Protocol] = partial(Connection, self._service)
            return
        out = out or WayOut()
        self._service = Service(_inside(guarded, out), limits, out.is_here)
        ways = Ways(self._connection, self._refusing, authority, out, limits, self._unsorted)
        self._protocol = partial(Entrance, ways)

    def _connection(self, host: str | None, beneath: asyncio.BaseTransport | None = None) -> asyncio.Protocol:
        return Connection(self._service, host, is_proxy=True, beneath=beneath)

    def _refusing(self, reason: str, beneath: asyncio.BaseTransport | None = None) -> asyncio.Protocol:
        return Connection(self._service, handle=lambda _: refused(403, reason), beneath=beneath)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return host, port

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return origin_of(self._listener)

    async def start(self) -> None:
        """Accept connections, from the running event loop on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=self._listener)
        service = self._service
        if service.passing is not None:
            service.passing.start(service.connections, service.limits.max_connections, partial(Connection, service))

    async def stop(self, grace: float = 0.0) -> None:
        """Close the port, give calls in flight ``grace`` seconds to finish, then hang up."""
        self._server.close()
        if self._service.passing is not None:
            await self._service.passing.stop()
        for connection in list(self._service.connections):
            connection.shutdown()  # one that is idle ends here, any other with its next answer
        await self._finished(grace)
        for each in [*self._unsorted, *self._service.connections]:
            each.abort()
        await self._finished(1.0)  # a call whose client is gone ends at once

    async def _finished(self, seconds: float) -> None:
        if self._service.tasks and seconds:
            await asyncio.wait(set(self._service.tasks), timeout=seconds)


def _inside(handle: Handler, out: WayOut) -> Handler:
    """``handle``, but for requests to hosts that are neither emulated nor this machine."""

    def handled(request: Request) -> Response:
        host = request.headers.get("host", "").partition(":")[0]
        is_elsewhere = "." in host and not out.is_here(host) and not is_address(host)
        return refused(403, out.refusal(host)) if is_elsewhere else handle(request)

    return handled


class ServerThread:
    """An event loop in a thread of its own; any number of servers share it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="flow-service-mock", daemon=True)
        self._thread.start()
        self._servers: set[Server] = set()

    @property
    def ident(self) -> int | None:
        """The thread's identifier, as `threading.get_ident` gives it."""
        return self._thread.ident

    def start(
        self,
        handle: Handler,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits | None = None,
        authority: Authority | None = None,
        out: WayOut | None = None,
    ) -> Server:
        """A server of ``handle``, on a free port where none is named; the rest is as for `Server`."""
        return self.serve(Server(handle, bind(host, port), limits, authority=authority, out=out))

    def serve(self, server: Server) -> Server:
        """Start one that exists."""
        self._run(server.start())
        self._servers.add(server)
        return server

    def stop(self, server: Server) -> None:
        """Close the port of ``server`` and its connections; returns when that is done."""
        self._servers.discard(server)
        self._run(server.stop())

    def settle(self) -> None:
        """Return once all is answered that has arrived, on whatever connection."""
        self._run(_turns())

    def close(self) -> None:
        """Stop every server that still runs, and end the thread."""
        for server in list(self._servers):
            self.stop(server)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, job: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(job, self._loop).result()


async def _turns() -> None:
    """More turns of the event loop than it takes to accept a connection, read from it and answer."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


_TURNS = 20
