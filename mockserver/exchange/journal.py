"""Every exchange with the mock, newest last, bounded, secrets masked, broken rules attached."""

from __future__ import annotations

import itertools
import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from contracts import Call
from contracts.judging.points import points_of
from contracts.reading import json_text
from mockserver.exchange.known import KnownSecrets, Row
from mockserver.exchange.masking import Masker, Shows
from mockserver.exchange.response import Response
from mockserver.exchange.rows import JournalRow, Received, RowViolation, Sent
from mockserver.exchange.safe_errors import FAILED, described
from mockserver.exchange.texts import over_texts, without_named
from mockserver.exchange.written import masked_violation, masker_of, sent_body, sent_head, written_body, written_headers

__all__ = [
    "MOST",
    "MOST_READ",
    "NOTHING",
    "Exchange",
    "Hear",
    "Journal",
    "JournalRow",
    "Met",
    "Received",
    "RowViolation",
    "Sent",
    "Showing",
    "Told",
]


class Told(Protocol):
    """An exchange as it is shown: ``text`` is its row."""

    @property
    def id(self) -> int: ...

    @property
    def text(self) -> bytes: ...


class Named(Protocol):
    @property
    def name(self) -> str: ...


class Met(NamedTuple):
    """The names of the fault and of the stub that a call met."""

    fault: str | None = None
    stub: str | None = None

    @classmethod
    def of(cls, fault: Named | None, stub: Named | None) -> Met:
        return cls(*(None if each is None else each.name for each in (fault, stub)))


NOTHING = Met()


MOST = 64 * 1024 * 1024
"""Bytes that the exchanges of a mock take in memory at most; of more the oldest are forgotten."""
MOST_READ = 100
"""Exchanges between two looks of whoever follows them; where more come they aren't read meanwhile."""
_LONGEST_KEPT = 16 * 1024  # bytes of a row
_NOT_KEPT = Row(b"", 0)
"""Stands for a row that is made when somebody asks, where what it names as secret is known already."""
_NOT_SHOWN = "(not shown: masking failed)"
_log = logging.getLogger("mockserver")
_LARGEST_BODY = 64 * 1024  # bytes; of a longer body only the length is kept


class Showing(NamedTuple):
    """What of exchanges holds no secret, and the secrets that any of one recording has named."""

    shows: Shows
    known: KnownSecrets


@dataclass(slots=True)
class Exchange:
    """One entry. ``left_out`` are the lengths of bodies that were too long to keep, the request's and the answer's.

    ``failure`` is where in its code the mock itself has failed. ``_shown`` is its row, once somebody has asked.
    """

    id: int
    at: int
    call: Call
    response: Response
    met: Met
    sender: str | None
    left_out: tuple[int, int]
    showing: Showing
    failure: str | None = None
    _shown: Row | None = None

    @property
    def text(self) -> bytes:
        """The row that ``/__admin/requests`` shows, as JSON; masked when it is first asked for.

        It is without the secrets that other exchanges have named so far.
        """
        row = self.showing.known.out_of_row(self.read())
        self._shown = row if len(row.text) <= _LONGEST_KEPT else _NOT_KEPT
        return row.text

    def read(self) -> Row:
        """The row without the secrets that it names itself; these are known from now on."""
        row = self._shown
        if row is None or row is _NOT_KEPT:
            row = Row(json_text.render(self._told()), 0)
            self._shown = row if len(row.text) <= _LONGEST_KEPT else _NOT_KEPT
        return row

    def name_secrets(self) -> None:
        """Have known what it names as secret; nothing is done where it is."""
        if self._shown is None:
            self.showing.known.add(self.named())
            self._shown = _NOT_KEPT

    def named(self) -> list[str]:
        """What it names as a secret; nothing where it can't be masked, as its row will say."""
        masker = masker_of(self.call, self.showing.shows)
        with suppress(Exception):
            self._sides(masker)
        return list(masker.found)

    def number(self, id: int) -> None:
        """Give it another id."""
        self.id = id
        row = self._shown
        if row and row is not _NOT_KEPT:  # which begins with the old one
            self._shown = row._replace(text=b'{"id":%d' % id + row.text[row.text.index(b",") :])

    def _told(self) -> dict[str, Any]:
        """The row; where it can't be made, one that says so and shows nothing of the exchange."""
        try:
            return self._row()
        except Exception as problem:
            lines = described(problem)
            _log.error("%s: %s", FAILED, lines)
            sent = {"method": self.call.request.method, "url": _NOT_SHOWN, "headers": {}, "body": _NOT_SHOWN}
            received: dict[str, Any] = {"status": self.response.status or None, "headers": {}, "body": _NOT_SHOWN}
            return self._framed({"org_id": None, "sandbox_name": None}, sent, received, [], lines)

    def _row(self) -> dict[str, Any]:
        masker = masker_of(self.call, self.showing.shows)
        sent, received = self._sides(masker)
        tenant = {"org_id": masker.again(self.call.org_id), "sandbox_name": masker.again(self.call.sandbox_name)}
        broken = [masked_violation(row, masker) for row in self.violations]
        if self._shown is None:
            self.showing.known.add(masker.found)
        return self._framed(tenant, masker.again(sent), masker.again(received), broken, self.failure)

    def _sides(self, masker: Masker) -> tuple[dict[str, Any], dict[str, Any]]:
        """Request and answer, of which ``masker`` has masked each part by itself."""
        request, response = self.call.request, self.response
        asked, answered = self.left_out
        url, shown = sent_head(request, masker)
        sent = {
            "method": request.method,
            "url": url,
            "headers": shown,
            "body": _note(asked) if asked else sent_body(self.call, masker),
        }
        headers, body = self._answered(masker)
        received = {
            "status": response.status or None,
            "headers": headers,
            "body": _note(answered) if answered else body,
        }
        return sent, received

    def _framed(
        self, tenant: dict[str, Any], sent: Any, received: Any, broken: list[Any], failure: str | None
    ) -> dict[str, Any]:
        row = {
            "id": self.id,
            "at": self.at,
            "operation": self.call.operation.id if self.call.operation else None,
            **tenant,
            "request": sent,
            "response": received,
            "violations": broken,
            **self.met._asdict(),
            "sender": self.sender,
        }
        return row if failure is None else {**row, "failure": failure}

    def _answered(self, masker: Masker) -> tuple[dict[str, str], Any]:
        """Headers and body of the answer. What a stub answers the mock didn't write: it may hold any secret."""
        headers, body = self.response.headers, self.response.body
        if self.met.stub is None:
            told = masker.answered(body, bool(self.response.error))
            return masker.answered_headers(headers), over_texts(told, without_named) if self.response.error else told
        return written_headers(masker, headers), written_body(masker, body)

    def points(self) -> set[str]:
        """The points of contract coverage that it met; none where a stub answered."""
        return set() if self.met.stub is not None else points_of(self.call, self.response.error)

    @property
    def violations(self) -> list[dict[str, Any]]:
        """The broken rules, before masking."""
        return [found.as_json(self.call.severity(found)) for found in self.call.violations]


Hear = Callable[[Exchange, float], object]
"""Is told of an exchange, and of the seconds that its answer took; while the mock waits, so it had better be quick."""


class Journal:
    """The newest ``size`` exchanges; ``shows`` is what of them holds no secret."""

    def __init__(self, size: int, shows: Shows) -> None:
        self._size = size
        self._showing = Showing(shows, KnownSecrets())
        self._entries: deque[Exchange] = deque(maxlen=size)
        self._ids: Iterator[int] = itertools.count(1)
        self._kept = 0
        self._points: set[str] = set()
        self._weight = 0
        """Bytes of the entries, roughly, and of some that have fallen out."""
        self.sender: Callable[[], str | None] | None = None
        """Finds the line that sent the current request; set by the pytest fixtures."""
        self.listeners: list[Hear] = []
        self.began = 0.0
        """When the call that is written down began, of `time.perf_counter`."""

    def record(self, at: int, call: Call, response: Response, met: Met, failure: str | None = None) -> None:
        """Write one exchange down. The call is the journal's own from now on."""
        if failure is not None and self._entries and self._entries[-1].call.request is call.request:
            self._entries.pop()  # writing it down is what failed
        self._keep(self._exchange(next(self._ids), at, call, response, met, failure), perf_counter() - self.began)

    def _exchange(
        self, number: int, at: int, call: Call, response: Response, met: Met, failure: str | None
    ) -> Exchange:
        bodies, left_out = len(call.request.body) + len(response.body), (0, 0)
        if bodies > _LARGEST_BODY or bodies > call.terms.largest_body or call.request.is_cut:
            left_out = (asked, answered) = _left_out(call, response)
            if asked:
                response = self._without_body(call, response)
            if answered:
                response = replace(response, body=b"")
        call.document = None
        sender = self.sender() if self.sender else None
        return Exchange(number, at, call, response, met, sender, left_out, self._showing, failure)

    def _without_body(self, call: Call, response: Response) -> Response:
        """Let a long body go; of one that was read the secrets are out of what may quote it before."""
        if call.violations and (call.document is not None or call.asked):
            from mockserver.exchange.unkept import quotes_masked  # no part of a start

            masker = masker_of(call, self._showing.shows)
            sent_body(call, masker)
            response = quotes_masked(call, response, masker)
        call.request = replace(call.request, body=b"")
        return response

    def _keep(self, exchange: Exchange, seconds: float) -> None:
        self._entries.append(exchange)
        self._kept += 1
        if self._kept % self._size == 0:  # before the first of them falls out
            self._note_points()
        weight, request = _weight(exchange), exchange.call.request
        self._weight += weight
        if weight > _HEAVY and request.head_size + len(request.body) > _LONGEST_KEPT:
            exchange.name_secrets()  # else whoever looks first would wait for what many have sent
        if self._weight > MOST:
            self._make_room()
        for hear in self.listeners:
            try:
                hear(exchange, seconds)
            except Exception as problem:  # who watches costs a call nothing
                _log.error("%s: %s", FAILED, described(problem))

    def _make_room(self) -> None:
        """Let the oldest go until half of what may be kept is left."""
        self._note_points()
        weights = list(map(_weight, self._entries))
        self._weight = sum(weights)
        for weight in weights[:-1]:
            if self._weight <= MOST // 2:
                return
            self._entries.popleft()
            self._weight -= weight

    @property
    def known(self) -> KnownSecrets:
        """The secrets that the exchanges name; those of exchanges that nobody has asked for yet are among them."""
        self._named()
        return self._showing.known

    def text(self) -> bytes:
        """The entries as one JSON array, oldest first."""
        return b"[" + b",".join(entry.text for entry in self._named()) + b"]"

    def rows(self) -> list[JournalRow]:
        """The entries as JSON values, oldest first; a copy with each call."""
        return [json.loads(entry.text) for entry in self._named()]

    def newest_first(self) -> Iterator[JournalRow]:
        """The same from the newest on."""
        return (json.loads(entry.text) for entry in reversed(self._named()))

    def _named(self) -> list[Exchange]:
        """The entries, once all that they name as secret is known."""
        entries = self.entries()
        for entry in entries:
            entry.name_secrets()
        return entries

    def entries(self) -> list[Exchange]:
        return list(self._entries)

    def find(self, id: int) -> Exchange | None:
        """The exchange of that number, where it is still there with all that was sent."""
        return next((each for each in self.entries() if each.id == id), None)

    def newest(self, most: int) -> Sequence[Told]:
        """The newest ``most``, oldest first; may be asked while another thread writes an exchange down."""
        return self._named()[-most:]

    @property
    def newest_id(self) -> int:
        """The number of the newest; 0 where there is none."""
        return next((each.id for each in list(itertools.islice(reversed(self._entries), 1))), 0)

    def points(self) -> set[str]:
        """The points of contract coverage that the exchanges met."""
        self._note_points()
        return self._points

    def _note_points(self) -> None:
        for entry in self.entries():
            self._points |= entry.points()

    def back_to(self, points: Iterable[str]) -> None:
        """Forget the exchanges, and every point but these."""
        self.clear()
        self._points = set(points)

    def clear(self) -> None:
        """Forget the exchanges; the points that they met stay met."""
        self._note_points()
        self._entries.clear()
        self._weight = 0


def _weight(exchange: Exchange) -> int:
    """About the bytes that it takes."""
    call = exchange.call
    texts = call.request.head_size + len(call.request.body) + len(exchange.response.body)
    return _EXCHANGE + 2 * texts + _VIOLATION * len(call.violations)


_EXCHANGE, _VIOLATION = 3_000, 4_000  # bytes
_HEAVY = 2 * _LONGEST_KEPT  # no lighter one has a request as long as that


def _left_out(call: Call, response: Response) -> tuple[int, int]:
    """The lengths of the bodies that aren't kept, the request's and the answer's; 0 where one is."""
    asked, answered, most = len(call.request.body), len(response.body), call.terms.largest_body + 1
    if call.request.is_cut or asked > most:  # of which no more was read, or needs to be told
        asked = most
    elif asked <= _LARGEST_BODY:
        asked = 0
    return asked, answered if answered > _LARGEST_BODY else 0


def _note(length: int) -> str:
    return f"({length} bytes or more, not kept)"
