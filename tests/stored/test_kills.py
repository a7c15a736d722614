"""A server that is killed in the middle of writes has lost nothing that it acknowledged, and has done nothing by half.

``MOCKSERVER_TEST_KILLS`` is how often it is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts import BASE_PATH
from mockserver import StoredMock
from mockserver.http.limits import Limits
from mockserver.http.server import bind, origin_of
from mockserver.http.serving import Front, run
from tests.kit.connection import HEADERS, zoho

KILLS = int(os.environ.get("MOCKSERVER_TEST_KILLS", "20"))
CLIENTS = 4


@dataclass
class Client:
    """Writes until the server is gone; knows what was acknowledged, and the one call that wasn't.

    ``kept`` has name and etag of each connection, ``open_call`` the id that the last call was about and what its
    connection would be afterwards: a name, or ``None`` where it was to be deleted.
    """

    number: int
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    open_call: tuple[str | None, str | None] | None = None
    calls: int = 0

    def write(self, origin: str) -> None:
        with requests.Session() as session:
            session.headers.update(HEADERS)
            try:
                while True:
                    self.step(session, f"{origin}{BASE_PATH}/connections")
            except requests.RequestException:
                return

    def step(self, session: requests.Session, url: str) -> None:
        self.calls += 1
        if self.calls % 5 == 0:
            self.poison(session, url)
        name = f"client {self.number}, call {self.calls}"
        id = random.choice([None, *list(self.kept)[-3:]])
        if id is None:
            self.open_call = None, name
            answer = session.post(url, json={**zoho(), "name": name}, timeout=10)
            assert answer.status_code == 201, answer.text
            self.kept[answer.json()["id"]] = name, answer.json()["etag"]
        elif self.calls % 4 == 0:
            self.open_call = id, None
            assert session.delete(f"{url}/{id}", timeout=10).status_code == 204
            del self.kept[id]
            self.deleted.add(id)
        else:
            self.open_call = id, name
            change = [{"op": "replace", "path": "/name", "value": name}]
            etag = self.kept[id][1]
            answer = session.patch(f"{url}/{id}", json=change, headers={"If-Match": etag}, timeout=10)
            assert answer.status_code == 200, answer.text
            self.kept[id] = name, answer.json()["etag"]
        self.open_call = None

    def poison(self, session: requests.Session, url: str) -> None:
        """A call that once stopped a server for good; it changes nothing."""
        schema = random.choice(
            [{"pattern": "a{4294967295}"}, {"minimum": 5, "properties": {"a": {"$ref": "#/minimum/x"}}}]
        )
        spec = {"name": "c", "providerId": "p", "authSpec": [{"name": "A", "spec": schema}]}
        path = {"op": "add", "path": "/" * 40 + "~", "value": 1}
        accounts = f"{url.partition('/data/')[0]}/accounts.zoho.eu"
        redirect = "client_id=x&scope=a&response_type=code&redirect_uri=http://x/%0d%0aSet-Cookie:a=b"
        answer = random.choice(
            [
                lambda: session.post(url.replace("connections", "connectionSpecs"), json=spec, timeout=10),
                lambda: session.patch(f"{url}/any", json=[path], headers={"If-Match": "*"}, timeout=10),
                lambda: session.get(f"{accounts}/oauth/v2/auth?{redirect}", timeout=10),
            ]
        )()
        assert 400 <= answer.status_code < 500, answer.text

    def check(self, found: dict[str, dict[str, Any]]) -> None:
        """What is ``found`` after a kill is what was acknowledged, give or take the call that wasn't."""
        about, wanted = self.open_call or (None, None)
        for id, (name, etag) in list(self.kept.items()):
            item = found.pop(id, None)
            if id == about and (item is None or item["etag"] != etag):
                assert (item and item["name"]) == wanted
                self.kept.pop(id)
                if item is not None:
                    self.kept[id] = item["name"], item["etag"]
                continue
            assert item is not None, f"{name} is lost"
            assert (item["name"], item["etag"]) == (name, etag)
        assert not self.deleted & found.keys()
        mine = [item for item in found.values() if item["name"].startswith(f"client {self.number},")]
        if mine:  # created, but nobody was told
            (item,) = mine
            assert (about, item["name"]) == (None, wanted)
            self.kept[item["id"]] = item["name"], item["etag"]
        for id in [item["id"] for item in mine]:
            del found[id]
        self.open_call = None


def everything(origin: str) -> dict[str, dict[str, Any]]:
    found, href = {}, "/connections?limit=100"
    while href:
        page = requests.get(f"{origin}{BASE_PATH}{href}", headers=dict(HEADERS), timeout=20).json()
        found |= {item["id"]: item for item in page["items"]}
        href = page["_links"].get("next", {}).get("href", "")
    return found


def serve(store: str, told: Connection) -> None:
    """The life of one server process."""
    front = Front(bind("127.0.0.1", 0), Limits(), None, "")
    run(StoredMock(store), front, lambda: told.send(origin_of(front.listener)))


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")  # imports once, so that a server is there at once
    processes.set_forkserver_preload([__name__])
    clients = [Client(number) for number in range(CLIENTS)]
    for _ in range(KILLS + 1):
        told, tell = processes.Pipe(duplex=False)
        server = processes.Process(target=serve, args=(f"sqlite:///{tmp_path}/store.db", tell))
        server.start()
        tell.close()
        origin = told.recv()
        check(clients, origin)
        threads = [threading.Thread(target=client.write, args=(origin,)) for client in clients]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.05, 0.4))  # what is under way is chance
        server.kill()
        for thread in threads:
            thread.join()
        server.join()
        assert server.exitcode == -signal.SIGKILL
    writes = sum(client.calls for client in clients)
    print(f"{KILLS} kills, {writes} writes, {sum(len(client.kept) for client in clients)} connections kept")
    assert writes > KILLS


def check(clients: list[Client], origin: str) -> None:
    found = everything(origin)
    assert all(len(item["auth"]["params"]) == 6 for item in found.values())
    for client in clients:
        client.check(found)
    assert found == {}
    rows = requests.get(f"{origin}/__admin/requests", timeout=20).json()["requests"]
    assert [row["id"] for row in rows] == list(range(rows[0]["id"], rows[0]["id"] + len(rows)))
