"""The tables of a store, and what a call does with them; SQLAlchemy Core for SQLite and PostgreSQL alike."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    case,
    delete,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mockserver.memory.keeper import Unavailable
from mockserver.stored.address import Address, engine_for, reason
from mockserver.stored.problem import StoreProblem

__all__ = ["LASTING", "Database", "Entry", "Head"]

SCHEMA_VERSION = 4
LASTING = ("granted", "points")
"""Kinds of entries that a reset leaves."""

_KEPT_TOMBSTONES = 10_000  # calls; whoever has seen less reads everything anew
_ONLY = 1  # the head is one row

_metadata = MetaData()
_head = Table(
    "flowservice_head",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("calls", BigInteger, nullable=False),
    Column("exchanges", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("purged", BigInteger, nullable=False),
)
_entries = Table(
    "flowservice_entries",
    _metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False, index=True),
)
_journal = Table(
    "flowservice_journal",
    _metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("value", LargeBinary, nullable=False),
)
_NEXT_CALL = (
    update(_head)
    .values(calls=_head.c.calls + 1, exchanges=_head.c.exchanges + bindparam("counted", type_=BigInteger))
    .returning(_head.c.salt, _head.c.calls, _head.c.exchanges, _head.c.epoch, _head.c.purged)
)
_log = logging.getLogger("mockserver")


@dataclass(frozen=True, slots=True)
class Head:
    """The row that orders calls. ``calls`` and ``exchanges`` are the numbers of the call that holds it.

    ``epoch`` counts how often everything was forgotten, ``purged`` is the call up to which deletions aren't told.
    Behind a connection that *is new* may be a database that has crashed, and has lost calls that changed no state.
    """

    salt: bytes
    calls: int
    exchanges: int
    epoch: int
    purged: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What one key of the state is: ``value`` is sealed, ``place`` orders entries by their creation."""

    kind: str
    name: str
    value: bytes
    gone: bool
    place: int


class Database:
    """One store; its methods take the connection that `call` gives."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._engine = engine_for(address)
        self._connection: Connection | None = None
        self._is_well = True
        dialect: Any = sqlite if address.file is not None else postgresql
        written = dialect.insert(_entries)
        new = written.excluded
        # An entry keeps its place, unless it was gone.
        place = case((_entries.c.gone, new.place), else_=_entries.c.place)
        self._write = written.on_conflict_do_update(
            index_elements=["kind", "name"],
            set_={"value": new.value, "gone": new.gone, "changed": new.changed, "place": place},
        )

    def fingerprint(self) -> str | None:
        """Whose key the store's values are sealed with; ``None`` of a new store. `StoreProblem` says what is wrong."""
        with self._opening() as connection:
            names = set(inspect(connection).get_table_names())
            if _head.name not in names:
                if names and self.address.file is not None:
                    raise StoreProblem(f"{self.address.shown} is a database of something else; give another file")
                return None
            row = connection.execute(select(_head.c.version, _head.c.fingerprint)).one()
            if row.version != SCHEMA_VERSION:
                words = f"{self.address.shown} has version {row.version} of the schema, this mock has {SCHEMA_VERSION}"
                raise StoreProblem(f"{words}; use another store, or the kit that made it")
            return str(row.fingerprint)

    def create(self, fingerprint: str, salt: bytes) -> None:
        """Make the tables, unless another process has just done so."""
        if self.address.file is not None:
            self._write_ahead()
        with self._opening() as connection:
            if self.address.file is None:
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('flowservice'))"))
            _metadata.create_all(connection)
            if connection.execute(select(_head.c.id)).first() is None:
                row = {"id": _ONLY, "version": SCHEMA_VERSION, "fingerprint": fingerprint, "salt": salt}
                connection.execute(_head.insert().values(**row, calls=0, exchanges=0, epoch=0, purged=0))

    def _write_ahead(self) -> None:
        """SQLite's quicker journal; the file remembers it. Another process may be in the way, and do the same."""
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
        except Exception as problem:  # the driver's own
            _log.debug("the store %s goes on without WAL: %s", self.address.shown, problem)
        finally:
            connection.close()

    @contextmanager
    def _opening(self) -> Iterator[Connection]:
        """A transaction before there is a mock: what fails now is told once and for all."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as problem:
            words = f"the store {self.address.shown} can't be used: {reason(problem, self.address)}"
            raise StoreProblem(words) from None

    @contextmanager
    def call(self, exchanges: int) -> Iterator[tuple[Connection, Head]]:
        """The head, locked for one call that counts so many exchanges; nothing is kept unless `commit` is called.

        `Unavailable` where the database, or the lock, isn't to be had.
        """
        try:
            connection, head = self._locked(exchanges)
            yield connection, head
            if connection.in_transaction():
                connection.rollback()
        except SQLAlchemyError as problem:
            self._hang_up()
            raise self._unavailable(problem) from None
        except BaseException:
            self._hang_up()
            raise
        self._recovered()

    def _locked(self, exchanges: int) -> tuple[Connection, Head]:
        """On a connection that was lost since the last call a second attempt is made."""
        is_old = self._connection is not None
        try:
            self._connection = connection = self._connection or self._engine.connect()
            row = connection.execute(_NEXT_CALL, {"counted": exchanges}).one()
        except DBAPIError as problem:
            self._hang_up()
            if not (is_old and problem.connection_invalidated):
                raise
            return self._locked(exchanges)
        return connection, Head(row.salt, row.calls, row.exchanges, row.epoch, row.purged, is_new=not is_old)

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _unavailable(self, problem: BaseException) -> Unavailable:
        words = f"the store {self.address.shown} isn't available: {reason(problem, self.address)}"
        if self._is_well:
            _log.error("%s", words)
        self._is_well = False
        return Unavailable(words)

    def _recovered(self) -> None:
        if not self._is_well:
            _log.warning("the store %s is available again", self.address.shown)
        self._is_well = True

    def entries(self, connection: Connection, since: int | None) -> Iterable[Entry]:
        """What was changed after call number ``since``, or all that is there, in the order of creation."""
        columns = (_entries.c.kind, _entries.c.name, _entries.c.value, _entries.c.gone, _entries.c.place)
        of_interest = _entries.c.gone.is_(False) if since is None else _entries.c.changed > since
        for row in connection.execute(select(*columns).where(of_interest).order_by(_entries.c.place)):
            yield Entry(*row)

    def commit(
        self, connection: Connection, head: Head, entries: Sequence[Entry], exchanges: Sequence[tuple[int, bytes]]
    ) -> None:
        """Keep what a call has changed; when this returns, it is kept."""
        if entries:
            changed = head.calls
            rows = [
                {"kind": each.kind, "name": each.name, "value": each.value, "gone": each.gone, "place": each.place}
                for each in entries
            ]
            connection.execute(self._write, [{**row, "changed": changed} for row in rows])
        if exchanges:
            connection.execute(_journal.insert(), [{"id": id, "value": value} for id, value in exchanges])
        if head.calls % _KEPT_TOMBSTONES == 0:
            self._purge(connection, head.calls - _KEPT_TOMBSTONES)
        if not entries and self.address.file is None:  # a loss of power may cost the newest lines of the journal
            connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.commit()

    def _purge(self, connection: Connection, calls: int) -> None:
        connection.execute(delete(_entries).where(_entries.c.gone, _entries.c.changed <= calls))
        connection.execute(update(_head).values(purged=calls))

    def forget(self, connection: Connection) -> None:
        """All but what lasts; others read everything anew."""
        connection.execute(delete(_entries).where(_entries.c.kind.not_in(LASTING)))
        connection.execute(update(_head).values(epoch=_head.c.epoch + 1))
        self.forget_exchanges(connection)

    def forget_exchanges(self, connection: Connection, before: int | None = None) -> None:
        """All exchanges, or those with lower numbers than ``before``."""
        old = delete(_journal)
        connection.execute(old if before is None else old.where(_journal.c.id < before))

    def exchanges(self, connection: Connection, newest: int) -> list[tuple[int, bytes]]:
        """Numbers and sealed rows, oldest first."""
        rows = select(_journal.c.id, _journal.c.value).order_by(_journal.c.id.desc()).limit(newest)
        return [(row.id, row.value) for row in connection.execute(rows)][::-1]

    def check(self) -> None:
        """`Unavailable` where the database doesn't answer, or answers no call; waits for no other call.

        A database that can be read may be locked: after a call that had no lock, one has to be had.
        """
        try:
            if not self._is_well:
                with self._engine.begin() as locked:
                    locked.execute(select(_head.c.calls).with_for_update())
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute(f"SELECT calls FROM {_head.name}")  # noqa: S608 -- a name of ours
            finally:
                connection.close()
        except Exception as problem:  # the driver's own
            raise Unavailable(f"the store isn't available: {reason(problem, self.address)}") from None

    def close(self) -> None:
        self._hang_up()
        self._engine.dispose()
