"""Tenants on one store: none waits for another, and none sees what is another's."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from contracts import BASE_PATH
from mockserver import StoredMock
from mockserver.stored.postgresql import PostgresLine
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.depth import deep
from tests.kit.sender import Sender, core
from tests.kit.serving import create, serving
from tests.stored.private_postgresql import Unable, private_postgres

TENANT = (HEADERS["x-gw-ims-org-id"], HEADERS["x-sandbox-name"])


@pytest.fixture
def mocks(tmp_path: Path) -> Iterator[list[StoredMock]]:
    made = [StoredMock(f"sqlite:///{tmp_path}/store.db") for _ in range(2)]
    yield made
    for mock in made:
        assert mock.close()


def sender(mock: StoredMock) -> Sender:
    return Sender("core", mock, core(mock))


def of(organisation: str, sandbox: str = "prod") -> dict[str, str]:
    return with_headers(x_gw_ims_org_id=organisation, x_sandbox_name=sandbox)


def test_while_one_tenant_is_held_the_others_go_on(mocks: list[StoredMock]) -> None:
    send = sender(mocks[0])
    id, _ = send.create()
    with ThreadPoolExecutor(1) as threads:
        with mocks[0]._lanes.held([TENANT]):
            waiting = threads.submit(send, "DELETE", f"/connections/{id}")
            assert send("POST", "/connections", zoho(), headers=of("OTHER@AdobeOrg")).status == 201
            assert send("POST", "/connections", zoho(), headers=of(TENANT[0], "dev")).status == 201
            assert send.raw("POST", "/ims/token/v3", {}, b"grant_type=client_credentials").status in (200, 400)
            assert send("GET", f"/connections/{id}").status == 200
            assert not waiting.done()
        assert waiting.result(timeout=20).status == 204


def test_a_reset_waits_for_all_and_forgets_all(mocks: list[StoredMock]) -> None:
    send = sender(mocks[0])
    sender(mocks[1])("POST", "/connections", zoho(), headers=of("OTHER@AdobeOrg"))
    with ThreadPoolExecutor(1) as threads:
        with mocks[0]._lanes.held([TENANT]):
            reset = threads.submit(send.raw, "POST", "/__admin/reset")
            assert threading.Event().wait(0.05) is False
            assert not reset.done()
        assert reset.result(timeout=20).status == 204
    assert send("GET", "/connections", headers=of("OTHER@AdobeOrg")).json["items"] == []


def test_of_tenants_that_have_nothing_no_part_is_kept(mocks: list[StoredMock], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.stored.parts._MANY", 20)
    monkeypatch.setattr("mockserver.stored.sqlite._MANY", 20)
    one, other = (sender(mock) for mock in mocks)
    for mock in mocks:
        mock._replica._parts._many = 20
    made = [one("POST", "/connections", zoho(), of(f"KEPT{number}@AdobeOrg")).json["id"] for number in range(5)]
    for number in range(100):
        for send in (one, other):
            assert send("GET", "/connections", headers=of(f"ANY{number}@AdobeOrg")).json["items"] == []
            assert len(list(send.mock._replica._parts)) <= 45  # twice what was kept when they were looked at last
    for number, id in enumerate(made):
        for send in (one, other):
            assert send("GET", f"/connections/{id}", headers=of(f"KEPT{number}@AdobeOrg")).status == 200
    late = one("POST", "/connections", zoho(), of("ANY7@AdobeOrg")).json["id"]
    assert other("GET", f"/connections/{late}", headers=of("ANY7@AdobeOrg")).status == 200


@deep
def test_no_tenant_sees_anothers(mocks: list[StoredMock]) -> None:
    """Sixteen of them write at the same time, to two processes."""
    tenants = [(f"ORG{number % 8}@AdobeOrg", "prod" if number < 8 else "dev") for number in range(16)]

    def write(number: int) -> set[str]:
        made = set()
        for turn in range(12):
            document = {**zoho(), "name": str(number)}
            send = sender(mocks[(number + turn) % 2])
            made.add(send("POST", "/connections", document, headers=of(*tenants[number])).json["id"])
        return made

    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(write, range(16)))
    assert len(set().union(*made)) == 16 * 12
    for mock in mocks:
        for number, tenant in enumerate(tenants):
            items = sender(mock)("GET", "/connections", headers=of(*tenant)).json["items"]
            assert {item["id"] for item in items} == made[number]
            assert {item["name"] for item in items} == {str(number)}


@deep
def test_a_write_takes_two_round_trips_and_a_read_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None where the process is alone on the database; with another, one that all who wait share."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    trips: list[str] = []
    for name in ("open", "_commit", "rollback"):
        monkeypatch.setattr(PostgresLine, name, _counting(name, getattr(PostgresLine, name), trips))
    try:
        with private_postgres() as postgres:
            url = postgres.created("trips")
            mock = StoredMock(url)
            send = sender(mock)
            id, _ = send.create()
            send("GET", f"/connections/{id}")
            trips.clear()
            send("GET", f"/connections/{id}")
            assert trips == []
            send.create()
            assert trips[:2] == ["open", "_commit"]
            assert set(trips[2:]) <= {"open"}
            another = StoredMock(url)
            sender(another).create()
            trips.clear()
            send("GET", f"/connections/{id}")
            assert trips == ["open"]
            mock.close()
            another.close()
    except Unable as problem:
        pytest.skip(str(problem))


def _counting(name: str, method: Callable[..., object], trips: list[str]) -> object:
    """The same; ``trips`` gets its name for each time that it sends something after an answer."""

    def counted(line: PostgresLine, *arguments: object) -> object:
        with tempfile.TemporaryFile("r+") as file:
            connection = line._connection.pgconn
            connection.trace(file.fileno())
            try:
                return method(line, *arguments)
            finally:
                connection.untrace()
                file.seek(0)
                ways = "".join(message.split("\t")[1] for message in file)
                trips.extend([name] * ("B" + ways).count("BF"))

    return counted


@deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """Writes are refused then, reads go on, and what was acknowledged is there with more room."""
    store = ("--store", f"sqlite:///{tmp_path}/store.db")
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(limited)
    path = os.pathsep.join([str(site), *sys.path])
    made = []
    with serving("-q", "--port", "0", *store, PYTHONPATH=path) as (origin, _):
        while (answer := create(origin, zoho(description="x" * 20_000))).status_code == 201:
            made.append(answer.json()["id"])
        assert answer.status_code == 503
        assert ids(origin) == made
    with serving("-q", "--port", "0", *store) as (origin, _):
        assert ids(origin) == made
        assert create(origin, zoho()).status_code == 201
    assert len(made) > 3


def ids(origin: str) -> list[str]:
    url = f"{origin}{BASE_PATH}/connections?orderby=createdAt&limit=100"
    return [item["id"] for item in requests.get(url, headers=dict(HEADERS), timeout=20).json()["items"]]
