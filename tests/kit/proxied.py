"""A mock behind a listener that speaks TLS and is a proxy, and clients of it that trust its authority."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from mockserver import Mock
from mockserver.http.authority import Authority
from mockserver.http.handing_out import handing_out
from mockserver.http.limits import Limits
from mockserver.http.server import ServerThread
from mockserver.http.way_out import WayOut
from tests.kit.wire import Client, parsed

__all__ = ["Proxied", "echo", "head", "proxied"]


@dataclass
class Proxied:
    mock: Mock
    authority: Authority
    out: WayOut
    address: tuple[str, int]
    _clients: list[Client] = field(default_factory=list)

    def client(self) -> Client:
        self._clients.append(Client(self.address[1]))
        return self._clients[-1]

    def leave(self) -> None:
        """Close all connections."""
        for client in self._clients:
            client.socket.close()
        self._clients.clear()

    def secure(self, client: Client, name: str | None, *protocols: str, trusts: bool = True) -> ssl.SSLSocket:
        """Speak TLS from now on, as to ``name``; the client's socket is the secure one then."""
        context = ssl.create_default_context(cadata=self.authority.pem.decode())
        context.check_hostname = trusts and name is not None
        if not trusts:
            context.verify_mode = ssl.CERT_NONE
        if protocols:
            context.set_alpn_protocols(list(protocols))
        client.socket = context.wrap_socket(client.socket, server_hostname=name)
        return client.socket

    def through(self, place: str, name: str | None = None) -> Client:
        """A client that speaks TLS to ``place`` behind a CONNECT."""
        client = self.client()
        assert self.connect(client, place).startswith(b"HTTP/1.1 200 ")
        self.secure(client, name or place.partition(":")[0])
        return client

    def connect(self, client: Client, place: str) -> bytes:
        """The head that answers a CONNECT."""
        client.send(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
        return head(client.socket)

    def asked(self, data: bytes) -> tuple[int, dict[str, Any]]:
        """The answer to ``data``, which ends its connection."""
        client = self.client().send(data)
        parts = []
        with suppress(ConnectionResetError):
            while part := client.socket.recv(65536):
                parts.append(part)
        client.socket.close()
        return parsed(b"".join(parts))

    @property
    def urls(self) -> list[str]:
        return [row["request"]["url"] for row in self.mock.journal.rows()]


def head(wire: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n") and (part := wire.recv(1)):
        data += part
    return data


@contextmanager
def proxied(*allowed: str, limits: Limits | None = None) -> Iterator[Proxied]:
    mock, authority, out = Mock(), Authority(), WayOut(allowed)
    threads = ServerThread()
    try:
        server = threads.start(handing_out(authority.pem, mock.handle), limits=limits, authority=authority, out=out)
        found = Proxied(mock, authority, out, server.address)
        try:
            yield found
        finally:
            found.leave()
    finally:
        threads.close()


@contextmanager
def echo() -> Iterator[int]:
    """The port of a server that answers what it is sent, once, and ends when its client does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    wire, _ = listener.accept()
                    with wire:
                        while data := wire.recv(65536):
                            wire.sendall(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
