"""The load: ``python load.py CONNECTIONS SECONDS TENANTS PORT...`` in a process of its own.

Each connection belongs to one organisation, asks, waits for the answer, and asks again. With several ports an
organisation's connections all lead to one of them, as behind a load balancer that routes by organisation; with
``mixed`` in front they lead to each in turn.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""``rate`` in calls a second, ``p50`` and ``p99`` in ms, ``failed``: how many weren't answered with 201.

``load`` is the load's own processor time, in microseconds a call.
"""


def load(connections: int, seconds: float, tenants: int, ports: list[int], is_mixed: bool = False) -> Figures:
    places = [*(["mixed"] if is_mixed else []), *map(str, ports)]
    command = [sys.executable, __file__, str(connections), str(seconds), str(tenants), *places]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return dict(json.loads(ran.stdout.splitlines()[-1]))


class _Client(asyncio.Protocol):
    def __init__(self, wire: bytes, latencies: list[float], failed: list[bytes]) -> None:
        self._wire, self._latencies, self._failed = wire, latencies, failed
        self._read = b""
        self.is_over = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._wire)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]):
            return
        self._latencies.append(time.perf_counter() - self._asked)
        if not head.startswith(b"HTTP/1.1 201"):
            self._failed.append(head[:20])
        self._read = b""
        if not self.is_over:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_over:
            self._failed.append(repr(exc).encode())


async def _run(connections: int, seconds: float, tenants: int, ports: list[int], is_mixed: bool) -> Figures:
    from side_by_side.work import BODY, HEADERS, PATH

    latencies: list[float] = []
    failed: list[bytes] = []
    clients: list[_Client] = []
    loop = asyncio.get_running_loop()
    started, used = time.perf_counter(), time.process_time()
    for number in range(connections):
        tenant = number % tenants
        organisation = f"BENCH{tenant:03}@AdobeOrg"
        headers = {"Host": "127.0.0.1", **HEADERS, "x-gw-ims-org-id": organisation, "Content-Length": str(len(BODY))}
        lines = [f"POST {PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        client = _Client("\r\n".join(lines).encode() + BODY, latencies, failed)
        port = ports[(number // tenants + tenant if is_mixed else tenant) % len(ports)]
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
        clients.append(client)
    await asyncio.sleep(seconds)
    took, calls = time.perf_counter() - started, len(latencies)
    cpu = (time.process_time() - used) / max(1, calls) * 1e6
    for client in clients:
        client.is_over = True
    found = sorted(latencies[:calls])
    p50, p99 = (found[int(calls * part)] * 1e3 for part in (0.5, 0.99))
    return {"rate": calls / took, "calls": calls, "p50": p50, "p99": p99, "failed": len(failed), "load": cpu}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    many, length, whose, *rest = sys.argv[1:]
    mixed = rest[0] == "mixed"
    print(
        json.dumps(asyncio.run(_run(int(many), float(length), int(whose), [int(each) for each in rest[mixed:]], mixed)))
    )
