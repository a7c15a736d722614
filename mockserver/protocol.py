"""uvicorn's HTTP/1.1 protocol with limits, answers in documented shape, and a way to hang up."""

from __future__ import annotations

import logging
import math
from asyncio import TimerHandle
from functools import partial
from http import HTTPStatus
from typing import Any, cast

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from contracts import ERRORS, Error
from contracts.json_text import render
from mockserver.adapters.asgi import HANG_UP, AsgiApp, Scope, deliver
from mockserver.limits import Limits
from mockserver.response import AS_IT_IS, Response

__all__ = ["Protocol"]

_LARGEST_URL = 65535  # of a longer one httptools, by version, sees no URL or only the end
_FIELD = 32  # bytes that a header field counts beside its text: what it takes to hold one
_LINGER = 2.0  # seconds in which a client may still read why it is hung up on
_NO_HTTP, _TOO_LARGE = ERRORS["400000"], ERRORS["431000"]
_TOO_SLOW = Error("408000", 408, "gateway", "", "The request took too long to arrive", "assumed")
_TOO_MANY = Error("503000", 503, "gateway", "", "Too many connections", "assumed")
_SPARE = 100  # connections beyond the limit that are told so; any more are just closed


class _Flow(FlowControl):
    """Reads nothing while requests are waiting: uvicorn would read more of them with each answer."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(protocol.transport)
        self._protocol = protocol

    def resume_reading(self) -> None:
        if not self._protocol.pipeline:
            super().resume_reading()


class _Lingering:
    """The transport of a request whose body may not have been read: closing it at once would lose the answer."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self.write = protocol.transport.write
        self.is_closing = protocol.transport.is_closing

    def close(self) -> None:
        self._protocol.end()


def _headers(error: Error) -> list[tuple[bytes, bytes]]:
    content = b"application/json;charset=UTF-8"
    return [(b"Content-Type", content), (b"Content-Length", b"%d" % len(_body(error)))]


def _body(error: Error) -> bytes:
    return render(error.body({}, ""))


def _refusing(error: Error) -> Any:
    """An ASGI application that answers ``error`` and reads nothing."""

    async def refuse(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 -- ASGI's signature
        headers = [*_headers(error), (b"Connection", b"close")]
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": _body(error)})

    return refuse


def head_of(response: Response, keep_alive: bool) -> bytes | None:
    """The head of an answer that goes out in one piece; ``None`` where it is to travel in another way, or can't."""
    if response.delivery is not AS_IT_IS or response.status not in STATUS_LINE:
        return None
    values = "".join(response.headers.values())
    if not (values.isascii() and values.isprintable()):
        return None
    lines = [f"{name.lower()}: {value}\r\n" for name, value in response.headers.items()]
    if response.status != 204:
        lines.append(f"content-length: {len(response.body)}\r\n")
    if not keep_alive and "Connection" not in response.headers:
        lines.append("connection: close\r\n")
    return STATUS_LINE[response.status] + "".join([*lines, "\r\n"]).encode("ascii")


class Protocol(HttpToolsProtocol):
    """One connection. What comes is refused where it isn't HTTP, is too much, or takes too long."""

    def __init__(self, limits: Limits, app: AsgiApp, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app: Any = app  # uvicorn puts a logger of its own around it where the root logger lets everything through
        self.logger = logging.getLogger("mockserver.http")
        self.access_log = False  # uvicorn would turn it on as soon as the root logger has a handler
        self.limits = limits
        self.timeout_keep_alive = limits.keep_alive  # type: ignore[assignment]
        self._answering: Any = None  # the oldest request without an answer; uvicorn's `cycle` is the newest
        self._stage = "idle"  # or "head", or "body": what of a request is being read
        self._messages = 0
        self._head = 0  # bytes of the current head
        self._length: bytes | None = None  # of the current body, as its head tells it
        self._unparsed = 0  # bytes since the parser last told of something
        self._deaf = False  # nothing more is read
        self._refusal: Error | None = None  # to be written once earlier requests are answered
        self._timer: TimerHandle | None = None
        self._timed: tuple[int, str] | None = None
        self._untaken: TimerHandle | None = None
        self._app = app
        self._held: Any = None  # the request whose body is still to come, and that nothing runs for yet
        self._most_held = min(limits.max_body, HIGH_WATER_LIMIT)

    # The connection

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.flow = _Flow(self)
        beyond = len(self.connections) - self.limits.max_connections
        if beyond > _SPARE:
            transport.abort()
        elif beyond > 0:
            self._refuse(_TOO_MANY)
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_timer()
        self._unset_keepalive_if_required()
        self._forget_untaken()
        if self._answering is not None:  # uvicorn tells the newest request alone that the client is gone
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        self._unparsed += len(data)
        try:
            self._parse(data)
            if self._stage == "head":
                self._count()
        except (httptools.HttpParserError, AttributeError, ValueError, UnicodeError):  # the latter uvicorn's own
            self._refuse(_TOO_LARGE if self._head > _LARGEST_URL else _NO_HTTP)
            return
        if self._stage != "idle" and self._unparsed > self.limits.max_head:
            self._refuse(_TOO_LARGE if self._stage == "head" else _NO_HTTP)
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_until_taken()

    def _wait_until_taken(self, before: float = math.inf) -> None:
        """Give up on a client that has taken nothing of an answer since ``before`` bytes were left of it."""
        left = self.transport.get_write_buffer_size()
        if left < before:
            self._untaken = self.loop.call_later(self.limits.body_timeout, self._wait_until_taken, left)
        else:
            self.transport.abort()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._forget_untaken()

    def _forget_untaken(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def end(self) -> None:
        """Close; where more is still to come, say that no more answers follow, and give the client a moment to read."""
        self._deaf = True
        self._forget_timer()
        if self.transport.is_closing():
            return
        if self._stage == "idle":
            self.transport.close()
            return
        self.pipeline.clear()
        self.flow.resume_reading()
        try:
            self.transport.write_eof()
        except OSError:  # the client has reset the connection, which nobody has read yet
            self.transport.abort()
        else:
            self._timer = self.loop.call_later(_LINGER, self.transport.abort)

    # The parser

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade() + data[upgrade.args[0] :]
            else:
                return

    def _without_upgrade(self) -> bytes:
        """The head that asks for another protocol, without that: no other is spoken, so the request is a plain one."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            raise ValueError("no proxy")
        fields = (name + b": " + value for name, value in self.headers if name not in (b"upgrade", b"http2-settings"))
        line = method + b" " + self.url + b" HTTP/" + self.parser.get_http_version().encode()
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join([line, *fields, b"", b""])

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._stage = "head"
        self._messages += 1
        self._head = self._unparsed = 0
        self.scope[HANG_UP] = self.transport.close  # type: ignore[literal-required]

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > _LARGEST_URL:
            self._head = len(self.url)
            raise ValueError("the URL is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._stage == "head":  # fields behind a chunked body are nobody's headers (RFC 9110, 6.5.1)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._count()
        fields = dict(self.headers)
        self._length = fields.get(b"content-length")
        super().on_headers_complete()
        if not self.pipeline:
            self._answering = self.cycle
        self._stage = "body"
        self._unparsed = 0
        if self._length is not None or b"transfer-encoding" in fields:
            self.cycle.transport = _Lingering(self)  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        super().on_body(body)
        if self._held is not None and len(self._held.body) > self._most_held:
            self._let_go(self.app)

    def on_message_complete(self) -> None:
        if self._stage == "body":
            self._stage = "idle"
            super().on_message_complete()
            if self._held is not None:
                self._answer(self._held)

    def on_response_complete(self) -> None:
        self._answering = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()
        if self._refusal is not None and not self._is_busy():
            self._write_refusal(self._refusal)

    # Answers

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Most requests need no task: they are small, arrive whole, and are answered in one piece when they have."""
        is_new = self._stage == "head" and cycle.more_body  # any other has waited in the queue, and reading is paused
        if is_new and self._app.threads is None and not cycle.waiting_for_100_continue and not self._is_long():
            self._held = cycle
        else:
            super()._start_asgi_task(cycle, app)

    def _is_long(self) -> bool:
        """Whether the client says that it sends more than is waited for."""
        return self._length is not None and not (self._length.isdigit() and int(self._length) <= self._most_held)

    def _let_go(self, app: Any) -> None:
        """The request that was held back goes the way of ASGI after all."""
        held, self._held = self._held, None
        super()._start_asgi_task(held, app)

    def _answer(self, cycle: RequestResponseCycle) -> None:
        if self.transport.is_closing():  # after an answer to a request before it, so that nobody waits for this one
            self._held = None
            return
        response = self._app.answer(cast(Scope, cycle.scope), bytes(cycle.body))
        head = None if self.flow.write_paused else head_of(response, cycle.keep_alive)
        if head is None:
            self._let_go(partial(deliver, response))
            return
        self._held = None
        cycle.response_started = cycle.response_complete = True
        self.transport.write(head if cycle.scope["method"] == "HEAD" else head + response.body)
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    def _count(self) -> None:
        """Hold what is known of the head against its limit; the bytes of a field that is still coming are, too."""
        fields = sum([len(name) + len(value) for name, value in self.headers])
        self._head = len(self.url) + fields + _FIELD * len(self.headers)
        if self._head > self.limits.max_head:
            self._head = max(self._head, _LARGEST_URL + 1)
            raise ValueError("the head is too large")

    # What ends a connection

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- uvicorn's signature
        self._refuse(_NO_HTTP)

    def _refuse(self, error: Error) -> None:
        """Answer ``error`` in place of what is being read, after everything that came before it, and close."""
        if self._deaf or self.transport.is_closing():
            return
        self._deaf = True
        self._forget_timer()
        if self._stage == "body" and self.pipeline:  # it's the newest in the queue
            self.pipeline[0] = (self.cycle, _refusing(error))
            return
        if self._held is not None:  # nothing runs that would answer it
            self._held.response_complete, self._held = True, None
        if self._stage == "body":
            self.cycle.response_complete = self.cycle.disconnected = True  # so its action hears that nothing follows
            self.cycle.waiting_for_100_continue = False
            self.cycle.message_event.set()
        if self._is_busy():
            self._refusal = error
        else:
            self._write_refusal(error)

    def _is_busy(self) -> bool:
        """Whether an answer is still owed."""
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def _write_refusal(self, error: Error) -> None:
        self._refusal, self._stage = None, "refused"
        head = [b"HTTP/1.1 %d %s" % (error.status, HTTPStatus(error.status).phrase.encode()), b"Connection: close"]
        fields = [name + b": " + value for name, value in _headers(error)]
        self.transport.write(b"\r\n".join([*head, *fields, b"", _body(error)]))
        self.end()

    # Time

    def _watch(self) -> None:
        """A clock for each head and each body that doesn't come in one piece, and for a connection without any."""
        reading: tuple[int, str] | None = (self._messages, self._stage)
        if self._deaf or (self._stage == "idle" and self._messages and self._is_timed()):
            reading = None
        if reading == self._timed:
            return
        self._forget_timer()
        if reading is not None:
            self._timed = reading
            seconds = self.limits.body_timeout if self._stage == "body" else self.limits.head_timeout
            self._timer = self.loop.call_later(seconds, self._too_slow)

    def _is_timed(self) -> bool:
        """Whether uvicorn's own clock runs, which ends with any byte, if a blank line's; or the mock works."""
        return self.timeout_keep_alive_task is not None or self._is_busy()

    def _forget_timer(self) -> None:
        self._timed = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        if self.pipeline or (self._stage == "head" and self._is_busy()):  # the mock itself is slow
            self._timer = self.loop.call_later(self.limits.head_timeout, self._too_slow)
        elif self._stage == "idle":
            self.transport.close()
        else:
            self._refuse(_TOO_SLOW)
