"""A line to PostgreSQL: statements are prepared, and travel together (libpq's pipeline mode)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from mockserver.stored.line import ALL, LASTING, SHARED, Asked, Changes, Entry, Found, Version

__all__ = ["PostgresLine", "PostgresWatch"]

_AT_ONCE = 2000  # rows
_MOMENT = 0.25  # seconds
_PRESENT = ALL + 1  # the advisory lock that every process shares while it is there

_ALONE = f"SELECT pg_advisory_xact_lock({ALL})"
# OFFSET 0 keeps the planner from taking a query apart: what is shared is had first.
_HOLD = f"SELECT key, {{}}(key) FROM ({SHARED} OFFSET 0) AS shared, unnest(%s::bigint[]) AS key"
_WAIT = _HOLD.format("pg_advisory_xact_lock")
_TRY = _HOLD.format("pg_try_advisory_xact_lock")
_COLUMNS = "part, name, kind, value, gone, place, changed"
_COUNT = (
    "SELECT count(*), count(*) FILTER (WHERE pid = %s) FROM pg_locks WHERE locktype = 'advisory' AND granted "
    f"AND classid = 0 AND objid = {_PRESENT} AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
# The first row is who is there; then come the parts, each as often as it has changes, or once.
_LOOK = (
    "SELECT '' AS part, present.*, NULL AS name, NULL AS kind, NULL::bytea AS value, NULL::boolean AS gone, "
    f"NULL::bigint AS place, NULL::bigint AS changed FROM ({_COUNT}) AS present "
    "UNION ALL SELECT p.part, p.version, p.purged, e.* "
    "FROM unnest(string_to_array(%s, ','), string_to_array(%s, ',')::bigint[]) AS known(part, version) "
    "{} JOIN flowservice_parts p ON p.part = known.part "
    "LEFT JOIN LATERAL (SELECT name, kind, value, gone, place, changed FROM flowservice_entries "
    "WHERE p.version > known.version AND part = p.part AND changed > known.version OFFSET 0) AS e ON true"
)
_LOOK_AT_ALL = _LOOK.format("RIGHT")
_LOOK = _LOOK.format("")
_ORDER = "SELECT name FROM flowservice_entries WHERE part = %s AND NOT gone ORDER BY place"
_LOAD = (
    f"SELECT {_COLUMNS} FROM flowservice_entries WHERE part = %s AND name = ANY(%s::text[]) AND NOT gone ORDER BY place"
)
_INSERT = (
    f"INSERT INTO flowservice_entries ({_COLUMNS}) SELECT * FROM unnest("
    "string_to_array(%s, ','), string_to_array(%s, ','), string_to_array(%s, ','), %b::bytea[], "
    "string_to_array(%s, ',')::boolean[], string_to_array(%s, ',')::bigint[], string_to_array(%s, ',')::bigint[]) "
    "ON CONFLICT (part, name) "
)
# An entry keeps its place, unless it was gone.
_ENTRIES = _INSERT + (
    "DO UPDATE SET value = excluded.value, gone = excluded.gone, changed = excluded.changed, "
    "place = CASE WHEN flowservice_entries.gone THEN excluded.place ELSE flowservice_entries.place END"
)
_ADD = _INSERT + "DO NOTHING"
_NEW_VERSIONS = (
    "INSERT INTO flowservice_parts (part, version, purged) SELECT part, version, 0 "
    "FROM unnest(string_to_array(%s, ','), string_to_array(%s, ',')::bigint[]) AS new(part, version) "
    "ON CONFLICT (part) DO UPDATE SET version = excluded.version"
)
_WRITE = f"WITH written AS ({_ENTRIES}) {_NEW_VERSIONS}"
_PURGE = "DELETE FROM flowservice_entries WHERE part = %s AND gone AND changed <= %s"
_PURGED = "UPDATE flowservice_parts SET purged = %s WHERE part = %s"
_FORGET_JOURNAL = "DELETE FROM flowservice_journal"
_FORGET_POINTS = (
    "DELETE FROM flowservice_entries USING unnest(%s::text[], %s::text[]) AS point(part, name) "
    "WHERE flowservice_entries.part = point.part AND flowservice_entries.name = point.name"
)
_FORGET = (
    "DELETE FROM flowservice_entries WHERE kind <> ALL(%s::text[])",
    "UPDATE flowservice_parts SET version = version + 1, purged = version + 1",
    _FORGET_JOURNAL,
)
# A loss of power may cost the newest lines.
_NUMBER = (
    "UPDATE flowservice_head SET exchanges = exchanges + %s "
    "RETURNING exchanges, set_config('synchronous_commit', 'off', true)"
)
_ALL_OF = f"SELECT {_COLUMNS} FROM flowservice_entries WHERE part = %s"
_WRITE_DOWN = (
    "WITH old AS (DELETE FROM flowservice_journal WHERE id <= %s) "
    "INSERT INTO flowservice_journal (id, count, value) VALUES (%s, %s, %b)"
)


class _Known(logging.Filter):
    """Leaves out what psycopg says when a pipeline ends on a connection that is lost: the store tells it too."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("error ignored terminating")


logging.getLogger("psycopg").addFilter(_Known())


class PostgresLine:
    """``connection`` is psycopg's, and commits by itself."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def _run(self, statement: str, *values: Any) -> Any:
        return self._connection.execute(statement, values or None, prepare=True, binary=True)

    def open(self, asked: Asked) -> Found:
        keys = {_key(part): part for part in asked.holds}
        locked = None
        with self._connection.pipeline():
            if not asked.is_look:
                self._run("BEGIN")
                if asked.alone:
                    self._run(_ALONE)
                else:
                    locked = self._run(_WAIT if asked.waits else _TRY, sorted(keys))
            look = _LOOK_AT_ALL if asked.all_parts else _LOOK
            looked = self._run(look, asked.pid, _listed(asked.known), _listed(asked.known.values()))
        # What is fetched within a pipeline is a round trip of its own.
        (_, present, mine, *_), *rows = looked.fetchall()
        held = [] if locked is None or asked.waits else locked.fetchall()
        refused = frozenset(keys[key] for key, is_held in held if not is_held)
        versions = {part: Version(version, purged) for part, version, purged, *_ in rows}
        entries = [Entry(part, *entry) for part, _, _, *entry in rows if entry[0] is not None]
        return Found(versions, entries, refused, present if mine else 0)

    def load(self, part: str) -> Iterator[list[Entry]]:
        names = [name for (name,) in self._run(_ORDER, part).fetchall()]
        for start in range(0, len(names), _AT_ONCE):
            yield [Entry(*row) for row in self._run(_LOAD, part, names[start : start + _AT_ONCE]).fetchall()]

    def hand_in(self, changes: Changes) -> Callable[[], None]:
        return partial(self._commit, changes)

    def _commit(self, changes: Changes) -> None:
        with self._connection.pipeline():
            if changes.forgets:
                delete, renumber, journal = _FORGET
                self._run(delete, list(LASTING))
                self._run(renumber)
                self._run(journal)
            if changes.entries:
                versions = changes.versions
                self._run(_WRITE, *_columns(changes.entries), _listed(versions), _listed(versions.values()))
            for part, version in changes.purged.items():
                self._run(_PURGE, part, version)
                self._run(_PURGED, version, part)
            self._run("COMMIT")

    def rollback(self) -> None:
        self._run("ROLLBACK")

    def write_down(self, count: int, part: str) -> tuple[int, Sequence[Entry]]:
        with self._connection.pipeline():
            self._run("BEGIN")
            numbered = self._run(_NUMBER, count)
            found = self._run(_ALL_OF, part)
        number, _ = numbered.fetchone()
        return int(number), [Entry(*row) for row in found.fetchall()]

    def written(self, number: int, count: int, value: bytes, points: Sequence[Entry], most: int) -> None:
        with self._connection.pipeline():
            self._run(_WRITE_DOWN, number - most, number, count, value)
            if points:
                self._run(_ADD, *_columns(points))
            self._run("COMMIT")

    def blocks(self, newest: int) -> list[tuple[int, int, bytes]]:
        statement = (
            "SELECT j.id, j.count, j.value FROM flowservice_journal j, flowservice_head h "
            "WHERE j.id > h.exchanges - %s ORDER BY j.id"
        )
        return list(self._run(statement, newest).fetchall())

    def forget_blocks(self, points: Sequence[Entry]) -> None:
        with self._connection.pipeline():
            self._run("BEGIN")
            self._run("SELECT FROM flowservice_head FOR UPDATE")
            self._run(_FORGET_JOURNAL)
            self._run(_FORGET_POINTS, [each.part for each in points], [each.name for each in points])
            self._run("COMMIT")

    def close(self) -> None:
        self._connection.close()


def _columns(entries: Sequence[Entry]) -> Iterator[Any]:
    for name, column in zip(Entry._fields, zip(*entries, strict=True), strict=True):
        yield list(column) if name == "value" else _listed(column)


def _listed(values: Iterable[Any]) -> str:
    """Names, numbers and truth values as one text: psycopg takes ten times as long for an array of them."""
    return ",".join(map(str, values))


def _key(part: str) -> int:
    """The advisory lock of a part."""
    return int.from_bytes(bytes.fromhex(part), "big", signed=True)


class PostgresWatch:
    """Knows whether this process is alone on the database: then nothing changes there but by itself.

    Each process holds a lock of its own session while it is there. Whoever has found no other may believe so for a
    moment, and whoever comes writes nothing for as long. (NOTIFY could tell of each change, too. But a client may be
    quicker than the notice: it would be told by one process what another has just answered otherwise.)
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute(f"SELECT pg_advisory_lock_shared({_PRESENT})")
        self.pid: int = connection.info.backend_pid
        self._settles = time.monotonic() + _MOMENT
        self._is_alone_until = 0.0

    def misses(self) -> bool:
        return time.monotonic() >= self._is_alone_until

    def news(self) -> Mapping[str, int]:
        return {}

    def settle(self) -> None:
        time.sleep(max(0.0, self._settles - time.monotonic()))

    def counted(self, at: float, present: int) -> None:
        self._is_alone_until = at + _MOMENT if present == 1 and at >= self._settles else 0.0

    def close(self) -> None:
        self._connection.close()
