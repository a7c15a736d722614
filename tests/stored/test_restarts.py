"""A database that stops and comes back under load has lost nothing that was acknowledged, and nothing is stuck.

``MOCKSERVER_TEST_RESTARTS`` is how often it does.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import requests

from contracts import BASE_PATH
from tests.kit.connection import HEADERS
from tests.kit.depth import deep
from tests.kit.serving import until
from tests.stored.private_postgresql import Postgres, Unable, private_postgres
from tests.stored.writing import Client, Outage, check, made_server

RESTARTS = int(os.environ.get("MOCKSERVER_TEST_RESTARTS", "4"))
CLIENTS = 4
WAYS = ("fast", "immediate", "kill")

pytestmark = [deep, pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")]


def health(origin: str) -> int:
    return requests.get(f"{origin}/__admin/health", timeout=60).status_code


def during(client: Client, origin: str, is_over: threading.Event) -> None:
    """Write until the outage, and while it lasts ask what can't be answered."""
    client.write(origin, is_over)
    with requests.Session() as session:
        session.headers.update(HEADERS)
        while not is_over.is_set():
            with suppress(Outage):
                client.poison(session, f"{origin}{BASE_PATH}/connections")
            answer = session.get(f"{origin}{BASE_PATH}/connections", timeout=60)
            assert answer.status_code in (200, 503), answer.text


def played(origins: list[str], clients: list[Client], outage: Callable[[], None], back: Callable[[], None]) -> None:
    """One outage under load; all is well afterwards."""
    is_over = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as threads:
        working = [threads.submit(during, client, origins[client.number % len(origins)], is_over) for client in clients]
        try:
            time.sleep(random.uniform(0.05, 0.4))  # what is under way is chance
            outage()
            for origin in origins:
                until(lambda origin=origin: health(origin) == 503)
        finally:
            back()
            is_over.set()
        for each in working:
            each.result(timeout=60)
    for origin in origins:
        until(lambda origin=origin: health(origin) == 200)
    check(clients, random.choice(origins))


@contextmanager
def servers(store: str, count: int) -> Iterator[list[str]]:
    """Their origins; each heeds SIGTERM at the end."""
    made: list[tuple[str, BaseProcess]] = []
    try:
        made += [made_server(store) for _ in range(count)]
        yield [origin for origin, _ in made]
        for _, server in made:
            server.terminate()
            server.join(timeout=20)
        assert [server.exitcode for _, server in made] == [0] * count
    finally:
        for _, server in made:
            server.kill()


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    made = [Client(number) for number in range(CLIENTS)]
    yield made
    kept, calls = (sum(map(count, made)) for count in (lambda each: len(each.kept), lambda each: each.calls))
    print(f"{RESTARTS} restarts, {calls} writes, {kept} connections kept")


def test_postgresql_may_restart_under_load(
    clients: list[Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    try:
        with private_postgres() as postgres, servers(postgres.created("mock"), 2) as origins:
            for number in range(RESTARTS):
                way = WAYS[number % len(WAYS)]
                played(origins, clients, lambda way=way: postgres.stop(way), lambda: brought_back(postgres))
    except Unable as problem:
        pytest.skip(str(problem))
    assert sum(client.calls for client in clients) > RESTARTS


def brought_back(postgres: Postgres) -> None:
    """A server that was killed takes a while to be gone."""
    for _ in range(5):
        with suppress(Unable):
            postgres.start()
            return
        time.sleep(0.5)
    postgres.start()


def test_sqlite_may_be_locked_under_load(clients: list[Client], tmp_path: Path) -> None:
    """By another program, for longer than a call waits."""
    file = tmp_path / "store.db"
    with servers(f"sqlite:///{file}", 2) as origins:
        for _ in range(max(1, RESTARTS // 4)):
            lock = sqlite3.connect(file, isolation_level=None, timeout=20, check_same_thread=False)
            played(origins, clients, lambda lock=lock: lock.execute("BEGIN EXCLUSIVE"), lock.close)
    assert sum(client.calls for client in clients) > RESTARTS
