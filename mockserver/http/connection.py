"""One HTTP/1.1 connection: what comes is read within limits, and answered in turn."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts import Error, Request
from mockserver.exchange.answering import answered, settled
from mockserver.exchange.response import AS_IT_IS, Handler, Later, Response
from mockserver.hosts import is_emulated
from mockserver.http.inbox import Inbox
from mockserver.http.incoming import of_host
from mockserver.http.limits import Limits
from mockserver.http.reading import Arrived, Reader
from mockserver.http.refusals import TOO_MANY, TOO_SLOW, Unreadable
from mockserver.http.timing import Alarm, IdleClock
from mockserver.http.writing import CONTINUE, Outbox, deliver, refusal, whole

if TYPE_CHECKING:
    from mockserver.http.passing import Passing

__all__ = ["Connection", "Service"]

_LINGER = 2.0  # seconds in which a client may still read why it is hung up on
_SPARE = 100  # connections beyond the limit that are told so; any more are just closed
_MOST_UNSENT = 65536  # bytes of answers that wait for others to be written with


@dataclass(frozen=True, slots=True)
class Service:
    """What the connections of a server share. ``is_here`` tells which hosts the handler stands for.

    ``passing`` leads to the other workers of the server, where there are any that take connections.
    """

    handle: Handler
    limits: Limits
    is_here: Callable[[str], bool] = is_emulated
    connections: set[Connection] = field(default_factory=set)
    tasks: set[asyncio.Future[None]] = field(default_factory=set)
    outbox: Outbox = field(default_factory=Outbox)
    inbox: Inbox = field(default_factory=Inbox)
    passing: Passing | None = None


class Connection(asyncio.Protocol):
    """``host`` is whom a client that came through a proxy believes to speak with.

    With ``is_proxy`` an answer to a request line with a whole URL ends it: the next may be for another host.
    ``first`` is what another worker has read of it; ``beneath`` carries it where it is TLS.
    """

    def __init__(
        self,
        service: Service,
        host: str | None = None,
        is_proxy: bool = False,
        handle: Handler | None = None,
        first: bytes = b"",
        beneath: asyncio.BaseTransport | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.gone = asyncio.Event()
        self._service = service
        self._limits = limits = service.limits
        self._handle = handle or service.handle
        self._host = host
        self._is_proxy = is_proxy
        self._first = first
        self._beneath = beneath
        self._passing = None if first else service.passing  # until it is where it stays
        self._loop = loop
        self._waiting: deque[Arrived] = deque()
        self._reader = Reader(limits, self._waiting)
        self._task: asyncio.Future[None] | None = None  # which ends with the answer to a request
        self._transport: Any = None
        self._scheme, self._address = "http", ""
        self.is_full = False  # the client doesn't take what is sent
        self._is_deaf = False  # nothing more is read
        self._is_awaited = False  # the answer comes later
        self._is_over = False  # the client says no more
        self._ends = False  # with the next answer
        self._is_endless = False  # that answer ends only with the connection
        self._refusal: Error | None = None  # to be written once all requests are answered
        self._promised: Arrived | None = None  # was told to send its body
        self._unsent = b""
        self._timed: tuple[int, str] | None = None
        self._late, self._untaken = Alarm(loop), Alarm(loop)
        self._idle = IdleClock(loop, limits.keep_alive, self.hang_up)

    # What asyncio tells

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._service.connections.add(self)
        self._scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        self._address = ":".join(map(str, (transport.get_extra_info("sockname") or ("127.0.0.1",))[:2]))
        beyond = len(self._service.connections) - self._limits.max_connections
        if beyond > _SPARE:
            transport.abort()
        elif beyond > 0:
            self._refuse(TOO_MANY)
        else:
            self._watch()
        if self._first:
            first, self._first = self._first, b""
            self.data_received(first)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        self._service.connections.discard(self)
        self._waiting.clear()
        self._is_deaf = True
        for clock in (self._late, self._untaken, self._idle):
            clock.off()
        self.gone.set()

    def data_received(self, data: bytes) -> None:
        if self._is_deaf or (self._passing is not None and self._is_passed(data)):
            return
        self._idle.wake()
        error = None
        try:
            self._reader.feed(data)
        except Unreadable as problem:
            error = problem.error
        self._go_on()
        if error is not None:
            self._refuse(error)
        self._watch()

    def _is_passed(self, data: bytes) -> bool:
        """Whether another worker goes on, from ``data`` on: an organisation's first write says where it belongs."""
        passing = self._passing
        place = passing.place_of(data) if passing is not None and self._is_at_rest() else None
        if passing is None or place is None:
            return False
        if place == passing.place:
            self._passing = None
            return False
        if not passing.send(place, self._transport.get_extra_info("socket").fileno(), data):
            return False
        self._is_deaf = True
        self._transport.abort()  # which closes it in this process alone
        return True

    def _is_at_rest(self) -> bool:
        """Nothing of a request has come that isn't answered, and of an answer nothing is left to be sent."""
        is_answered = self._task is None and not self._waiting and self._reader.stage == "idle" and not self._ends
        return is_answered and not self._unsent and not self._transport.get_write_buffer_size()

    def eof_received(self) -> bool:
        """A client may have said all that it wants to, and wait for its answer; TLS knows no such half."""
        self._is_over = self._is_awaited and self._transport.can_write_eof()
        return self._is_over

    def pause_writing(self) -> None:
        self.is_full = True
        self._wait_until_taken()

    def resume_writing(self) -> None:
        self.is_full = False
        self._untaken.off()
        self._go_on()

    # Answers

    def _go_on(self) -> None:
        """Answer what waits, as far as that can be done now; then read on, or do what was to come after it."""
        while self._waiting and self._task is None and not self.is_full:
            if self._is_closing():  # nobody waits for more
                self._waiting.clear()
                return
            self._answer(self._waiting.popleft())
        if self._waiting:
            self._transport.pause_reading()
        elif self._task is None:
            self._come_to_rest()

    def _answer(self, arrived: Arrived) -> None:
        response = answered(self._handle, self._request(arrived))
        if response.delivery.later is not None:
            self._wait_for(arrived, response.delivery.later)
        else:
            self._reply(arrived, response)

    def _wait_for(self, arrived: Arrived, later: Later) -> None:
        """Whatever arrives until there is an answer waits."""
        self._task = task = self._loop.create_future()
        self._is_awaited = True
        self._service.tasks.add(task)

        def tell(outcome: Response | BaseException) -> None:
            response = settled(outcome, arrived.is_cut)
            self._service.inbox.put(self._loop, lambda: self._take(arrived, response, task))

        later.when_done(tell)

    def _take(self, arrived: Arrived, response: Response, task: asyncio.Future[None]) -> None:
        """The answer that was waited for has come."""
        self._task, self._is_awaited = None, False
        self._service.tasks.discard(task)
        if not task.done():
            task.set_result(None)
        if self._is_over and response.delivery is not AS_IT_IS:  # nobody would notice that the client is gone
            self.hang_up()
        if self._is_closing():
            return
        self._reply(arrived, response)
        if self._task is None:
            self._go_on()
            self._watch()

    def _reply(self, arrived: Arrived, response: Response) -> None:
        if response.delivery is not AS_IT_IS:
            self._run(arrived, response)
            return
        keeps_alive = self._is_kept(arrived, response)
        self._write_soon(whole(response, keeps_alive, arrived.method == "HEAD"))
        if not keeps_alive:
            self._end(lingers=self._reader.stage != "idle")

    def _run(self, arrived: Arrived, response: Response) -> None:
        """Answer in a task of its own; whatever arrives meanwhile waits."""
        self._task = task = self._loop.create_task(self._take_time(arrived, response))
        self._service.tasks.add(task)
        task.add_done_callback(self._service.tasks.discard)

    async def _take_time(self, arrived: Arrived, response: Response) -> None:
        keeps_alive = self._is_kept(arrived, response)
        self._is_endless = response.delivery.more is not None
        await deliver(response, self, keeps_alive, arrived.method == "HEAD")
        self._task = None
        if self._is_closing():
            return
        if not keeps_alive:
            self._end(lingers=self._reader.stage != "idle")
        self._go_on()
        self._watch()

    def _is_kept(self, arrived: Arrived, response: Response) -> bool:
        self._ends = self._ends or (self._is_proxy and arrived.place is not None)
        return arrived.keeps_alive and not self._ends and "Connection" not in response.headers

    def _request(self, arrived: Arrived) -> Request:
        """Whom it is for the whole URL says, or a Host header that is emulated, or whom the connection is to."""
        fields, scheme = arrived.fields, self._scheme
        if arrived.place is not None:
            scheme, host = arrived.place
            fields = of_host(fields, host)
        elif self._host is not None and not self._service.is_here(fields.headers.get("host", "").partition(":")[0]):
            fields = of_host(fields, self._host)
        origin = f"{scheme}://{fields.headers.get('host') or self._address}"
        return Request(arrived.method, arrived.target, fields.headers, arrived.body, origin, arrived.is_cut)

    def _come_to_rest(self) -> None:
        """All that has arrived is answered."""
        if self._is_closing():
            return
        if self._refusal is not None:
            self._write_refusal(self._refusal)
        elif self._is_over:
            self.hang_up()
        elif not self._is_deaf:
            self._transport.resume_reading()
            coming = self._reader.coming
            if coming is None:
                if self._reader.messages and self._reader.stage == "idle":
                    self._idle.rest()
            elif coming.fields.waits and coming is not self._promised:
                self._promised = coming
                self.write(CONTINUE)

    def _is_closing(self) -> bool:
        """What carries TLS is lost before TLS is told so."""
        return self._transport.is_closing() or (self._beneath is not None and self._beneath.is_closing())

    # Bytes

    def write(self, data: bytes) -> None:
        """Behind all that is to be sent before it."""
        if not self._is_closing():
            self._transport.write(self._unsent + data)
        self._unsent = b""

    def _write_soon(self, data: bytes) -> None:
        if len(self._service.connections) == 1:
            self._transport.write(data)
            return
        if not self._unsent:
            self._service.outbox.add(self._loop, self._send)
        self._unsent += data
        if len(self._unsent) > _MOST_UNSENT:
            self._send()

    def _send(self) -> None:
        if self._unsent:
            self.write(b"")

    def _wait_until_taken(self, before: float = math.inf) -> None:
        """Give up on a client that has taken nothing of an answer since ``before`` bytes were left of it."""
        left = self._transport.get_write_buffer_size()
        if left < before:
            self._untaken.set(self._limits.body_timeout, self._wait_until_taken, left)
        else:
            self._transport.abort()

    # The end

    def hang_up(self) -> None:
        """Close, behind what was written."""
        self._send()
        self._transport.close()

    def shutdown(self) -> None:
        """Close, or as soon as the next answer is sent."""
        self._ends = True
        is_at_rest = self._task is None and not self._waiting and self._reader.stage != "body"
        if is_at_rest or self._is_endless:
            self.hang_up()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _end(self, lingers: bool) -> None:
        """Close; where more may still come, say that no more answers follow, and give the client a moment to read."""
        self._is_deaf = True
        self._refusal = None
        self._late.off()
        self._waiting.clear()
        self._send()
        if self._is_closing():
            return
        if not lingers or not self._transport.can_write_eof():  # TLS itself waits a moment
            self._transport.close()
            return
        self._transport.resume_reading()
        try:
            self._transport.write_eof()
        except OSError:  # the client has reset the connection, which nobody has read yet
            self._transport.abort()
        else:
            self._late.set(_LINGER, self._transport.abort)

    def _refuse(self, error: Error) -> None:
        """Answer ``error`` in place of what is being read, after everything that came before it, and close."""
        if self._is_deaf or self._is_closing():
            return
        self._is_deaf = True
        self._late.off()
        self._refusal = error
        self._go_on()

    def _write_refusal(self, error: Error) -> None:
        self.write(refusal(error))
        self._end(lingers=True)

    # Time

    def _watch(self) -> None:
        """A clock for each head and each body that doesn't come in one piece, and for a connection without any."""
        reader = self._reader
        is_idle = reader.stage == "idle" and reader.messages > 0
        if is_idle and self._timed is None:  # as after most requests
            return
        reading = None if self._is_deaf or is_idle else (reader.messages, reader.stage)
        if reading == self._timed:
            return
        self._timed = reading
        if reading is None:
            if not self._is_deaf:
                self._late.off()
            return
        seconds = self._limits.body_timeout if reader.stage == "body" else self._limits.head_timeout
        self._late.set(seconds, self._too_slow)

    def _too_slow(self) -> None:
        is_busy = self._task is not None or bool(self._waiting)
        if self._waiting or (self._reader.stage == "head" and is_busy):  # the mock itself is slow
            self._late.set(self._limits.head_timeout, self._too_slow)
        elif self._reader.stage == "idle":
            self._transport.close()
        else:
            self._refuse(TOO_SLOW)
