"""Real HTTP: uvicorn's HTTP/1.1 protocol on a listening socket, in this loop or in a thread's."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from contracts import ERRORS
from contracts.json_text import render
from mockserver.adapters.asgi import HANG_UP, AsgiApp
from mockserver.mock import Handler

__all__ = ["Server", "ServerThread", "bind", "origin_of"]

_LARGEST_HEAD = 1024 * 1024  # bytes of request line and headers that are read at all
_LARGEST_URL = 65535  # of a longer one httptools, by version, sees no URL or only the end
_Result = TypeVar("_Result")


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol with three additions: a bound on the head, answers in documented shape, a way to hang up."""

    head = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = logging.getLogger("mockserver.http")
        self.access_log = False  # uvicorn would turn it on as soon as the root logger has a handler

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head = 0
        self.scope[HANG_UP] = self.transport.close  # type: ignore[literal-required]

    def on_url(self, url: bytes) -> None:
        self._count(url)
        super().on_url(url)
        if len(self.url) > _LARGEST_URL:
            raise ValueError("the URL is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(name + value)
        super().on_header(name, value)

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except (AttributeError, ValueError, UnicodeError):  # what uvicorn lets through of a request that isn't HTTP
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- uvicorn's signature
        """uvicorn calls this for what isn't HTTP, and so for a head that is too large."""
        code = "431000" if self.head > _LARGEST_URL else "400000"
        body = render(ERRORS[code].body({}, ""))
        if not self.transport.is_closing():
            status = HTTPStatus(ERRORS[code].status)
            head = f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\n"
            head += "Content-Type: application/json;charset=UTF-8\r\n"
            self.transport.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.transport.close()

    def _count(self, part: bytes) -> None:
        self.head += len(part)
        if self.head > _LARGEST_HEAD:
            raise ValueError("the head is too large")


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

    A ``handle`` that may wait for others, as a database, is called in ``threads``.
    """

    def __init__(self, handle: Handler, listener: socket.socket, threads: Executor | None = None) -> None:
        self._listener = listener
        self._state = ServerState()
        config = Config(
            AsgiApp(handle, threads), lifespan="off", log_config=None, access_log=False, ws="none", proxy_headers=False
        )
        self._protocol = partial(_Protocol, config, self._state, {})

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

    @property
    def ident(self) -> int | None:
        """The thread's identifier, as `threading.get_ident` gives it."""
        return self._thread.ident

    def start(self, handle: Handler, host: str = "127.0.0.1", port: int = 0) -> Server:
        server = Server(handle, bind(host, port))
        self._run(server.start())
        return server

    def stop(self, server: Server) -> None:
        self._run(server.stop())

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, job: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(job, self._loop).result()
