"""The way in for ASGI servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from typing import Any

from contracts import LARGEST_BODY, Request
from contracts.judging.request import headers_of
from mockserver.exchange.answering import answered, gone_within, pieces_of
from mockserver.exchange.response import Handler, Response

__all__ = ["AsgiApp", "HungUp"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class HungUp(Exception):
    """A fault wants the connection closed, and ASGI has no word for that: where an application fails that has begun to
    answer, a server closes the connection; where it hasn't, it answers 500.
    """


class AsgiApp:
    """An ASGI application in front of ``handle``, which is called in ``threads`` where it may wait for others."""

    def __init__(self, handle: Handler, largest_body: int = LARGEST_BODY, threads: Executor | None = None) -> None:
        self._handle = handle
        self._largest_body = largest_body
        self.threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = await _body(scope, receive, self._largest_body)
        if read is None:
            return
        if self.threads is None:
            response = answered(self._handle, _request(scope, *read))
        else:
            request = _request(scope, *read)
            response = await asyncio.get_running_loop().run_in_executor(self.threads, answered, self._handle, request)
        await _deliver(response, receive, send)


async def _body(scope: Scope, receive: Receive, largest: int) -> tuple[bytes, bool] | None:
    """The body, and whether it is too large: then only as much as shows it. ``None`` if the client went away."""
    if _declared(scope) > largest:
        return b"", True
    parts: list[bytes] = []
    kept, more = 0, True
    while more and kept <= largest:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        if part:
            parts.append(part)
            kept += len(part)
        more = message.get("more_body", False)
    return b"".join(parts), kept > largest


def _declared(scope: Scope) -> int:
    """The body's length as the client tells it before it sends any; 0 where it doesn't."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


def _request(scope: Scope, body: bytes, is_cut: bool) -> Request:
    headers = headers_of([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    host = headers.get("host") or ":".join(map(str, scope["server"] or ("127.0.0.1",)))
    return Request(scope["method"], target, headers, body, f"{scope['scheme']}://{host}", is_cut)


async def _deliver(response: Response, receive: Receive, send: Send) -> None:
    """Send ``response`` the way that its delivery says."""
    delivery = response.delivery
    if delivery.more is not None:
        await _stream(response, delivery.more, receive, send)
        return
    pieces = pieces_of(response)
    if len(pieces) > 1:  # chunked: without a Content-Length the server has no other way
        await send({"type": "http.response.start", "status": response.status, "headers": _headers(response)})
        await send({"type": "http.response.body", "body": pieces.pop(0), "more_body": True})
    if delivery.delay and await gone_within(delivery, _gone(receive)):
        return
    if delivery.kind == "drop" or (delivery.kind == "stall" and delivery.delay):
        raise HungUp
    if delivery.kind in ("drop", "stall"):
        await _gone(receive)
        return
    if pieces:
        for number, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})
        return
    headers = _headers(response)
    if response.status != 204:
        headers.append((b"Content-Length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if delivery.kind == "truncate":
        await send({"type": "http.response.body", "body": response.body[: len(response.body) // 2], "more_body": True})
        raise HungUp
    await send({"type": "http.response.body", "body": response.body})


async def _stream(response: Response, more: Callable[[], bytes], receive: Receive, send: Send) -> None:
    """Send what there is, again and again, until the client is gone."""
    await send({"type": "http.response.start", "status": response.status, "headers": _headers(response)})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    while not await gone_within(response.delivery, _gone(receive)):
        data = more()
        if data:
            await send({"type": "http.response.body", "body": data, "more_body": True})


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]


async def _gone(receive: Receive) -> None:
    """Until the connection is closed, by whichever side."""
    while (await receive())["type"] != "http.disconnect":
        pass
