"""Whatever lasts beyond a call and grows with what clients send has a bound, and keeps to it."""

from __future__ import annotations

import gc
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts import BASE_PATH, OPERATIONS, Request
from mockserver import Mock
from mockserver.exchange import journal
from mockserver.memory import store
from mockserver.memory.keeper import Table
from mockserver.memory.shelf import Shelf
from mockserver.services.ims import state as ims
from mockserver.services.ims.state import IMS
from mockserver.services.zoho import accounts
from mockserver.services.zoho.state import ZOHO
from tests.kit import chain
from tests.kit.asked import Asked, asked, changed, ground, places
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import nightly
from tests.kit.ims import TOKEN
from tests.kit.sender import Sender, core

FORM = {"content-type": "application/x-www-form-urlencoded"}
KB = 1024


@pytest.fixture
def sent() -> Sender:
    mock = Mock()
    return Sender("core", mock, core(mock))


def still_works(sent: Sender) -> None:
    assert sent.mock.handle(Request("GET", "/__admin/health")).status == 200
    assert sent("GET", "/connections").status == 200


def test_records_are_refused_where_no_room_is_left(sent: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 400 * KB)
    body = {**zoho(), "description": "x" * 50 * KB}
    answers = [sent("POST", "/connections", body) for _ in range(20)]
    assert [answer.status for answer in answers] == [201] * 7 + [503] * 13
    first = answers[0].json["id"]
    grown = [{"op": "add", "path": "/description", "value": "y" * 100 * KB}]
    assert sent("PATCH", f"/connections/{first}", grown, if_match="*").status == 503
    assert sent.read(first)["description"] == body["description"]
    with sent.mock.alone() as world:
        assert world.store.size <= 400 * KB
    assert sent("DELETE", f"/connections/{first}").status == 204
    assert sent("POST", "/connections", body).status == 201
    still_works(sent)


def test_a_record_doesnt_outgrow_a_body(sent: Sender) -> None:
    there = chain.chain(sent)
    statuses = []
    for number in range(4):
        grown = [{"op": "add", "path": f"/params/more{number}", "value": "y" * 300 * KB}]
        statuses.append(sent("PATCH", f"/sourceConnections/{there.source}", grown, if_match="*").status)
    assert statuses == [200, 200, 200, 413]
    assert sent.rules == ["FS-BODY-02"]


def test_the_journal_keeps_as_many_bytes_as_it_may(sent: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST", 500 * KB)
    for number in range(40):
        sent("GET", f"/connections/{number}", x_long="x" * 20 * KB)
        assert sum(journal._weight(each) for each in sent.mock.journal.entries()) <= 500 * KB
    rows = sent.mock.journal.rows()
    assert 5 < len(rows) < 40
    assert rows[-1]["request"]["url"].endswith("/39")
    assert "operations/retrieveConnection" in sent.mock.journal.points()


def test_a_row_tells_no_more_than_a_few_names(sent: Sender) -> None:
    declared = {"type": "object", "properties": {f"{number:05}{'p' * 200}": {} for number in range(2000)}}
    id = chain.make(
        sent, "connectionSpecs", {"name": "c", "providerId": "p", "authSpec": [{"name": "A", "spec": declared}]}
    )
    auth = {"specName": "A", "params": {f"unknown{number}": "x" for number in range(20)}}
    body = {"name": "c", "connectionSpec": {"id": id, "version": "1.0"}, "auth": auth}
    assert sent("POST", "/connections", body).status == 201
    assert len(sent.mock.journal.entries()[-1].text) < 500 * KB


STRANGERS: dict[str, Callable[[Mock, str], Any]] = {
    "accesses": lambda mock, text: mock.handle(
        Request("GET", "/www.zohoapis.eu/crm/v8/org", {"authorization": f"Zoho-oauthtoken {text}"})
    ),
    "clients": lambda mock, text: mock.handle(
        Request(
            "GET", f"/accounts.zoho.eu/oauth/v2/auth?client_id={text}&scope=a&response_type=code&redirect_uri=http://x/"
        )
    ),
    "codes": lambda mock, text: mock.handle(
        Request(
            "GET", f"/accounts.zoho.eu/oauth/v2/auth?client_id={text}&scope=a&response_type=code&redirect_uri=http://x/"
        )
    ),
    "grants": lambda mock, text: mock.handle(
        Request("POST", "/accounts.zoho.eu/oauth/v2/token/revoke", FORM, f"token={text}".encode())
    ),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_strangers_bring_to_zoho_makes_room(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(accounts, "MOST", 20 * KB)
    mock = Mock()
    for number in range(60):
        STRANGERS[name](mock, f"{number:04}{'x' * KB}")
    with mock.alone() as world:
        tables: dict[str, Table] = {each: getattr(world.of(ZOHO), each) for each in STRANGERS}
    assert 3 < len(tables[name]) < 60
    tables["held"] = world.of(ZOHO).held  # type: ignore[assignment]
    for table in tables.values():
        assert table._most == 20 * KB
        assert table.size <= 20 * KB
        assert table.size == sum(300 + len(repr(key)) + len(repr(value)) for key, value in table.items())
    still_works(Sender("core", mock, core(mock)))


def test_faults_have_a_bound(sent: Sender) -> None:
    add = [
        sent.raw("POST", "/__admin/faults", None, b'{"status": 503, "path": "/nothing"}').status for _ in range(1001)
    ]
    assert (add[-2:], len(sent.mock.faults.rows())) == ([201, 400], 1000)
    assert (
        sent.raw("POST", "/__admin/faults", None, json.dumps({"status": 503, "path": "/" * 3000}).encode()).status
        == 400
    )


def test_what_is_planned_anew_is_planned_once(sent: Sender) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    for number in range(260):
        change = [{"op": "replace", "path": "/name", "value": str(number)}]
        assert sent("PATCH", f"/flows/{there.flow}", change, if_match="*").status == 200
    with sent.mock.alone() as world:
        assert len(world.agenda.snapshot()) == 1
        assert sum(len(queue._heap) for queue in world.agenda._queues.values()) < 250


@pytest.mark.deep
def test_much_time_passes_in_steps(sent: Sender) -> None:
    for _ in range(12):
        chain.chain(sent, **chain.SCHEDULED)
    sent.mock.clock.advance(days=3650)
    counts = [sent("GET", "/runs?count=true").json["count"] for _ in range(12)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == sent("GET", "/runs?count=true").json["count"]


def test_an_array_is_found_by_its_first_values(sent: Sender) -> None:
    there = chain.chain(sent)
    document = chain.source(there.base, params={"tableName": "Leads", "x": list(range(5000))})
    chain.make(sent, "sourceConnections", document)

    def found(value: int) -> int:
        return len(sent("GET", f"/sourceConnections?property=params.x[]=={value}").json["items"])

    assert [found(value) for value in (0, 999, 4000)] == [1, 1, 0]


# What else lasts


BOUNDED = {
    "records": lambda holder: isinstance(holder, Shelf | store.Store),
    "tables": lambda holder: isinstance(holder, Table),
    "journal": lambda holder: isinstance(holder, journal.Journal | journal.Exchange),
}
"""Holders whose bounds the tests above hold them to."""


def containers(root: Any) -> Iterator[tuple[int, str, Any]]:
    """Every container that ``root`` holds, with the names that lead to it; nothing below what has a bound."""
    waiting: list[tuple[str, Any]] = [("", root)]
    seen: set[int] = set()
    while waiting:
        name, current = waiting.pop()
        if id(current) in seen or isinstance(current, ModuleType | type) or callable(current):
            continue
        seen.add(id(current))
        if any(is_one(current) for is_one in BOUNDED.values()):
            continue
        if isinstance(current, dict | list | set | deque):
            yield id(current), name, len(current)
        waiting += [(f"{name} > {type(each).__name__}", each) for each in gc.get_referents(current)]


def fresh(mock: Mock, number: int) -> None:
    """Calls with a new value in every slot that a client has."""
    text = f"fresh{number}"
    head = {
        **HEADERS,
        "x-gw-ims-org-id": f"{text}@AdobeOrg",
        "x-sandbox-name": text,
        "x-api-key": text,
        "x-request-id": text,
    }
    head |= {"authorization": f"Bearer {text}", f"x-{text}": text, "user-agent": text, "if-match": text}
    lower = {name.lower(): value for name, value in head.items()}
    spec = {
        "name": text,
        "providerId": text,
        "authSpec": [{"name": text, "spec": {"properties": {text: {"pattern": text}}}}],
    }
    for method, path, body in [
        ("GET", f"/connections/{text}?{text}={text}&property={text}=={text}", None),
        ("GET", f"/connections?property={text}=={text}&orderby={text}&continuationToken={text}", None),
        ("POST", "/connections", {**zoho(), "name": text, text: text}),
        ("POST", "/connectionSpecs", spec),
        ("POST", "/connections/search", {"queryString": f"{text}=={text}"}),
        ("GET", f"/{text}", None),
        (text.upper(), "/connections", None),
    ]:
        data = b"" if body is None else json.dumps(body).encode()
        mock.handle(Request(method, f"{BASE_PATH}{path}", lower, data, f"http://{text}"))
    mock.handle(Request("GET", f"/{text}.zoho.eu/{text}", {"host": f"{text}.example", "authorization": text}))
    mock.handle(
        Request(
            "POST",
            "/ims/token/v3",
            FORM,
            f"grant_type=client_credentials&client_id={text}&client_secret={text}&scope={text}".encode(),
        )
    )
    for stranger in STRANGERS.values():
        stranger(mock, text)


MARK = "remembered"


def filled(request: Asked) -> Iterator[Asked]:
    """``request`` with a long text, another each time, in each of its slots in turn."""
    texts = (f"{MARK}{number}{'x' * 20 * KB}" for number in itertools.count(id(request)))
    yield replace(request, query={name: next(texts) for name in request.row.query[:2]})
    for name in ("authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "host", "accept", "content-type"):
        yield replace(request, headers={**request.headers, name: next(texts)})
    for name in request.parts:
        yield replace(request, parts={**request.parts, name: next(texts)})
    if isinstance(request.body, dict | list):
        for place in list(places(request.body))[1:]:
            yield replace(request, body=changed(request.body, place, next(texts)))


def remembered(root: Any) -> int:
    """Characters of the long texts that ``root`` leads to; nothing below what has a bound."""
    waiting, seen, found = [root], set(), 0
    while waiting:
        current = waiting.pop()
        if id(current) in seen or isinstance(current, ModuleType | type | FunctionType):  # which lead to everything
            continue
        seen.add(id(current))
        if any(is_one(current) for is_one in BOUNDED.values()):
            continue
        if isinstance(current, str | bytes):
            found += len(current) if (MARK if isinstance(current, str) else MARK.encode()) in current else 0
        else:
            waiting += gc.get_referents(current)
    return found


def is_ours(function: Any) -> bool:
    return str(function.__module__).partition(".")[0] in ("contracts", "mockserver", "pytest_flowservice")


@pytest.mark.deep
def test_nothing_that_lasts_keeps_what_is_long() -> None:
    """Neither the states of the services, nor what functions remember to be quick."""
    there = ground()
    mock = there.sent.mock
    for row in OPERATIONS:
        if row.id in SOME or row.service.base_path != BASE_PATH:
            for each in filled(asked(row, there)):
                request = Request(row.method, each.target, each.headers, each.content)
                assert mock.handle(request).status < 500
    functions = [each for each in gc.get_objects() if type(each).__name__ == "_lru_cache_wrapper" and is_ours(each)]
    kept = {each.__qualname__: remembered(gc.get_referents(each)) for each in functions}
    assert {name: size for name, size in kept.items() if size > 2000 * KB} == {}
    assert remembered(mock) < 2000 * KB
    assert len(kept) > 30


SOME = ("createConnection", "createFlow", "listFlows", "patchConnection", "createConnectionSpec", "getFlowsByFilters")
"""Of Flow Service's operations."""


def test_tokens_of_ims_make_room(sent: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ims, "MOST", 20 * KB)
    sent.mock.reset()
    for _ in range(100):
        assert sent.raw("POST", "/ims/token/v3", FORM, urlencode(TOKEN).encode()).status == 200
    with sent.mock.alone() as world:
        tokens: Any = world.of(IMS)._expire
    assert 20 < len(tokens) < 100
    assert tokens.size <= 20 * KB
    still_works(sent)


@pytest.mark.parametrize("times", [60, pytest.param(2000, marks=nightly)])
def test_nothing_else_grows(times: int) -> None:
    mock = Mock(journal=10)
    for number in range(times):
        fresh(mock, number)
    before = {(place, name): size for place, name, size in containers(mock)}
    for number in range(times, 2 * times):
        fresh(mock, number)
    after = {(place, name): size for place, name, size in containers(mock)}  # a place alone may be another's by now
    grown = [key[1] for key, size in after.items() if size - before.get(key, size) > times // 2]
    assert grown == []
    assert len(after) - len(before) < times // 2
