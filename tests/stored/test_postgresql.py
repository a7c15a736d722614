"""Two servers on one PostgreSQL: one state, whoever is asked, and a database that decides every race."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from contracts import BASE_PATH, Request
from mockserver import StoredMock
from mockserver.stored.address import address_of
from mockserver.stored.codec import encoded_key
from mockserver.stored.journal import SharedJournal
from mockserver.stored.line import Asked, Found
from mockserver.stored.postgresql import PostgresLine
from mockserver.stored.problem import StoreProblem
from mockserver.stored.steps import done_here
from mockserver.stored.vault import Vault, key_for
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.sender import Sender, core
from tests.kit.serving import mockserver, serving, until
from tests.stored.private_postgresql import PASSWORD, Postgres, Unable, private_postgres

pytestmark = pytest.mark.deep

NAMES = itertools.count(1)
SECRETS = {"clientSecret": "recognisable-client-secret", "refreshToken": "1000.recognisable-refresh"}


FORM = {
    "grant_type": "client_credentials",
    "client_id": "x",
    "client_secret": "recognisable-ims-secret",
    "scope": "openid",
}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(private_postgres())
        except Unable as problem:
            pytest.skip(str(problem))
        yield server


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("MOCKSERVER_STORE_KEY", raising=False)
    return tmp_path / "state"


@pytest.fixture
def name() -> str:
    return f"mock{next(NAMES)}"


@pytest.fixture
def url(postgres: Postgres, name: str) -> str:
    """A database of the test's own."""
    return postgres.created(name)


@pytest.fixture(scope="module")
def servers(postgres: Postgres) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        options = ("--port", "0", "--store", postgres.created("pair"))
        started = [stack.enter_context(serving(*options, MOCKSERVER_STORE_KEY="k" * 40)) for _ in range(2)]
        yield started[0][0], started[1][0]


@pytest.fixture
def pair(servers: tuple[str, str]) -> tuple[str, str]:
    """The origins of two server processes that know nothing yet."""
    for each in servers:
        journal(each)  # which has it written now, and not behind the reset
    control(servers[0], "POST", "reset")
    return servers


def call(origin: str, method: str, path: str, document: Any = None, **headers: str) -> requests.Response:
    sent = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return requests.request(method, f"{origin}{BASE_PATH}{path}", headers=sent, json=document, timeout=20)


def control(origin: str, method: str, name: str, document: Any = None) -> Any:
    answer = requests.request(method, f"{origin}/__admin/{name}", json=document, timeout=20)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def journal(origin: str) -> list[dict[str, Any]]:
    return list(control(origin, "GET", "requests")["requests"])


def renamed(name: str) -> list[dict[str, str]]:
    return [{"op": "replace", "path": "/name", "value": name}]


def held(connection: psycopg.Connection[Any], *tenant: str) -> None:
    """Hold an organisation's sandbox, as another replica would."""
    address = address_of(f"postgresql://{connection.info.host}/x")
    part = Vault(key_for(address, is_in_use=True)).name("part", encoded_key(tenant))[:16]
    key = int.from_bytes(bytes.fromhex(part), "big", signed=True)
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def together(*jobs: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def test_of_two_updates_with_one_etag_exactly_one_wins(pair: tuple[str, str]) -> None:
    one, other = pair
    id, etag = call(one, "POST", "/connections", zoho()).json().values()
    for number in range(60):
        answers = together(
            lambda: call(one, "PATCH", f"/connections/{id}", renamed("one"), if_match=etag),  # noqa: B023
            lambda: call(other, "PATCH", f"/connections/{id}", renamed("other"), if_match=etag),  # noqa: B023
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412], number
        winner = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
        etag = answers[winner].json()["etag"]
        shown = [call(origin, "GET", f"/connections/{id}").json()["items"][0] for origin in pair]
        assert [(item["name"], item["etag"]) for item in shown] == [(("one", "other")[winner], etag)] * 2


def test_of_two_deletions_and_two_of_one_name_one_wins(pair: tuple[str, str]) -> None:
    sandbox = {"name": "dev-1", "title": "Dev", "type": "development"}
    url = "/data/foundation/sandbox-management/sandboxes"
    for number in range(20):
        id = call(pair[number % 2], "POST", "/connections", zoho()).json()["id"]
        answers = together(*[lambda origin=origin: call(origin, "DELETE", f"/connections/{id}") for origin in pair])  # noqa: B023
        assert sorted(answer.status_code for answer in answers) == [204, 404]
        made = {**sandbox, "name": f"dev-{number}"}
        posts = [
            lambda origin=origin: requests.post(f"{origin}{url}", headers=dict(HEADERS), json=made, timeout=20)  # noqa: B023
            for origin in pair
        ]
        assert sorted(answer.status_code for answer in together(*posts)) == [202, 409]


def test_what_one_was_told_the_other_knows(pair: tuple[str, str]) -> None:
    one, other = pair
    id = call(one, "POST", "/connections", zoho()).json()["id"]
    assert call(other, "GET", f"/connections/{id}").status_code == 200
    control(other, "POST", "faults", {"status": 503, "times": 2, "path": "/connections"})
    assert [call(origin, "GET", "/connections").status_code for origin in (one, other, one)] == [503, 503, 200]
    before = control(one, "GET", "clock")["now"]
    control(other, "POST", "clock", {"advance": 3600})
    assert control(one, "GET", "clock")["now"] >= before + 3600_000
    until(lambda: [len(journal(origin)) for origin in pair] == [5, 5])  # it is written behind the answers
    rows = [journal(origin) for origin in pair]
    assert rows[0] == rows[1]
    assert sorted(row["response"]["status"] for row in rows[0]) == [200, 200, 201, 503, 503]
    assert [row["id"] - rows[0][0]["id"] for row in rows[0]] == [0, 1, 2, 3, 4]
    control(one, "DELETE", "requests")
    assert control(other, "GET", "requests") == {"requests": []}
    control(one, "POST", "reset")
    assert call(other, "GET", "/connections").json()["items"] == []


def test_what_one_forgets_or_goes_back_from_is_gone_for_all(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what the other has yet to write, which it does here when it is told to."""
    monkeypatch.setattr(SharedJournal, "_wake", lambda _: None)
    one, other = mocks = StoredMock(url), StoredMock(url)
    send = Sender("core", other, core(other))
    send("GET", "/connections")
    other.journal.flush()
    before = frozenset(one.journal.points())
    send.create()
    one.journal.clear()
    other.journal.flush()
    assert one.journal.rows() == []
    assert one.journal.points() == other.journal.points() > before
    send.create()
    one.journal.back_to(before)
    other.journal.flush()
    assert one.journal.rows() == []
    assert one.journal.points() == other.journal.points() == before
    assert all(mock.close() for mock in mocks)


def test_many_clients_of_both_lose_nothing(pair: tuple[str, str]) -> None:
    def client(number: int) -> dict[str, str]:
        origin, made = pair[number % 2], {}
        for turn in range(15):
            id, etag = call(origin, "POST", "/connections", {**zoho(), "name": f"{number}/{turn}"}).json().values()
            made[id] = call(origin, "PATCH", f"/connections/{id}", renamed("x"), if_match=etag).json()["etag"]
        return made

    with ThreadPoolExecutor(8) as threads:
        made = {id: etag for each in threads.map(client, range(8)) for id, etag in each.items()}
    assert len(made) == 120
    for origin in pair:
        found, href = {}, "/connections?limit=100"
        while href:
            page = call(origin, "GET", href).json()
            found |= {item["id"]: item["etag"] for item in page["items"]}
            href = page["_links"].get("next", {}).get("href", "")
        assert found == made
    ids = [row["id"] for row in control(pair[0], "GET", "requests")["requests"]]
    assert ids == list(range(ids[0], ids[0] + len(ids)))


def test_a_database_that_goes_away_is_a_503_until_it_is_back(
    postgres: Postgres, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    mock, another = StoredMock(url), StoredMock(url)
    send, other = Sender("core", mock, core(mock)), Sender("core", another, core(another))
    id, etag = send.create()
    for _ in range(10):
        send.read(id)
    postgres.stop()
    try:
        for _ in range(2):
            answer = send("PATCH", f"/connections/{id}", renamed("lost"), if_match=etag)
            assert (answer.status, answer.code) == (503, "FLOW-1103-503")
        assert send.raw("GET", "/__admin/health").status == 503
    finally:
        postgres.start()
    assert send.raw("GET", "/__admin/health").status == 200
    made = [id, *[other.create()[0] for _ in range(15)]]
    assert [item["id"] for item in send("GET", "/connections?orderby=createdAt").json["items"]] == made
    assert send.read(id)["etag"] == etag
    assert send("PATCH", f"/connections/{id}", renamed("kept"), if_match=etag).status == 200
    mock.close()
    another.close()
    told = [record.getMessage() for record in caplog.records if "the store" in record.getMessage()]
    assert [record.rpartition(" ")[2] == "again" for record in told] == [False, True]
    assert all("connection" in record or "again" in record for record in told)
    assert PASSWORD not in caplog.text


def test_a_connection_that_was_cut_between_two_calls_is_made_anew(url: str) -> None:
    mock = StoredMock(url)
    send = Sender("core", mock, core(mock))
    id, _ = send.create()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s",
            [connection.info.dbname],
        )
    assert send("GET", f"/connections/{id}").status == 200
    mock.close()


def test_whoever_holds_the_lock_too_long_lets_the_others_wait_not_hang(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.stored.address.LOCK_WAIT", 1)
    mock = StoredMock(url)
    send = Sender("core", mock, core(mock))
    id, _ = send.create()
    with psycopg.connect(url) as connection:
        held(connection, "TEST@AdobeOrg", "prod")
        assert send("POST", "/connections", zoho()).code == "FLOW-1103-503"
        assert send.raw("GET", "/__admin/health").status == 200  # others are served
        assert send("GET", f"/connections/{id}").status == 200
        other = with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")
        assert send("POST", "/connections", zoho(), headers=other).status == 201
    assert [item["id"] for item in send("GET", "/connections").json["items"]] == [id]
    mock.close()


def test_who_shares_a_tenant_waits_for_its_lock_and_doesnt_try(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    begin = PostgresLine.open

    def noting(line: PostgresLine, what: Asked) -> Found:
        if what.holds:
            asked.append(what.waits)
        return begin(line, what)

    def create(mock: StoredMock) -> None:
        head = {name.lower(): value for name, value in HEADERS.items()}
        errand = mock._errand(Request("POST", f"{BASE_PATH}/connections", head, json.dumps(zoho()).encode()))
        done_here(mock._served([errand]))
        assert errand.result().status == 201

    monkeypatch.setattr(PostgresLine, "open", noting)
    one, other = StoredMock(url), StoredMock(url)
    create(one)
    create(other)
    asked.clear()
    for mock in (one, other, one, one, one):
        create(mock)
    assert asked == [False, False, True, True, False]
    assert one.close()
    assert other.close()


def test_a_server_stops_though_a_call_waits_for_the_database(url: str) -> None:
    with serving("--port", "0", "--store", url) as (origin, process):
        id = call(origin, "POST", "/connections", zoho()).json()["id"]
        with psycopg.connect(url) as connection, ThreadPoolExecutor(1) as threads:
            connection.execute("SELECT 1 FROM flowservice_head FOR UPDATE")
            held(connection, "TEST@AdobeOrg", "prod")
            waiting = threads.submit(call, origin, "DELETE", f"/connections/{id}")
            watcher = psycopg.connect(url, autocommit=True)
            asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            while watcher.execute(asked).fetchone() != (1,):
                assert not waiting.done()
                time.sleep(0.02)
            watcher.close()
            process.terminate()
            assert process.wait(timeout=20) == 0
            assert waiting.exception() is not None or waiting.result().status_code == 503
    mock = StoredMock(url)
    assert Sender("core", mock, core(mock)).read(id)["id"] == id
    mock.close()


def test_no_secret_is_in_the_database_or_a_message(postgres: Postgres, url: str, name: str, state_home: Path) -> None:
    with serving("--port", "0", "--store", url, "-v") as (origin, process):
        call(origin, "POST", "/connections", zoho(**SECRETS))
        call(origin, "POST", "/connections", zoho(**SECRETS), authorization="Bearer recognisable-bearer")
        token = requests.post(f"{origin}/ims/token/v3", data=FORM, timeout=20).json()["access_token"]
        process.terminate()
        printed = "".join(process.communicate(timeout=20))
    dump = postgres.dump(name)
    assert b"flowservice_entries" in dump
    hidden = [*SECRETS.values(), "recognisable-bearer", FORM["client_secret"], token, PASSWORD]
    key = (state_home / "flowservice-kit" / "store.key").read_text().strip()
    for secret in (*hidden, key):
        for form in (secret.encode(), secret.encode().hex().encode()):
            assert form not in dump
        assert secret not in printed


def test_a_replica_with_another_key_stops_at_once(url: str) -> None:
    StoredMock(url).close()
    result = mockserver("serve", "--port", "0", "--store", url, MOCKSERVER_STORE_KEY="x" * 40)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "encrypted with another key" in result.stderr
    assert PASSWORD not in result.stderr


def test_two_processes_that_come_first_agree_on_the_tables_and_the_key(url: str) -> None:
    mocks = together(*[lambda: StoredMock(url)] * 4)
    for mock in mocks:
        Sender("core", mock, core(mock)).create()
    assert Sender("core", mocks[0], core(mocks[0]))("GET", "/connections?count=true").json == {"count": 4}
    for mock in mocks:
        mock.close()


def test_a_wrong_password_is_one_line_without_it(postgres: Postgres) -> None:
    wrong = postgres.url("postgres").replace("recognisable", "wrong")
    result = mockserver("serve", "--port", "0", "--store", wrong)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "password authentication failed" in result.stderr
    assert "hunter2" not in result.stderr
    with pytest.raises(StoreProblem, match="does not exist"):
        StoredMock(postgres.url("nosuch"))


def test_workers_share_a_postgresql(url: str) -> None:
    with serving("--workers", "2", "--port", "0", MOCKSERVER_STORE=url) as (origin, process):
        created = [call(origin, "POST", "/connections", zoho()).json()["id"] for _ in range(20)]
        shown = call(origin, "GET", "/connections?orderby=createdAt").json()["items"]
        assert [item["id"] for item in shown] == created
        process.terminate()
        assert process.wait(timeout=20) == 0
