"""Any bytes over a real socket, and what comes back."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse
from typing import Any

import requests

from contracts import BASE_PATH
from mockserver import Mock
from tests.kit.connection import HEADERS

HEAD = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()


class Wire:
    """A mock behind a socket to which any bytes can be written."""

    def __init__(self, mock: Mock, origin: str) -> None:
        self.mock = mock
        self.origin = origin
        self._address = ("127.0.0.1", int(origin.rpartition(":")[2]))

    def write(self, data: bytes) -> bytes:
        """Everything that comes back until the server closes; no answer within ten seconds is a failure."""
        with socket.create_connection(self._address, timeout=10) as wire:
            try:
                wire.sendall(data)
                wire.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused while still writing; the answer is there all the same
            parts = []
            try:
                while part := wire.recv(65536):
                    parts.append(part)
            except ConnectionResetError:
                pass
        return b"".join(parts)

    def post(self, body: bytes, head: bytes = HEAD) -> tuple[int, dict[str, object]]:
        return parsed(self.write(framed("POST", f"{BASE_PATH}/connections", body, head)))

    def is_untouched(self) -> bool:
        health = requests.get(f"{self.origin}/__admin/health", timeout=10)
        listed = requests.get(f"{self.origin}{BASE_PATH}/connections", headers=dict(HEADERS), timeout=10)
        return health.json()["status"] == "ok" and listed.json() == {"items": [], "_links": {}}


def framed(method: str, target: str, body: bytes = b"", head: bytes = HEAD) -> bytes:
    line = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".encode()
    return line + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def parsed(answer: bytes) -> tuple[int, dict[str, object]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 "), answer[:200]
    return int(head.split()[1]), json.loads(body)


class Client:
    """One connection; a read that takes more than ten seconds is a failure."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def send(self, data: bytes) -> Client:
        self.socket.sendall(data)
        return self

    def answer(self, method: str = "GET") -> tuple[int, Any]:
        """The next answer's status and document."""
        response = HTTPResponse(_Unclosed(self.socket), method=method)  # type: ignore[arg-type]
        response.begin()
        while response.status == 100:
            response.begin()
        body = response.read()
        return response.status, json.loads(body) if body.startswith(b"{") else None

    def is_closed(self) -> bool:
        """Wait until the server closes, and tell whether it did so without another word."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


class _Unclosed:
    """A socket as `HTTPResponse` wants it, read byte by byte so that the next answer stays in it."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire

    def makefile(self, *_: object) -> Any:
        return _Bytewise(self._wire)


class _Bytewise:
    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire

    def readline(self, most: int = -1) -> bytes:
        line = b""
        while not line.endswith(b"\n") and (most < 0 or len(line) < most):
            part = self._wire.recv(1)
            if not part:
                break
            line += part
        return line

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._wire.recv(size - len(data))
            if not part:
                break
            data += part
        return data

    def flush(self) -> None: ...

    def close(self) -> None: ...
