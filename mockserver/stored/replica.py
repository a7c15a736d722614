"""One process's copy of the state in a store: catches up before each call, hands in what the call has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from mockserver.memory.keeper import Apply, Table, Unavailable, undone
from mockserver.stored.codec import decoded, encoded, encoded_key
from mockserver.stored.database import LASTING, Database, Entry, Head
from mockserver.stored.vault import Vault

__all__ = ["STRIDE", "Replica"]

STRIDE = 1 << 20
"""Numbers that one call has for what it creates."""


class Replica:
    """The keeper of a mock whose state is shared.

    ``empty`` forgets what the mock's memory holds; ``appliers`` take in what other processes changed, by kind;
    ``begun`` is told the number of each call and the store's salt.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._tables: dict[str, Table] = {}
        self._changed: dict[tuple[str, Any], Any] = {}
        self._noted: list[tuple[str, Any, Any, Any]] = []
        """Kind, key, what it was, and what of it was to be handed in."""
        self._exchanges: list[tuple[int, bytes]] = []
        self._seen: int | None = None
        self._epoch = 0
        self.lock = threading.RLock()
        self._held: tuple[Any, Head] | None = None
        self._exchange = 0
        self._written = 0, 0
        """The last exchange's number, and how many were to be handed in, when the call began."""
        self._salt = b""
        self._has_changed = False
        self.empty: Callable[[], None] = lambda: None
        self.begun: Callable[[int, bytes], None] = lambda *_: None
        self.appliers: dict[str, Apply] = {}

    def table(self, kind: str, most: int | None = None) -> MutableMapping[Any, Any]:
        self._tables[kind] = table = Table(kind, self.note, most)
        self.appliers[kind] = table.apply
        return table

    def note(self, kind: str, key: Any, value: Any, before: Any) -> None:
        self._noted.append((kind, key, before, self._changed.get((kind, key), _UNCHANGED)))
        self._changed[kind, key] = value

    def begin(self) -> None:
        self._noted.clear()
        self._written = self._exchange, len(self._exchanges)

    def mark(self) -> int:
        return len(self._noted)

    def undo(self, mark: int = 0) -> None:
        for kind, key, before, handed_in in undone(self._noted, mark):
            self.appliers[kind](key, before)
            if handed_in is _UNCHANGED:
                del self._changed[kind, key]
            else:
                self._changed[kind, key] = handed_in
        if mark == 0:
            self._exchange, rows = self._written
            del self._exchanges[rows:]

    @contextmanager
    def call(self, exchanges: int = 0) -> Iterator[Head]:
        """One call, alone among all processes; calls within a call are part of it.

        What was changed is committed at its end, or nothing at all. `Unavailable` where it can't be; memory is read
        anew then.
        """
        with self.lock:
            if self._held is not None:
                yield self._held[1]
                return
            try:
                with self._database.call(exchanges) as (connection, head):
                    self._held = connection, head
                    self._exchange = head.exchanges - exchanges
                    self._catch_up(connection, head)
                    self._salt = self._salt or self.open(head.salt, "salt")
                    self.begun(head.calls, self._salt)
                    yield head
                    self._hand_in(connection, head)
            except BaseException:
                self._seen = None
                raise
            finally:
                self._held = None

    def _catch_up(self, connection: Any, head: Head) -> None:
        since = self._seen
        if since is None or head.is_new or head.epoch != self._epoch or since < head.purged:
            self._begin_anew()
            since = None
        if since != head.calls - 1:
            for entry in self._database.entries(connection, since):
                self._apply(entry)
        self._changed.clear()
        self._noted.clear()
        self._exchanges.clear()
        self._has_changed = False
        self._seen, self._epoch = head.calls - 1, head.epoch

    def _begin_anew(self) -> None:
        self.empty()
        for table in self._tables.values():
            table.forget()

    def _apply(self, entry: Entry) -> None:
        value = self.open(entry.value, f"{entry.kind}/{entry.name}")
        try:
            self.appliers[entry.kind](*decoded(entry.kind, value))
        except Exception as problem:  # whatever reading what isn't there may raise
            raise Unavailable(f"a value in the store can't be read ({type(problem).__name__})") from None

    def _hand_in(self, connection: Any, head: Head) -> None:
        if not (self._changed or self._exchanges or self._has_changed):
            return
        changed = enumerate(self._changed.items(), head.calls * STRIDE)
        entries = [self._sealed(*key, value, place) for place, (key, value) in changed]
        self._database.commit(connection, head, entries, self._exchanges)
        self._seen = head.calls

    def _sealed(self, kind: str, key: Any, value: Any, place: int) -> Entry:
        name = self._vault.name(kind, encoded_key(key))
        return Entry(kind, name, self._vault.seal(encoded(key, value), f"{kind}/{name}"), value is None, place)

    def open(self, sealed: bytes, place: str) -> bytes:
        """`Unavailable` where it isn't what was sealed there."""
        try:
            return self._vault.open(sealed, place)
        except ValueError as problem:
            raise Unavailable(str(problem)) from None

    def forget(self) -> None:
        """Forget everything but what lasts, here and in the store; part of a call."""
        connection, _ = self._in_call()
        self._database.forget(connection)
        self._changed = {key: value for key, value in self._changed.items() if key[0] in LASTING}
        self._noted.clear()
        self._exchanges.clear()
        self._epoch += 1
        self._has_changed = True

    def exchange_numbers(self) -> Iterator[int]:
        """The numbers of the exchanges that the calls count, one after the other."""
        while True:
            self._exchange += 1
            yield self._exchange

    def write_down(self, number: int, row: bytes, most: int) -> None:
        """A row of the journal, of which the newest ``most`` are kept; part of a call."""
        connection, _ = self._in_call()
        self._exchanges.append((number, self._vault.seal(row, f"journal/{number}")))
        if number % _PRUNED_EVERY == 0:
            self._database.forget_exchanges(connection, before=number - most)

    def rows(self, newest: int) -> list[bytes]:
        """The journal's rows, oldest first; part of a call."""
        connection, _ = self._in_call()
        sealed = (self._database.exchanges(connection, newest) + self._exchanges)[-newest:]
        return [self.open(value, f"journal/{number}") for number, value in sealed]

    def forget_rows(self) -> None:
        connection, _ = self._in_call()
        self._database.forget_exchanges(connection)
        self._exchanges.clear()
        self._has_changed = True

    def _in_call(self) -> tuple[Any, Head]:
        assert self._held is not None
        return self._held


_PRUNED_EVERY = 64  # exchanges
_UNCHANGED = object()
