"""The way in for programs that use `httpx`: a transport, for its `Client` and its `AsyncClient`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import httpx

from contracts import Request
from contracts.judging.request import headers_of
from mockserver.exchange.response import Delivery, Handler, Response

__all__ = ["FlowServiceTransport"]


class FlowServiceTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers every request by ``handle``: ``httpx.Client(transport=FlowServiceTransport(mock.handle))``."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        response = self._handle(_request(request))
        time.sleep(_wait(response.delivery, request))
        return _answer(response, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        response = self._handle(_request(request))
        await asyncio.sleep(_wait(response.delivery, request))
        return _answer(response, request)


class _CutShort(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends in the middle, as on a socket that was closed."""

    def __init__(self, body: bytes, request: httpx.Request) -> None:
        self._half = body[: len(body) // 2]
        self._error = httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body", request=request
        )

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        raise self._error


def _request(request: httpx.Request) -> Request:
    url = request.url
    origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
    headers = headers_of(request.headers.multi_items())
    return Request(request.method, url.raw_path.decode("ascii"), headers, request.content, origin)


def _wait(delivery: Delivery, request: httpx.Request) -> float:
    """Seconds until the answer; a time-out is raised at once, without the wait."""
    limit = request.extensions.get("timeout", {}).get("read")
    if delivery.kind == "stall" or (limit is not None and delivery.delay > limit):
        raise httpx.ReadTimeout(f"no answer within {limit} seconds", request=request)
    return delivery.delay


def _answer(response: Response, request: httpx.Request) -> httpx.Response:
    if response.delivery.kind == "drop":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    headers = dict(response.headers)
    if response.status != 204:
        headers["Content-Length"] = str(len(response.body))
    if response.delivery.kind == "truncate":
        return httpx.Response(response.status, headers=headers, stream=_CutShort(response.body, request))
    return httpx.Response(response.status, headers=headers, content=response.body)
