"""The proxy that C libraries and started processes find: what is no real host goes through it as it is."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from mockserver import Mock, ServerThread
from mockserver.tunnel import Tunnel


@pytest.fixture
def tunnel() -> Iterator[Tunnel]:
    with Tunnel(lambda host, port: f"not {host}:{port}" if host == "real.example" else None) as tunnel:
        yield tunnel
        tunnel.shutdown()


def through(tunnel: Tunnel, host: str, port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(*tunnel.server_address, timeout=9)
    connection.set_tunnel(host, port)
    return connection


def test_another_host_is_reached(tunnel: Tunnel, thread: ServerThread) -> None:
    server = thread.start(Mock().handle)
    host, _, port = server.origin.removeprefix("http://").partition(":")
    connection = through(tunnel, host, int(port))
    for _ in range(2):
        connection.request("GET", "/__admin/health")
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (200, True)
    connection.close()
    thread.stop(server)


def test_a_refused_host_is_told_why(tunnel: Tunnel) -> None:
    with pytest.raises(OSError, match="403 Forbidden"):
        through(tunnel, "real.example", 443).request("GET", "/")


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 1), ("no.such.host.invalid", 443)])
def test_who_isnt_there_is_told_as_that(tunnel: Tunnel, host: str, port: int) -> None:
    with pytest.raises(OSError, match="502 Bad Gateway"):
        through(tunnel, host, port).request("GET", "/")


def in_the_clear(tunnel: Tunnel, url: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(*tunnel.server_address, timeout=9)) as connection:
        connection.request("GET", url)
        response = connection.getresponse()
        return response.status, response.read()


def test_plain_http_goes_through_too(tunnel: Tunnel, thread: ServerThread) -> None:
    server = thread.start(Mock().handle)
    assert in_the_clear(tunnel, f"{server.origin}/__admin/clock?x=1")[0] == 200
    assert in_the_clear(tunnel, "http://real.example/") == (403, b"not real.example:80\n")
    thread.stop(server)


@pytest.mark.parametrize(
    "line", ["GET / HTTP/1.1", "GET https://real.example/ HTTP/1.1", "CONNECT : HTTP/1.1", "nonsense"]
)
def test_what_is_nothing_for_a_proxy_is_told_so(tunnel: Tunnel, line: str) -> None:
    connection = http.client.HTTPConnection(*tunnel.server_address, timeout=9)
    connection.connect()
    connection.sock.sendall(f"{line}\r\n\r\n".encode())
    assert connection.sock.recv(99).startswith(b"HTTP/1.1 405 ")
    connection.close()
