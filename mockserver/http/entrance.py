"""The first bytes of a connection decide what it is: HTTP, TLS, or what a proxy is sent."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import TimerHandle
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from mockserver.hello import Incomplete, is_tls, server_name
from mockserver.http.authority import Authority
from mockserver.http.limits import Limits
from mockserver.http.tunnel import Tunnel, joined
from mockserver.http.way_out import WayOut, name_of
from mockserver.proxying import for_one, line_of, place_of

__all__ = ["Entrance", "Ways"]

_LONGEST_METHOD = 32
_CONNECT_TIMEOUT = 10.0  # seconds for an allowed host to be reached
_LINGER = 2.0  # seconds in which a client may still read why it is refused
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Ways(NamedTuple):
    """What a connection can come to. ``serve`` makes the protocol that speaks HTTP, for the host that a connection is
    known to be to, if any; ``refuse`` makes one that answers each request with a reason. Within TLS both also take the
    transport that carries it.
    """

    serve: Callable[..., asyncio.Protocol]
    refuse: Callable[..., asyncio.Protocol]
    authority: Authority
    out: WayOut
    limits: Limits
    waiting: set[Any]
    """The transports that aren't the server's yet, and those of tunnels; it aborts them when it stops."""


class Entrance(asyncio.Protocol):
    """Holds what comes until it's clear what it is, and then hands the connection over.

    ``host`` is where a CONNECT that led here wants to go.
    """

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._loop = asyncio.get_running_loop()
        self._early = b""
        self._host: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer: TimerHandle | None = None
        self._transport: Any = None

    # The connection

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ways.waiting.add(transport)
        if len(self._ways.waiting) > self._ways.limits.max_connections:
            transport.abort()
        self._timer = self._loop.call_later(self._ways.limits.head_timeout, transport.abort)

    def data_received(self, data: bytes) -> None:
        self._early += data
        if self._task is None:
            self._decide()

    def eof_received(self) -> bool:
        return self._task is not None  # a client may have said all that it wants to

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        self._leave()
        if self._task is not None:
            self._task.cancel()

    def _leave(self) -> None:
        self._ways.waiting.discard(self._transport)
        if self._timer is not None:
            self._timer.cancel()

    # What it is

    def _decide(self) -> None:
        """Look at what has come; nothing happens while it isn't enough."""
        early = self._early
        if not early:
            return
        if is_tls(early):
            self._start_tls()
            return
        through = _goes_through(early) if self._host is None else False
        if through is None:
            return
        if not through or len(early) > self._ways.limits.max_head:  # the server says that it is too much
            self._hand_over(self._ways.serve(self._host))
        elif b"\r\n\r\n" in early:
            self._go_through(*_split(early))

    def _go_through(self, head: bytes, rest: bytes) -> None:
        method, target, _ = line_of(head)
        place = place_of(method, target)
        if place is None:
            self._hand_over(self._ways.serve(None))
            return
        host, port = place
        if method == b"CONNECT":
            self._connect(host, port, rest)
        elif self._ways.out.is_here(host):
            self._hand_over(self._ways.serve(None))
        elif self._ways.out.allows(host):
            secure = ssl.create_default_context() if target[:5].lower() == b"https" else None
            self._run(self._reach(host, port, for_one(head) + rest, secure=secure))
        else:
            self._hand_over(self._ways.refuse(self._ways.out.refusal(host)))

    def _connect(self, host: str, port: int, rest: bytes) -> None:
        self._early = rest
        if self._ways.out.is_here(host):
            self._host = name_of(host)
            self._transport.write(_ESTABLISHED)
            self._decide()
        elif self._ways.out.allows(host):
            self._run(self._reach(host, port, rest, _ESTABLISHED))
        else:
            self._say_no(self._ways.out.refusal(host))

    def _say_no(self, reason: str) -> None:
        """Most clients show the reason phrase of a refused CONNECT, and none of them the body."""
        body = reason.encode("ascii", "backslashreplace") + b"\n"
        head = b"HTTP/1.1 403 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        self._transport.write(head % (body.strip(), len(body)) + body)
        self._run(self._linger())

    async def _linger(self) -> None:
        if self._transport.can_write_eof():
            with suppress(OSError):
                self._transport.write_eof()
            await asyncio.sleep(_LINGER)
        self._transport.close()

    def _hand_over(self, protocol: asyncio.Protocol) -> None:
        self._leave()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._early)

    def _run(self, job: Any) -> None:
        self._task = self._loop.create_task(job)

    # TLS

    def _start_tls(self) -> None:
        try:
            name = server_name(self._early)
        except Incomplete:
            if len(self._early) > self._ways.limits.max_head:
                self._transport.abort()
            return
        target = self._host or name
        if self._is_elsewhere(target) and self._ways.out.allows(target or ""):
            self._run(self._reach(target or "", 443, self._early))
            return
        local = self._transport.get_extra_info("sockname")[0]
        try:
            context = self._ways.authority.context(*([name] if name else [target] if target else ["localhost", local]))
        except ValueError:  # no name that a certificate can be for
            self._transport.abort()
            return
        self._run(self._secure(context, target))

    async def _secure(self, context: ssl.SSLContext, target: str | None) -> None:
        inside = _Inside()
        early, self._early = self._early, b""
        self._loop.call_soon(partial(self._loop.call_soon, self._feed, early))
        raw = self._transport
        seconds = self._ways.limits.head_timeout
        try:
            secure = await self._loop.start_tls(
                raw, inside, context, server_side=True, ssl_handshake_timeout=seconds, ssl_shutdown_timeout=_LINGER
            )
        except (OSError, asyncio.CancelledError) as problem:
            if isinstance(problem, ssl.SSLError | ConnectionResetError) and target is not None:
                self._ways.out.distrusted[name_of(target)] += 1
            raw.abort()
            return
        finally:
            self._leave()
        assert secure is not None
        if self._is_elsewhere(target):
            inside.hand_over(secure, self._ways.refuse(self._ways.out.refusal(target or ""), raw))
        else:
            inside.hand_over(secure, self._ways.serve(target, raw))

    def _is_elsewhere(self, target: str | None) -> bool:
        """Whether it's the name of a host that the mock doesn't stand for; one without a dot is this machine's."""
        return target is not None and "." in target and not self._ways.out.is_here(target)

    def _feed(self, early: bytes) -> None:
        """Hand the TLS that asyncio has put in this protocol's place what has come already."""
        protocol = self._transport.get_protocol()
        while early and not self._transport.is_closing():
            buffer = protocol.get_buffer(len(early))
            part, early = early[: len(buffer)], early[len(buffer) :]
            buffer[: len(part)] = part
            protocol.buffer_updated(len(part))

    # An allowed host

    async def _reach(
        self, host: str, port: int, first: bytes, greeting: bytes = b"", secure: ssl.SSLContext | None = None
    ) -> None:
        self._transport.pause_reading()
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                _, far = await self._loop.create_connection(lambda: Tunnel(self._ways.waiting), host, port, ssl=secure)
        except (OSError, UnicodeError) as problem:  # a time-out is an OSError, what is no name the other
            self._transport.write(_UNREACHABLE % (str(problem) or "it doesn't answer").encode("ascii", "replace"))
            self._transport.close()
            return
        near = Tunnel(self._ways.waiting)
        self._leave()
        near.connection_made(self._transport)
        self._transport.write(greeting)
        far.transport.write(first)
        self._transport.set_protocol(near)
        joined(near, far)


_UNREACHABLE = b"HTTP/1.1 502 The allowed host can't be reached: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _Inside(asyncio.Protocol):
    """Holds what comes between the end of a handshake and the moment that somebody is there to take it."""

    def __init__(self) -> None:
        self._early = b""
        self._is_lost = self._is_over = False

    def data_received(self, data: bytes) -> None:
        self._early += data

    def eof_received(self) -> bool:
        self._is_over = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        self._is_lost = True

    def hand_over(self, transport: Any, protocol: asyncio.Protocol) -> None:
        if self._is_lost or self._is_over:
            transport.abort()
            return
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._early:
            protocol.data_received(self._early)


def _goes_through(early: bytes) -> bool | None:
    """Whether a request wants to be handed on, as to a proxy; ``None`` while that isn't clear yet."""
    method, space, rest = early.partition(b" ")
    if not space:
        return None if len(early) < _LONGEST_METHOD and b"\n" not in early else False
    start = rest[:8].lower()
    if method == b"CONNECT" or start.startswith(_WHOLE):
        return True
    return None if any(each.startswith(start) for each in _WHOLE) else False


_WHOLE = (b"http://", b"https://")


def _split(early: bytes) -> tuple[bytes, bytes]:
    """The head of the first request, and what follows it."""
    head, end, rest = early.partition(b"\r\n\r\n")
    return head + end, rest
