"""The proxy that C libraries and started processes find: what is no real host goes through it as it is."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing

import pytest

from mockserver import Mock, ServerThread
from mockserver.tunnel import Tunnel

DENIED = b"\x15\x03\x03\x00\x02\x02\x31"  # a TLS alert


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
    "line", ["GET / HTTP/1.1", "GET https://other.example/ HTTP/1.1", "CONNECT : HTTP/1.1", "nonsense"]
)
def test_what_is_nothing_for_a_proxy_is_told_so(tunnel: Tunnel, line: str) -> None:
    connection = http.client.HTTPConnection(*tunnel.server_address, timeout=9)
    connection.connect()
    connection.sock.sendall(f"{line}\r\n\r\n".encode())
    assert connection.sock.recv(99).startswith(b"HTTP/1.1 405 ")
    connection.close()


def said(tunnel: Tunnel, *, data: bytes) -> bytes:
    with socket.create_connection(tunnel.server_address, 9) as connection:
        connection.sendall(data)
        return connection.recv(999)


def test_who_takes_it_for_a_host_is_refused_too(tunnel: Tunnel) -> None:
    """A child's sockets are led there, with what they would have said to the host."""
    assert said(tunnel, data=b"GET / HTTP/1.1\r\nHost: real.example\r\n\r\n").startswith(b"HTTP/1.1 403 ")
    assert said(tunnel, data=b"POST https://real.example/ HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403 ")
    with socket.create_connection(tunnel.server_address, 9) as plain, pytest.raises(ssl.SSLError, match=r"(?i)denied"):
        ssl.create_default_context().wrap_socket(plain, server_hostname="real.example")


@pytest.mark.parametrize("hello", [b"\x16", b"\x16\x03\x01\x00\x05abcde", b"\x16\x03\x01\xff\xff" + b"a" * 99])
def test_half_a_handshake_ends_quietly(tunnel: Tunnel, hello: bytes) -> None:
    with socket.create_connection(tunnel.server_address, 9) as connection:
        connection.sendall(hello)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(99) in (b"", DENIED)


def test_a_proxy_of_the_users_is_asked_for_all_that_goes_through(
    tunnel: Tunnel, monkeypatch: pytest.MonkeyPatch, thread: ServerThread
) -> None:
    server = thread.start(Mock().handle)
    with socket.create_server(("127.0.0.1", 0)) as own:
        own.settimeout(9)
        proxy = f"http://me:p%40ss@127.0.0.1:{own.getsockname()[1]}"
        monkeypatch.setenv("https_proxy", proxy)
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        for line in ("CONNECT far.example:443", "GET http://far.example/x"):
            with socket.create_connection(tunnel.server_address, 9) as connection:
                connection.sendall(f"{line} HTTP/1.1\r\nHost: far.example\r\nConnection: keep-alive\r\n\r\n".encode())
                accepted, _ = own.accept()
                with accepted:
                    asked = accepted.recv(999).decode()
                    accepted.sendall(b"HTTP/1.1 200 mine\r\n\r\n")
                    assert connection.recv(99) == b"HTTP/1.1 200 mine\r\n\r\n"
            assert asked.startswith(f"{line} HTTP/1.1\r\nHost: far.example\r\nProxy-Authorization: Basic bWU6cEBzcw==")
            assert "keep-alive" not in asked
        assert in_the_clear(tunnel, f"{server.origin}/__admin/clock")[0] == 200
        assert in_the_clear(tunnel, "http://real.example/")[0] == 403
    thread.stop(server)
