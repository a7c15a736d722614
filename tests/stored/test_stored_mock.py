"""A mock on a store: what it was told survives it, and every mock on the store knows it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

import mockserver
from contracts import Contract
from mockserver import StoredMock
from mockserver.exchange.faults import Fault
from mockserver.memory.agenda import Due
from mockserver.memory.clock import Clock
from mockserver.memory.store import Author, Record
from mockserver.platform import FAKE
from mockserver.services.table import steps
from mockserver.services.zoho.accounts import Access, Client, Code, Grant
from mockserver.services.zoho.settings import accounts_in, settings_of
from mockserver.stored.address import address_of
from mockserver.stored.database import SCHEMA_VERSION, Database
from tests.kit import chain
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.sender import Sender, core
from tests.kit.serving import until

Open = Callable[..., Sender]
NOW = 1_800_000_000_000


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Another mock on the store with each call."""
    mocks = []

    def open_one(*arguments: Any, **settings: Any) -> Sender:
        mocks.append(StoredMock(url, *arguments, clock=Clock(lambda: NOW * 1_000_000), **settings))
        return Sender("core", mocks[-1], core(mocks[-1]))

    yield open_one
    for mock in mocks:
        mock.close()


def everything(send: Sender) -> list[Any]:
    paths = ("connections", "sourceConnections", "targetConnections", "flows", "runs")
    return [send("GET", f"/{path}?limit=100").json for path in paths]


def played(send: Sender) -> None:
    """Something of each kind that a mock knows."""
    chain.chain(send, **chain.SCHEDULED)
    chain.make(send, "runs", chain.run(chain.chain(send).flow))
    id, etag = send.create()
    send("PATCH", f"/connections/{id}", [{"op": "replace", "path": "/name", "value": "é\u2028"}], if_match=etag)
    gone, _ = send.create()
    send("DELETE", f"/connections/{gone}")
    send.mock.faults.add(status=429, path="/nothing", times=3)
    send("GET", "/nothing")


def test_what_was_written_is_there_when_the_mock_is_started_again(opened: Open) -> None:
    first = opened()
    played(first)
    first.mock.clock.advance(5)
    before, journal = everything(first), first.mock.journal.rows()
    first.mock.close()

    again = opened()
    assert again.mock.journal.rows() == journal
    assert again.mock.faults.rows()[0]["times"] == 2
    assert everything(again) == before
    assert again.mock.clock.now() == NOW + 5000


def test_what_is_loaded_comes_in_the_order_of_creation(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shelf sorts itself anew for each record that comes too early, which takes minutes where many are stored."""
    first = opened()
    ids = [first.mock.store((FAKE["org_id"], "prod"), zoho(name=f"{number}")) for number in range(8)]
    monkeypatch.setattr("mockserver.memory.shelf.sorted", lambda *_, **__: pytest.fail("sorted"), raising=False)
    assert [each["id"] for each in opened().mock.stored((FAKE["org_id"], "prod"))] == ids


def test_a_run_goes_on_and_a_schedule_holds_after_a_restart(opened: Open) -> None:
    first = opened()
    chain.chain(first, **chain.SCHEDULED)
    run = chain.make(first, "runs", chain.run(chain.chain(first).flow))
    first.mock.close()

    again = opened()
    again.mock.clock.advance(minutes=31)
    runs = {item["id"]: item["metrics"]["statusSummary"]["status"] for item in again("GET", "/runs").json["items"]}
    assert runs.pop(run) == "success"
    assert list(runs.values()) == ["success"]
    assert opened()("GET", "/runs?count=true").json == {"count": 2}


def test_two_mocks_on_one_store_take_every_step_once(opened: Open) -> None:
    one, other = opened(), opened()
    flow = chain.chain(one, **chain.SCHEDULED).flow
    assert other("POST", f"/flows/{flow}/action?op=disable").status == 200
    assert one("POST", f"/flows/{flow}/action?op=enable").status == 200
    other.mock.clock.advance(minutes=91)
    assert one("GET", "/runs?count=true").json == other("GET", "/runs?count=true").json == {"count": 3}
    assert everything(one) == everything(other)


def test_a_call_that_only_reads_takes_what_is_due_once(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes then, so there is no use in trying it without the store first; what else it writes the first tells."""
    taken = []

    def watched(step: Callable[[Any, Due], None]) -> Callable[[Any, Due], None]:
        return lambda world, due: (taken.append(due), step(world, due))[1]

    for name, step in steps().items():
        monkeypatch.setitem(steps(), name, watched(step))
    one = opened()
    chain.chain(one, **chain.SCHEDULED)
    for count in (3, 6):
        taken.clear()
        one.mock.clock.advance(minutes=91)
        assert one("GET", "/runs?count=true").json == {"count": count}
    assert len(taken) == 9


def test_stubs_are_for_all_and_survive(opened: Open) -> None:
    """Those that were given are every process's own, and how often they were met is all's."""
    given = [{"path": "/v1/given", "status": 201, "times": 2}]
    one, other = opened(stubs=given), opened(stubs=given)
    one.mock.stubs.add(host="api.example.com", path="/v1/added", status=202, json=["a", {"b": ["c"]}])
    assert other.mock.stands_for("api.example.com")
    assert other.raw("GET", "/api.example.com/v1/added").json == ["a", {"b": ["c"]}]
    assert [each.raw("GET", "/v1/given").status for each in (one, other, one)] == [201, 201, 404]
    again = opened(stubs=given)
    assert [row["met"] for row in again.mock.stubs.rows()] == [2, 1]
    again.raw("DELETE", "/__admin/stubs")
    assert one.mock.stubs.rows() == other.mock.stubs.rows() == []
    one.mock.reset()
    assert [row["met"] for row in other.mock.stubs.rows()] == [0]
    assert opened().mock.stubs.rows() == []


def test_faults_clock_and_tokens_are_for_all(opened: Open) -> None:
    contract = Contract(require_issued_tokens=True)
    one, other = opened(contract), opened(contract)
    one.mock.grant("a-token")
    headers = with_headers(authorization="Bearer a-token")
    assert other("GET", "/connections", headers=headers).status == 200
    other.raw("POST", "/__admin/faults", body=b'{"status": 503, "times": 2}')
    codes = [each("GET", "/connections", headers=headers).status for each in (one, other, one)]
    assert codes == [503, 503, 200]
    one.raw("POST", "/__admin/clock", body=b'{"advance": 90000}')
    assert other("GET", "/connections", headers=headers).status == 401
    other.mock.reset()
    assert one("GET", "/connections", headers=headers).status == 200


def test_zohos_accounts_are_for_all_and_outlive_the_mock(opened: Open) -> None:
    account = {"region": "eu", "client_id": "1000.X", "client_secret": "s", "refresh_token": "1000.r"}
    settings = settings_of([account])
    form = b"grant_type=refresh_token&client_id=1000.X&client_secret=s&refresh_token=1000.r"
    sent = {"Content-Type": "application/x-www-form-urlencoded"}

    def refreshed(send: Sender) -> Any:
        return send.raw("POST", "/accounts.zoho.eu/oauth/v2/token", sent, form).json

    one, other = opened(zoho=settings), opened(zoho=settings)
    tokens = [refreshed(each)["access_token"] for each in (one, other) * 5]
    assert len(set(tokens)) == 10
    assert refreshed(one).keys() == refreshed(other).keys() == {"error_description", "error", "status"}
    lead = {"Authorization": f"Zoho-oauthtoken {tokens[1]}"}
    assert opened(zoho=settings).raw("GET", "/www.zohoapis.eu/crm/v8/org", lead).status == 200
    other.mock.revoke(tokens[1])
    assert one.raw("GET", "/www.zohoapis.eu/crm/v8/org", lead).status == 401
    (late,) = accounts_in([{**account, "client_id": "1000.Y"}])
    one.mock.register(late)
    assert b"1000.X" not in other.raw("POST", "/accounts.zoho.eu/oauth/v2/token", sent, form.replace(b"X", b"Y")).text


def test_a_clients_own_spec_is_known_to_all(opened: Open) -> None:
    one, other = opened(), opened()
    spec = {"name": "own", "providerId": "p", "version": "1.0", "attributes": {}, "authSpec": []}
    id = chain.make(one, "connectionSpecs", spec)
    body = {"name": "x", "connectionSpec": {"id": id, "version": "1.0"}}
    assert other("POST", "/connections", body).status == 201
    assert opened()("POST", "/connections", body).status == 201


def test_a_reset_is_for_all(opened: Open) -> None:
    one, other = opened(), opened()
    played(one)
    other.raw("POST", "/__admin/reset")
    assert all(item == {"items": [], "_links": {}} for item in everything(one))
    assert one.mock.faults.rows() == []
    shown = [row["id"] for row in one.mock.journal.rows()]
    assert [row["id"] for row in other.mock.journal.rows()] == sorted(shown) == shown != []
    played(other)
    assert everything(opened()) == everything(one)


def test_a_snapshot_brings_back_what_there_was(opened: Open) -> None:
    one, other = opened(), opened()
    played(one)
    before = everything(other)
    snapshot = one.mock.snapshot()
    one.mock.reset()
    other.create()
    one.mock.restore(snapshot)
    assert everything(other) == before
    assert other.mock.faults.rows()[0]["times"] == 2


def test_a_record_that_takes_anothers_place_in_one_turn_is_there_once(opened: Open) -> None:
    """In the store it has a name of its own, since that tells when it was created."""
    first, other = opened(), opened()
    id, _ = first.create()
    tenant = HEADERS["x-gw-ims-org-id"], HEADERS["x-sandbox-name"]
    assert [each["id"] for each in other("GET", "/connections").json["items"]] == [id]
    with first.mock.alone() as world:
        before = world.store.get(tenant, "connections", id)
        assert before is not None
        world.store.delete("connections", before)
        document = before.document.replace(b"Zoho", b"Another")
        world.store.insert(tenant, "connections", document, before.created_by, id=id)
    for each in (first, other, opened()):
        (item,) = each("GET", "/connections").json["items"]
        assert item["name"].startswith("Another")
    first("DELETE", f"/connections/{id}")
    for each in (first, other, opened()):
        assert each("GET", "/connections").json["items"] == []


def test_what_is_new_is_told_without_reading_all_parts(opened: Open, url: str) -> None:
    """Each call would take longer with each organisation otherwise."""
    first = opened()
    watch = Database(address_of(url)).watch()
    orgs = [with_headers(x_gw_ims_org_id=f"ORG{number:03}@AdobeOrg") for number in range(40)]
    for org in orgs:
        first("POST", "/connections", zoho(), headers=org)
    assert len(watch.news()) >= len(orgs)
    assert watch.news() == {}
    for org in (orgs[3], orgs[17], orgs[3]):
        first("POST", "/connections", zoho(), headers=org)
    assert len(watch.news()) == 2
    first.mock.reset()
    assert len(watch.news()) >= len(orgs)
    watch.close()


def test_no_mock_makes_up_an_id_twice(opened: Open) -> None:
    seen: set[str] = set()
    for _ in range(3):
        sends = [opened(), opened()]
        for send in (*sends, *sends):
            id, etag = send.create()
            assert not {id, etag} & seen
            seen |= {id, etag}
        sends[0].mock.reset()


def test_with_a_seed_ids_dont_depend_on_who_answers(tmp_path: Path) -> None:
    def made(name: str, *turns: int) -> list[tuple[str, str]]:
        mocks = [
            StoredMock(f"sqlite:///{tmp_path}/{name}.db", seed=7, clock=Clock(lambda: NOW * 1_000_000))
            for _ in range(2)
        ]
        pairs = [Sender("core", mocks[turn], core(mocks[turn])).create() for turn in turns]
        for mock in mocks:
            mock.close()
        return pairs

    assert made("one", 0, 0, 0, 0) == made("other", 0, 1, 0, 1) == [*made("third", 1, 0), *made("third", 1, 1)]


def test_with_a_seed_a_reset_begins_anew_and_a_restart_goes_on(opened: Open) -> None:
    one, other = opened(seed=7), opened(seed=7)
    first = [one.create(), other.create()]
    again = opened(seed=7)
    assert again.create() not in first
    snapshot = again.mock.snapshot()
    third = other.create()
    one.mock.restore(snapshot)
    assert again.create() == third
    other.raw("POST", "/__admin/reset")
    assert [again.create(), one.create()] == first


def test_the_journal_is_one_for_all_and_bounded(opened: Open) -> None:
    one, other = opened(journal=100), opened(journal=100)
    for number in range(75):
        for send in (one, other):
            send("GET", f"/connections/{number}")
    until(lambda: other.mock.journal.rows()[-1]["id"] == 150)  # each writes behind its answers
    rows = one.mock.journal.rows()
    assert rows == other.mock.journal.rows() == json.loads(other.raw("GET", "/__admin/requests").text)["requests"]
    assert [row["id"] for row in rows] == list(range(51, 151))
    assert one.mock.journal.points() == other.mock.journal.points() >= {"operations/retrieveConnection"}
    other.raw("DELETE", "/__admin/requests")
    assert one.mock.journal.rows() == []
    one("GET", "/connections")
    until(lambda: [row["id"] for row in other.mock.journal.rows()] == [151])


def test_a_replay_is_in_the_journal_of_all(opened: Open) -> None:
    first, second = opened(), opened()
    assert first("POST", "/connections", zoho()).status == 201
    again = first.raw("POST", "/__admin/replay", {"content-type": "application/json"}, b'{"id": 1}')
    assert (again.status, again.json) == (200, {"status": 201})
    assert second("GET", "/connections").status == 200
    until(lambda: [row["id"] for row in second.mock.journal.rows()] == [1, 2, 3])


def test_deletions_that_nobody_tells_any_more_are_known_all_the_same(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_PURGED_EVERY", "_PURGED_EVERY_OF_ALL"):
        monkeypatch.setattr(f"mockserver.stored.changing.{name}", 3)
    one, other = opened(), opened()
    ids = [one.create()[0] for _ in range(5)]
    assert len(other("GET", "/connections").json["items"]) == 5
    for id in ids[:4]:
        one("DELETE", f"/connections/{id}")
    assert [item["id"] for item in other("GET", "/connections").json["items"]] == ids[4:]


def test_of_many_updates_at_once_one_wins(opened: Open) -> None:
    sends = [opened() for _ in range(4)]
    id, etag = sends[0].create()
    start = threading.Barrier(8)

    def update(number: int) -> int:
        start.wait()
        change = [{"op": "replace", "path": "/name", "value": str(number)}]
        return sends[number % 4]("PATCH", f"/connections/{id}", change, if_match=etag).status

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(update, range(8))) == [200] + [412] * 7


def test_requests_at_the_same_time_are_carried_out_as_one_after_the_other(opened: Open) -> None:
    send = opened()
    with ThreadPoolExecutor(32) as threads:
        created = list(threads.map(lambda _: send.create(), range(200)))
    assert len({id for id, _ in created}) == 200
    shown = [(item["id"], item["etag"]) for item in opened()("GET", "/connections?limit=100").json["items"]]
    assert set(shown) <= set(created)
    until(lambda: sorted(row["id"] for row in send.mock.journal.rows()) == list(range(1, 202)))


def test_a_request_that_breaks_the_mock_breaks_no_other(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    send = opened()

    def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("mockserver.services.flow_service.resources.item", broken)
    id, _ = send.create()
    with ThreadPoolExecutor(16) as threads:
        reads = [threads.submit(send.read, id) for _ in range(8)]
        writes = [threads.submit(send.create) for _ in range(8)]
        assert all(isinstance(each.exception(), AssertionError) for each in reads)
        made = {id, *(each.result()[0] for each in writes)}
    monkeypatch.undo()
    assert {item["id"] for item in send("GET", "/connections").json["items"]} == made
    assert {item["id"] for item in opened()("GET", "/connections").json["items"]} == made


def test_a_store_that_is_locked_is_a_documented_503_and_then_nothing_is_lost(
    opened: Open, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mockserver.stored.address.LOCK_WAIT", 0.2)
    send = opened()
    id, _ = send.create()
    with create_engine(url, poolclass=NullPool).connect() as another:
        another.exec_driver_sql("BEGIN IMMEDIATE")
        answer = send("POST", "/connections", zoho())
        assert (answer.status, answer.code) == (503, "FLOW-1103-503")
        assert send("GET", f"/connections/{id}").status == 200  # nothing has changed
        assert send.raw("POST", "/__admin/reset").json["status"] == 503
        assert send.raw("GET", "/__admin/health").status == 503
        token = send.raw("POST", "/ims/token/v3", body=b"grant_type=client_credentials")
        assert (token.status, token.json["error"]) == (503, "temporarily_unavailable")
        another.exec_driver_sql("ROLLBACK")
    assert send.raw("GET", "/__admin/health").status == 200
    assert [item["id"] for item in send("GET", "/connections").json["items"]] == [id]
    send.create()
    told = [record.getMessage() for record in caplog.records if record.name == "mockserver"]
    assert [words.rpartition(": ")[2] for words in told if "the store" in words] == ["database is locked", told[-1]]


RECOVERING = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 3, 120)  # who writes, who makes a checkpoint, who reads the log anew
    file.seek(8)
    file.write(b"half")
    file.flush()
    print(flush=True)
    sys.stdin.read()
"""
"""What SQLite finds in its shared memory after a process was killed in the middle of a write, and another mends it."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks files otherwise")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_while_another_process_reads_sqlites_log_anew_calls_wait(opened: Open, tmp_path: Path, method: str) -> None:
    send = opened()
    id, _ = send.create()
    path, body = ("/connections", zoho()) if method == "POST" else (f"/connections/{id}", None)
    command = [sys.executable, "-c", RECOVERING, f"{tmp_path}/store.db-shm"]
    with (
        ThreadPoolExecutor(1) as threads,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as another,
    ):
        assert another.stdout is not None
        assert another.stdout.readline()
        waiting = threads.submit(send, method, path, body)
        time.sleep(0.1)
        assert not waiting.done()
        another.communicate()
        assert waiting.result(timeout=20).status in (200, 201, 204)
    assert send.raw("GET", "/__admin/requests").status == 200


def test_a_value_that_somebody_changed_is_no_value(opened: Open, url: str, caplog: pytest.LogCaptureFixture) -> None:
    opened().create()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE flowservice_entries SET name = 'x' || substr(name, 2) WHERE kind = 'records'"))
    send = opened()
    assert send("GET", "/connections").status == 503
    assert "changed, or sealed with another key" in caplog.text
    assert send("GET", "/connections", headers=with_headers(x_gw_ims_org_id=f"{0:024}@AdobeOrg")).status == 200


def test_a_start_reads_what_is_everybodys_and_an_organisation_once_it_calls(opened: Open) -> None:
    opened().create()
    send = opened()
    assert send.mock._world.store.size == 0
    assert len(send("GET", "/connections").json["items"]) == 1


def test_whoever_changes_what_a_store_holds_counts_its_version_up() -> None:
    """An older store would be read wrongly otherwise; `codec` writes fields by their order."""
    kept = {row.__name__: [field.name for field in fields(row)] for row in (Due, Fault)}
    kept |= {row.__name__: list(row._fields) for row in (Access, Author, Client, Code, Grant, Record)}
    digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:8]
    assert (SCHEMA_VERSION, digest) == (8, "466dc63d")


def test_the_fixtures_settings_fit_a_stored_mock(opened: Open) -> None:
    assert mockserver.Mock().waits_for_others is False
    send = opened()
    id = send.mock.store((FAKE["org_id"], "prod"), zoho())
    assert [each["id"] for each in opened().mock.stored((FAKE["org_id"], "prod"))] == [id]
