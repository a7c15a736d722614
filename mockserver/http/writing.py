"""How answers come to be written to a connection."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from contracts import Error
from contracts.reading.json_text import render
from mockserver.exchange.answering import gone_within, pieces_of
from mockserver.exchange.response import JSON, Response

__all__ = ["CONTINUE", "Outbox", "Wire", "deliver", "refusal", "whole"]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


class Wire(Protocol):
    """A connection, to whoever answers one of its requests."""

    gone: asyncio.Event
    """Set as soon as the connection is no more, whoever has closed it."""

    is_full: bool
    """The client doesn't take what is sent."""

    def write(self, data: bytes) -> None:
        """Send ``data`` now."""

    def hang_up(self) -> None:
        """Close the connection behind what was written."""


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


def whole(response: Response, keeps_alive: bool, is_head: bool) -> bytes:
    """All of an answer that goes out in one piece; that to a HEAD is but the head of it."""
    head = _head(response, keeps_alive, f"content-length: {len(response.body)}\r\n")
    return head if is_head else head + response.body


def refusal(error: Error) -> bytes:
    """The whole answer that ends a connection."""
    answer = whole(Response(error.status, JSON, render(error.body({}, ""))), keeps_alive=False, is_head=False)
    return _status_line(error.status, error.title) + answer.partition(b"\r\n")[2] if error.title else answer


async def deliver(response: Response, wire: Wire, keeps_alive: bool, is_head: bool) -> None:
    """Send an answer the way that its delivery says; where that is to hang up, until the connection is gone."""
    delivery = response.delivery
    if delivery.more is not None and not is_head:
        await _stream(response, delivery.more, wire)
        return
    pieces = pieces_of(response)
    if pieces:
        wire.write(_head(response, keeps_alive, "transfer-encoding: chunked\r\n") + _chunk(pieces.pop(0), is_head))
    if delivery.delay and await gone_within(response.delivery, wire.gone.wait()):
        return
    if delivery.kind == "drop" or (delivery.kind == "stall" and delivery.delay):
        wire.hang_up()
    if delivery.kind in ("drop", "stall"):
        await wire.gone.wait()
    elif pieces:
        wire.write(b"".join(_chunk(piece, is_head) for piece in pieces) + (b"" if is_head else _LAST_CHUNK))
    elif delivery.kind == "truncate":
        wire.write(whole(response, keeps_alive, is_head=True) + response.body[: len(response.body) // 2])
        wire.hang_up()
        await wire.gone.wait()
    else:
        wire.write(whole(response, keeps_alive, is_head))


async def _stream(response: Response, more: Callable[[], bytes], wire: Wire) -> None:
    """Send what there is, again and again, until the client is gone."""
    wire.write(_head(response, False, "transfer-encoding: chunked\r\n"))
    data = response.body
    while True:
        if data:  # an empty chunk would be the last
            wire.write(_chunk(data, False))
        if await gone_within(response.delivery, wire.gone.wait()):
            return
        data = b"" if wire.is_full else more()


def _head(response: Response, keeps_alive: bool, length: str) -> bytes:
    headers = response.headers
    lines = "".join([f"{name.lower()}: {value}\r\n" for name, value in headers.items()])
    close = "" if keeps_alive or "Connection" in headers else "connection: close\r\n"
    return _STATUS_LINES[response.status] + f"{lines}{'' if response.status == 204 else length}{close}\r\n".encode(
        "latin-1"
    )


def _status_line(status: int, phrase: str) -> bytes:
    return f"HTTP/1.1 {status} {phrase}\r\n".encode("ascii")


_PHRASES = {each.value: each.phrase for each in HTTPStatus}
_STATUS_LINES = {status: _status_line(status, _PHRASES.get(status, "")) for status in range(100, 600)}


def _chunk(piece: bytes, is_head: bool) -> bytes:
    return b"" if is_head else b"%x\r\n%s\r\n" % (len(piece), piece)
