"""Clients that write through a server that has a store, and know what was acknowledged; poison is in the mix."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import requests

import mockserver.mock
from contracts import BASE_PATH, Call
from mockserver import Response, StoredMock
from mockserver.http.limits import Limits
from mockserver.http.listening import bind, origin_of
from mockserver.http.serving import Front, run
from mockserver.memory.world import World
from tests.kit.connection import HEADERS, zoho

__all__ = ["Client", "Outage", "check", "everything", "made_server"]

ORGANISATIONS = ("ONE@AdobeOrg", "OTHER@AdobeOrg")
"""Whose clients write side by side, each as many."""

CRASH = "crash"
"""The name of a connection whose creation fails when it is written already."""


class Outage(Exception):
    """An answer 503: whether the call was carried out is open."""


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

    def write(self, origin: str, is_over: threading.Event | None = None) -> None:
        """Until the server or its database is gone, or was and is back."""
        with requests.Session() as session:
            session.headers.update(HEADERS | {"x-gw-ims-org-id": ORGANISATIONS[self.number % len(ORGANISATIONS)]})
            try:
                while is_over is None or not is_over.is_set():
                    self.step(session, f"{origin}{BASE_PATH}/connections")
            except (requests.RequestException, Outage):
                return

    def step(self, session: requests.Session, url: str) -> None:
        self.calls += 1
        if self.calls % 5 == 0:
            self.poison(session, url)
        name = f"client {self.number}, call {self.calls}"
        id = random.choice([None, *list(self.kept)[-3:]])
        if id is None:
            self.open_call = None, name
            answer = as_wanted(201, session.post(url, json={**zoho(), "name": name}, timeout=60))
            self.kept[answer.json()["id"]] = name, answer.json()["etag"]
        elif self.calls % 4 == 0:
            self.open_call = id, None
            as_wanted(204, session.delete(f"{url}/{id}", timeout=60))
            del self.kept[id]
            self.deleted.add(id)
        else:
            self.open_call = id, name
            change = [{"op": "replace", "path": "/name", "value": name}]
            etag = self.kept[id][1]
            answer = as_wanted(200, session.patch(f"{url}/{id}", json=change, headers={"If-Match": etag}, timeout=60))
            self.kept[id] = name, answer.json()["etag"]
        self.open_call = None

    def poison(self, session: requests.Session, url: str) -> None:
        """A call that once stopped a server for good, or that fails in the middle; it changes nothing."""
        as_wanted(*random.choice(POISON)(session, url))

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


def as_wanted(status: int, answer: requests.Response) -> requests.Response:
    if answer.status_code == 503:
        raise Outage
    assert answer.status_code == status, answer.text
    return answer


Poison = Callable[[requests.Session, str], tuple[int, requests.Response]]


def spec_with(schema: Any) -> Poison:
    spec = {"name": "c", "providerId": "p", "authSpec": [{"name": "A", "spec": schema}]}
    return lambda session, url: (400, session.post(url.removesuffix("s") + "Specs", json=spec, timeout=60))


def slashes(session: requests.Session, url: str) -> tuple[int, requests.Response]:
    change = [{"op": "add", "path": "/" * 40 + "~", "value": 1}]
    return 400, session.patch(f"{url}/any", json=change, headers={"If-Match": "*"}, timeout=60)


def header(session: requests.Session, url: str) -> tuple[int, requests.Response]:
    accounts = f"{url.partition('/data/')[0]}/accounts.zoho.eu/oauth/v2/auth"
    query = "client_id=x&scope=a&response_type=code&redirect_uri=http://x/%0d%0aSet-Cookie:a=b"
    return 400, session.get(f"{accounts}?{query}", timeout=60)


def digits(session: requests.Session, url: str) -> tuple[int, requests.Response]:
    body = '{"name": "x", "scheduleParams": {"startTime": ' + "9" * 4300 + "}}"
    return 400, session.post(url, data=body, timeout=60)


def crash(session: requests.Session, url: str) -> tuple[int, requests.Response]:
    return 500, session.post(url, json={**zoho(), "name": CRASH}, timeout=60)


POISON: Sequence[Poison] = (
    spec_with({"pattern": "a{4294967295}"}),
    spec_with({"minimum": 5, "properties": {"a": {"$ref": "#/minimum/x"}}}),
    *(slashes, header, digits, crash, crash),
)


def everything(origin: str) -> dict[str, dict[str, Any]]:
    """Of all organisations; none has what another's clients made."""
    found: dict[str, dict[str, Any]] = {}
    for place, organisation in enumerate(ORGANISATIONS):
        href, headers = "/connections?limit=100", HEADERS | {"x-gw-ims-org-id": organisation}
        while href:
            answer = requests.get(f"{origin}{BASE_PATH}{href}", headers=headers, timeout=20)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            numbers = [int(item["name"].split()[1].rstrip(",")) for item in page["items"]]
            assert {number % len(ORGANISATIONS) for number in numbers} <= {place}
            found |= {item["id"]: item for item in page["items"]}
            href = page["_links"].get("next", {}).get("href", "")
    return found


def check(clients: Iterable[Client], origin: str) -> None:
    """What was acknowledged is there, and nothing by half."""
    found = everything(origin)
    assert all(len(item["auth"]["params"]) == 6 for item in found.values())
    for client in clients:
        client.check(found)
    assert found == {}
    rows = requests.get(f"{origin}/__admin/requests", timeout=20).json()["requests"]
    assert [row["id"] for row in rows] == list(range(rows[0]["id"], rows[0]["id"] + len(rows)))


def serve(store: str, told: Connection) -> None:
    """The life of one server process."""
    crashing()
    front = Front(bind("127.0.0.1", 0), Limits(), None, "")
    run(StoredMock(store), front, lambda: told.send(origin_of(front.listener)))


def crashing() -> None:
    """From now on an action of this process fails behind its write, where it is to create a connection of that name."""
    action_of = mockserver.mock.action_of

    def crashes(world: World, call: Call) -> Response:
        answer = action_of(call.operation)(world, call)
        if isinstance(call.document, dict) and call.document.get("name") == CRASH:
            raise RuntimeError("a bug")
        return answer

    mockserver.mock.action_of = lambda row: crashes if row.id == "createConnection" else action_of(row)


def made_server(store: str) -> tuple[str, BaseProcess]:
    """A server's origin, and its process."""
    processes = get_context("forkserver")  # imports once, so that a server is there at once
    processes.set_forkserver_preload([__name__])
    told, tell = processes.Pipe(duplex=False)
    server = processes.Process(target=serve, args=(store, tell))
    server.start()
    tell.close()
    return told.recv(), server
