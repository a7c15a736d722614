"""One process's copy of the state in a store: catches up before each turn, hands in what the turn has changed.

A turn is what one transaction is for: it *holds* parts of the state, and has others *at hand*, which it may only read.
Nobody waits for the database while he holds `Replica.lock`: it guards the memory of the process, and only that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from mockserver.memory.keeper import Apply, Table, undone
from mockserver.stored.changing import UNCHANGED, changes_of
from mockserver.stored.codec import decoded, decoded_records
from mockserver.stored.database import Database
from mockserver.stored.line import LASTING, NEW, Asked, Entry, Found, Line, Version, Watch
from mockserver.stored.parts import UNKNOWN, Part, Parts, Whose
from mockserver.stored.reading import opened, reading, uncollected
from mockserver.stored.turn import OF_TENANTS, NotAtHand, Shelves, Turn, whose_part
from mockserver.stored.vault import Vault

__all__ = ["Replica"]

_NEVER = 1 << 62


class Replica:
    """The keeper of a mock whose state is shared.

    ``appliers`` take in what other processes changed, by kind; ``forget_tenant`` takes a tenant's state out of memory,
    ``fill_tenant`` takes in records that aren't there yet, in the order of creation. ``begun`` is called when a call
    begins.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._tables: dict[str, Table] = {}
        self._parts = Parts(vault)
        self._watch: Watch | None = None
        self._alarms = 1
        self._turn: Turn | None = None
        self._owner = 0
        self._shared: list[Part] = []
        self._kinds = 0
        self.lock = threading.RLock()
        self._joining = threading.Lock()
        self.appliers: dict[str, Apply] = {}
        self.forget_tenant: Callable[[Any], None] = lambda _: None
        self.fill_tenant: Callable[[Any], None] = lambda _: None
        self.begun: Callable[[], None] = lambda: None

    # The keeper of a mock's memory

    def table(self, kind: str, most: int | None = None) -> Table:
        self._tables[kind] = table = Table(kind, self.note, most)
        self.appliers[kind] = table.apply
        return table

    def shelves(self) -> dict[Any, Any]:
        return Shelves(lambda: self._turn)

    def need(self, whose: Whose) -> None:
        if self._turn is not None and self._turn.holds is not None and whose not in self._turn.holds:
            raise NotAtHand(holds=[whose])

    def note(self, kind: str, key: Any, value: Any, before: Any) -> None:
        turn = self._turn
        if turn is None:  # nobody has begun anything yet
            return
        turn.noted.append((kind, key, before, turn.changed.get((kind, key), UNCHANGED)))
        turn.changed[kind, key] = value
        if turn.holds is not None and (whose := whose_part(kind, key)) not in turn.holds:
            turn.missing.add(whose)

    def begin(self) -> None:
        if self._turn is not None:
            self._turn.start = len(self._turn.noted)
            self._turn.missing.clear()
        self.begun()

    def mark(self) -> int:
        turn = self._turn
        if turn is not None and turn.missing:  # all that would come yet is in vain
            raise NotAtHand(holds=turn.missing)
        return 0 if turn is None else len(turn.noted) - turn.start

    def undo(self, mark: int = 0) -> None:
        if self._turn is not None:
            self._undo(self._turn, self._turn.start + mark)

    def _undo(self, turn: Turn, mark: int) -> None:
        current, self._turn = self._turn, None
        try:
            for kind, key, before, handed_in in undone(turn.noted, mark):
                self.appliers[kind](key, before)
                if handed_in is UNCHANGED:
                    del turn.changed[kind, key]
                else:
                    turn.changed[kind, key] = handed_in
        finally:
            self._turn = current

    def forget(self) -> None:
        """Forget everything but what lasts, here and in the store; part of a turn that is alone."""
        assert self._turn is not None
        assert self._turn.is_alone
        self._turn.forgets = True
        self._turn.noted.clear()
        self._turn.changed = {key: value for key, value in self._turn.changed.items() if key[0] in LASTING}

    # Turns

    @property
    def current(self) -> Turn | None:
        """The turn that this thread is in."""
        return self._turn if self._owner == threading.get_ident() else None

    @contextmanager
    def using(self, turn: Turn) -> Iterator[None]:
        """What happens to the memory meanwhile is part of ``turn``."""
        with self.lock:
            before = self._turn, self._owner
            self._turn, self._owner = turn, threading.get_ident()
            try:
                yield
            finally:
                self._turn, self._owner = before

    def is_fresh(self, tenants: Iterable[Whose]) -> bool:
        """Whether memory has all that these, and everybody, have in the store; asks nobody. Under the lock."""
        if not self._heard():
            return False
        own = [self._parts.of(whose) for whose in tenants]
        return all(map(self._is_fresh, (*own, *self._everybodys()))) and not any(part.holder for part in own)

    def is_loaded(self, tenants: Iterable[Whose]) -> bool:
        """Whether these have been read before: what is new since then is soon read."""
        return all(part.seen != UNKNOWN for part in (*map(self._parts.of, tenants), *self._everybodys()))

    def is_contended(self, tenants: Iterable[Whose]) -> bool:
        """Whether other processes write to what these have, too, as it was found last."""
        return any(self._parts.of(whose).is_contended for whose in tenants)

    def name(self, whose: Whose) -> str:
        """Of that part in the store."""
        return self._parts.of(whose).name

    def _everybodys(self) -> list[Part]:
        """The tables that belong to no tenant."""
        if self._kinds != len(self.appliers):
            self._kinds = len(self.appliers)
            self._shared = [self._parts.of(kind) for kind in self.appliers if kind not in OF_TENANTS]
        return self._shared

    def _is_fresh(self, part: Part) -> bool:
        return part.seen >= part.heard and part.checked == self._alarms and part.seen != UNKNOWN

    def _heard(self) -> bool:
        """Take in what the watch has heard; false where there is none."""
        if self._watch is None:
            return False
        if self._watch.misses():
            self._alarms += 1
            return True
        try:
            news = self._watch.news()
        except Exception:  # the driver's own: whoever asks the database is told why
            self._unwatch()
            return False
        for name, version in news.items():
            part = self._parts.get(name)
            if part is not None and version > part.heard:
                part.heard = version
        return True

    def _unwatch(self) -> None:
        watch, self._watch = self._watch, None
        self._alarms += 1
        if watch is not None:
            with suppress(Exception):  # it may be lost
                watch.close()

    @contextmanager
    def turn(
        self,
        holds: Collection[Whose] | None,
        reads: Collection[Whose] | None,
        waits: bool = False,
        at_once: bool = False,
    ) -> Iterator[Turn]:
        """A transaction that holds these parts, and has those to read at hand; ``None`` means all.

        Where it doesn't wait, what others hold is ``refused``; ``at_once`` fails with `Held` where others write to the
        file. What was changed is committed at its end, or nothing at
        all. `Unavailable` where it can't be.
        """
        turn = Turn(holds, None if holds is None or reads is None else {*holds, *reads})
        is_look = holds is not None and not holds
        writing = self._database.writing(at_once) if not is_look else nullcontext()
        with (
            writing,
            self._database.line(lambda line: self._open(line, turn, waits, at_once)) as (line, (asked, found, alarms)),
        ):
            turn.line = None if asked.is_look else line
            named = zip(holds or (), asked.holds, strict=True)
            turn.refused = frozenset(whose for whose, name in named if name in found.refused)
            turn.versions.update(found.versions)
            turn.newest = found.newest
            self._take_in(turn, line, found, asked, alarms)
            try:
                yield turn
                self._end(turn)
            except BaseException:
                self._take_back(turn)
                raise
        for each in turn.afterwards:
            each()

    def _open(self, line: Line, turn: Turn, waits: bool, at_once: bool) -> tuple[Asked, Found, int]:
        """What was asked and found, and the alarms that had been before."""
        watch = self._watching()
        with self.lock:
            if watch.misses():
                self._alarms += 1
            alarms = self._alarms
            asked = self._asked(turn, waits, at_once, watch.pid)
        if not asked.is_look:
            watch.settle()
        at = time.monotonic()
        found = line.open(asked)
        if found.present:
            watch.counted(at, found.present)
        else:  # nobody knows that this process is there
            self._unwatch()
            if not asked.is_look:
                line.rollback()
                return self._open(line, turn, waits, at_once)
        return asked, found, alarms

    def _watching(self) -> Watch:
        with self._joining:
            watch = self._watch
            if watch is None:
                watch = self._watch = self._database.watch()
            return watch

    def _asked(self, turn: Turn, waits: bool, at_once: bool, pid: int) -> Asked:
        self._parts.forget_empty()
        held = [] if turn.holds is None else [self._parts.of(whose).name for whose in turn.holds]
        if turn.at_hand is None:
            parts: Iterable[Part] = list(self._parts)
        else:
            parts = [self._parts.of(whose) for whose in turn.at_hand]
        known = {part.name: _NEVER if part.seen == UNKNOWN else part.seen for part in (*parts, *self._everybodys())}
        return Asked(held, waits, turn.is_alone, at_once, known, turn.at_hand is None, pid)

    def _take_in(self, turn: Turn, line: Line, found: Found, asked: Asked, alarms: int) -> None:
        with self.lock:
            parts = [self._parts.named(name) for name in {*asked.known, *found.versions}]
            behind = [part for part in parts if part.seen != turn.versions.get(part.name, NEW).version]
            if not behind:  # as mostly
                for part in parts:
                    part.is_contended, part.checked = False, alarms
                return
            lacking = [part for part in behind if self._is_lacking(part, turn.versions.get(part.name, NEW))]
            left_out = {part.name for part in lacking}
            changed = {part for part in behind if part.seen != UNKNOWN}
            for part in parts:
                part.is_contended = part in changed
            for entry in sorted(found.entries, key=lambda each: each.place):
                part = self._parts.named(entry.part)
                if entry.part not in left_out and part.holder is None and entry.changed > part.seen:
                    self._apply(entry)
        for part in lacking:
            self._load(line, part, turn)
        with self.lock:
            for part in behind:
                if part.holder is None:
                    part.seen = max(part.seen, turn.versions.get(part.name, NEW).version)
            for part in parts:
                part.checked = alarms

    def _is_lacking(self, part: Part, now: Version) -> bool:
        """Whether all of it has to be read."""
        if part.holder is not None:
            return False
        return part.seen == UNKNOWN or part.seen < now.purged or now.version < part.seen

    def _load(self, line: Line, part: Part, turn: Turn) -> None:
        now = turn.versions.get(part.name, NEW)
        with part.loading, uncollected():
            with self.lock:
                if not self._is_lacking(part, now):
                    return
                self._forget(part)
            for entries in line.load(part.name) if now.version else ():
                self._fill(part, entries)
            with self.lock:
                part.seen = now.version

    def _fill(self, part: Part, entries: Sequence[Entry]) -> None:
        """They are of a part of which memory has nothing but what came before them."""
        records = [each for each in entries if each.kind == "records" and not each.gone]
        with self.lock:
            for entry in entries:  # what is gone first: a record of the same id may have come after it
                if entry.kind != "records" or entry.gone:
                    self._apply(entry)
            if records:
                with reading():
                    found = decoded_records([opened(self._vault, each) for each in records])
                    self._parts.tell(part, next(iter(found))[0])
                    self.fill_tenant(found)

    def _forget(self, part: Part) -> None:
        part.seen = UNKNOWN
        if part.whose in self._tables:
            self._tables[part.whose].forget()
        elif isinstance(part.whose, str):
            self.appliers[part.whose](None, None)
        elif part.whose is not None:
            self.forget_tenant(part.whose)

    def _apply(self, entry: Entry) -> None:
        value = opened(self._vault, entry)
        with reading():
            key, kept = decoded(entry.kind, value)
            if entry.gone != (kept is None):
                raise ValueError("an entry is gone, or it has a value")
            self._parts.tell(self._parts.named(entry.part), whose_part(entry.kind, key))
            self.appliers[entry.kind](key, None if entry.gone else kept)

    def hand_in(self, turn: Turn) -> Callable[[], None] | None:
        """What commits the turn, and may have to wait; ``None`` where there is nothing to be kept."""
        turn.is_handed_in = True
        if turn.line is None:
            return None
        changes = changes_of(turn, self._parts, self._vault)
        if not changes.versions and not turn.forgets:
            return None
        turn.changes = changes
        return turn.line.hand_in(changes)

    def _end(self, turn: Turn) -> None:
        if not turn.is_handed_in and (commit := self.hand_in(turn)) is not None:
            commit()
        if turn.line is None:
            return
        changes = turn.changes
        if changes is None:
            turn.line.rollback()
            return
        self._database.recovered()
        with self.lock:
            for part in self._parts if turn.forgets else ():
                part.seen = turn.versions.get(part.name, Version(-1)).version + 1
            for name, version in changes.versions.items():
                self._parts.named(name).seen = version
            self._let_go(turn)

    def _let_go(self, turn: Turn) -> None:
        for part in self._parts if turn.is_alone else map(self._parts.of, turn.holds or ()):
            if part.holder is turn:
                part.holder = None

    def _take_back(self, turn: Turn) -> None:
        """What became of it is open where the connection broke in the moment of the commit: memory is behind then."""
        with self.lock:
            if turn.forgets:
                for part in self._parts:
                    part.seen = UNKNOWN
            else:
                self._undo(turn, 0)
            self._alarms += 1
            self._let_go(turn)

    def ended(self, turn: Turn) -> set[Whose]:
        """A call of the turn has ended, and what it has changed is to be kept: whose it is. Under the lock."""
        changed = {whose_part(kind, key) for kind, key, _, _ in turn.noted[turn.start :]}
        for whose in changed:
            self._parts.of(whose).holder = turn
        return changed

    def close(self) -> None:
        with self.lock:
            self._unwatch()
