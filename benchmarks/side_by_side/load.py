"""The load: wrk where it is on PATH, else ``python load.py PORT CONNECTIONS SECONDS`` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""``calls``, ``seconds``, ``p50`` and ``p99`` in us, ``failed``: how many weren't answered with success."""


def load(prefix: list[str], files: Path, port: int, connections: int, seconds: int) -> Figures:
    if shutil.which("wrk"):
        from side_by_side.work import PATH

        script = str(files / "wrk.lua")
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", script]
        command = ["wrk", *options, f"http://127.0.0.1:{port}{PATH}"]
    else:
        command = [sys.executable, __file__, str(port), str(connections), str(seconds)]
    ran = subprocess.run([*prefix, *command], capture_output=True, encoding="utf-8", check=True)
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def generator() -> str:
    """Its name, for the table."""
    if not shutil.which("wrk"):
        return "the benchmark's own generator"
    ran = subprocess.run(["wrk", "-v"], capture_output=True, encoding="utf-8", check=False)
    return " ".join((ran.stdout + ran.stderr).split()[:2])


class _Client(asyncio.Protocol):
    """One connection that asks, waits for the answer, and asks again; a new one where the server closes it."""

    def __init__(self, port: int, wire: bytes, latencies: list[float], failed: list[int]) -> None:
        self._port, self._wire, self._latencies, self._failed = port, wire, latencies, failed

    async def connect(self) -> None:
        self._read = b""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._wire)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        head = head.lower()
        length = head.partition(b"content-length: ")[2].partition(b"\r")[0]
        if len(body) < int(length) if length else not body.endswith(b"0\r\n\r\n"):
            return
        self._latencies.append(time.perf_counter() - self._asked)
        if head.split(maxsplit=2)[1] != b"201":
            self._failed.append(1)
        self._read = b""
        if b"connection: close" in head:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc or self._read:
            self._failed.append(1)
        self._again = asyncio.ensure_future(self.connect())


async def _own(port: int, connections: int, seconds: float) -> Figures:
    from side_by_side.work import BODY, HEADERS, PATH

    headers = {"Host": "127.0.0.1", **HEADERS, "Content-Length": str(len(BODY))}
    lines = [f"POST {PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    wire = "\r\n".join(lines).encode() + BODY
    latencies: list[float] = []
    failed: list[int] = []
    started = time.perf_counter()
    for _ in range(connections):
        await _Client(port, wire, latencies, failed).connect()
    await asyncio.sleep(seconds)
    took, found = time.perf_counter() - started, sorted(latencies)
    p50, p99 = (found[int(len(found) * part)] * 1e6 for part in (0.5, 0.99))
    return {"calls": len(found), "seconds": took, "p50": p50, "p99": p99, "failed": len(failed)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    print(json.dumps(asyncio.run(_own(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))))
