"""One script of calls through every way in: the answers and the journals agree field by field."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from contracts import BASE_PATH, LARGEST_BODY, Contract, Request
from mockserver import Mock, ServerThread
from mockserver.adapters.asgi import AsgiApp
from mockserver.adapters.httpx import FlowServiceTransport
from mockserver.adapters.responses import patched
from mockserver.hosts import is_emulated
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.sender import Answer, Sender
from tests.kit.ways import WAYS, served, way_into

VARYING = [
    (re.compile(r"[0-9a-f]{8}-0000-0200-0000-[0-9a-f]{12}"), "ETAG"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r'"request-id": ?"\w{32}"'), "REQUEST"),
    (re.compile(r"\b1[0-9]{12}\b"), "TIME"),
    (re.compile(r"continuationToken=[\w-]+"), "TOKEN"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "https://platform.adobe.io"),
    (re.compile(r"127\.0\.0\.1:\d+"), "platform.adobe.io"),
]


def alike(text: str) -> str:
    """``text`` without what differs from run to run."""
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text


def script(send: Sender) -> Iterator[Answer]:  # noqa: C901 -- a list of calls
    """Everything that /connections can do, and a good deal that it refuses."""
    yield send("POST", "/connections", zoho("eu"))
    yield send("POST", "/connections/", {**zoho("in"), "name": 'Zöhö 漢字 🐘 "quoted" \\ \u202e', "surprise": None})
    for document in ({}, [], "text", None, {**zoho(), "name": ""}, zoho(accountsUrl="https://accounts.zoho.eu/")):
        yield send("POST", "/connections", document)
    for name in HEADERS:
        yield send("POST", "/connections", zoho(), headers=with_headers(**{name: None}))
    for body in (b"", b"{", b"\xff", b"[" * 100_000, b'{"a":1,"a":2}', b"x" * (LARGEST_BODY + 1)):
        yield send.raw("POST", f"{BASE_PATH}/connections", HEADERS, body)
    listed = send("GET", "/connections?limit=1&orderby=-name&property=state==enabled")
    yield listed
    yield send("GET", listed.json["_links"]["next"]["href"])
    for query in (
        "count=true",
        "count=true&limit=1",
        "limit=x",
        "nosuch=1",
        "property=nosuch==1",
        "property=name~x",
        "orderby=%2Bname",
    ):
        yield send("GET", f"/connections?{query}")
    yield send("POST", "/connections/search", {"queryString": "name!=x", "limit": 1})
    id = listed.json["items"][0]["id"]
    etag = listed.json["items"][0]["etag"]
    for method, path in (("GET", ""), ("GET", "/"), ("GET", "/test"), ("POST", ""), ("GET", "/nosuch")):
        yield send(method, f"/connections/{id}{path}")
    patch = [{"op": "replace", "path": "/description", "value": "new"}]
    for more in ({}, {"if_match": etag.strip('"')}, {"if_match": '"stale"'}, {"if_match": etag}):
        yield send("PATCH", f"/connections/{id}/", patch, **more)
    for bad in ([{"op": "move", "from": "/name", "path": "/x"}], [{"op": "remove", "path": "/x"}], []):
        yield send("PATCH", f"/connections/{id}", bad, if_match="*")
    yield send("DELETE", f"/connections/{id}/")
    yield send("GET", f"/connections/{id}")
    for path in ("/connections/a%2Fb", "/connections/%00", "/nosuch", "//connections", "/connections/%FF"):
        yield send("GET", path)
    for method in ("PUT", "OPTIONS", "DELETE"):
        yield send(method, "/connections")
    for status in (401, 429, 503):
        send.mock.faults.add(status=status)
        yield send("GET", "/connections")


def played(name: str, thread: ServerThread) -> tuple[list[Any], list[Any]]:
    mock = Mock(Contract())
    with way_into(mock, name, thread) as send:
        answers = [(answer.status, dict(answer.headers), alike(answer.text.decode())) for answer in script(send)]
    return answers, mock.journal.rows()


@pytest.mark.parametrize("way", [way for way in WAYS if way != "core"])
def test_every_way_in_gives_the_same_answers(way: str, thread: ServerThread) -> None:
    expected, _ = played("core", thread)
    found, _ = played(way, thread)
    assert len(found) == len(expected) > 50
    for (status, headers, text), (status_, headers_, text_) in zip(expected, found, strict=True):
        assert (status, text) == (status_, text_)
        headers = {name: alike(value) for name, value in headers.items()}
        assert headers.items() <= {name: alike(value) for name, value in headers_.items()}.items()


@pytest.mark.parametrize("way", [way for way in WAYS if way != "core"])
def test_every_way_in_writes_the_same_journal(way: str, thread: ServerThread) -> None:
    _, expected = played("core", thread)
    _, found = played(way, thread)
    for row, row_ in zip(expected, found, strict=True):
        for each in (row, row_):
            each["request"]["headers"] = {name: each["request"]["headers"].get(name.lower()) for name in HEADERS}
        row["response"]["headers"] = row_["response"]["headers"] = {}
        assert alike(json.dumps(row, sort_keys=True)) == alike(json.dumps(row_, sort_keys=True))


def test_all_ways_in_share_one_state_and_one_journal(thread: ServerThread) -> None:
    mock = Mock()
    with way_into(mock, "http", thread) as http, way_into(mock, "responses", thread) as inside:
        id, _ = http.create()
        assert inside.read(id)["id"] == id
        with way_into(mock, "httpx", thread) as other:
            assert other("DELETE", f"/connections/{id}").status == 204
        assert http("GET", f"/connections/{id}").status == 404
    assert [row["id"] for row in mock.journal.rows()] == [1, 2, 3, 4]


def test_the_asynchronous_httpx_client_too(mock: Mock) -> None:
    async def create() -> httpx.Response:
        async with httpx.AsyncClient(transport=FlowServiceTransport(mock.handle)) as client:
            url = "https://platform.adobe.io" + BASE_PATH + "/connections"
            return await client.post(url, headers=dict(HEADERS), json=zoho())

    assert asyncio.run(create()).status_code == 201


def test_any_asgi_client_too(mock: Mock) -> None:
    async def create() -> httpx.Response:
        transport = httpx.ASGITransport(AsgiApp(mock.handle))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.post(BASE_PATH + "/connections", headers=dict(HEADERS), json=zoho())

    assert asyncio.run(create()).status_code == 201


# Hosts

HOSTS = ["platform.adobe.io", "platform-stage.adobe.io", "platform-int.adobe.io"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_platform_is_reached_by_its_name_in_path_and_header(mock: Mock, thread: ServerThread, host: str) -> None:
    path = f"{BASE_PATH}/connections"
    with served(mock, thread) as origin:
        by_path = requests.get(f"{origin}/{host}{path}", headers=dict(HEADERS), timeout=10)
        by_header = requests.get(origin + path, headers={**HEADERS, "Host": host}, timeout=10)
    assert (by_path.status_code, by_header.status_code) == (200, 200)


@pytest.mark.parametrize("host", ["people.zoho.eu", "content.zohoapis.com.cn", "ims-na1.adobelogin.com"])
@pytest.mark.parametrize("path", ["", "/", "/oauth/v2/token", f"{BASE_PATH}/connections", "/__admin/health"])
def test_a_host_that_answers_nothing_yet_gives_the_mocks_404(mock: Mock, host: str, path: str) -> None:
    for request in (
        Request("GET", f"/{host}{path}", {**{k.lower(): v for k, v in HEADERS.items()}, "host": "127.0.0.1"}),
        Request("GET", path or "/", {**{k.lower(): v for k, v in HEADERS.items()}, "host": host}),
    ):
        response = mock.handle(request)
        body = json.loads(response.body)
        assert response.status == 404
        assert (body["error_code"] if "error_code" in body else body["code"]) in ("404000", "INVALID_URL_PATTERN")


@pytest.mark.parametrize(
    "host", ["example.com", "platform.adobe.io.example.com", "notadobe.io", "evilzohoapis.com", ""]
)
def test_other_hosts_are_not_emulated(host: str) -> None:
    assert not is_emulated(host)


# The way in through `responses`


@pytest.mark.parametrize(
    "url",
    [
        "https://platform.adobe.io/",
        "https://platform.adobe.io/nosuch",
        "http://platform.adobe.io:80/x",
        "https://PLATFORM.adobe.io/x",
    ]
    + ["https://accounts.zoho.eu/oauth/v2/token", "https://www.zohoapis.in/crm/v2/Leads", "https://crm.zoho.com/"]
    + ["https://ims-na1.adobelogin.com/ims/token/v3", "https://platform-stage.adobe.io/data/x"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND"])
def test_a_real_host_is_never_contacted(mock: Mock, url: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    by_method = {"/ims/token/v3": (400, 405, 405), "/oauth/v2/token": (200, 405, 405), "/Leads": (401, 401, 400)}
    with patched(mock.handle):
        status = requests.request(method, url, timeout=5).status_code
    post, get, other = next((found for end, found in by_method.items() if url.endswith(end)), (404, 404, 404))
    if url.endswith("/Leads") and method in ("PUT", "DELETE"):
        other = 401
    assert status == {"POST": post, "GET": get}.get(method, other)


@pytest.mark.parametrize("client", ["urllib", "httpx", "asyncio", "another mock"])
def test_no_other_library_reaches_a_real_host_either(mock: Mock, client: str) -> None:
    import urllib.request

    url = "https://platform.adobe.io/"
    with patched(mock.handle), pytest.raises(Exception, match="never contacted") as caught:  # noqa: PT012
        if client == "urllib":
            urllib.request.urlopen(url, timeout=5)
        elif client == "httpx":
            httpx.get(url, timeout=5)
        elif client == "asyncio":
            asyncio.run(asyncio.open_connection("platform.adobe.io", 443))
        else:
            with responses.RequestsMock() as other:
                other.add_passthru("https://platform.adobe.io")
                requests.get(url, timeout=5)
    assert "flow_service.url" in str(caught.value)


@pytest.mark.parametrize("way", ["http", "responses"])
@pytest.mark.parametrize(("method", "calls"), [("GET", 3), ("POST", 1)])
def test_a_sessions_own_retries_happen_in_process_as_over_a_socket(
    mock: Mock, thread: ServerThread, way: str, method: str, calls: int
) -> None:
    mock.faults.add(kind="drop", times=2)
    with requests.Session() as session, way_into(mock, way, thread) as send:
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=Retry(3, backoff_factor=0)))
        url = f"{send.origin}{BASE_PATH}/connections"
        if method == "GET":
            assert session.get(url, headers=dict(HEADERS), timeout=5).status_code == 200
        else:
            with pytest.raises(requests.ConnectionError):
                session.post(url, headers=dict(HEADERS), json=zoho(), timeout=5)
    assert len(mock.journal.entries()) == calls


def test_the_control_side_is_not_on_the_real_hosts(mock: Mock) -> None:
    for target, host in (("/__admin/health", "platform.adobe.io"), ("/platform.adobe.io/__admin/health", "127.0.0.1")):
        assert mock.handle(Request("GET", target, {"host": host})).status == 404
    assert mock.handle(Request("GET", "/__adminhealth", {"host": "127.0.0.1"})).status == 404
    assert mock.handle(Request("GET", "/__admin/health", {"host": "127.0.0.1"})).status == 200


def test_other_hosts_are_let_through(mock: Mock, thread: ServerThread) -> None:
    with served(mock, thread) as origin, patched(Mock().handle):
        assert requests.get(f"{origin}/__admin/health", timeout=10).json()["status"] == "ok"


def test_another_mock_around_it_keeps_working(mock: Mock) -> None:
    with responses.RequestsMock() as outer:
        outer.get("https://example.com/", json={"mine": True})
        with patched(mock.handle):
            assert requests.get("https://example.com/", timeout=5).json() == {"mine": True}
            assert requests.get("https://platform.adobe.io/x", timeout=5).status_code == 404


def test_the_module_wide_mock_is_left_alone(mock: Mock) -> None:
    with patched(mock.handle):
        requests.get("https://platform.adobe.io/x", timeout=5)
    assert len(responses.calls) == 0
    assert responses.registered() == []


def test_bodies_of_every_kind_arrive(mock: Mock, thread: ServerThread) -> None:
    """Text, bytes, file, generator: as over a socket."""
    import io

    text = json.dumps(zoho(), ensure_ascii=False)
    url = f"{BASE_PATH}/connections"
    for body in (text, text.encode(), io.BytesIO(text.encode()), (part.encode() for part in (text[:9], text[9:]))):
        with patched(mock.handle):
            sent = requests.post(f"https://platform.adobe.io{url}", headers=dict(HEADERS), data=body, timeout=5)
        assert sent.status_code == 201
    chunks = (part.encode() for part in (text[:9], text[9:]))
    with served(mock, thread) as origin:
        assert requests.post(origin + url, headers=dict(HEADERS), data=chunks, timeout=5).status_code == 201


def test_a_program_that_logs_everything_is_answered_too(
    mock: Mock, thread: ServerThread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)  # below DEBUG
    with served(mock, thread) as origin:
        answer = requests.post(f"{origin}{BASE_PATH}/connections", headers=HEADERS, json=zoho(), timeout=10)
    assert answer.status_code == 201
