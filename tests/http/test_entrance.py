"""One listener is a server, a TLS server and a proxy: what the first bytes of a connection lead to."""

from __future__ import annotations

import logging
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from random import Random

import pytest

from contracts import Request
from mockserver import Mock, Response, ServerThread
from mockserver.http.authority import Authority
from mockserver.http.limits import Limits
from mockserver.http.way_out import WayOut
from tests.fuzz.proxy import hello, honest, play, post
from tests.kit.depth import examples
from tests.kit.proxied import Proxied, echo, head, proxied
from tests.kit.serving import until
from tests.kit.wire import Client


@pytest.fixture(scope="module")
def shared() -> Iterator[Proxied]:
    with proxied("localhost", "127.0.0.1") as each:
        yield each


@pytest.fixture
def front(shared: Proxied) -> Iterator[Proxied]:
    shared.mock.reset()
    shared.out.refused.clear()
    shared.out.distrusted.clear()
    yield shared
    shared.leave()


def test_tls_is_spoken_for_the_name_that_is_asked_for(front: Proxied) -> None:
    client = front.client()
    wire = front.secure(client, "accounts.zoho.eu", "h2", "http/1.1")
    assert wire.selected_alpn_protocol() == "http/1.1"
    status, answer = client.send(post("/oauth/v2/token", "accounts.zoho.eu")).answer()
    assert (status, set(answer)) == (200, {"access_token", "api_domain", "token_type", "expires_in", "scope"})
    assert answer["api_domain"] == "https://www.zohoapis.eu"
    assert front.urls == ["https://accounts.zoho.eu/oauth/v2/token"]


def test_who_offers_http2_alone_is_offered_nothing(front: Proxied) -> None:
    assert front.secure(front.client(), "platform.adobe.io", "h2").selected_alpn_protocol() is None


def test_this_machine_has_a_certificate_too(front: Proxied) -> None:
    client = front.client()
    front.secure(client, "localhost")
    client.send(b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert client.answer()[1]["status"] == "ok"


def test_connect_leads_to_an_emulated_host(front: Proxied) -> None:
    client = front.through("accounts.zoho.eu:443")
    for _ in range(2):
        assert client.send(post("/oauth/v2/token", "accounts.zoho.eu", close=False)).answer()[0] == 200
    assert front.urls == ["https://accounts.zoho.eu/oauth/v2/token"] * 2


@pytest.mark.parametrize("host", ["accounts.zoho.in", "example.com", "127.0.0.1", "ACCOUNTS.ZOHO.EU:443"])
def test_a_host_header_counts_where_it_names_an_emulated_host(front: Proxied, host: str) -> None:
    client = front.through("accounts.zoho.eu:443")
    assert client.send(post("/oauth/v2/token", host)).answer()[0] == 200
    expected = "accounts.zoho.in" if host.endswith(".in") else "accounts.zoho.eu"
    assert front.urls[0].lower().replace(":443", "") == f"https://{expected}/oauth/v2/token"


def test_a_wrong_server_name_doesnt_change_where_a_connect_leads(front: Proxied) -> None:
    client = front.through("accounts.zoho.eu:443", "example.com")
    assert client.send(post("/oauth/v2/token", "accounts.zoho.eu")).answer()[0] == 200


def test_plain_http_behind_a_connect_is_understood(front: Proxied) -> None:
    client = front.client()
    assert front.connect(client, "accounts.zoho.eu:80").startswith(b"HTTP/1.1 200 ")
    assert client.send(post("/oauth/v2/token", "accounts.zoho.eu")).answer()[0] == 200


@pytest.mark.parametrize("scheme", ["http", "https", "HTTPS"])
def test_a_whole_url_in_the_clear_is_a_request_to_its_host(front: Proxied, scheme: str) -> None:
    url = f"{scheme}://accounts.zoho.eu/oauth/v2/token"
    assert front.asked(post(url, "whatever", close=False))[0] == 200  # the answer ends the connection
    assert front.urls == [f"{scheme.lower()}://accounts.zoho.eu/oauth/v2/token"]


def test_what_is_neither_emulated_nor_allowed_is_refused_by_name(front: Proxied) -> None:
    told = "example.com is neither emulated nor allowed: mockserver run --allow example.com lets it through"
    assert front.connect(front.client(), "example.com:443").startswith(f"HTTP/1.1 403 {told}\r\n".encode())
    assert front.asked(post("http://Example.com/x", "example.com"))[1] == {"status": 403, "reason": told}
    client = front.client()
    front.secure(client, "example.com")
    assert client.send(post("/x", "example.com")).answer() == (403, {"status": 403, "reason": told})
    assert front.asked(post("/x", "example.com"))[1]["reason"] == told
    assert front.out.refused == {"example.com": 4}
    assert front.urls == []


def test_an_allowed_host_is_reached_through_a_tunnel(front: Proxied) -> None:
    with echo() as port:
        client = front.client()
        assert front.connect(client, f"localhost:{port}") == b"HTTP/1.1 200 Connection established\r\n\r\n"
        data = bytes(range(256)) * 4096
        sent = 0
        received = bytearray()
        while len(received) < len(data):
            sent += len(data[sent : sent + 65536]) if client.send(data[sent : sent + 65536]) else 0
            received += client.socket.recv(65536)
        assert received == data
        client.socket.shutdown(socket.SHUT_WR)
        assert client.is_closed()
    assert front.out.refused == {}


def test_a_host_that_is_allowed_by_name_is_not_the_mocks_own() -> None:
    out = WayOut(["Platform.adobe.io"])
    assert out.allows("platform.adobe.io")
    assert not out.is_here("platform.adobe.io")
    assert out.is_here("accounts.zoho.eu")
    assert WayOut(["*"]).is_here("platform.adobe.io")


def test_an_allowed_host_is_sent_one_plain_request_as_its_own(front: Proxied) -> None:
    with echo() as port:
        client = front.client()
        head = f"GET http://127.0.0.1:{port}/a?b=c HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\n"
        client.send(head.encode())
        client.socket.shutdown(socket.SHUT_WR)
        received = b""
        while part := client.socket.recv(65536):
            received += part
    assert received == b"GET /a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_an_allowed_host_that_isnt_there_is_told(front: Proxied) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert front.connect(front.client(), f"localhost:{port}").startswith(b"HTTP/1.1 502 ")


@pytest.mark.parametrize(
    "data",
    [
        b"C",
        b"CONNECT",
        b"CONNECT accounts.zoho.eu:443 HTTP/1.1\r\nHost:",
        b"CONNECT accounts.zoho.eu:443 HTTP/1.1\r\n\r\n",
        b"CONNECT accounts.zoho.eu:443 HTTP/1.1\r\n\r\n\x16",
        b"\x16\x03\x01\x02\x00\x01",
        b"POST https:",
    ],
)
def test_half_a_beginning_is_waited_for_as_long_as_for_any_head(data: bytes) -> None:
    with proxied(limits=Limits(head_timeout=0.2)) as front:
        client = front.client().send(data)
        if data.count(b"\r\n\r\n"):
            assert client.socket.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert client.is_closed()


def test_a_plain_server_says_in_words_that_it_is_no_proxy(
    mock: Mock, thread: ServerThread, caplog: pytest.LogCaptureFixture
) -> None:
    server = thread.start(mock.handle)
    client = Client(server.address[1]).send(b"CONNECT platform.adobe.io:443 HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = head(client.socket)
    assert answer.startswith(b"HTTP/1.1 400 This is no proxy; mockserver run is, and serve --https-port\r\n")
    assert "`mockserver run -- COMMAND`" in client.socket.recv(1000).decode()
    client.socket.close()
    thread.stop(server)
    (record,) = caplog.records
    assert record.getMessage().startswith("CONNECT platform.adobe.io:443: This server is no proxy.")


@pytest.mark.parametrize(
    "place",
    ["", ":", "[", "accounts.zoho.eu:x", "accounts.zoho.eu:99999", "\xff", " ", "\x1bc.example", "a\x07.zoho.eu"],
)
def test_a_connect_to_nowhere_is_refused(front: Proxied, place: str) -> None:
    assert front.asked(f"CONNECT {place} HTTP/1.1\r\nHost: x\r\n\r\n".encode("latin-1"))[0] == 400


def test_the_certificate_is_handed_out(front: Proxied) -> None:
    client = front.client().send(b"GET /__admin/ca.pem HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = b""
    while part := client.socket.recv(65536):
        answer += part
    assert answer.endswith(front.authority.pem)
    assert ssl.PEM_cert_to_DER_cert(front.authority.pem.decode())


def test_who_trusts_nobody_else_is_told_by_tls(front: Proxied) -> None:
    client = front.client()
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context(cafile=None, cadata=_another()).wrap_socket(client.socket, server_hostname="zoho.eu")
    another = front.client()  # some say nothing, and are gone
    another.socket.sendall(hello("www.zohoapis.eu"))
    another.socket.recv(1)
    another.socket.close()
    assert front.through("accounts.zoho.eu:443").send(post("/oauth/v2/token", "accounts.zoho.eu")).answer()[0] == 200
    until(lambda: front.out.distrusted == {"zoho.eu": 1, "www.zohoapis.eu": 1})


def _another() -> str:
    from mockserver.http.authority import Authority

    return Authority().pem.decode()


@pytest.mark.parametrize("is_secure", [True, False])
def test_nothing_more_is_carried_out_for_a_client_that_is_gone(
    thread: ServerThread, caplog: pytest.LogCaptureFixture, is_secure: bool
) -> None:
    """It resets its connection while the first of many requests is carried out, of which all have come."""
    is_gone = threading.Event()
    urls: list[str] = []

    def handle(request: Request) -> Response:
        urls.append(request.target)
        assert is_gone.wait(10)
        return Response(200, {}, b"")

    authority = Authority()
    server = thread.start(handle, authority=authority)
    front = Proxied(Mock(), authority, WayOut(), server.address)
    client = front.client()
    if is_secure:
        front.secure(client, "platform.adobe.io")
    client.send(b"GET /many HTTP/1.1\r\nHost: platform.adobe.io\r\n\r\n" * 100)
    until(lambda: urls)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()
    with caplog.at_level(logging.WARNING):
        is_gone.set()
        front.client().send(b"GET /next HTTP/1.1\r\nHost: platform.adobe.io\r\n\r\n").answer()
    front.leave()
    assert caplog.records == []
    assert len(urls) < 10


def test_whatever_comes_the_listener_serves_on(front: Proxied, caplog: pytest.LogCaptureFixture) -> None:
    random = Random(19)
    with caplog.at_level(logging.WARNING):
        for _ in range(examples(1500)):
            play(front, random)
        assert honest(front)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
