"""Real HTTP: uvicorn's HTTP/1.1 protocol on a listening socket, in this loop or in a thread's."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

from uvicorn.config import Config
from uvicorn.server import ServerState

from mockserver.adapters.asgi import AsgiApp
from mockserver.exchange.response import Handler
from mockserver.http.gate import Gate, is_loopback, new_token
from mockserver.http.limits import Limits
from mockserver.http.outgoing import Outbox
from mockserver.http.protocol import Protocol

__all__ = ["Server", "ServerThread", "bind", "origin_of"]

_Result = TypeVar("_Result")


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; `OSError` where the address can't be had."""
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise OSError("not a host name") from None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it a call takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener


def origin_of(listener: socket.socket) -> str:
    """``http://127.0.0.1:PORT``."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server:
    """Serves ``handle`` on ``listener``; `start` and `stop` belong to one event loop.

    ``admin_token`` is what the control side asks for; where others than this machine reach it and none is given, one
    is made up. ``host`` is what this machine was called when it was told where to listen. A ``handle`` that may wait
    for others, as a database, is called in ``threads``.
    """

    def __init__(
        self,
        handle: Handler,
        listener: socket.socket,
        limits: Limits | None = None,
        admin_token: str | None = None,
        host: str = "",
        threads: Executor | None = None,
    ) -> None:
        limits = limits or Limits()
        self._listener = listener
        self._state = ServerState()
        self.admin_token = admin_token or (None if is_loopback(listener.getsockname()[0]) else new_token())
        app = AsgiApp(Gate(handle, self.admin_token, host), limits.max_body, threads)
        config = Config(app, lifespan="off", log_config=None, access_log=False, ws="none", proxy_headers=False)
        self._protocol = partial(Protocol, limits, app, Outbox(), config, self._state, {})

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return origin_of(self._listener)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=self._listener)

    async def stop(self, grace: float = 0.0) -> None:
        """Close the port, give calls in flight ``grace`` seconds to finish, then hang up."""
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()  # one that is idle ends here, any other with its next answer
        await self._finished(grace)
        for connection in list(self._state.connections):
            connection.transport.abort()
        await self._finished(1.0)  # a call whose client is gone ends at once

    async def _finished(self, seconds: float) -> None:
        if self._state.tasks and seconds:
            await asyncio.wait(set(self._state.tasks), timeout=seconds)


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

    def start(self, handle: Handler, host: str = "127.0.0.1", port: int = 0, limits: Limits | None = None) -> Server:
        server = Server(handle, bind(host, port), limits)
        self._run(server.start())
        self._servers.add(server)
        return server

    def stop(self, server: Server) -> None:
        self._servers.discard(server)
        self._run(server.stop())

    def close(self) -> None:
        """Stop every server that still runs, and end the thread."""
        for server in list(self._servers):
            self.stop(server)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, job: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(job, self._loop).result()
