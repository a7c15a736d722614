"""The front page, the dashboard's files, what is stored, replay and events, as any client meets them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mockserver import Mock
from mockserver.control.events import Events
from mockserver.exchange.journal import Exchange
from mockserver.http.server import ServerThread
from tests.kit.connection import zoho
from tests.kit.sender import Sender, over_requests
from tests.kit.ways import served

SECRETS = ("fake-refresh-token-1", "fake-client-secret-1")


@pytest.fixture
def origin(mock: Mock, thread: ServerThread) -> Iterator[str]:
    with served(mock, thread) as origin:
        yield origin


@pytest.fixture
def send(mock: Mock, origin: str) -> Sender:
    return Sender("http", mock, over_requests(origin))


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=10)


def test_a_browser_gets_a_page_at_the_root_and_all_others_json(origin: str) -> None:
    page = get(f"{origin}/", Accept="text/html,*/*")
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'href="/__admin/"' in page.text
    told = get(f"{origin}/").json()
    assert told["dashboard"] == f"{origin}/__admin/"
    assert {"service": "flow-service", "url": f"{origin}/data/foundation/flowservice"} in told["services"]


def test_what_a_browser_asks_for_by_itself_is_not_journalled(origin: str) -> None:
    assert get(f"{origin}/favicon.ico").headers["Content-Type"].startswith("image/svg+xml")
    get(f"{origin}/", Accept="text/html")
    assert get(f"{origin}/__admin/requests").json() == {"requests": []}


def test_a_call_to_the_root_is_a_broken_call_all_the_same(origin: str) -> None:
    requests.post(f"{origin}/", json={}, timeout=10)
    (row,) = get(f"{origin}/__admin/requests").json()["requests"]
    assert row["response"]["status"] == 404


@pytest.mark.parametrize("path", ["/", "/__admin/", "/__admin", "/__admin/dashboard.css", "/__admin/dashboard.js"])
def test_pages_run_no_script_of_a_request_and_stand_in_no_frame(origin: str, path: str) -> None:
    page = get(origin + path, Accept="text/html")
    policy = page.headers["Content-Security-Policy"]
    assert (page.status_code, page.headers["X-Frame-Options"]) == (200, "DENY")
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.findall(r"""(?:src|href|url\(|@import)[=(\s"']*(?:https?:)?//""", page.text)


def test_a_page_of_another_origin_gets_no_dashboard(origin: str) -> None:
    assert get(f"{origin}/__admin/", Origin="https://evil.example").status_code == 403
    assert get(f"{origin}/__admin/events", Origin="https://evil.example").status_code == 403


def test_resources_show_what_is_stored_and_what_refers_to_it(origin: str, send: Sender) -> None:
    base = send("POST", "/connections", zoho(refreshToken=SECRETS[0], clientSecret=SECRETS[1])).json["id"]
    source = {
        "name": "Leads",
        "baseConnectionId": base,
        "data": {"format": "tabular"},
        "params": {"tableName": "Leads"},
        "connectionSpec": zoho()["connectionSpec"],
    }
    assert send("POST", "/sourceConnections", source).status == 201
    text = get(f"{origin}/__admin/resources").text
    (tenant,) = json.loads(text)["tenants"]
    found = {each["name"]: each for each in tenant["collections"]}
    assert found["connections"]["total"] == 1
    assert found["connections"]["records"][0]["name"] == zoho()["name"]
    assert found["sourceConnections"]["records"][0]["references"] == [{"collection": "connections", "id": base}]
    assert not [secret for secret in SECRETS if secret in text]


def test_of_long_documents_only_some_are_shown(origin: str, send: Sender) -> None:
    """Any number of them is read and masked while nobody else is answered."""
    for _ in range(4):
        send.create({**zoho(), "description": "x" * 100_000})
    send.create()
    (tenant,) = get(f"{origin}/__admin/resources").json()["tenants"]
    shown = [row["document"] for row in tenant["collections"][0]["records"]]
    assert [isinstance(each, dict) for each in shown] == [True, True, False, False, True]
    assert shown[2].endswith("bytes, not shown)")


def test_resources_are_shown_in_part_and_counted_whole(origin: str, mock: Mock) -> None:
    for number in range(7):
        for _ in range(250):
            mock.store((f"{number}@AdobeOrg", "prod"), zoho())
    tenants = requests.get(f"{origin}/__admin/resources", timeout=60).json()["tenants"]
    found = [each for tenant in tenants for each in tenant["collections"]]
    assert [each["total"] for each in found] == [250] * 7
    assert [len(each["records"]) for each in found] == [200] * 5 + [0] * 2


def test_tokens_are_told_by_their_state_and_never_shown(origin: str) -> None:
    form = {"grant_type": "refresh_token", "client_id": "1000.A"}
    form |= {"client_secret": SECRETS[1], "refresh_token": SECRETS[0]}
    token = requests.post(f"{origin}/accounts.zoho.eu/oauth/v2/token", data=form, timeout=10).json()["access_token"]
    assert states(origin) == ["valid", "valid"]
    requests.post(f"{origin}/__admin/clock", json={"advance": 3601}, timeout=10)
    assert states(origin) == ["valid", "expired"]
    text = get(f"{origin}/__admin/resources").text
    assert not [secret for secret in (*SECRETS, token) if secret in text]


def states(origin: str) -> list[str]:
    return [row["state"] for row in get(f"{origin}/__admin/resources").json()["services"]["zoho"]["tokens"]]


def test_a_replay_sends_what_was_sent_with_its_secrets(origin: str, send: Sender) -> None:
    send("POST", "/connections", zoho())
    answer = requests.post(f"{origin}/__admin/replay", json={"id": 1}, timeout=10)
    assert answer.json() == {"status": 201}
    first, second = get(f"{origin}/__admin/requests").json()["requests"]
    assert (first["request"], second["violations"]) == (second["request"], [])


@pytest.mark.parametrize("document", [{"id": 7}, {"id": True}, {}])
def test_a_replay_of_what_is_not_there_is_refused(origin: str, document: object) -> None:
    send_again = requests.post(f"{origin}/__admin/replay", json=document, timeout=10)
    assert send_again.status_code == 400
    assert "id" in send_again.json()["reason"]


def events(origin: str, wanted: int, **headers: str) -> list[tuple[str, object]]:
    """The first ``wanted`` events."""
    found: list[tuple[str, object]] = []
    with requests.get(f"{origin}/__admin/events", headers=headers, stream=True, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        kind = ""
        for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
            name, _, value = line.partition(": ")
            kind = value if name == "event" else kind
            if name == "data":
                found.append((kind, json.loads(value)))
            if len(found) == wanted:
                break
    return found


def test_events_bring_each_exchange_as_the_journal_has_it(origin: str, send: Sender) -> None:
    send("POST", "/connections", zoho(region="eu", accountsUrl="https://accounts.zoho.com"))
    rows = get(f"{origin}/__admin/requests").json()["requests"]
    assert events(origin, 1, **{"Last-Event-ID": "0"}) == [("exchange", rows[0])]


def test_rows_are_made_for_whoever_asks_and_once_for_all_pages(
    origin: str, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    row, showing = Exchange._row, send.mock.journal._showing

    def counted(exchange: Exchange) -> dict[str, Any]:
        if exchange.showing is showing:  # of no other mock that a thread still writes down
            made.append(exchange.id)
        return row(exchange)

    monkeypatch.setattr(Exchange, "_row", counted)
    for _ in range(30):
        send("GET", "/connections")
    found = [events(origin, 13, **{"Last-Event-ID": "0"}) for _ in range(3)]
    assert found == [found[0]] * 3
    assert made == list(range(19, 31))
    assert len(get(f"{origin}/__admin/requests?limit=13").json()["requests"]) == 13
    assert made[12:] == [18]


def test_too_many_at_once_are_told_as_a_number(origin: str, send: Sender) -> None:
    for _ in range(30):
        send("GET", "/connections")
    found = events(origin, 13, **{"Last-Event-ID": "0"})
    assert found[0] == ("skipped", {"skipped": 18})
    assert [kind for kind, _ in found[1:]] == ["exchange"] * 12


def test_while_calls_come_too_quickly_none_is_read(send: Sender, mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted, and told once fewer come."""
    moments = itertools.count(1)
    monkeypatch.setattr("mockserver.control.events.monotonic", lambda: next(moments))
    read: list[int] = []
    named = Exchange.named
    monkeypatch.setattr(Exchange, "named", lambda self: read.append(self.id) or named(self))  # type: ignore[func-returns-value]
    more = Events(mock.journal).stream(None).delivery.more
    assert more is not None
    for number in (150, 300):
        for _ in range(150):
            send("GET", "/connections")
        assert more() == b'event: skipped\ndata: {"skipped": %d}\n\n' % number
    assert read == []
    send("GET", "/connections")
    told = more()
    assert told.startswith(b'event: skipped\ndata: {"skipped": 289}\n\n')
    assert told.count(b"event: exchange") == 12
    assert len(read) == 301


def test_a_stream_goes_on_where_a_server_began_anew(origin: str, send: Sender) -> None:
    send("GET", "/connections")
    assert [kind for kind, _ in events(origin, 1, **{"Last-Event-ID": "5000"})] == ["exchange"]
