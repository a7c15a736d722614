"""The memory of ``mockserver serve``, with connections stored and after many requests."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from side_by_side.rows import KIT, PEERS
from side_by_side.running import Running
from side_by_side.work import BODY, HEADERS, PATH

_PAGE = os.sysconf("SC_PAGE_SIZE")


class _Client:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "localhost", **HEADERS}.items())

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        line = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(line.encode() + body)
        read = b""
        while b"\r\n\r\n" not in read:
            read += self._received()
        head, _, answer = read.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 20"), head
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0] or 0)
        while len(answer) < length:
            answer += self._received()
        return answer

    def _received(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server has closed the connection")
        return data


def measured(stored: int, requests: int) -> Iterator[tuple[str, float]]:
    """What had been done, and the megabytes that were resident then."""
    (kit,) = (peer for peer in PEERS if peer.name == KIT)
    with tempfile.TemporaryDirectory() as folder, Running(kit, Path(folder), Path(folder), []) as server:
        server.wait()
        client = _Client(server.port)
        yield "started", _resident(server.pid)
        for _ in range(stored):
            client.ask("POST", PATH, BODY)
        yield f"{stored:,} connections stored", _resident(server.pid)
        for quarter in range(1, 5):
            for _ in range(requests // 12):
                _one_comes_and_goes(client)
            yield f"and {requests * quarter // 4:,} further requests", _resident(server.pid)


def _one_comes_and_goes(client: _Client) -> None:
    """Three requests that leave as many stored as before."""
    place = f"{PATH}/{json.loads(client.ask('POST', PATH, BODY))['id']}"
    client.ask("GET", place)
    client.ask("DELETE", place)


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * _PAGE / 1e6
