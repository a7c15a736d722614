"""The tables of a store, and lines to the database that has them."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from mockserver.memory.keeper import Unavailable
from mockserver.stored.address import Address, engine_for, reason
from mockserver.stored.line import SHARED, Held, Line, Watch
from mockserver.stored.problem import StoreProblem

__all__ = ["SCHEMA_VERSION", "Database"]

SCHEMA_VERSION = 8
_ONLY = 1  # the head is one row

_metadata = MetaData()
_head = Table(
    "flowservice_head",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("exchanges", BigInteger, nullable=False),
)
_parts = Table(
    "flowservice_parts",
    _metadata,
    Column("part", String(16), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("purged", BigInteger, nullable=False),
)
_entries = Table(
    "flowservice_entries",
    _metadata,
    Column("part", String(16), nullable=False),
    Column("name", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "part"),  # what different parts create stands side by side, too
    Index("flowservice_changed", "part", "changed").ddl_if(dialect="postgresql"),
)
_journal = Table(
    "flowservice_journal",
    _metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("value", LargeBinary, nullable=False),
)
_AHEAD = (
    select(_entries.c.part)
    .outerjoin(_parts, _parts.c.part == _entries.c.part)
    .where(_entries.c.changed > func.coalesce(_parts.c.version, 0))
    .limit(1)
)
"""A part's version that is behind its entries; SQLite's check knows no such thing."""
_log = logging.getLogger("mockserver")
T = TypeVar("T")


class Database:
    """One store; lines that nobody uses wait for the next."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._engine = engine_for(address)
        self._idle: list[Line] = []
        self.is_well = True
        """Whether the last that was tried went well; that others hold something is no illness."""
        self._is_closed = False
        self._writing = threading.Lock()
        """Of SQLite one line of a process writes at a time: it hears at once when the other has finished."""

    @property
    def is_file(self) -> bool:
        return self.address.file is not None

    def fingerprint(self) -> str | None:
        """Whose key the store's values are sealed with; ``None`` of a new store. `StoreProblem` says what is wrong."""
        with self._opening() as connection:
            names = set(inspect(connection).get_table_names())
            if _head.name not in names:
                if names and self.is_file:
                    raise StoreProblem(f"{self.address.shown} is a database of something else; give another file")
                return None
            row = connection.execute(select(_head.c.version, _head.c.fingerprint)).one()
            if row.version != SCHEMA_VERSION:
                words = f"{self.address.shown} has version {row.version} of the schema, this mock has {SCHEMA_VERSION}"
                raise StoreProblem(f"{words}; use another store, or the kit that made it")
            if self.is_file:
                self._check_file(connection)
            return str(row.fingerprint)

    def _check_file(self, connection: Connection) -> None:
        """SQLite finds damage only where a statement meets it, and otherwise may find fewer rows than there are."""
        found = connection.execute(text("PRAGMA integrity_check(1)")).scalar_one()
        if found != "ok":
            said = str(found).strip().splitlines()[-1]
        elif connection.execute(_AHEAD).first() is not None:
            said = "an entry was changed after the last change of its part"
        else:
            return
        raise StoreProblem(f"{self.address.shown} is damaged: {said}; put back a copy of it, or use another store")

    def create(self, fingerprint: str) -> None:
        """Make the tables, unless another process has just done so."""
        if self.is_file:
            self._write_ahead()
        with self._opening() as connection:
            if self.is_file:
                from mockserver.stored.sqlite import INDEXES, PARTS

                connection.execute(text(PARTS))
                _metadata.create_all(connection)
                for index in INDEXES:
                    connection.execute(text(index))
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('flowservice'))"))
                _metadata.create_all(connection)
            if connection.execute(select(_head.c.id)).first() is None:
                row = {"id": _ONLY, "version": SCHEMA_VERSION, "fingerprint": fingerprint, "exchanges": 0}
                connection.execute(_head.insert().values(**row))

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
        except driver_errors() as problem:
            words = f"the store {self.address.shown} can't be used: {reason(problem, self.address)}"
            raise StoreProblem(words) from None

    @contextmanager
    def line(self, first: Callable[[Line], T]) -> Iterator[tuple[Line, T]]:
        """A line of one's own, for one transaction, and what ``first`` has made of it.

        `Unavailable` where the database, or a lock, isn't to be had.
        """
        line, found = self._begun(first)
        try:
            yield line, found
        except BaseException as problem:
            self._failed(line, problem)
            raise
        self._idle.append(line)
        if self._is_closed:
            self._forget_idle()

    def _begun(self, first: Callable[[Line], T]) -> tuple[Line, T]:
        """On a line that was lost since it was used last a second attempt is made."""
        line = self._idle.pop() if self._idle else None
        is_old = line is not None
        try:
            line = line or self._connected()
            return line, first(line)
        except Held:  # it has begun nothing
            if line is not None:
                self._idle.append(line)
            raise
        except BaseException as problem:
            if is_old and isinstance(problem, driver_errors()) and not is_locked(problem):
                _closed(line)
                self._forget_idle()
                return self._begun(first)
            self._failed(line, problem)
            raise

    def _failed(self, line: Line | None, problem: BaseException) -> None:
        """Let the line go; `Unavailable` where the driver says why."""
        _closed(line)
        if not isinstance(problem, driver_errors()):
            return
        if is_locked(problem):
            raise Held from None
        self._forget_idle()  # behind a line that fails are others that will
        raise self._unavailable(problem) from None

    @contextmanager
    def writing(self, at_once: bool = False) -> Iterator[None]:
        """While a line writes to a file; ``at_once`` fails with `Held` where another does."""
        if not self.is_file:
            yield
            return
        if not self._writing.acquire(blocking=not at_once):
            raise Held
        try:
            yield
        finally:
            self._writing.release()

    def _forget_idle(self) -> None:
        while self._idle:
            _closed(self._idle.pop())

    def _connected(self) -> Line:
        if self.is_file:
            from mockserver.stored.sqlite import SqliteLine

            return SqliteLine(self._driver())
        from mockserver.stored.postgresql import PostgresLine

        return PostgresLine(self._driver())

    def watch(self) -> Watch:
        """`Unavailable` where there is none to be had."""
        try:
            if self.is_file:
                from mockserver.stored.sqlite import SqliteWatch

                return SqliteWatch(self._driver())
            from mockserver.stored.postgresql import PostgresWatch

            return PostgresWatch(self._driver())
        except driver_errors() as problem:
            raise self._unavailable(problem) from None

    def _driver(self) -> Any:
        """The driver's own connection, which begins no transactions by itself."""
        connection = self._engine.raw_connection()
        driver: Any = connection.driver_connection
        connection.detach()
        if not self.is_file:
            driver.autocommit = True
        return driver

    def _unavailable(self, problem: BaseException) -> Unavailable:
        words = f"the store {self.address.shown} isn't available: {reason(problem, self.address)}"
        if self.is_well:
            _log.error("%s", words)
        self.is_well = False
        return Unavailable(words)

    def recovered(self) -> None:
        """Something was written."""
        if not self.is_well:
            _log.warning("the store %s is available again", self.address.shown)
            self.is_well = True

    def check(self) -> None:
        """`Unavailable` where the database doesn't answer, or takes no writes; waits for no call.

        A database that can be read may be locked: after a call that had no lock, one has to be had.
        """
        try:
            connection = self._engine.raw_connection()
            try:
                for statement in self._checks():
                    connection.cursor().execute(statement)
            finally:
                connection.close()
        except Exception as problem:  # the driver's own
            raise Unavailable(f"the store isn't available: {reason(problem, self.address)}") from None

    def _checks(self) -> Iterator[str]:
        if not self.is_well:
            yield "BEGIN IMMEDIATE" if self.is_file else SHARED
        yield f"SELECT version FROM {_head.name}"  # noqa: S608 -- a name of ours

    def close(self) -> None:
        self._is_closed = True
        self._forget_idle()
        self._engine.dispose()


def driver_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy and the drivers that are loaded raise; sqlite3 can't decode an error that quotes damaged text."""
    psycopg = sys.modules.get("psycopg")
    return (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError, *([psycopg.Error] if psycopg else ()))


def is_locked(problem: BaseException) -> bool:
    """Whether PostgreSQL is well, but another process holds what was asked for (55P03)."""
    return getattr(problem, "sqlstate", None) == "55P03"


def _closed(line: Line | None) -> None:
    if line is None:
        return
    try:
        line.close()
    except Exception as problem:  # it is of no use any more
        _log.debug("a line to the store couldn't be closed: %s", problem)
