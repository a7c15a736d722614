"""How answers come to be written to a connection, and those that no ASGI server writes."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any, Protocol

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from contracts import Error
from contracts.reading.json_text import render
from mockserver.exchange.response import AS_IT_IS, JSON, Response, can_be_sent

__all__ = ["Connection", "Flow", "Lingering", "Outbox", "head_of", "refusal", "refusing"]


class Connection(Protocol):
    """What of a connection the writing of answers has to do with."""

    transport: Any
    pipeline: Any

    def end(self) -> None:
        """Close it as soon as the client has had time to read."""


class Flow(FlowControl):
    """Reads nothing while requests are waiting: uvicorn would read more of them with each answer."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.transport)
        self._connection = connection

    def resume_reading(self) -> None:
        if not self._connection.pipeline:
            super().resume_reading()


class Lingering:
    """The transport of a request whose body may not have been read: closing it at once would lose the answer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.write = connection.transport.write
        self.is_closing = connection.transport.is_closing

    def close(self) -> None:
        self._connection.end()


class Outbox:
    """Sends answers when the loop has gone through all that is there to be read.

    Requests of several clients that arrive together are so carried out first, and answered together then: a way to the
    system and back costs the processor much of what it has at hand of the program.
    """

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def add(self, loop: AbstractEventLoop, send: Callable[[], None]) -> None:
        if not self._waiting:
            loop.call_soon(self._empty)
        self._waiting.append(send)

    def _empty(self) -> None:
        waiting, self._waiting = self._waiting, []
        for send in waiting:
            send()


def head_of(response: Response, keep_alive: bool) -> bytes | None:
    """The head of an answer that goes out in one piece; ``None`` where it is to travel in another way, or can't."""
    if response.delivery is not AS_IT_IS or response.status not in STATUS_LINE:
        return None
    headers = response.headers
    if not can_be_sent(headers):
        return None
    lines = "".join([f"{name.lower()}: {value}\r\n" for name, value in headers.items()])
    length = "" if response.status == 204 else f"content-length: {len(response.body)}\r\n"
    close = "" if keep_alive or "Connection" in headers else "connection: close\r\n"
    return STATUS_LINE[response.status] + f"{lines}{length}{close}\r\n".encode("ascii")


def refusal(error: Error) -> bytes:
    """The whole answer that ends a connection."""
    body = _body(error)
    head = head_of(Response(error.status, JSON, body), keep_alive=False)
    assert head is not None
    return head + body


def refusing(error: Error) -> Any:
    """An ASGI application that answers ``error`` and reads nothing."""

    async def refuse(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 -- ASGI's signature
        body = _body(error)
        fields = {**JSON, "Content-Length": str(len(body)), "Connection": "close"}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return refuse


def _body(error: Error) -> bytes:
    return render(error.body({}, ""))
