"""What TLS costs beside plain HTTP, and `run` until its command starts: ``python benchmarks/tls.py``.

One server of each kind in a process of its own, one client, one call after the other: over a connection that is kept,
and over a new one for each call. Plain and TLS take turns in each round.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from report import Goal, facts, ratios, rows, spread, tell, write
from side_by_side.work import BODY, HEADERS, PATH

_TICKS = os.sysconf("SC_CLK_TCK")
_START = Goal(400, " ms")
_NODE = """
const [url, kept, calls] = [process.argv[1], process.argv[2] === "kept", +process.argv[3]];
const request = JSON.parse(process.argv[4]);
const library = require(url.split(":")[0]);
const agent = new library.Agent({keepAlive: kept, maxSockets: 1, maxCachedSessions: 0});
const call = () => new Promise((done, failed) => {
  const sent = library.request(url, {method: "POST", headers: request.headers, agent}, (answer) => {
    if (answer.statusCode !== 201) failed(new Error(answer.statusCode));
    answer.resume().on("end", done);
  }).on("error", failed);
  sent.end(request.body);
});
(async () => {
  const took = [];
  for (let number = 0; number < calls; number++) {
    const started = process.hrtime.bigint();
    await call();
    took.push(Number(process.hrtime.bigint() - started) / 1e9);
  }
  console.log(JSON.stringify(took));
})();
"""

Client = Callable[[str, str, bool, int], list[float]]
"""From a URL, the file of an authority, whether connections are kept, and a number of calls to what each took."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=300, help="of each kind in a round")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options = parser.parse_args()
    text = "\n\n".join([_calls(options.rounds, options.calls), _starts(options.rounds), facts("tls", *_versions())])
    print(text)
    if options.write:
        write("tls", text)


# A call


def _calls(rounds: int, calls: int) -> str:
    clients = {"Python, `http.client`": _python} | ({"Node, `https`": _node} if shutil.which("node") else {})
    took: dict[tuple[str, bool, str], list[float]] = defaultdict(list)
    used: dict[tuple[str, bool, str], list[float]] = defaultdict(list)
    with TemporaryDirectory() as folder, _served() as (plain, secure, pid):
        authority = Path(folder, "ca.pem")
        authority.write_bytes(urlopen(f"{plain}/__admin/ca.pem").read())
        for number in range(rounds + 1):
            tell(f"round {number} of {rounds}")
            for name, client in clients.items():
                for kept in (True, False):
                    for kind, origin in (("plain", plain), ("TLS", secure)):
                        before = _processor(pid)
                        each = client(origin + PATH, str(authority), kept, calls)
                        if number:  # the first is a warm-up
                            used[name, kept, kind].append((_processor(pid) - before) / calls * 1e6)
                            took[name, kept, kind].append(statistics.median(each) * 1e6)
    head = (
        "client",
        "connection",
        "plain, us",
        "TLS, us",
        "TLS beside plain",
        "server's processor, plain, us",
        "TLS, us",
    )
    return rows(head, list(_compared(clients, took, used)))


def _compared(clients: dict[str, Client], took: dict, used: dict) -> Iterator[tuple[str, ...]]:
    for name in clients:
        for kept in (True, False):
            plain, secure = took[name, kept, "plain"], took[name, kept, "TLS"]
            yield (
                name,
                "kept" if kept else "new for each call",
                spread(plain),
                spread(secure),
                spread(ratios(secure, plain), "x"),
                spread(used[name, kept, "plain"]),
                spread(used[name, kept, "TLS"]),
            )


@contextmanager
def _served() -> Iterator[tuple[str, str, int]]:
    command = [sys.executable, "-m", "mockserver", "serve", "-q", "--port", "0", "--https-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        origins = [process.stdout.readline().split()[2].strip(",") for _ in range(2)]
        try:
            yield origins[0], origins[1].replace("127.0.0.1", "localhost"), process.pid
        finally:
            process.terminate()


def _python(url: str, authority: str, kept: bool, calls: int) -> list[float]:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    context = ssl.create_default_context(cafile=authority)
    connect: Callable[[], http.client.HTTPConnection] = (
        (lambda: http.client.HTTPSConnection(host, timeout=9, context=context))
        if scheme == "https"
        else (lambda: http.client.HTTPConnection(host, timeout=9))
    )
    connection, took = connect(), []
    for _ in range(calls):
        started = time.perf_counter()
        connection.request("POST", f"/{path}", BODY, dict(HEADERS))
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.CREATED:
            raise RuntimeError(f"{url}: {answer.status}")
        if not kept:
            connection.close()
            connection = connect()
        took.append(time.perf_counter() - started)
    connection.close()
    return took


def _node(url: str, authority: str, kept: bool, calls: int) -> list[float]:
    request = json.dumps({"headers": dict(HEADERS), "body": BODY.decode()})
    command = ["node", "-e", _NODE, url, "kept" if kept else "new", str(calls), request]
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": authority}
    ran = subprocess.run(command, env=environment, capture_output=True, check=True)
    found: list[float] = json.loads(ran.stdout)
    return found


def _processor(pid: int) -> float:
    """Seconds that a process and its threads have taken so far."""
    return _in_stat(Path(f"/proc/{pid}/stat").read_text())


def _in_stat(line: str) -> float:
    fields = line.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


# The start of `run`


def _starts(rounds: int) -> str:
    command = [sys.executable, "-m", "mockserver", "run", "--", "sh", "-c", "date +%s.%N; cat /proc/$PPID/stat"]
    waited, used = [], []
    for number in range(rounds + 1):
        started = time.time()
        ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        at, stat = ran.stdout.splitlines()
        if number:
            waited.append((float(at) - started) * 1e3)
            used.append(_in_stat(stat) * 1e3)
    head = (
        "`mockserver run` until its command starts",
        "by the clock, ms",
        "its processor time, ms",
        "goal, by the clock",
    )
    return rows(head, [("`sh`", spread(waited), spread(used), _START.told(waited))])


def _versions() -> list[str]:
    node = subprocess.run(["node", "--version"], capture_output=True, encoding="utf-8", check=False).stdout.strip()
    return [ssl.OPENSSL_VERSION.rsplit(" ", 3)[0], *([f"Node {node.lstrip('v')}"] if node else [])]


if __name__ == "__main__":
    main()
