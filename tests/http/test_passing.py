"""Connections of an organisation that writes end at one worker, and no client notices."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from zlib import crc32

import pytest
import requests

from contracts import BASE_PATH
from mockserver.http.passing import Passing, organisation_of, places
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import deep
from tests.kit.processes import workers
from tests.kit.serving import serving, until
from tests.kit.wire import Client

PATH = f"{BASE_PATH}/connections"
HEAD = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
GOOD = json.dumps(zoho()).encode()
LIST = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n".encode() + HEAD + b"\r\n"

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="connections stay where they are but on Linux")


def create(body: bytes = GOOD, more: bytes = b"") -> bytes:
    line = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n".encode()
    return line + HEAD + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


# What a request says


@pytest.mark.parametrize(
    ("data", "organisation"),
    [
        (b"POST / HTTP/1.1\r\nx-gw-ims-org-id: A@B\r\n\r\n", b"A@B"),
        (b"PATCH / HTTP/1.1\r\nX-Gw-Ims-Org-Id:A@B \r\nHost: b\r\n\r\nbody", b"A@B"),
        (b"POST / HTTP/1.1\r\nx-gw-ims-org-id: A@B\r\n", None),
        (b"POST / HTTP/1.1\r\nHost: b\r\n\r\nx\r\nx-gw-ims-org-id: A@B\r\n\r\n", None),
        (b"POST / HTTP/1.1\r\nx-gw-ims-org-id: A@B\r\nX-GW-IMS-ORG-ID: A@B\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nx-gw-ims-org-id: A@B\r\n\r\n", None),
        (b"HEAD / HTTP/1.1\r\nx-gw-ims-org-id: A@B\r\n\r\n", None),
        (b"\x16\x03\x01\x02\x00\x01\x00", None),
    ],
)
def test_only_a_write_with_one_organisation_in_its_whole_head_says_where_it_belongs(
    data: bytes, organisation: bytes | None
) -> None:
    assert organisation_of(data) == organisation


@linux_only
def test_a_connection_stays_where_nobody_is_known_to_take_it() -> None:
    shared = places(2)
    assert shared is not None
    passing = Passing(0, shared)
    far, near = socket.socketpair()
    with far, near:
        assert not passing.send(1, near.fileno(), b"x")  # never heard of
        shared.told[1] = float("inf")
        assert not passing.send(1, near.fileno(), b"x" * 100_000)  # too much
        while passing.send(1, near.fileno(), b"x" * 50_000):  # until there is no room
            pass
    shared.close()


@linux_only
def test_a_worker_without_room_gets_none_and_another_takes_what_is_left_there() -> None:
    shared = places(2)
    assert shared is not None
    taken: list[bytes] = []

    class Taken(asyncio.Protocol):
        def __init__(self, first: bytes) -> None:
            taken.append(first)

    async def play() -> None:
        first, second = Passing(0, shared), Passing(1, shared)
        far, near = socket.socketpair()
        with far, near:
            shared.told[1] = float("inf")
            assert first.send(1, near.fileno(), b"left")
            second.start(["a connection"], 2, Taken)
            assert not first.send(1, near.fileno(), b"more")
            await second.stop()
            assert taken == [b"left"]
            shared.told[1] = float("inf")
            assert first.send(1, near.fileno(), b"left again")
            shared.told[1] = 0
            first.start([], 2, Taken)
            await first.stop()
            assert taken == [b"left", b"left again"]
        await asyncio.sleep(0)

    asyncio.run(play())
    shared.close()


# A server with two workers


class Served:
    """A server, and its clients."""

    def __init__(self, origin: str, process: subprocess.Popen[str]) -> None:
        self.origin = origin
        self.process = process
        self.clients: list[Client] = []

    def client(self) -> Client:
        self.clients.append(Client(int(self.origin.rpartition(":")[2])))
        return self.clients[-1]

    def holders(self, client: Client) -> set[int]:
        """The workers that hold the server's end of a connection."""
        port, own = (each[1] for each in (client.socket.getsockname(), client.socket.getpeername()))
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ends = [row[9] for row in rows if row[1].endswith(f":{own:04X}") and row[2].endswith(f":{port:04X}")]
        return {worker for worker in workers(self.process) for end in ends if f"socket:[{end}]" in descriptors(worker)}

    def owner(self) -> int:
        """The worker at which connections of `HEADERS`' organisation end, once both take some."""
        found: set[int] = set()

        def all_at_one() -> bool:
            found.clear()
            for client in [self.client() for _ in range(16)]:
                assert client.send(create()).answer("POST")[0] == 201
                found.update(self.holders(client))
                client.socket.close()
            return len(found) == 1

        until(all_at_one)
        return found.pop()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    store = f"sqlite:///{tmp_path}/store.db"
    with serving("-q", "--port", "0", "--workers", "2", "--store", store) as (origin, process):
        each = Served(origin, process)
        yield each
        for client in each.clients:
            client.socket.close()


def descriptors(pid: int) -> set[str]:
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.add(str(each.readlink()))
    return found


@linux_only
def test_connections_of_an_organisation_that_write_end_at_one_worker(
    served: Served,
) -> None:
    worker = served.owner()
    clients = [served.client() for _ in range(40)]
    for client in clients:  # most of which another process has accepted, or this one
        assert client.send(LIST).answer()[0] == 200
    for client in clients:
        assert client.send(create()).answer("POST")[0] == 201
        assert client.send(create() + LIST + create()).answer("POST")[0] == 201  # pipelined
        assert client.answer()[0] == 200
        assert client.answer("POST")[0] == 201
    assert [served.holders(client) for client in clients] == [{worker}] * 40


@linux_only
@deep
def test_a_body_may_come_behind_its_head(served: Served) -> None:
    worker = served.owner()
    large = json.dumps(zoho() | {"description": "x" * 300_000}).encode()
    for _ in range(8):
        for body in (GOOD, large):
            client = served.client()
            head = create(body).removesuffix(body)
            client.send(head)
            until(lambda client=client: served.holders(client) == {worker})
            client.send(body[:50]).send(body[50:])
            assert client.answer("POST")[0] in (201, 400)
        waiting = served.client()
        waiting.send(create(GOOD, b"Expect: 100-continue\r\n").removesuffix(GOOD))
        assert waiting.socket.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert waiting.send(GOOD).answer("POST")[0] == 201


@linux_only
@deep
def test_bytes_that_are_split_anywhere_in_the_head_are_one_request(served: Served) -> None:
    worker = served.owner()
    data = create()
    for at in range(1, len(data) - len(GOOD) + 1):
        client = served.client()
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.send(LIST).answer()
        assert client.send(data[:at]).send(data[at:]).answer("POST")[0] == 201
        assert client.send(create()).answer("POST")[0] == 201
        assert served.holders(client) == {worker}
        client.socket.close()


@linux_only
@deep
def test_a_client_may_say_no_more_or_be_gone(served: Served) -> None:
    served.owner()
    for _ in range(20):
        gone = served.client()
        gone.send(create()).socket.close()
        client = served.client().send(create())
        client.socket.shutdown(socket.SHUT_WR)
        assert client.answer("POST")[0] == 201
        assert client.is_closed()


@linux_only
@deep
def test_many_connections_are_all_answered(served: Served) -> None:
    clients = [served.client() for _ in range(500)]
    for _ in range(3):
        for client in clients:
            client.send(create())
        assert {client.answer("POST")[0] for client in clients} == {201}


@linux_only
@deep
def test_nothing_is_lost_with_a_worker_that_is_killed(served: Served) -> None:
    made: list[str] = []
    for _ in range(2):
        worker = served.owner()
        clients = [served.client() for _ in range(30)]
        for number, client in enumerate(clients):
            if number == 15:
                os.kill(worker, signal.SIGKILL)
            with suppress(OSError):
                client.send(create())
        for client in clients:
            with suppress(OSError, HTTPException):  # a reset at most
                status, document = client.answer("POST")
                assert status == 201
                made.append(document["id"])
        until(lambda worker=worker: len(workers(served.process)) == 2 and worker not in workers(served.process))
        assert served.client().send(create()).answer("POST")[0] == 201
    url = f"{served.origin}{PATH}/"
    assert made
    assert {requests.get(url + id, headers=dict(HEADERS), timeout=20).status_code for id in made} == {200}


@linux_only
@deep
def test_clients_go_on_while_a_worker_is_held(served: Served) -> None:
    """What it has taken waits for it; what has only been sent to it the other one takes."""
    worker = served.owner()
    os.kill(worker, signal.SIGSTOP)
    try:
        for _ in range(60):
            client = served.client().send(create())
            assert client.answer("POST")[0] == 201
            assert worker not in served.holders(client)
            client.socket.close()
    finally:
        os.kill(worker, signal.SIGCONT)


@linux_only
@deep
def test_sigterm_ends_all_with_connections_that_were_passed_on(served: Served) -> None:
    served.owner()
    clients = [served.client().send(create()) for _ in range(20)]
    assert {client.answer("POST")[0] for client in clients} == {201}
    served.process.terminate()
    assert served.process.wait(20) == 0
    assert all(client.is_closed() for client in clients)


@linux_only
@deep
def test_many_organisations_are_shared_among_the_workers(served: Served) -> None:
    own = HEADERS["x-gw-ims-org-id"]
    where = {crc32(own.encode()) % 2: served.owner()}
    for number in range(12):
        organisation = f"ORG{number:021}@AdobeOrg"
        for _ in range(3):
            client = served.client().send(create().replace(own.encode(), organisation.encode()))
            assert client.answer("POST")[0] == 201
            (worker,) = served.holders(client)
            assert where.setdefault(crc32(organisation.encode()) % 2, worker) == worker
            client.socket.close()
    assert len(set(where.values())) == 2
