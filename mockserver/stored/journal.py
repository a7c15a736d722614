"""The journal of all processes on a store: written behind the answers, in blocks of many exchanges."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import compress
from time import perf_counter
from typing import NamedTuple

from contracts import Call, Contract
from mockserver.exchange.journal import MOST_READ, Exchange, Journal, JournalRow, Met, Told
from mockserver.exchange.known import KnownSecrets, Row
from mockserver.exchange.masking import Shows
from mockserver.exchange.response import Response
from mockserver.exchange.safe_errors import FAILED, described
from mockserver.memory.keeper import Unavailable
from mockserver.stored.codec import decoded, encoded, encoded_key
from mockserver.stored.database import Database
from mockserver.stored.exchanges import KeptRow, exchange_of, packed, row_of, size_of, unpacked
from mockserver.stored.line import Entry
from mockserver.stored.reading import opened
from mockserver.stored.replica import Replica
from mockserver.stored.shared import Holding
from mockserver.stored.vault import Vault

__all__ = ["SharedJournal", "Taken"]

_PAUSE = 0.01  # seconds in which further exchanges join those that are written
_SETTLED = 3 * _PAUSE  # seconds after which other processes have written theirs, unless they are very busy
_PATIENCE = 1.0  # seconds for which the writer waits for more before it ends
_AGAIN = 0.5  # seconds until it tries again
_LOOKED = 0.2  # seconds after which the newest are looked for again, while somebody listens
_LISTENING = 2.0  # seconds for which somebody who has asked counts as listening
_MOST_TOLD = 12  # exchanges at a time
_LARGEST = 1024 * 1024  # bytes of a block's rows, or one row
_FORGOTTEN = "forgotten"
_log = logging.getLogger("mockserver")


class _Forgotten(NamedTuple):
    """How often all of them were."""

    exchanges: int = 0
    points: int = 0


class Taken(NamedTuple):
    """An exchange and the seconds that its answer took; it is kept once its turn is committed."""

    exchange: Exchange
    seconds: float
    since: _Forgotten


class _Shown:
    """A row of any process, without the secrets that this one has come to know."""

    def __init__(self, id: int, text: bytes, known: KnownSecrets) -> None:
        self.id = id
        self._row = Row(text, 0)
        self._known = known

    @property
    def text(self) -> bytes:
        self._row = self._known.out_of_row(self._row)
        return self._row.text


class SharedJournal(Journal):
    """The newest exchanges of all processes; `entries` are those that this one answered.

    Their numbers are given when they are written.
    """

    def __init__(
        self,
        size: int,
        contract: Contract,
        shows: Shows,
        replica: Replica,
        database: Database,
        vault: Vault,
        holding: Holding,
    ) -> None:
        super().__init__(size, shows)
        self._contract = contract
        self._replica = replica
        self._database = database
        self._vault = vault
        self._holding = holding
        self._forgotten = replica.table(_FORGOTTEN)
        """What happened before any process had something forgotten isn't written any more."""
        self._since, self._counted = _Forgotten(), 0
        """What it says, and how often that had changed."""
        self._made: list[Taken] = []
        self._unwritten: list[Taken] = []
        self._met: set[str] = set()
        """Points that are in the store already."""
        self._part = vault.name("part", encoded_key("points"))[:16]
        self._lock = threading.Lock()
        """Guards what isn't written yet."""
        self._writing = threading.Lock()
        self._some = threading.Event()
        self._writer: threading.Thread | None = None
        self._texts: dict[int, _Shown] = {}
        """What was shown last, by id."""
        self._tail: list[_Shown] = []
        self._seen = 0
        self._asked = 0.0
        self._follower: threading.Thread | None = None
        self._found: dict[int, Exchange] = {}
        """What was looked up before a turn, by id."""

    def record(self, at: int, call: Call, response: Response, met: Met, failure: str | None = None) -> None:
        if failure is not None:
            self._made.clear()  # writing it down may be what failed
        if self._counted != self._forgotten.changes:
            self._counted, self._since = self._forgotten.changes, _Forgotten(**self._forgotten)
        exchange, seconds = self._exchange(0, at, call, response, met, failure), perf_counter() - self.began
        self._made.append(Taken(exchange, seconds, self._since))

    def taken(self) -> list[Taken]:
        """What the last call has written down; kept nowhere as yet."""
        made, self._made = self._made, []
        return made

    def keep(self, taken: Sequence[Taken]) -> None:
        """From now on these have happened."""
        with self._lock:
            for each in taken:
                self._keep(each.exchange, each.seconds)
            self._unwritten += taken
        if taken:
            self._wake()

    def _wake(self) -> None:
        if self._some.is_set():
            return
        with self._lock:
            self._some.set()
            if self._writer is None:
                self._writer = threading.Thread(target=self._run, name="flowservice-journal", daemon=True)
                self._writer.start()

    def _run(self) -> None:
        while True:
            while self._some.wait(_PATIENCE):
                time.sleep(_PAUSE)
                try:
                    self.flush()
                except Unavailable:
                    time.sleep(_AGAIN)
            with self._lock:
                if not self._some.is_set():
                    self._writer = None
                    return

    def flush(self) -> None:
        """Write what isn't yet; `Unavailable` where it can't be, and then it is written later."""
        with self._writing:
            with self._lock:
                exchanges, self._unwritten = self._unwritten, []
                self._some.clear()
            try:
                while exchanges:
                    del exchanges[: self._done(exchanges)]
            finally:
                if exchanges:
                    with self._lock:
                        self._unwritten[:0] = exchanges
                        self._some.set()

    def _done(self, exchanges: Sequence[Taken]) -> int:
        """How many of them need no more writing: one that can't be written is left out, and the log tells why."""
        try:
            return self._write(exchanges)
        except Unavailable:
            raise
        except Exception as problem:  # the others of its block shall not suffer
            if len(exchanges) > 1:
                return self._done(exchanges[:1])
            _log.error("%s: %s", FAILED, described(problem))
            return 1

    def _write(self, exchanges: Sequence[Taken]) -> int:
        """One block; how many of them it, and what nobody would ask for any more, are."""
        late = max(0, len(exchanges) - self._size)
        rows: list[KeptRow] = []
        size = 0
        for each in exchanges[late:]:
            rows.append(self._row(each.exchange))
            size += size_of(rows[-1])
            if size > _LARGEST:
                break
        count = late + len(rows)
        block = packed(rows)
        part = self._replica.name(_FORGOTTEN)
        with self._database.writing(), self._database.line(lambda line: line.write_down(count, part)) as (line, found):
            number, entries = found
            since = _Forgotten(**dict(decoded(_FORGOTTEN, opened(self._vault, each)) for each in entries))
            stay = [each.since.exchanges == since.exchanges for each in exchanges[late:count]]
            met = [each.exchange.points() for each in exchanges[:count] if each.since.points == since.points]
            points = set().union(*met) - self._met
            if not all(stay):
                block = packed(list(compress(rows, stay)))
            value = self._vault.seal(block, f"journal/{number}")
            line.written(number, sum(stay), value, [self._point(each) for each in sorted(points)], self._size)
        self._database.recovered()
        for place, each in enumerate(compress(exchanges[late:count], stay), number - sum(stay) + 1):
            each.exchange.number(place)
        self._met |= points
        return count

    def _row(self, exchange: Exchange) -> KeptRow:
        """Masked where that follows from an organisation's own specs, which may be others when it is shown."""
        if exchange.call.terms is self._contract.terms:
            return row_of(exchange)
        return {"row": exchange.read().text.decode("ascii"), "secrets": exchange.named()}

    def _point(self, point: str) -> Entry:
        name = self._vault.name("points", encoded_key(point))[:32]
        sealed = self._vault.seal(encoded(point, True), f"{self._part}/points/{name}")
        return Entry(self._part, name, "points", sealed, False, 0, 0)

    # What is asked

    def fetch(self) -> None:
        """Read what the next call may show: within a turn nobody waits for the store."""
        time.sleep(_SETTLED)
        self.flush()
        with self._writing, self._database.line(lambda line: line.blocks(self._size)) as (line, blocks):
            points = [entry for entries in line.load(self._part) for entry in entries]
            self._met = {decoded("points", opened(self._vault, each))[0] for each in points}
        self._show(blocks)

    def _show(self, blocks: list[tuple[int, int, bytes]]) -> None:
        """Each row is masked once; what it names as secret is known from then on."""
        told = self._told(blocks, self._texts)
        newest = max(told, default=0) - self._size
        self._texts = {id: each for id, each in told.items() if id > newest}

    def _told(self, blocks: Iterable[tuple[int, int, bytes]], before: Mapping[int, _Shown]) -> dict[int, _Shown]:
        with self._lock:
            own = {each.id: each for each in self._entries}
        known = self._showing.known
        told: dict[int, _Shown] = {}
        for number, count, value in blocks:
            for id, row in enumerate(self._opened(number, value), number - count + 1):
                text = own[id].read().text if id in own and id not in before else None
                told[id] = before.get(id) or _Shown(id, text or self._masked(id, row), known)
        return told

    def follow(self) -> None:
        """From now on, while somebody asks for them, `newest` are those of all processes."""
        self._asked = time.monotonic()
        if self._follower is None:
            self._look()
            self._follower = threading.Thread(target=self._keep_looking, name="flowservice-follower", daemon=True)
            self._follower.start()

    def _keep_looking(self) -> None:
        try:
            while time.monotonic() - self._asked < _LISTENING:
                time.sleep(_LOOKED)
                with suppress(Unavailable):
                    self._look()
        finally:
            self._follower = None

    def _look(self) -> None:
        blocks = self._blocks(_MOST_TOLD)
        before, self._seen = self._seen, blocks[-1][0] if blocks else 0
        if self._tail and self._seen - before > MOST_READ:
            return
        last = self._tail[-1].id if self._tail else 0
        if blocks and blocks[0][0] - blocks[0][1] > last:  # more have come than are told: they may name secrets
            blocks = self._blocks(self._size)
        told = self._told(blocks, {each.id: each for each in self._tail})
        self._tail = list(told.values())[-_MOST_TOLD:]

    def _blocks(self, most: int) -> list[tuple[int, int, bytes]]:
        with self._database.line(lambda line: line.blocks(most)) as (_, blocks):
            return blocks

    @property
    def newest_id(self) -> int:
        """As of the last look."""
        self._asked = time.monotonic()
        return self._seen

    def newest(self, most: int) -> Sequence[Told]:
        """Those of all processes, as they were a moment ago."""
        self._asked = time.monotonic()
        return self._tail[-most:]

    def look_up(self, id: int) -> None:
        """Have the exchange of that number at hand: within a turn nobody waits for the store."""
        self.flush()
        for number, count, value in self._blocks(self._size):
            if number - count < id <= number:
                row = self._opened(number, value)[id - (number - count + 1)]
                if isinstance(row, list):  # else it is masked already
                    self._found[id] = exchange_of(id, row, self._contract, self._showing)

    def find(self, id: int) -> Exchange | None:
        found = self._found.pop(id, None)
        return super().find(id) or found

    def _masked(self, id: int, row: KeptRow) -> bytes:
        """The text of what `_row` wrote."""
        if isinstance(row, list):
            return exchange_of(id, row, self._contract, self._showing).read().text
        self._showing.known.add(row["secrets"])
        text: bytes = row["row"].encode("ascii")
        return b'{"id":%d' % id + text[text.index(b",") :]

    def _opened(self, number: int, block: bytes) -> list[KeptRow]:
        try:
            return list(unpacked(self._vault.open(block, f"journal/{number}")))
        except ValueError as problem:
            raise Unavailable(str(problem)) from None

    def text(self) -> bytes:
        if self._replica.current is None:
            self.fetch()
        return b"[" + b",".join([each.text for each in self._texts.values()]) + b"]"

    def rows(self) -> list[JournalRow]:
        return list(json.loads(self.text()))

    def newest_first(self) -> Iterator[JournalRow]:
        yield from reversed(self.rows())

    def points(self) -> set[str]:
        if self._replica.current is None:
            self.fetch()
        return set(self._met)

    def _note_points(self) -> None:
        """They are written with the exchanges."""

    def clear(self) -> None:
        """For all processes. Within a turn once that is committed."""
        turn = self._replica.current
        if turn is None:
            self._forget("exchanges")
            self._wipe()
        else:
            self._replica.need(_FORGOTTEN)
            self._forget("exchanges")
            turn.afterwards.append(self._wipe)

    def back_to(self, points: Iterable[str]) -> None:
        """For all processes; outside of a turn."""
        gone = self.points().difference(points)
        self._forget("exchanges", "points")
        self._wipe(gone)

    def _forget(self, *names: str) -> None:
        """What any process has yet to write of them won't be written."""
        with self._holding([_FORGOTTEN]):
            for name in names:
                self._forgotten[name] = self._forgotten.get(name, 0) + 1

    def _wipe(self, points: Iterable[str] = ()) -> None:
        """Delete the exchanges, and these points."""
        with self._writing:
            with self._lock:
                self._entries.clear()
                self._texts = {}
            gone = [self._point(each) for each in sorted(points)]
            with self._database.writing(), self._database.line(lambda line: line.forget_blocks(gone)):
                self._met.difference_update(points)

    def close(self) -> None:
        """Write what is left."""
        with suppress(Unavailable):
            self.flush()
