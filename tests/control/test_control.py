"""/__admin: the journal, faults, the clock and reset, from outside."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from prometheus_client import parser

from contracts import BASE_PATH, Request
from contracts.judging.model import Operation
from contracts.reports.coverage import Coverage
from mockserver import Mock, Response, ServerThread
from mockserver.services.side import Action
from mockserver.services.table import action_of
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Answer, Sender, core, over_requests
from tests.kit.ways import served


def control(send: Sender, method: str, path: str, document: Any = ...) -> Answer:
    body = b"" if document is ... else json.dumps(document).encode()
    return send.raw(method, f"/__admin/{path}", {"content-type": "application/json"}, body)


@pytest.fixture(params=["core", "http"])
def send(request: pytest.FixtureRequest, mock: Mock, thread: Any) -> Any:
    """The control side is the mock's own, so it isn't on Adobe's hosts."""
    if request.param == "core":

        def exchange(method: str, target: str, headers: Any, body: bytes) -> Answer:
            response = mock.handle(
                Request(method, target, {name.lower(): value for name, value in headers.items()}, body)
            )
            return Answer(
                response.status, {name.lower(): value for name, value in response.headers.items()}, response.body
            )

        yield Sender("core", mock, exchange)
        return
    with served(mock, thread) as origin:
        yield Sender("http", mock, over_requests(origin))


def test_health(send: Sender) -> None:
    answer = control(send, "GET", "health")
    assert (answer.status, answer.json["status"]) == (200, "ok")
    assert control(send, "GET", "health/").status == 200


def test_the_journal_has_the_documented_keys(send: Sender) -> None:
    now = time.time_ns() // 1_000_000
    send("POST", "/connections", zoho(accountsUrl="https://accounts.zoho.eu/"))
    (row,) = control(send, "GET", "requests").json["requests"]
    assert {"id", "at", "operation", "org_id", "sandbox_name", "request", "response", "violations"} <= set(row)
    assert (row["operation"], row["org_id"], row["sandbox_name"]) == ("createConnection", "TEST@AdobeOrg", "prod")
    assert abs(row["at"] - now) < 60_000
    assert set(row["request"]) == {"method", "url", "headers", "body"}
    assert set(row["response"]) == {"status", "headers", "body"}
    assert row["request"]["url"].startswith("http://127.0.0.1")
    assert row["request"]["body"]["connectionSpec"]["version"] == "1.0"
    assert row["response"]["status"] == row["response"]["body"]["status"] == 400
    keys = {"rule", "level", "severity", "pointer", "message", "found", "allowed", "nearest", "document", "help"}
    assert set(row["violations"][0]) == keys


def test_the_journal_can_be_emptied_and_does_not_tell_of_itself(send: Sender) -> None:
    send("GET", "/connections")
    assert control(send, "DELETE", "requests").status == 204
    assert control(send, "GET", "requests").json == {"requests": []}


def test_the_journal_is_bounded() -> None:
    mock = Mock(journal=3)
    sent = Sender("core", mock, core(mock))
    for index in range(5):
        sent("GET", f"/connections/{index}")
    assert [row["id"] for row in mock.journal.rows()] == [3, 4, 5]


def test_a_large_body_is_not_kept(sent: Sender) -> None:
    sent("POST", "/connections", {**zoho(), "description": "x" * 100_000})
    assert sent.mock.journal.rows()[0]["request"]["body"] == "(100369 bytes, not kept)" or "not kept" in str(
        sent.mock.journal.rows()[0]["request"]["body"]
    )


def test_reset_forgets_everything(send: Sender) -> None:
    send.create()
    control(send, "POST", "faults", {"status": 503})
    control(send, "POST", "clock", {"advance": 3600})
    assert control(send, "POST", "reset").status == 204
    assert control(send, "GET", "requests").json == {"requests": []}
    assert control(send, "GET", "faults").json == {"faults": []}
    assert abs(control(send, "GET", "clock").json["now"] - time.time_ns() // 1_000_000) < 60_000
    assert send("GET", "/connections").json["items"] == []


def test_faults_are_added_listed_met_and_cleared(send: Sender) -> None:
    row = {"method": "POST", "path": "/connections", "times": 2, "status": 429, "retry_after": 1}
    added = control(send, "POST", "faults", row)
    assert added.status == 201
    assert added.json == {**row, "delay": 0.0, "met": 0}
    assert send("POST", "/connections", zoho()).status == 429
    assert control(send, "GET", "faults").json["faults"][0]["times"] == 1
    assert control(send, "DELETE", "faults").status == 204
    assert send("POST", "/connections", zoho()).status == 201


def test_stubs_are_added_listed_met_and_cleared(send: Sender) -> None:
    row = {"method": "GET", "path": "/v1/things", "host": "api.example.com", "times": 2, "json": {"id": 7}}
    added = control(send, "POST", "stubs", row)
    assert added.status == 201
    assert added.json == {**row, "status": 200, "met": 0}
    assert send.mock.handle(Request("GET", "/v1/things", {"host": "api.example.com"}, b"")).body == b'{"id":7}'
    (listed,) = control(send, "GET", "stubs").json["stubs"]
    assert (listed["times"], listed["met"]) == (1, 1)
    assert control(send, "DELETE", "stubs").status == 204
    assert control(send, "GET", "stubs").json == {"stubs": []}
    assert send.mock.handle(Request("GET", "/v1/things", {"host": "api.example.com"}, b"")).status == 404


def test_the_clock_moves_everything(send: Sender) -> None:
    before = control(send, "GET", "clock").json["now"]
    after = control(send, "POST", "clock", {"advance": 7200}).json["now"]
    assert 7_200_000 <= after - before < 7_260_000
    id, etag = send.create()
    assert send.read(id)["createdAt"] >= after
    assert int(etag.strip('"').rpartition("-")[2][:8], 16) >= after // 1000
    assert send.mock.journal.rows()[0]["at"] >= after


@pytest.mark.parametrize(
    ("method", "path", "document", "status", "why"),
    [
        ("GET", "", ..., 404, "no control named"),
        ("GET", "helth", ..., 404, "nearest: health"),
        ("PUT", "requests", ..., 405, "GET, DELETE"),
        ("GET", "reset", ..., 405, "POST"),
        ("POST", "faults", ..., 400, "isn't JSON"),
        ("POST", "faults", [], 400, "object"),
        ("POST", "faults", {"status": 200}, 400, "not one of"),
        ("POST", "faults", {"self": 1}, 400, "no 'self'"),
        ("POST", "stubs", [], 400, "object"),
        ("POST", "stubs", {"path": "/a", "stauts": 1}, 400, "nearest: status"),
        ("PUT", "stubs", ..., 405, "GET, POST, DELETE"),
        ("POST", "clock", {"advance": "1"}, 400, "seconds"),
        ("POST", "clock", {"advance": -1}, 400, "advance"),
        ("POST", "clock", {"advance": True}, 400, "seconds"),
        ("POST", "clock", {"advance": 10**18}, 400, "advance"),
        ("POST", "clock", {"advance": 10**30}, 400, "too large"),
        ("POST", "clock", {"advance": 1, "to": 2}, 400, "seconds"),
    ],
)
def test_anything_unexpected_is_a_4xx_with_a_reason(
    send: Sender, method: str, path: str, document: Any, status: int, why: str
) -> None:
    answer = control(send, method, path, document)
    assert (answer.status, answer.json["status"]) == (status, status)
    assert why in answer.json["reason"]
    assert ("allow" in answer.headers) is (status == 405)


def test_what_of_the_contract_was_exercised_is_told(send: Sender) -> None:
    send.create()
    control(send, "DELETE", "requests")
    answer = control(send, "GET", "contract").json
    assert answer["points"]["operations"]["createConnection"] == {"what": "POST /connections", "exercised": True}
    assert answer["points"]["operations"]["deleteConnection"]["exercised"] is False
    assert answer["points"]["regions"]["eu"]["exercised"] is True
    assert 0 < answer["percent"] < 5
    of_session = Coverage({"operations/createConnection": {"t"}}, ("/connections",))
    assert answer["areas"] == json.loads(json.dumps(of_session.areas_as_json()))


def test_what_was_exercised_outlasts_the_journal() -> None:
    mock = Mock(journal=2)
    with_short_journal = Sender("core", mock, core(mock))
    with_short_journal.create()
    for _ in range(5):
        with_short_journal("GET", "/connections")
    assert "operations/createConnection" in mock.journal.points()


def test_the_journal_is_chosen_from(send: Sender) -> None:
    send("POST", "/connections", zoho())
    send("POST", "/connections", zoho(accountsUrl="https://accounts.zoho.eu/"))
    send("GET", "/connections")

    def ids(query: str) -> list[int]:
        return [row["id"] for row in control(send, "GET", f"requests?{query}").json["requests"]]

    first, second, third = ids("")
    assert ids("status=400") == ids("rule=FS-ZOHO-02") == ids("severity=error") == [second]
    assert ids("operation=createConnection") == [first, second]
    assert ids("operation=createConnection&limit=1") == [second]
    assert ids(f"since={first}") == [second, third]
    assert ids("limit=0") == []


@pytest.mark.parametrize(
    "query", ["stat=400", "status=4xx", "severity=bad", "since=-1", "limit=", "operation=", "limit=" + "9" * 99]
)
def test_a_choice_that_is_none_is_400(send: Sender, query: str) -> None:
    answer = control(send, "GET", f"requests?{query}")
    assert answer.status == 400
    assert query.partition("=")[0] in answer.json["reason"]


def test_more_parameters_than_there_are_uses_for_is_400(send: Sender) -> None:
    answer = control(send, "GET", f"requests?{'limit=1&' * 51}")
    assert (answer.status, answer.json["reason"]) == (400, "more than 50 parameters")


def test_metrics_count_calls_broken_rules_and_records(send: Sender) -> None:
    def counted(name: str, **labels: str) -> float:
        families = parser.text_string_to_metric_families(control(send, "GET", "metrics").text.decode())
        (found,) = [
            each.value for family in families for each in family.samples if (each.name, each.labels) == (name, labels)
        ]
        return float(found)

    def calls(operation: str, status: str) -> float:
        return counted("flowservice_calls_total", service="flow-service", operation=operation, status=status)

    send("POST", "/connections", zoho())
    assert calls("createConnection", "201") == 1
    send("POST", "/connections", zoho())
    send("POST", "/connections", zoho(accountsUrl="https://accounts.zoho.eu/"))
    send("GET", "/nosuch")
    assert calls("createConnection", "201") == 2
    assert calls("none", "404") == 1
    assert counted("flowservice_broken_rules_total", rule="FS-ZOHO-02", severity="error") == 1
    assert counted("flowservice_stored_records", collection="connections") == 2
    assert counted("flowservice_answer_seconds_count") == 3 == counted("flowservice_answer_seconds_bucket", le="+Inf")
    assert 0 < counted("flowservice_answer_seconds_sum") < 60


@contextmanager
def stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """An action that doesn't end before the context does; the event tells that it has begun."""
    begun, may_end = threading.Event(), threading.Event()

    def stalls(*_: Any) -> Response:
        begun.set()
        may_end.wait(60)
        return Response(200)

    def found(row: Operation) -> Action:
        return stalls if row.id == "listConnections" else action_of(row)

    with monkeypatch.context() as patch:
        patch.setattr("mockserver.mock.action_of", found)
        try:
            yield begun
        finally:
            may_end.set()


def test_a_call_that_takes_too_long_is_no_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.mock.TOO_LONG", 0.05)
    mock = Mock()
    health = Request("GET", "/__admin/health")
    lower = {name.lower(): value for name, value in HEADERS.items()}
    with ThreadPoolExecutor(1) as threads:
        with stalled(monkeypatch) as begun:
            threads.submit(mock.handle, Request("GET", f"{BASE_PATH}/connections", lower))
            assert begun.wait(20)
            assert mock.handle(health).status == 503
        threads.shutdown()
    assert mock.handle(health).status == 200


def test_a_server_in_memory_answers_no_probe_while_a_call_stalls(
    monkeypatch: pytest.MonkeyPatch, thread: ServerThread
) -> None:
    server = thread.start(Mock().handle)
    health = f"{server.origin}/__admin/health"
    with ThreadPoolExecutor(1) as threads:
        with stalled(monkeypatch) as begun:
            threads.submit(requests.get, f"{server.origin}{BASE_PATH}/connections", headers=dict(HEADERS), timeout=60)
            assert begun.wait(20)
            with pytest.raises(requests.Timeout):
                requests.get(health, timeout=0.2)
        threads.shutdown()
    assert requests.get(health, timeout=20).status_code == 200
    thread.stop(server)
