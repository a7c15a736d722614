"""Mixed traffic on ``mockserver serve`` for as long as you like: ``python -m tests.fuzz.load --seconds 3600``.

Every client keeps its connection and has a sandbox of its own, and knows what was acknowledged there. Beside them,
others write what is nearly HTTP. At the end everything acknowledged is read again, the process's memory, threads and
files are compared with those after the warm-up, and the server is told to stop while the clients go on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from contracts import BASE_PATH
from tests.fuzz.inputs import made
from tests.fuzz.wire import Unread, answered, closed
from tests.kit.connection import HEADERS, zoho

__all__ = ["Report", "load"]

SERVE = (sys.executable, "-m", "mockserver", "serve", "--port", "0", "--head-timeout", "2", "--body-timeout", "2")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
IMS = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "scope": "openid"}
ZOHO = {"grant_type": "refresh_token", "client_secret": "x", "refresh_token": "1000.y"}
MOST = 20  # connections that one client keeps
RUDE = 8  # clients that write garbage


@dataclass(frozen=True)
class Footprint:
    """What the process holds; zeros where nothing tells. ``memory`` in kilobytes."""

    memory: int
    threads: int
    files: int

    @classmethod
    def of(cls, pid: int) -> Footprint:
        folder = Path(f"/proc/{pid}")
        if not folder.exists():
            return cls(0, 0, 0)
        rows = dict(line.split(":", 1) for line in (folder / "status").read_text("ascii").splitlines())
        return cls(int(rows["VmRSS"].split()[0]), int(rows["Threads"]), len(list((folder / "fd").iterdir())))


@dataclass
class Report:
    """What came of it. ``idle`` is the footprint without clients before and after, ``busy`` those under load."""

    statuses: Counter[int] = field(default_factory=Counter)
    garbage: int = 0
    acknowledged: int = 0
    problems: list[str] = field(default_factory=list)
    idle: list[Footprint] = field(default_factory=list)
    busy: list[Footprint] = field(default_factory=list)
    stopping: float = 0.0
    returncode: int | None = None
    stderr: str = ""


class Cut(Exception):
    """The server closed the connection in place of an answer."""


class Client:
    """One keep-alive connection, a sandbox, and what was acknowledged there: name and etag by id."""

    def __init__(self, port: int, number: int, report: Report) -> None:
        self.port = port
        self.random = Random(number)
        self.headers = {**HEADERS, "x-gw-ims-org-id": f"LOAD{number % 8}@AdobeOrg", "x-sandbox-name": f"box-{number}"}
        self.zoho = {**ZOHO, "client_id": f"1000.LOAD{number}"}
        self.report = report
        self.known: dict[str, tuple[str, str]] = {}
        self.token = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, Any]:
        reader, writer = self._streams or await asyncio.open_connection("127.0.0.1", self.port, limit=2**26)
        self._streams = reader, writer
        fields = {"Host": "localhost", "Content-Length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        try:
            writer.write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode("latin-1")
            length = next((int(row[15:]) for row in head.lower().split("\r\n") if row.startswith("content-length:")), 0)
            text = await asyncio.wait_for(reader.readexactly(length), 30)
        except (OSError, asyncio.IncompleteReadError):
            await self.close()
            raise Cut from None
        status = int(head.split()[1])
        self.report.statuses[status] += 1
        return status, json.loads(text) if text else None

    async def close(self) -> None:
        if self._streams is not None:
            streams, self._streams = self._streams, None
            await closed(streams[1])

    async def service(self, method: str, path: str, document: Any = None, **more: str) -> tuple[int, Any]:
        body = b"" if document is None else json.dumps(document).encode()
        return await self.ask(method, f"{BASE_PATH}/connections{path}", {**self.headers, **more}, body)

    async def create(self) -> None:
        name = f"load {self.random.randrange(10**9)}"
        status, answer = await self.service("POST", "", {**zoho(), "name": name})
        self.expect(status, 201, answer)
        self.known[answer["id"]] = (name, answer["etag"])
        self.report.acknowledged += 1

    async def update(self) -> None:
        id, (_, etag) = self.random.choice(list(self.known.items()))
        name = f"load {self.random.randrange(10**9)}"
        patch = [{"op": "replace", "path": "/name", "value": name}]
        status, answer = await self.service("PATCH", f"/{id}", patch, **{"If-Match": etag})
        self.expect(status, 200, answer)
        self.known[id] = (name, answer["etag"])
        self.report.acknowledged += 1

    async def delete(self) -> None:
        id = self.random.choice(list(self.known))
        self.expect((await self.service("DELETE", f"/{id}"))[0], 204)
        del self.known[id]

    async def read(self) -> None:
        for id in self.random.sample(list(self.known), min(3, len(self.known))):
            await self.verify(id)

    async def verify(self, id: str) -> None:
        status, answer = await self.service("GET", f"/{id}")
        self.expect(status, 200, answer)
        found = answer["items"][0]["name"], answer["items"][0]["etag"]
        if found != self.known[id]:
            self.report.problems.append(f"{id} is {found}, acknowledged was {self.known[id]}")

    async def list(self) -> None:
        status, answer = await self.service("GET", f"?limit={MOST + 1}&orderby=name")
        self.expect(status, 200)
        if {item["id"] for item in answer["items"]} != set(self.known):
            self.report.problems.append("a list shows other connections than the client has")

    async def refused(self) -> None:
        self.expect((await self.service("POST", "", {**zoho(), "name": ""}))[0], 400)

    async def ims(self) -> None:
        self.expect((await self.ask("POST", "/ims/token/v3", FORM, urlencode(IMS).encode()))[0], 200)

    async def crm(self) -> None:
        if not self.token or self.random.random() < 0.02:
            form = urlencode(self.zoho).encode()
            _, answer = await self.ask("POST", "/accounts.zoho.eu/oauth/v2/token", FORM, form)
            self.token = answer.get("access_token", self.token)
        headers = {"Authorization": f"Zoho-oauthtoken {self.token}"}
        status, _ = await self.ask("GET", "/www.zohoapis.eu/crm/v8/Leads?fields=Last_Name&per_page=5", headers)
        if status == 401:  # the documented limit: the oldest token gives way
            self.token = ""

    async def admin(self) -> None:
        control = self.random.choice(["health", "clock", "faults", "stubs", "requests"])
        self.expect((await self.ask("GET", f"/__admin/{control}", {}))[0], 200)

    def expect(self, status: int, expected: int, answer: Any = None) -> None:
        if status != expected:
            self.report.problems.append(f"{status} in place of {expected}: {str(answer)[:300]}")

    async def live(self, until: asyncio.Event) -> None:
        while not until.is_set():
            step = self.random.choices(STEPS, WEIGHTS)[0]
            if not self.known:
                step = "create"
            elif len(self.known) > MOST:
                step = "delete"
            await getattr(self, step)()


STEPS, WEIGHTS = zip(
    ("create", 20), ("update", 15), ("delete", 8), ("read", 20), ("list", 10), ("refused", 5), ("ims", 4), ("crm", 8),
    ("admin", 1), strict=True,
)  # fmt: skip


async def rude(port: int, number: int, report: Report, until: asyncio.Event) -> None:
    """Writes nearly HTTP, and leaves; what comes back must be whole answers of documented shapes all the same."""
    count = number * 1_000_000
    while not until.is_set():
        count += 1
        given = made(99, count)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.writelines(given.pieces)
                if given.end == "half":
                    writer.write_eof()
                    list(answered(await asyncio.wait_for(reader.read(2**26), 30)))
            finally:
                await closed(writer)
        except OSError:
            pass
        except (Unread, TimeoutError) as problem:
            report.problems.append(f"input {count}: {problem!r}")
        report.garbage += 1
        await asyncio.sleep(0.01)


async def janitor(client: Client, until: asyncio.Event) -> None:
    """Clears away what the garbage makes, or it would be a leak."""
    client.headers = dict(HEADERS)
    while not until.is_set():
        _, answer = await client.service("GET", "?limit=100")
        for item in answer["items"]:
            await client.service("DELETE", f"/{item['id']}")
        await asyncio.sleep(0.5)


async def played(process: subprocess.Popen[str], port: int, seconds: float, number: int, report: Report) -> None:
    clients = [Client(port, each, report) for each in range(number)]
    cleaner = Client(port, number, report)
    until = asyncio.Event()
    jobs = [asyncio.create_task(each.live(until)) for each in clients]
    jobs += [asyncio.create_task(rude(port, each, report, until)) for each in range(RUDE)]
    jobs.append(asyncio.create_task(janitor(cleaner, until)))
    begin = time.monotonic()
    while time.monotonic() - begin < seconds and not any(job.done() for job in jobs):
        await asyncio.sleep(min(5.0, seconds / 10))
        report.busy.append(Footprint.of(process.pid))
    until.set()
    report.problems += [repr(each) for each in await asyncio.gather(*jobs, return_exceptions=True) if each is not None]
    for client in clients:
        for id in client.known:
            await client.verify(id)
    for client in (*clients, cleaner):
        await client.close()
    await settled(process, report)
    await stopped(process, clients, report)


async def settled(process: subprocess.Popen[str], report: Report) -> None:
    """Wait until the server has let go of the last connection."""
    for _ in range(100):
        now = Footprint.of(process.pid)
        if now.files <= report.idle[0].files:
            break
        await asyncio.sleep(0.1)
    report.idle.append(now)


async def stopped(process: subprocess.Popen[str], clients: Sequence[Client], report: Report) -> None:
    """Tell the server to stop while all clients go on: each hears a whole answer, or that the connection is gone."""
    jobs = [asyncio.create_task(each.live(asyncio.Event())) for each in clients]
    await asyncio.sleep(0.5)
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(process.wait, 30)
    report.stopping, report.returncode = time.monotonic() - begin, process.returncode
    for each in await asyncio.gather(*jobs, return_exceptions=True):
        if not isinstance(each, Cut | OSError):
            report.problems.append(f"while it was stopped: {each!r}")
    for client in clients:
        await client.close()


def load(seconds: float, clients: int, command: Sequence[str] = SERVE) -> Report:
    """Play it against a server of its own, which ``command`` starts."""
    report = Report()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline().rpartition(":")[2])
            report.idle.append(Footprint.of(process.pid))
            asyncio.run(played(process, port, seconds, clients, report))
            _, told = process.communicate(timeout=30)
            report.stderr = "".join(line for line in told.splitlines(keepends=True) if "end of life" not in line)
        finally:
            process.kill()
    report.problems += [f"{count} answers {status}" for status, count in report.statuses.items() if status >= 500]
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("serve", nargs="*", help="options of `mockserver serve`, behind --")
    options = parser.parse_args()
    report = load(options.seconds, options.clients, [*SERVE, *options.serve])
    sys.exit(not told(report, options.seconds, options.clients))


def told(report: Report, seconds: float, clients: int) -> bool:
    """Print what came of it; whether all is well."""
    third = max(1, len(report.busy) // 3)
    middle, last = report.busy[third : 2 * third], report.busy[-third:]
    early, late = (statistics.median(each.memory for each in part) for part in (middle, last))
    grown = late > 1.05 * early + 2000
    # A store keeps a few files open from the first call on.
    leaks = report.idle[-1].files > report.idle[0].files + 8 or last[-1].threads > middle[0].threads
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(report.statuses.items()))
    print(f"{report.statuses.total()} calls in {seconds:.0f} s from {clients} clients: {statuses}")
    print(f"{report.garbage} connections with garbage; {report.acknowledged} writes acknowledged")
    print(f"memory under load, medians: {early:.0f} kB in the second third, {late:.0f} kB in the last; grows: {grown}")
    print(f"threads {middle[0].threads} and {last[-1].threads}; leaks: {leaks}")
    print(f"without clients before: {report.idle[0]}, after: {report.idle[-1]}")
    print(f"stopped under load in {report.stopping:.1f} s, exit code {report.returncode}")
    print(f"stderr: {report.stderr[-2000:] or 'empty'}")
    print(*report.problems[:30], f"{len(report.problems)} problems", sep="\n")
    return not (report.problems or report.stderr or report.returncode or report.stopping > 5 or grown or leaks)


if __name__ == "__main__":
    main()
