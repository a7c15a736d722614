"""What an event loop asks of a store is carried out in its thread, and another thread waits for disk and locks."""

from __future__ import annotations

import asyncio
import errno
import json
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from contracts import BASE_PATH, Request
from mockserver import Response, StoredMock
from mockserver.stored import sqlite
from mockserver.stored.sqlite import SqliteLine
from tests.kit.connection import HEADERS, zoho

HEALTH = Request("GET", "/__admin/health")
FULL = 2  # of "PRAGMA synchronous"


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[StoredMock]:
    """A mock whose organisation has been read."""
    mock = StoredMock(f"sqlite:///{tmp_path}/store.db")
    assert mock.handle(creation()).status == 201
    yield mock
    mock.close()


def creation() -> Request:
    head = {name.lower(): value for name, value in HEADERS.items()}
    return Request("POST", f"{BASE_PATH}/connections", head, json.dumps(zoho()).encode())


async def answered(mock: StoredMock, request: Request) -> Response:
    response = mock.ask(request)
    if response.delivery.later is None:
        return response
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()
    response.delivery.later.when_done(lambda told: loop.call_soon_threadsafe(done.set_result, told))
    outcome = await asyncio.wait_for(done, 20)
    assert isinstance(outcome, Response), outcome
    return outcome


async def becomes(mock: StoredMock, status: int) -> Response:
    """The answer of the health check once it has that status."""
    while (answer := await answered(mock, HEALTH)).status != status:
        await asyncio.sleep(0.01)
    return answer


def in_loop(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 20))


def test_calls_that_come_together_are_one_transaction(mock: StoredMock, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[str] = []
    commit = SqliteLine._commit

    def counted(line: SqliteLine, changes: Any) -> None:
        commits.append(threading.current_thread().name)
        commit(line, changes)

    monkeypatch.setattr(SqliteLine, "_commit", counted)

    async def work() -> None:
        answers = await asyncio.gather(*(answered(mock, creation()) for _ in range(16)))
        assert [answer.status for answer in answers] == [201] * 16

    in_loop(work)
    assert commits == ["flowservice-waits"]


def test_a_disk_that_hangs_keeps_neither_the_loop_nor_health(mock: StoredMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.stored.mock.TOO_LONG", 0.05)
    works = threading.Event()
    commit = SqliteLine._commit

    def hanging(line: SqliteLine, changes: Any) -> None:
        works.wait(20)
        commit(line, changes)

    monkeypatch.setattr(SqliteLine, "_commit", hanging)

    async def work() -> None:
        waiting = [asyncio.create_task(answered(mock, creation())) for _ in range(3)]
        assert b"a call has waited for" in (await becomes(mock, 503)).body
        waiting.append(asyncio.create_task(answered(mock, creation())))
        assert not any(each.done() for each in waiting)
        works.set()
        assert [(await each).status for each in waiting] == [201] * 4
        assert (await becomes(mock, 200)).status == 200

    in_loop(work)


def test_a_file_that_another_process_writes_to_keeps_calls_waiting_and_not_the_loop(mock: StoredMock) -> None:
    async def work() -> None:
        with create_engine(mock._database.address.url, poolclass=NullPool).connect() as another:
            another.exec_driver_sql("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(answered(mock, creation()))
            assert (await answered(mock, HEALTH)).status == 200
            await asyncio.sleep(0.05)
            assert not waiting.done()
            another.exec_driver_sql("ROLLBACK")
        assert (await waiting).status == 201

    in_loop(work)


def test_a_call_that_a_loop_left_behind_is_kept_or_not_and_keeps_nobody_waiting(
    mock: StoredMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, has_begun = threading.Event(), threading.Event()
    commit = SqliteLine._commit

    def slow(line: SqliteLine, changes: Any) -> None:
        has_begun.set()
        goes_on.wait(20)
        commit(line, changes)

    async def work() -> None:
        mock.ask(creation())
        while not has_begun.is_set():
            await asyncio.sleep(0.001)

    with monkeypatch.context() as patch:
        patch.setattr(SqliteLine, "_commit", slow)
        in_loop(work)
        goes_on.set()
        assert mock._lanes.are_at_rest(within=20)
    assert mock.handle(creation()).status == 201
    listed = mock.handle(Request("GET", f"{BASE_PATH}/connections", creation().headers))
    assert len(json.loads(listed.body)["items"]) == 3


def test_others_may_write_while_the_disk_takes_a_commit(mock: StoredMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody is answered before it has."""
    told: list[str] = []

    def sync(_: int) -> None:
        with create_engine(mock._database.address.url, poolclass=NullPool).connect() as another:
            another.exec_driver_sql("BEGIN IMMEDIATE")
            another.exec_driver_sql("ROLLBACK")
        told.append("synced")

    monkeypatch.setattr(sqlite, "_sync", sync)
    told.append(f"{mock.handle(creation()).status}")
    assert told == ["synced", "201"]


def test_what_the_disk_does_not_take_is_not_acknowledged(mock: StoredMock, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sqlite, "_sync", _failing)
        assert mock.handle(creation()).status == 503
    assert mock.handle(creation()).status == 201


def _failing(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_without_a_log_of_its_own_sqlite_syncs_each_commit(mock: StoredMock, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(mock._database.address.file or "")) as connection:
        monkeypatch.setattr(sqlite.os, "open", _failing)
        line = sqlite.SqliteLine(connection)
        assert line._run("PRAGMA synchronous").fetchone() == (FULL,)


def test_a_loop_that_ends_before_a_call_began_keeps_no_later_one_waiting(mock: StoredMock) -> None:
    async def asked() -> None:
        mock.ask(creation())

    in_loop(asked)

    async def work() -> None:
        assert (await answered(mock, creation())).status == 201

    in_loop(work)
