"""Answers of a user's own, through every way in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts import BASE_PATH, Request
from mockserver import Mock
from mockserver.exchange.stubs import StubProblem
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Answer, Sender, core
from tests.kit.ways import REPLICAS

QUERIES = "/data/foundation/query/queries"


def ask(send: Sender, method: str, target: str, body: Any = None, host: str | None = None) -> Answer:
    headers = {**HEADERS, **({} if host is None else {"Host": host})}
    return send.raw(method, target, headers, b"" if body is None else json.dumps(body).encode())


def test_a_stub_answers_what_the_mock_does_not_imitate(send: Sender) -> None:
    assert ask(send, "GET", QUERIES).status == 404
    send.mock.stubs.add(method="GET", path=QUERIES, json={"queries": [{"id": "q1"}]}, headers={"X-Page": "1"})
    answer = ask(send, "GET", f"{QUERIES}?limit=1")
    assert (answer.status, answer.json) == (200, {"queries": [{"id": "q1"}]})
    assert (answer.headers["content-type"], answer.headers["x-page"]) == ("application/json", "1")
    assert ask(send, "POST", QUERIES, {}).status == 404


def test_a_stub_answers_in_place_of_what_the_mock_does(send: Sender) -> None:
    send.mock.stubs.add(method="POST", path="/connections", status=418, body="no", times=1)
    answer = send("POST", "/connections", zoho())
    assert (answer.status, answer.text, answer.headers["content-type"]) == (418, b"no", "text/plain; charset=utf-8")
    assert send("GET", "/connections").json["items"] == []
    assert send("POST", "/connections", zoho()).status == 201


def test_it_is_journalled_as_a_stubs_and_is_no_broken_rule_and_no_coverage(send: Sender) -> None:
    before = send.mock.journal.points()
    send.mock.stubs.add(path="/connections", method="post", status=202)
    assert send("POST", "/connections", {"name": ""}).status == 202
    row = send.mock.journal.rows()[-1]
    assert (row["stub"], row["fault"], row["violations"]) == ("POST /connections", None, [])
    assert (row["operation"], row["org_id"]) == ("createConnection", HEADERS["x-gw-ims-org-id"])
    assert send.mock.journal.points() == before
    send("GET", "/connections/x")
    assert send.mock.journal.rows()[-1]["stub"] is None


def test_the_newest_answers_first_and_each_as_often_as_it_was_told(send: Sender) -> None:
    for status, times in ((201, None), (202, 2), (203, 1)):
        send.mock.stubs.add(path=QUERIES, status=status, times=times)
    assert [ask(send, "GET", QUERIES).status for _ in range(5)] == [203, 202, 202, 201, 201]
    assert [(row["status"], row["met"], row.get("times")) for row in send.mock.stubs.rows()] == [
        (201, 2, None),
        (202, 2, 0),
        (203, 1, 0),
    ]


MATCHES: dict[str, tuple[dict[str, Any], str, Any]] = {
    "query": ({"query": {"a": "1"}}, "?b=2&a=1", None),
    "a value that is given twice": ({"query": {"a": ["1", "2"]}}, "?a=2&a=1", None),
    "body": ({"request_json": {"a": {"b": [1, {"c": None}]}}}, "", {"a": {"b": [1, {"c": None, "d": 2}], "e": 3}}),
    "any segment": ({"path": "/data/foundation/*/{name}"}, "", None),
    "any rest": ({"path": "/data/**"}, "", None),
    "host": ({"host": "PLATFORM.adobe.io"}, "", None),
}
OTHERS: dict[str, tuple[dict[str, Any], str, Any]] = {
    "another query": ({"query": {"a": "1"}}, "?a=2", None),
    "no query": ({"query": {"a": ""}}, "", None),
    "another body": ({"request_json": {"a": [1]}}, "", {"a": [1, 2]}),
    "true is not 1": ({"request_json": {"a": 1}}, "", {"a": True}),
    "no body": ({"request_json": {}}, "", None),
    "another path": ({"path": "/data/*"}, "", None),
    "another host": ({"host": "ims-na1.adobelogin.com"}, "", None),
}


@pytest.mark.parametrize("row", MATCHES.values(), ids=MATCHES)
def test_what_a_stub_asks_for_is_met_by_a_call_that_has_at_least_that(send: Sender, row: Any) -> None:
    given, query, body = row
    send.mock.stubs.add_row({"path": QUERIES, "status": 299, **given})
    assert ask(send, "POST", QUERIES + query, body).status == 299


@pytest.mark.parametrize("row", OTHERS.values(), ids=OTHERS)
def test_and_by_no_other(sent: Sender, row: Any) -> None:
    given, query, body = row
    sent.mock.stubs.add_row({"path": QUERIES, "status": 299, **given})
    assert ask(sent, "POST", QUERIES + query, body).status == 404


def test_a_host_of_its_own_is_reached_by_path_and_by_host_header(send: Sender) -> None:
    send.mock.stubs.add(host="api.example.com", path="/v1/things/{id}", json={"id": 7})
    if send.name in ("core", "http", REPLICAS):  # the others stand for the real hosts, which have no such paths
        for path in ("/api.example.com/v1/things/7", "/API.example.com/v1/things/7/"):
            assert ask(send, "GET", path).json == {"id": 7}
        assert ask(send, "GET", "/other.example.com/v1/things/7").status == 404
    answer = send.mock.handle(Request("GET", "/v1/things/7", {"host": "api.example.com:443"}, b""))
    assert answer.body == b'{"id":7}'
    assert send.mock.handle(Request("GET", "/v1/things/7", {"host": "other.example.com"}, b"")).status == 404
    assert send.mock.stands_for("Api.Example.com.")
    assert not send.mock.stands_for("example.com")


@pytest.mark.parametrize("path", ["/", "/favicon.ico"])
def test_its_front_page_is_the_stubs(sent: Sender, path: str) -> None:
    sent.mock.stubs.add(path=path, host="api.example.com", json={"mine": True})
    for at in (path, "/__admin/health"):
        answer = sent.mock.handle(Request("GET", at, {"host": "api.example.com:443"}, b""))
        assert (answer.status, answer.body == b'{"mine":true}') == (200, at == path)
    assert sent.mock.handle(Request("GET", path, {"host": "localhost"}, b"")).status == 200
    assert [row["stub"] for row in sent.mock.journal.rows()] == [f"api.example.com{path}"]


def test_of_a_host_that_a_stub_names_nothing_else_is_answered(sent: Sender) -> None:
    """Not even a path that the mock itself has."""
    sent.mock.stubs.add(host="*.example.com", path="/v1")
    answer = sent.mock.handle(Request("GET", f"{BASE_PATH}/connections", {"host": "api.example.com"}, b""))
    assert answer.status == 404
    assert sent.mock.journal.rows()[-1]["operation"] is None


def test_an_emulated_host_can_be_named(send: Sender) -> None:
    send.mock.stubs.add(host="www.zohoapis.eu", path="/crm/v2/Leads", method="POST", status=201, json={"data": []})
    assert ask(send, "POST", "/www.zohoapis.eu/crm/v2/Leads", {}).status == 201
    assert ask(send, "POST", "/www.zohoapis.com/crm/v2/Leads", {}).status != 201


def test_a_fault_comes_first_or_changes_what_the_stub_answers(send: Sender) -> None:
    send.mock.stubs.add(path=QUERIES, json={"all": "good"})
    send.mock.faults.add(path=QUERIES, status=503)
    send.mock.faults.add(path=QUERIES, kind="wrong_type")
    assert ask(send, "GET", QUERIES).status == 503
    assert send.mock.stubs.rows()[0]["met"] == 0
    answer = ask(send, "GET", QUERIES)
    assert (answer.json, answer.headers["content-type"]) == ({"all": "good"}, "text/plain")
    row = send.mock.journal.rows()[-1]
    assert (row["fault"], row["stub"]) == ("wrong_type", QUERIES)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body(send: Sender, status: int) -> None:
    send.mock.stubs.add(path=QUERIES, status=status)
    answer = ask(send, "DELETE", QUERIES)
    assert (answer.status, answer.text) == (status, b"")
    assert "content-type" not in answer.headers


SECRET = "s3cr3t-of-the-stub-42"


def test_secrets_of_a_stub_are_masked(sent: Sender) -> None:
    answer = {"access_token": SECRET, "expires_in": 3600, "items": [{"note": f"was {SECRET}", "name": "Ada"}]}
    stub = sent.mock.stubs.add(
        path="/connections", json=answer, headers={"Set-Cookie": f"a={SECRET}"}, request_json={"password": SECRET}
    )
    assert SECRET not in repr(stub)
    assert send_secret(sent).json == answer
    row = sent.mock.journal.rows()[-1]
    assert SECRET not in json.dumps(row)
    assert row["response"]["body"] == {
        "access_token": "xxxx",
        "expires_in": 3600,
        "items": [{"note": "was xxxx", "name": "Ada"}],
    }
    listed = ask(sent, "GET", "/__admin/stubs").json["stubs"][0]
    assert SECRET not in json.dumps(listed)
    assert (listed["path"], listed["request_json"]) == ("/connections", {"password": "xxxx"})


def send_secret(send: Sender) -> Answer:
    return send("POST", "/connections", {"password": SECRET})


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no path": ({"json": {}}, "'path' is a required property"),
    "a misspelt key": ({"path": "/a", "staus": 200}, "nearest: status"),
    "a URL": ({"path": "https://api.example.com/v1"}, "its host is a key of its own"),
    "a query in the path": ({"path": "/a?b=1"}, '"query"'),
    "no slash": ({"path": "a"}, "begins with /"),
    "two bodies": ({"path": "/a", "json": 1, "body": "1"}, "either json or body"),
    "a body that can't be sent": ({"path": "/a", "status": 204, "json": 1}, "has no body"),
    "the server's header": ({"path": "/a", "headers": {"content-LENGTH": "3"}}, "the server's to send"),
    "two lines in a header": ({"path": "/a", "headers": {"x": "1\r\ny: 2"}}, "does not match"),
    "a status that ends nothing": ({"path": "/a", "status": 100}, "minimum"),
    "never": ({"path": "/a", "times": 0}, "minimum"),
    "this machine": ({"path": "/a", "host": "127.0.0.1"}, "host"),
    "a host with a port": ({"path": "/a", "host": "api.example.com:8080"}, "host"),
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused_with_a_reason(sent: Sender, row: Any) -> None:
    given, reason = row
    answer = ask(sent, "POST", "/__admin/stubs", given)
    assert answer.status == 400
    assert reason in answer.json["reason"]
    with pytest.raises(StubProblem):
        sent.mock.stubs.add_row(given)


def test_what_is_no_json_in_python_is_refused(sent: Sender) -> None:
    for value in (object(), float("nan"), {"a": {1, 2}}):
        with pytest.raises(StubProblem, match="json"):
            sent.mock.stubs.add(path="/a", json=value)
    with pytest.raises(StubProblem, match="nearest: status"):
        sent.mock.stubs.add(path="/a", staus=200)  # type: ignore[call-arg]


def test_a_stub_is_not_changed_by_what_becomes_of_its_values(sent: Sender) -> None:
    value = {"items": [1]}
    sent.mock.stubs.add(path=QUERIES, json=value)
    value["items"].append(2)
    assert ask(sent, "GET", QUERIES).json == {"items": [1]}


def test_none_is_json(sent: Sender) -> None:
    sent.mock.stubs.add(path=QUERIES, json=None)
    assert ask(sent, "GET", QUERIES).text == b"null"


def test_no_more_than_a_thousand_stand_at_once(sent: Sender) -> None:
    for _ in range(999):
        sent.mock.stubs.add(path="/connections")
    sent.mock.stubs.add(path=QUERIES, times=1)
    with pytest.raises(StubProblem, match="1000"):
        sent.mock.stubs.add(path="/a")
    ask(sent, "GET", QUERIES)
    sent.mock.stubs.add(path="/a")


def test_nor_more_than_sixteen_megabytes(sent: Sender) -> None:
    for _ in range(2):
        sent.mock.stubs.add(path="/a", body="x" * 8_000_000)
    with pytest.raises(StubProblem, match="bytes"):
        sent.mock.stubs.add(path="/a", body="x" * 800_000)


def test_those_that_are_used_up_make_room(sent: Sender) -> None:
    for _ in range(150):
        sent.mock.stubs.add(path=QUERIES, times=1)
        ask(sent, "GET", QUERIES)
    assert len(sent.mock.stubs.rows()) == 101


def test_a_reset_forgets_those_that_were_added_and_counts_the_given_anew() -> None:
    mock = Mock(stubs=[{"path": QUERIES, "status": 201, "times": 1}, {"path": QUERIES, "status": 202, "times": 1}])
    send = Sender("core", mock, core(mock))
    mock.stubs.add(path=QUERIES, status=203, times=1)
    assert [ask(send, "GET", QUERIES).status for _ in range(4)] == [203, 202, 201, 404]
    mock.reset()
    assert [ask(send, "GET", QUERIES).status for _ in range(3)] == [202, 201, 404]
    snapshot = mock.snapshot()
    mock.stubs.clear()
    assert mock.stubs.rows() == []
    mock.restore(snapshot)
    assert [row["met"] for row in mock.stubs.rows()] == [1, 1]
