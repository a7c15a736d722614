"""A line to SQLite: one writer at a time, and a log that is written ahead, so that readers never wait."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import chain
from typing import Any

from mockserver.stored.address import is_busy, patiently
from mockserver.stored.line import LASTING, NEW, Asked, Changes, Entry, Found, Held, Version

__all__ = ["INDEXES", "PARTS", "SqliteLine", "SqliteWatch"]

_AT_ONCE = 500  # rows; older SQLites take 999 values
_ROWS = 64  # that are written at once
_LONGEST_LOG = 4000  # pages, of 4 KB: those that change again and again are put where they belong once
_sync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)  # as SQLite's own
_MANY = 10_000  # parts of which the versions are remembered
_JOURNAL = 0.1  # of the time that a call waits: the journal is written later as well
_COLUMNS = "part, name, kind, value, gone, place, changed"
_ENTRY_IS_THERE = (  # it keeps its place, unless it was gone
    "(part, name) DO UPDATE SET value = excluded.value, gone = excluded.gone, changed = excluded.changed, "
    "place = CASE WHEN gone THEN excluded.place ELSE place END"
)
_PART_IS_THERE = "(part) DO UPDATE SET version = excluded.version, turn = excluded.turn"
_VERSIONS = "SELECT part, version, purged FROM flowservice_parts"
_NEWS = "SELECT turn, part, version FROM flowservice_parts WHERE turn > ? ORDER BY turn"
PARTS = (
    "CREATE TABLE IF NOT EXISTS flowservice_parts (turn INTEGER PRIMARY KEY, part VARCHAR(16) NOT NULL UNIQUE, "
    "version BIGINT NOT NULL, purged BIGINT NOT NULL)"
)
"""In a file the part that was changed last has the highest ``turn``: so one sees what is new without reading all."""
INDEXES = (
    "CREATE INDEX IF NOT EXISTS flowservice_changed ON flowservice_entries (changed >> 8, part, changed)",
    "CREATE INDEX IF NOT EXISTS flowservice_gone ON flowservice_entries (part, changed) WHERE gone",
    "CREATE INDEX IF NOT EXISTS flowservice_forgotten ON flowservice_entries (part) WHERE kind = 'forgotten'",
)
"""Entries stand in blocks of 256 changes, and in each by their parts: what many parts change at the same time stands
side by side, and yet a part's own is found without reading what the others have."""
_BLOCKS = (
    "WITH RECURSIVE block(n) AS ("
    "SELECT min(changed >> 8) FROM flowservice_entries WHERE changed >> 8 >= ? >> 8 "
    "UNION ALL SELECT (SELECT min(changed >> 8) FROM flowservice_entries WHERE changed >> 8 > n) FROM block "
    "WHERE n IS NOT NULL)"
)
_OF_PART = "FROM block CROSS JOIN flowservice_entries WHERE changed >> 8 = n AND part = ? AND changed > ?"
_PURGE = "DELETE FROM flowservice_entries WHERE part = ? AND gone AND changed <= ?"


class SqliteLine:
    """``connection`` begins no transactions by itself."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._run = connection.execute
        self._log = self._log_opened()
        self._known: dict[str, Version] = {}
        """Of the parts, as long as no other connection changes anything."""
        self._newest: int | None = None
        """The highest turn, if it has been asked for, for as long."""
        self._seen = None

    def _log_opened(self) -> int | None:
        """The file of the log that is written ahead: it is for us to sync.

        ``None`` where there is none, or it can't be opened: then SQLite does so while it has the lock.
        """
        self._run("PRAGMA busy_timeout=0")  # who has to wait does so by `patiently`
        patiently(partial(self._rows, "SELECT count(*) FROM sqlite_master", ()))  # now the log is there
        if self._run("PRAGMA journal_mode").fetchall() != [("wal",)]:
            return None
        ((_, _, path), *_) = self._run("PRAGMA database_list").fetchall()
        try:
            log = os.open(f"{path}-wal", os.O_RDWR)
        except OSError:
            return None
        self._run("PRAGMA synchronous=NORMAL")
        self._run(f"PRAGMA wal_autocheckpoint={_LONGEST_LOG}")
        return log

    def open(self, asked: Asked) -> Found:
        if asked.is_look:
            return patiently(partial(self._look, asked))
        self._begin(0.0 if asked.at_once else 1.0)
        return self._found(asked)

    def _look(self, asked: Asked) -> Found:
        self._run("BEGIN")
        try:
            return self._found(asked)
        finally:
            self._run("COMMIT")

    def _found(self, asked: Asked) -> Found:
        self._forget_known()
        versions = self._versions(None if asked.all_parts else asked.known.keys())
        entries = [
            Entry(*row)
            for part, known in asked.known.items()
            if part in versions and versions[part].version > known
            for row in self._run(f"{_BLOCKS} SELECT {_COLUMNS} {_OF_PART}", (known, part, known))
        ]
        return Found(versions, entries, frozenset(), newest=self._last())

    def _begin(self, patience: float = 1.0) -> None:
        """`Held` says that another process writes, where that is no illness: with less than all patience."""
        try:
            patiently(partial(self._run, "BEGIN IMMEDIATE"), patience)
        except sqlite3.OperationalError as problem:
            if patience < 1 and is_busy(problem):
                raise Held from None
            raise

    def _versions(self, parts: Set[str] | None) -> Mapping[str, Version]:
        """Within a transaction."""
        if parts is None:
            return {part: Version(*version) for part, *version in self._run(_VERSIONS)}
        for each in parts - self._known.keys():
            row = self._run(f"{_VERSIONS} WHERE part = ?", (each,)).fetchone()
            self._known[each] = Version(*row[1:]) if row else NEW
        return {each: self._known[each] for each in parts}

    def _forget_known(self) -> None:
        """What another connection may have changed; within a transaction."""
        (now,) = self._run("PRAGMA data_version").fetchone()
        if now != self._seen:
            self._seen, self._newest = now, None
            self._known.clear()
        elif len(self._known) > _MANY:
            self._known.clear()

    def _last(self) -> int:
        """The number of the last change; within a transaction."""
        if self._newest is None:
            ((self._newest,),) = self._run("SELECT coalesce(max(turn), 0) FROM flowservice_parts")
        return self._newest

    def load(self, part: str) -> Iterator[list[Entry]]:
        order = f"{_BLOCKS} SELECT flowservice_entries.rowid {_OF_PART} ORDER BY place"
        places = [place for (place,) in patiently(partial(self._rows, order, (-1, part, -1)))]
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            query = f"SELECT {_COLUMNS} FROM flowservice_entries WHERE rowid IN ({marks}) ORDER BY place"
            yield [Entry(*row) for row in patiently(partial(self._rows, query, some))]

    def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        return self._run(query, values).fetchall()

    def hand_in(self, changes: Changes) -> Callable[[], None]:
        if changes.forgets:
            kinds = ", ".join("?" * len(LASTING))
            self._run(f"DELETE FROM flowservice_entries WHERE kind NOT IN ({kinds})", LASTING)
            parts = self._run("SELECT part FROM flowservice_parts").fetchall()
            counted_up = (
                "UPDATE flowservice_parts SET version = version + 1, purged = version + 1, turn = ? WHERE part = ?"
            )
            turns = enumerate(parts, self._last() + len(changes.versions) + 1)
            self._connection.executemany(counted_up, [(turn, part) for turn, (part,) in turns])
            self._run("DELETE FROM flowservice_journal")
        self._insert(f"flowservice_entries ({_COLUMNS})", changes.entries, _ENTRY_IS_THERE)
        versions = [(version, part, version, 0) for part, version in changes.versions.items()]
        self._insert("flowservice_parts (turn, part, version, purged)", versions, _PART_IS_THERE)
        for part, version in changes.purged.items():
            if self._run(_PURGE, (part, version)).rowcount:
                self._run("UPDATE flowservice_parts SET purged = ? WHERE part = ?", (version, part))
                self._known.pop(part, None)
        return partial(self._commit, changes)

    def _insert(self, into: str, rows: Sequence[Sequence[Any]], conflict: str) -> None:
        """By as few statements as may be: at each of them another thread may take Python's lock."""
        for start in range(0, len(rows), _ROWS):
            some = rows[start : start + _ROWS]
            values = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            self._run(f"INSERT INTO {into} VALUES {values} ON CONFLICT {conflict}", list(chain.from_iterable(some)))

    def _commit(self, changes: Changes) -> None:
        self._run("COMMIT")
        self._settle()
        self._newest = None if changes.forgets else max(changes.versions.values())
        if changes.forgets:
            self._known.clear()
        for part, version in changes.versions.items():
            if part in self._known:
                self._known[part] = self._known[part]._replace(version=version)

    def _settle(self) -> None:
        """The lock is let go before the disk has all: what others write meanwhile stands behind it in the log."""
        if self._log is None:
            return
        try:
            _sync(self._log)
        except OSError as problem:  # it is said as SQLite says it
            raise sqlite3.OperationalError(str(problem)) from None

    def rollback(self) -> None:
        self._run("ROLLBACK")

    def write_down(self, count: int, part: str) -> tuple[int, Sequence[Entry]]:
        self._begin(_JOURNAL)  # nothing syncs it: a loss of power may cost the newest lines
        statement = "UPDATE flowservice_head SET exchanges = exchanges + ? RETURNING exchanges"
        (number,) = self._run(statement, (count,)).fetchone()
        of_part = f"SELECT {_COLUMNS} FROM flowservice_entries WHERE part = ? AND kind = 'forgotten'"
        return int(number), [Entry(*row) for row in self._run(of_part, (part,))]

    def written(self, number: int, count: int, value: bytes, points: Sequence[Entry], most: int) -> None:
        self._run("INSERT INTO flowservice_journal (id, count, value) VALUES (?, ?, ?)", (number, count, value))
        self._run("DELETE FROM flowservice_journal WHERE id <= ?", (number - most,))
        self._insert(f"flowservice_entries ({_COLUMNS})", points, "(part, name) DO NOTHING")
        self._run("COMMIT")

    def blocks(self, newest: int) -> list[tuple[int, int, bytes]]:
        statement = (
            "SELECT j.id, j.count, j.value FROM flowservice_journal j, flowservice_head h "
            "WHERE j.id > h.exchanges - ? ORDER BY j.id"
        )
        return patiently(partial(self._rows, statement, (newest,)))

    def forget_blocks(self, points: Sequence[Entry]) -> None:
        self._begin()
        self._run("DELETE FROM flowservice_journal")
        names = [(each.part, each.name) for each in points]
        self._connection.executemany("DELETE FROM flowservice_entries WHERE part = ? AND name = ?", names)
        self._run("COMMIT")
        self._settle()

    def close(self) -> None:
        if self._log is not None:
            os.close(self._log)
            self._log = None
        self._connection.close()


class SqliteWatch:
    """SQLite tells in its shared memory whether another connection has committed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen: int | None = None
        self._last = 0
        """The turn of the last part that was told."""
        self.pid = 0

    def misses(self) -> bool:
        return False

    def news(self) -> Mapping[str, int]:
        (now,) = self._connection.execute("PRAGMA data_version").fetchone()
        if now == self._seen:
            return {}
        rows = self._connection.execute(_NEWS, (self._last,)).fetchall()
        self._seen = now
        if rows:
            self._last = rows[-1][0]
        return {part: version for _, part, version in rows}

    def settle(self) -> None:
        """There is nothing to wait for: whoever asks the file knows."""

    def counted(self, at: float, present: int) -> None:
        """It doesn't matter how many there are."""

    def close(self) -> None:
        self._connection.close()
