"""Trouble on demand, through every way in, and what a client sees of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import requests

from contracts import BASE_PATH, Request
from contracts.judging.model import Service
from contracts.services.gateway.breaches import TROUBLES
from contracts.tables import SERVICES
from mockserver import Mock, ServerThread
from mockserver.adapters.httpx import FlowServiceTransport
from mockserver.adapters.responses import patched
from mockserver.exchange.faults import Kind
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Sender
from tests.kit.serving import until
from tests.kit.ways import served

URL = "https://platform.adobe.io" + BASE_PATH


@pytest.mark.parametrize("status", TROUBLES)
def test_the_next_call_gets_the_documented_error_and_the_one_after_does_not(send: Sender, status: int) -> None:
    send.mock.faults.add(status=status)
    answer = send("POST", "/connections", zoho())
    assert (answer.status, answer.code) == (status, TROUBLES[status])
    assert send("GET", "/connections").json["items"] == []
    assert send.mock.journal.rows()[0]["fault"] == str(status)


@pytest.mark.parametrize("status", TROUBLES)
@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.id)
def test_every_service_answers_with_the_status_that_was_asked_for(service: Service, status: int) -> None:
    """Zoho's accounts servers too, whose errors of their own come with 200."""
    mock = Mock()
    mock.faults.add(status=status)
    answer = mock.handle(Request("GET", service.base_path.replace("{domain}", "eu")))
    assert (answer.status, answer.error) == (status, service.troubles[status])


def test_429_says_when_to_come_back(send: Sender) -> None:
    send.mock.faults.add(status=429)
    send.mock.faults.add(status=429, retry_after=7)
    send.mock.faults.add(status=503, retry_after=3)
    send.mock.faults.add(status=503)
    waits = [send("GET", "/connections").headers.get("retry-after") for _ in range(4)]
    assert waits == ["1", "7", "3", None]


def test_a_fault_meets_only_the_calls_that_match_and_as_many_as_it_was_told(send: Sender) -> None:
    send.mock.faults.add(method="post", path="/connections", status=503, times=2)
    id = None
    assert send("GET", "/connections").status == 200
    assert [send("POST", "/connections/", zoho()).status for _ in range(3)] == [503, 503, 201]
    send.mock.faults.add(path="/connections/{id}", status=500)
    send.mock.faults.add(path=f"{BASE_PATH}/connections/*/test", status=401)
    id, _ = send.create()
    assert send("GET", f"/connections/{id}/test").status == 401
    assert send("GET", f"/connections/{id}").status == 500
    assert send("GET", f"/connections/{id}").status == 200


def test_the_broken_rules_of_a_call_that_met_a_fault_are_journalled_all_the_same(send: Sender) -> None:
    send.mock.faults.add(status=503)
    send("POST", "/connections", {**zoho(), "name": ""})
    assert send.rules == ["FS-CON-15"]


@pytest.fixture(params=["http", "responses"])
def session(request: pytest.FixtureRequest, mock: Mock, thread: ServerThread) -> Any:
    """`requests` against the mock, over a socket and in-process: the exceptions are the same."""
    if request.param == "responses":
        with patched(mock.handle):
            yield lambda method, **more: requests.request(method, URL + "/connections", headers=dict(HEADERS), **more)
        return
    with served(mock, thread) as origin:
        url = origin + BASE_PATH + "/connections"
        yield lambda method, **more: requests.request(method, url, headers=dict(HEADERS), **more)


def names(session: Any) -> list[str]:
    return [item["name"] for item in session("GET", timeout=10).json()["items"]]


def test_a_dropped_call_was_not_carried_out(session: Any, mock: Mock) -> None:
    mock.faults.add(kind="drop")
    with pytest.raises(requests.ConnectionError, match="Remote end closed connection without response"):
        session("POST", json=zoho(), timeout=10)
    assert names(session) == []


def test_commit_then_drop_was_carried_out(session: Any, mock: Mock) -> None:
    mock.faults.add(kind="commit_then_drop")
    with pytest.raises(requests.ConnectionError, match="Remote end closed connection without response"):
        session("POST", json=zoho(), timeout=10)
    assert names(session) == ["Zoho CRM base connection"]
    row = mock.journal.rows()[0]
    assert (row["fault"], row["response"]["status"]) == ("commit_then_drop", 201)


def test_a_truncated_answer_breaks_off_in_the_body(session: Any, mock: Mock) -> None:
    mock.faults.add(kind="truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        session("POST", json=zoho(), timeout=10)
    assert names(session) == ["Zoho CRM base connection"]


def test_a_stalled_call_ends_in_the_clients_timeout(session: Any, mock: Mock) -> None:
    mock.faults.add(kind="stall")
    with pytest.raises(requests.ReadTimeout):
        session("POST", json=zoho(), timeout=(20, 0.2))
    until(lambda: bool(mock.journal.rows()))  # a busy server takes the call after its client has gone
    assert names(session) == []


def test_a_delay_past_the_clients_timeout_ends_in_it(session: Any, mock: Mock) -> None:
    mock.faults.add(delay=5)
    with pytest.raises(requests.ReadTimeout):
        session("POST", json=zoho(), timeout=(20, 0.2))
    until(lambda: bool(mock.journal.rows()))
    assert names(session) == ["Zoho CRM base connection"]  # it was carried out, only the answer was late


def test_a_short_delay_is_only_late(session: Any, mock: Mock) -> None:
    mock.faults.add(delay=0.05, status=503)
    answer = session("POST", json=zoho(), timeout=10)
    assert answer.status_code == 503
    assert answer.elapsed.total_seconds() >= 0.05 or "platform.adobe.io" in answer.url


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop"}, httpx.RemoteProtocolError),
        ({"kind": "commit_then_drop"}, httpx.RemoteProtocolError),
        ({"kind": "truncate"}, httpx.RemoteProtocolError),
        ({"kind": "stall"}, httpx.ReadTimeout),
        ({"delay": 60}, httpx.ReadTimeout),
    ],
)
@pytest.mark.parametrize("way", ["socket", "sync", "async"])
def test_httpx_raises_the_same_in_process_as_over_a_socket(
    mock: Mock, thread: ServerThread, fault: dict[str, Any], error: type[Exception], way: str
) -> None:
    import asyncio

    mock.faults.add(**fault)
    patience = httpx.Timeout(20, read=0.3 if error is httpx.ReadTimeout else 20)
    if way == "socket":
        with served(mock, thread) as origin, pytest.raises(error), httpx.Client(timeout=patience) as client:
            client.get(origin + BASE_PATH + "/connections", headers=dict(HEADERS))
    elif way == "sync":
        with (
            pytest.raises(error),
            httpx.Client(transport=FlowServiceTransport(mock.handle), timeout=patience) as client,
        ):
            client.get(URL + "/connections", headers=dict(HEADERS))
    else:

        async def ask() -> None:
            async with httpx.AsyncClient(transport=FlowServiceTransport(mock.handle), timeout=patience) as client:
                await client.get(URL + "/connections", headers=dict(HEADERS))

        with pytest.raises(error):
            asyncio.run(ask())


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({}, "needs a kind, a status or a delay"),
        ({"status": 418}, "418 is not one of"),
        ({"kind": "explode"}, "'explode' is not one of"),
        ({"status": 503, "kind": "drop"}, "not both"),
        ({"status": 503, "times": 0}, "times"),
        ({"status": 503, "times": True}, "times"),
        ({"status": 503, "time": 2}, "nearest: times"),
        ({"status": 503, "path": "connections"}, "path"),
        ({"status": 429, "retry_after": -1}, "retry_after"),
        ({"delay": "1"}, "delay"),
    ],
)
def test_a_fault_that_cant_be_is_refused_with_the_reason(mock: Mock, fault: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        mock.faults.add(**fault)
    assert mock.faults.rows() == []


@pytest.mark.parametrize(
    ("pattern", "met", "unmet"),
    [
        ("/connections", ["/connections", "/connections/x", "/connections/x/test"], ["/connectionSpecs", "/flows"]),
        (f"{BASE_PATH}/connections", ["/connections/x"], ["/flows/x"]),
        ("/connections/{id}", ["/connections/x"], ["/connections", "/connections/x/test"]),
        ("/connections/*/test", ["/connections/x/test"], ["/connections/x", "/connections/x/explore"]),
        ("/connections/**", ["/connections", "/connections/x/test"], ["/flows/x"]),
        ("/**", ["/connections", "/flows/x"], []),
        (f"{BASE_PATH}/connections/**", ["/connections/x"], ["/flows/x"]),
    ],
)
def test_a_path_is_a_path_a_segment_or_any_rest(pattern: str, met: list[str], unmet: list[str]) -> None:
    for path in (*met, *unmet):
        mock = Mock()
        mock.faults.add(path=pattern, status=503)
        mock.handle(Request("GET", BASE_PATH + path, HEADERS))
        assert [row["met"] for row in mock.faults.rows()] == [path in met], path


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("html", (502, "text/html", "<html>")),
        ("half_json", (201, "application/json;charset=UTF-8", '{"id":')),
        ("wrong_type", (201, "text/plain", '{"id":')),
        ("slow_body", (201, "application/json;charset=UTF-8", '{"id":')),
    ],
)
def test_odd_answers_are_faults_too(session: Any, mock: Mock, kind: Kind, expected: tuple[int, str, str]) -> None:
    mock.faults.add(kind=kind, delay=0.05)
    answer = session("POST", json=zoho(), timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"], answer.text[: len(expected[2])]) == expected
    assert len(names(session)) == (0 if kind == "html" else 1)
    if kind == "half_json":
        with pytest.raises(ValueError, match=r"JSON|Unterminated|Expecting"):
            answer.json()


def test_a_page_has_the_status_that_is_asked_for(send: Sender) -> None:
    send.mock.faults.add(kind="html", status=503)
    assert send("GET", "/connections").status == 503


def test_faults_say_how_often_they_were_met(send: Sender) -> None:
    fault = send.mock.faults.add(path="/connections", status=503)
    never = send.mock.faults.add(method="DELETE", kind="drop", optional=True)
    assert repr(fault) == "Fault(status=503, path='/connections')"
    send("GET", "/connections")
    send("GET", "/connections")
    assert [(row["times"], row["met"]) for row in send.mock.faults.rows()] == [(0, 1), (1, 0)]
    assert send.mock.faults.unmet() == []
    assert repr(never) == "Fault(kind='drop', method='DELETE', optional=True)"


def test_of_faults_that_are_used_up_the_newest_are_listed(mock: Mock) -> None:
    for _ in range(150):
        mock.faults.add(status=503)
        mock.handle(Request("GET", f"{BASE_PATH}/connections", HEADERS))
    assert len(mock.faults.rows()) == 101
