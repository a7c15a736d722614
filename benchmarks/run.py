"""What the kit's main job costs: ``python benchmarks/run.py``.

The job is the documented POST /connections for Zoho CRM in Europe: five headers, the body judged by every rule, stored,
journalled, answered 201. Every figure is the median of several rounds, with the lowest and the highest beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from contracts import BASE_PATH, Request, catalogue, documented_regions
from mockserver import Mock, ServerThread
from mockserver.adapters.responses import patched
from mockserver.examples import body_of, headers

BODY = json.dumps(body_of(catalogue().named("zoho-crm"), documented_regions()["eu"])).encode()  # type: ignore[arg-type]
PATH = f"{BASE_PATH}/connections"
HEAD = "".join(f"{name}: {value}\r\n" for name, value in headers().items())
WIRE = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{HEAD}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each HTTP round")
    options = parser.parse_args()
    rounds, seconds = options.rounds, options.seconds
    show("core handle", "us a call", rounds, handle)
    show("requests through responses", "us a call", rounds, through_responses)
    for connections in (1, 16):
        with server() as port:
            show(
                f"HTTP, {connections} keep-alive",
                "calls/s",
                rounds,
                lambda port=port, n=connections: load(port, n, seconds),
            )
    thread = ServerThread()
    show("flow_service set-up and tear-down", "ms", rounds, lambda: fixture(thread))
    thread.close()
    show("plugin import, beside pytest's", "ms", rounds, plugin)
    show("mockserver --help", "ms", rounds, lambda: command("--help"))
    show("mockserver serve until it listens", "ms", rounds, listens)


def show(name: str, unit: str, rounds: int, measure: Callable[[], float]) -> None:
    measure()  # a warm-up
    found = [measure() for _ in range(rounds)]
    print(f"{name:<36} {statistics.median(found):>10.2f} {unit:<10} ({min(found):.2f} to {max(found):.2f})", flush=True)


def handle(calls: int = 5000) -> float:
    mock = Mock()
    request = Request("POST", PATH, {name.lower(): value for name, value in headers().items()}, BODY)
    started = time.perf_counter()
    for _ in range(calls):
        mock.handle(request)
    return (time.perf_counter() - started) / calls * 1e6


def through_responses(calls: int = 300) -> float:
    import requests

    with patched(Mock().handle), requests.Session() as session:
        started = time.perf_counter()
        for _ in range(calls):
            session.post(f"https://platform.adobe.io{PATH}", headers=headers(), data=BODY, timeout=10)
        return (time.perf_counter() - started) / calls * 1e6


@contextmanager
def server() -> Iterator[int]:
    """A server in a process of its own, so that it doesn't share an interpreter with its load."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    yield int(process.stdout.readline().rpartition(":")[2])
    process.terminate()
    process.wait()


def load(port: int, connections: int, seconds: float) -> float:
    return asyncio.run(_load(port, connections, seconds))


async def _load(port: int, connections: int, seconds: float) -> float:
    started = time.perf_counter()
    deadline = started + seconds
    counts = await asyncio.gather(*(_client(port, deadline) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - started)


async def _client(port: int, deadline: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < deadline:
        writer.write(WIRE)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 201"), head
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        await reader.readexactly(length)
        count += 1
    writer.close()
    await writer.wait_closed()
    return count


def fixture(thread: ServerThread, times: int = 200) -> float:
    """What the fixture does for each test."""
    from mockserver.fixtures import FlowService, mock_for

    started = time.perf_counter()
    for _ in range(times):
        mock = mock_for({})
        running = thread.start(mock.handle)
        FlowService(mock, running.origin, "BENCH@AdobeOrg")
        thread.stop(running)
    return (time.perf_counter() - started) / times * 1e3


def plugin() -> float:
    return python("import pytest, pytest_flowservice") - python("import pytest")


def command(*arguments: str) -> float:
    return _timed([sys.executable, "-m", "mockserver", *arguments])


def python(code: str) -> float:
    return min(_timed([sys.executable, "-c", code]) for _ in range(5))


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1e3


def listens() -> float:
    started = time.perf_counter()
    with server():
        return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    main()
