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


def load(prefix: list[str], files: Path, port: int, connections: int, seconds: float) -> Figures:
    if shutil.which("wrk"):
        from side_by_side.work import PATH

        script = str(files / "wrk.lua")
        options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", script]
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
    """One keep-alive connection that asks, waits for the answer, and asks again."""

    def __init__(self, wire: bytes, latencies: list[float], failed: list[int]) -> None:
        self._wire, self._latencies, self._failed = wire, latencies, failed
        self._read = b""

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
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
        if len(body) < int(length) if length else not body.endswith(b"0\r\n\r\n"):
            return
        self._latencies.append(time.perf_counter() - self._asked)
        if not head.startswith(b"HTTP/1.1 201"):
            self._failed.append(1)
        self._read = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._failed.append(1)


async def _own(port: int, connections: int, seconds: float) -> Figures:
    from side_by_side.work import BODY, HEADERS, PATH

    lines = [
        f"{name}: {value}" for name, value in {"Host": "127.0.0.1", **HEADERS, "Content-Length": len(BODY)}.items()
    ]
    wire = "\r\n".join([f"POST {PATH} HTTP/1.1", *lines, "", ""]).encode() + BODY
    latencies: list[float] = []
    failed: list[int] = []
    started = time.perf_counter()
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: _Client(wire, latencies, failed), "127.0.0.1", port)
    await asyncio.sleep(seconds)
    took, count, broken = time.perf_counter() - started, len(latencies), len(failed)
    latencies.sort()
    p50, p99 = (latencies[int(count * part)] * 1e6 for part in (0.5, 0.99))
    return {"calls": count, "seconds": took, "p50": p50, "p99": p99, "failed": broken}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    print(json.dumps(asyncio.run(_own(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))))
