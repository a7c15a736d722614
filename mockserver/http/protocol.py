"""uvicorn's HTTP/1.1 protocol with limits, answers in documented shape, and a way to hang up."""

from __future__ import annotations

import logging
import math
from asyncio import TimerHandle
from functools import partial
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from contracts import ERRORS, Error, Request
from contracts.services.gateway.errors import gateway
from mockserver.adapters.asgi import HANG_UP, AsgiApp, deliver
from mockserver.http.incoming import Fields, fields_of, target_of
from mockserver.http.limits import Limits
from mockserver.http.outgoing import Flow, Lingering, Outbox, head_of, refusal, refusing

__all__ = ["Protocol"]

_LARGEST_URL = 65535  # of a longer one httptools, by version, sees no URL or only the end
_FIELD = 32  # bytes that a header field counts beside its text: what it takes to hold one
_LINGER = 2.0  # seconds in which a client may still read why it is hung up on
_NO_HTTP, _TOO_LARGE = ERRORS["400000"], ERRORS["431000"]
_TOO_SLOW = Error("408000", 408, gateway, "", "The request took too long to arrive", "assumed")
_TOO_MANY = Error("503000", 503, gateway, "", "Too many connections", "assumed")
_SPARE = 100  # connections beyond the limit that are told so; any more are just closed


class Protocol(HttpToolsProtocol):
    """One connection. What comes is refused where it isn't HTTP, is too much, or takes too long."""

    def __init__(self, limits: Limits, app: AsgiApp, outbox: Outbox, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = logging.getLogger("mockserver.http")
        self.access_log = False  # uvicorn would turn it on as soon as the root logger has a handler
        self.limits = limits
        self._answering: Any = None  # the oldest request without an answer; uvicorn's `cycle` is the newest
        self._stage = "idle"  # or "head", or "body": what of a request is being read
        self._messages = 0
        self._head = 0  # bytes of the current head
        self._words: list[bytes] = []  # names and values of its fields in turn
        self._fields: Fields  # the same once they are complete
        self._target = ""
        self._unparsed = 0  # bytes since the parser last told of something
        self._deaf = False  # nothing more is read
        self._refusal: Error | None = None  # to be written once earlier requests are answered
        self._timer: TimerHandle | None = None
        self._timed: tuple[int, str] | None = None
        self._untaken: TimerHandle | None = None
        self._app = app
        self._held: bytearray | None = None  # as much as has come of the body of a request that has no cycle yet
        self._most_held = min(limits.max_body, HIGH_WATER_LIMIT)
        self._idle_since: float | None = None
        self._ends = False  # with the next answer
        self._outbox = outbox
        self._unsent = b""  # of the answers to requests that were held

    # The connection

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.flow = Flow(self)
        beyond = len(self.connections) - self.limits.max_connections
        if beyond > _SPARE:
            transport.abort()
        elif beyond > 0:
            self._refuse(_TOO_MANY)
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_timer()
        self._forget_untaken()
        self._held = None
        if self._answering is not None:  # uvicorn tells the newest request alone that the client is gone
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._idle_since = None
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
        self._send()
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
        raw = fields_of(self._words, self._head).raw
        fields = (name + b": " + value for name, value in raw if name not in (b"upgrade", b"http2-settings"))
        line = method + b" " + self.url + b" HTTP/" + self.parser.get_http_version().encode()
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join([line, *fields, b"", b""])

    def on_message_begin(self) -> None:
        self.url = b""
        self._words = []
        self._stage = "head"
        self._messages += 1
        self._head = self._unparsed = 0

    def on_url(self, url: bytes) -> None:
        self.url += url
        if len(self.url) > _LARGEST_URL:
            self._head = len(self.url)
            raise ValueError("the URL is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._stage == "head":  # fields behind a chunked body are nobody's headers (RFC 9110, 6.5.1)
            self._words += (name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._count()
        self._fields, self._target = fields_of(self._words, self._head), target_of(self.url)
        is_long = self._fields.length > self._most_held
        if self._app.threads is None and not (is_long or self._fields.waits or self._is_busy()):
            self._held = bytearray()
        else:
            self._begin(self._app)
        self._stage = "body"
        self._unparsed = 0

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        if self._held is None:
            super().on_body(body)
            return
        self._held += body
        if len(self._held) > self._most_held:
            self._let_go(self._app)

    def on_message_complete(self) -> None:
        if self._stage == "body":
            self._stage = "idle"
            if self._held is None:
                super().on_message_complete()
            else:
                self._answer(bytes(self._held))

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._answering = cycle
            task = self.loop.create_task(cycle.run_asgi(app))  # what uvicorn has a method for in its newer versions
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)
            return
        self._answering = None
        self._rest()
        if self._refusal is not None:
            self._write_refusal(self._refusal)

    # Answers

    # Most requests need no cycle and no task of uvicorn's: they are small, arrive whole, and are answered in one piece
    # when they have. Such a request is held until then.

    def _begin(self, app: Any) -> None:
        """From here on it's a request as uvicorn knows it, which ``app`` answers."""
        self._send()
        url, self.app = self.url, app
        super().on_message_begin()
        self.url = url
        self.headers.extend(self._fields.raw)
        self.expect_100_continue = self._fields.waits
        self.scope[HANG_UP] = self.transport.close  # type: ignore[literal-required]
        super().on_headers_complete()
        if not self.pipeline:
            self._answering = self.cycle
        if self._fields.has_body:
            self.cycle.transport = Lingering(self)  # type: ignore[assignment]

    def _let_go(self, app: Any) -> None:
        """The request that was held back goes the way of ASGI after all."""
        held, self._held = self._held, None
        self._begin(app)
        super().on_body(bytes(held or b""))

    def _answer(self, body: bytes) -> None:
        if self.transport.is_closing():  # after an answer to a request before it, so that nobody waits for this one
            self._held = None
            return
        method = self.parser.get_method().decode("ascii")
        headers = self._fields.headers
        host = headers.get("host") or ":".join(map(str, self.server or ("127.0.0.1",)))
        response = self._app.answer(Request(method, self._target, headers, body, f"{self.scheme}://{host}"))
        keep_alive = not self._ends and self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        head = None if self.flow.write_paused else head_of(response, keep_alive)
        if head is None:
            self._let_go(partial(deliver, response))
            super().on_message_complete()
            return
        self._held = None
        self._write(head if method == "HEAD" else head + response.body)
        if not keep_alive:
            self.end()
        self.on_response_complete()

    def _write(self, data: bytes) -> None:
        if len(self.connections) == 1:
            self.transport.write(data)
            return
        if not self._unsent:
            self._outbox.add(self.loop, self._send)
        self._unsent += data
        if len(self._unsent) > HIGH_WATER_LIMIT:
            self._send()

    def _send(self) -> None:
        """Before anything else is written, or the connection is closed."""
        if self._unsent and not self.transport.is_closing():
            self.transport.write(self._unsent)
        self._unsent = b""

    def shutdown(self) -> None:
        self._send()
        self._ends = True
        if self._held is None:
            super().shutdown()

    def _count(self) -> None:
        """Hold what is known of the head against its limit; the bytes of a field that is still coming are, too."""
        self._head = len(self.url) + sum(map(len, self._words)) + _FIELD * len(self._words) // 2
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
            self.pipeline[0] = (self.cycle, refusing(error))
            return
        if self._held is not None:  # nothing runs that would answer it
            self._held = None
        elif self._stage == "body":
            self.cycle.response_complete = self.cycle.disconnected = True  # so its action hears that nothing follows
            self.cycle.waiting_for_100_continue = False
            self.cycle.message_event.set()
        if self._is_busy():
            self._refusal = error
        else:
            self._write_refusal(error)

    def _is_busy(self) -> bool:
        """Whether an answer is still owed."""
        return self.cycle is not None and not self.cycle.response_complete  # the newest of those in the queue

    def _write_refusal(self, error: Error) -> None:
        self._refusal, self._stage = None, "refused"
        self._send()
        self.transport.write(refusal(error))
        self.end()

    # Time

    def _watch(self) -> None:
        """A clock for each head and each body that doesn't come in one piece, and for a connection without any."""
        is_idle = self._stage == "idle" and self._messages and (self._idle_since is not None or self._is_busy())
        if is_idle and self._timed is None:  # as after most requests
            return
        reading = None if self._deaf or is_idle else (self._messages, self._stage)
        if reading == self._timed:
            return
        self._forget_timer()
        if reading is not None:
            self._timed = reading
            seconds = self.limits.body_timeout if self._stage == "body" else self.limits.head_timeout
            self._timer = self.loop.call_later(seconds, self._too_slow)

    def _rest(self) -> None:
        """The connection may be idle for so long from now on; one clock does, which looks again when it goes off."""
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(self.limits.keep_alive, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self._idle_since is None:  # the next answer winds the clock up again
            return
        left = self._idle_since + self.limits.keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            self.transport.close()

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
