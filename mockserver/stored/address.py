"""The URL of a store, and an engine for it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mockserver.stored.problem import StoreProblem

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["LOCK_WAIT", "SQLITE_PATIENCE", "Address", "address_of", "engine_for", "is_busy", "patiently", "reason"]

LOCK_WAIT = 3  # seconds for another process to finish its call
_ABANDONED = 10  # seconds after which PostgreSQL gives up a process that stopped in the middle of a call
_PAUSE = 0.0001  # seconds between two tries
SQLITE_PATIENCE = 0.01  # seconds for which SQLite itself tries to get a lock
T = TypeVar("T")
_KNOWN = "sqlite:///FILE.db, postgresql://USER@HOST:PORT/DATABASE, or memory:"
_INSTALL = "pip install 'flowservice-kit[store]'"


@dataclass(frozen=True)
class Address:
    """``shown`` is fit for logs; ``file`` is the database file of SQLite."""

    url: URL
    shown: str
    file: Path | None

    def __reduce__(self) -> tuple[Any, ...]:
        return address_of, (self.url.render_as_string(hide_password=False),)


def address_of(text: str) -> Address:
    """What ``text`` means; `StoreProblem` says what is allowed, or what to install."""
    try:
        import cryptography  # noqa: F401
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as problem:
        raise StoreProblem(f"--store needs the package {problem.name}, which isn't installed: {_INSTALL}") from None
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreProblem(f"that is no URL of a store; give {_KNOWN}") from None
    dialect = {"postgres": "postgresql"}.get(url.get_backend_name(), url.get_backend_name())
    if dialect not in ("sqlite", "postgresql"):
        raise StoreProblem(f"no store of the kind {dialect[:40]!r}; give {_KNOWN}")
    driver = {"postgresql": "+psycopg"}.get(dialect, "")
    url = url.set(drivername=dialect + driver)
    file = _file(url) if dialect == "sqlite" else None
    return Address(url, url.set(query={}).render_as_string(hide_password=True).replace("+psycopg", "", 1), file)


def _file(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.host or url.query:
        raise StoreProblem("SQLite needs a file that can be shared: sqlite:///FILE.db, or sqlite:////ABSOLUTE/FILE.db")
    return Path(url.database)


def engine_for(address: Address) -> Engine:
    """Connections whose transactions are made for one call each."""
    from sqlalchemy import NullPool, create_engine, event

    options: dict[str, Any] = {"hide_parameters": True, "poolclass": NullPool}
    if address.file is not None:
        arguments = {"timeout": SQLITE_PATIENCE, "check_same_thread": False}
        engine = create_engine(address.url, connect_args=arguments, **options)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments = {"connect_timeout": LOCK_WAIT, "keepalives_idle": _ABANDONED, "tcp_user_timeout": _ABANDONED * 1000}
    try:
        engine = create_engine(address.url, connect_args=arguments, isolation_level="READ COMMITTED", **options)
    except ImportError:
        raise StoreProblem(f"PostgreSQL needs the package psycopg, which isn't installed: {_INSTALL}") from None
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions by itself
    patiently(partial(connection.execute, "PRAGMA synchronous=FULL"))


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.connection.driver_connection.execute  # type: ignore[union-attr]
    try:
        patiently(partial(begin, "BEGIN IMMEDIATE"))
    except sqlite3.OperationalError:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for the reason


def patiently(begin: Callable[[], T], patience: float = 1.0) -> T:
    """What ``begin`` returns as soon as no other connection to SQLite's file is in its way, or else what it raises.

    SQLite itself waits in ever longer steps, in which busier processes take every turn.
    """
    deadline = time.monotonic() + LOCK_WAIT * patience
    while True:
        try:
            return begin()
        except sqlite3.OperationalError as problem:
            if not is_busy(problem) or time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)


def is_busy(problem: sqlite3.OperationalError) -> bool:
    """Whether another connection writes, or reads the log anew after a process was killed."""
    code: int = getattr(problem, "sqlite_errorcode", 0)  # Python's own has none: it can't decode what it has read
    return code & 0xFF == sqlite3.SQLITE_BUSY


def _set_up_postgresql(connection: Any, _: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = '{LOCK_WAIT}s'")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{_ABANDONED}s'")
    connection.execute("SET statement_timeout = '60s'")
    connection.autocommit = False


def reason(problem: BaseException, address: Address) -> str:
    """Why, in the driver's words: one line, without statements and passwords."""
    words = str(getattr(problem, "orig", None) or problem)
    url = address.url
    secrets = {str(url.password or ""), *(str(value) for name, value in url.query.items() if "pass" in name)}
    for secret in secrets - {"", url.username, url.host, url.database}:
        words = words.replace(secret, "***")
    return " ".join(words.split())[:300]
