"""What a careful attacker, or an odd client, sends: ``python -m tests.fuzz.hostile --inputs 100000 --seed 1``.

Requests to every operation of every service, with a slot or a few that are hostile; to a mock in this process, or with
``--served`` over a real socket to ``mockserver serve`` (its options behind ``--``). An unasked 5xx, no answer in time,
a call above `SLOW`, and a secret in the journal, the log or a refusal are problems. A call's time is what it takes of
the processor, so that a busy machine does no harm to it.

An input follows from seed and number alone, and a round of them begins with the same items. A problem is told with
both: ``--first N --inputs 1`` plays the round up to that input again. A served run tells after each round what it has
seen so far, and once more when it is stopped (SIGINT, SIGTERM).
"""

from __future__ import annotations

import argparse
import gc
import http.client
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from contracts import BASE_PATH, Request
from mockserver import Mock
from tests.fuzz.hostile_requests import Control, Hostile, made
from tests.kit.asked import Ground, ground, ground_through
from tests.kit.connection import HEADERS
from tests.kit.sender import Sender, over_requests
from tests.kit.serving import serving

__all__ = ["Report", "fuzz", "fuzz_served"]

ROUND = 1000  # inputs, after which all begins anew
PATIENCE = 60.0  # seconds until silence is a problem, of a machine that may be busy
CONNECTIONS = 4
SLOW = 0.25  # seconds of the processor
SHOWS_ALL = 1.0  # the same, to show all of the journal or the store to whoever controls the mock (docs/limits.md)
MOST_MEMORY = 900  # MB: records, journal and indexes at their bounds, and what Python takes beside them
SOME_ROWS = 10  # of inputs without a secret one in so many has its row of the journal made
TOLD = 5  # problems of a kind; the others are counted
LOOKED_AT = 50  # inputs after which a served journal is searched for secrets
_PLANTED = b"Zq7planted"
_OF_A_STUB = re.compile(rb'"undeclared":"Zq7planted\d+"')  # its name is harmless: docs/limits.md
_ID = re.compile(rb'"(?:id|@id|meta:altId|publicKeyId)": ?"([^"]{1,200})"|@/dataSets/(\w+)')


@dataclass
class Report:
    """What came of it."""

    inputs: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """How many problems of each kind there were."""
    problems: list[str] = field(default_factory=list)
    """The first `TOLD` of each kind."""
    times: Counter[int] = field(default_factory=Counter)
    """How many calls took so many whole milliseconds of the processor; what is above `SLOW` is among the problems."""
    memory: list[int] = field(default_factory=list)
    """Resident MB at the beginning, and after each round."""
    walls: Counter[int] = field(default_factory=Counter)
    """How many calls over a socket took so many whole milliseconds until their answers were there."""
    is_stopped: bool = False

    def __str__(self) -> str:
        lines = [f"{self.inputs} inputs{', stopped' * self.is_stopped}: {dict(sorted(self.answers.items()))}"]
        lines += [f"resident MB: {self.memory[0]}, then up to {max(self.memory)}, {self.memory[-1]} at last"]
        lines += [f"the slowest call: {max(self.times, default=0)} ms of the processor"]
        lines += [f"the slowest answer: {max(self.walls)} ms by the clock"] if self.walls else []
        lines += [*self.problems, f"{self.kinds.total()} problems"]
        return "\n".join([*lines, *(f"  {count} x {kind}" for kind, count in self.kinds.most_common())])

    def found(self, kind: str, told: str = "") -> None:
        """One problem more; what is told of it can be read as long as there are few of its kind."""
        self.kinds[kind] += 1
        if self.kinds[kind] <= TOLD:
            self.problems.append(f"{kind}: {told}" if told else kind)

    def met(self, kind: str, number: int, given: Hostile, told: str = "") -> None:
        """A problem that an input has met."""
        headers = {name: value[:200] for name, value in given.request.headers.items()}
        request = f"{given.method} {given.request.target[:500]} {headers} {given.content[:1500]!r}"
        self.found(kind, f"{told}{', ' * bool(told)}input {number}, {given.request.row.id}: {request}")


Answered = tuple[int, bytes, float]
"""Status, body, and seconds of the processor."""
Ask = Callable[[str, str, dict[str, str], bytes], Answered]
Tell = Callable[[Report], None]


def _played(
    report: Report, seed: int, number: int, there: Ground, ids: list[str], ask: Ask
) -> tuple[Hostile, bytes] | None:
    """One input and its answer, judged as far as the answer tells."""
    random = Random(f"{seed}/{number}")
    given = made(random, there, ids[-20:], f"Zq7planted{seed:03}{number:08}")
    try:
        status, body, took = ask(given.method, given.request.target, given.request.headers, given.content)
    except (OSError, http.client.HTTPException) as problem:
        report.met(type(problem).__name__, number, given)
        return None
    report.inputs += 1
    report.answers[status] += 1
    report.times[int(took * 1000)] += 1
    if status >= 500:
        report.met(f"{status}", number, given)
    if took > (SHOWS_ALL if isinstance(given.request, Control) and given.method == "GET" else SLOW):
        report.met("a slow call", number, given, f"{took:.2f} s")
    quotes = given.secret.encode() in body and given.secret.encode() in given.content
    if status >= 400 and quotes and not isinstance(given.request, Control):  # a user's own words
        report.met("a refusal tells a secret", number, given)
    if isinstance(given.request, Control) and given.method == "GET" and _PLANTED in _OF_A_STUB.sub(b"", body):
        report.met("the control side shows a secret", number, given)
    if status in (200, 201, 202) and given.method == "POST":
        ids += [(one or other).decode("latin-1") for one, other in _ID.findall(body[:5000])]
    return given, body


def _rounds(first: int, inputs: int, length: int) -> Iterator[range]:
    """The numbers of each round, the first one from its beginning."""
    for start in range(first - first % length, first + inputs, length):
        yield range(start, min(start + length, first + inputs))


def fuzz(inputs: int, seed: int, first: int = 0, length: int = ROUND) -> Report:
    """What so many inputs have done to a mock in this process."""
    report = Report()
    there = ground()
    mock = there.sent.mock
    beginning = mock.snapshot()
    report.memory.append(_resident(os.getpid()))

    def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
        request = Request(method, target, headers, body)
        before = time.thread_time()
        response = mock.handle(request)
        return response.status, response.body, time.thread_time() - before

    with _logged() as log, _frozen():
        for numbers in _rounds(first, inputs, length):
            mock.restore(beginning)
            ids: list[str] = []
            for number in numbers:
                played = _played(report, seed, number, there, ids, ask)
                if played is None or isinstance(played[0].request, Control):
                    continue
                if number % SOME_ROWS == 0 or _tells(*played):
                    _shown(report, number, played[0], mock, log)
            report.memory.append(_resident(os.getpid()))
            mock.clock.advance(60)  # a sandbox that was reset is back
            _still_works(report, lambda path: mock.handle(Request("GET", path, _LOWER)).status)
            gc.collect()
    if report.memory[-1] > MOST_MEMORY:
        report.found("memory", f"{report.memory[-1]} MB")
    return report


def _tells(given: Hostile, answer: bytes) -> bool:
    request = given.request
    return (
        _PLANTED in answer
        or _PLANTED in given.content
        or given.secret in request.target
        or given.secret in "".join(request.headers.values())
    )


def _shown(report: Report, number: int, given: Hostile, mock: Mock, log: list[str]) -> None:
    """Whether journal or log show the secret; both are made empty again."""
    before = time.thread_time()
    row = mock.journal.entries()[-1].text
    took = time.thread_time() - before
    place = row.find(_PLANTED)  # its own secret, or one that an earlier input has stored
    if place >= 0:
        report.met("the journal shows a secret", number, given, f"{row[max(0, place - 80) : place + 30]!r}")
    if took > SLOW:
        report.met("a slow row of the journal", number, given, f"{took:.2f} s")
    if any(_PLANTED.decode() in line for line in log):
        report.met("the log shows a secret", number, given)
    log.clear()


def fuzz_served(inputs: int, seed: int, *options: str, first: int = 0, tell: Tell | None = None) -> Report:
    """What so many inputs have done to a server with these options, over a few lasting connections.

    ``tell`` gets the report after each round; a run that is stopped from outside ends with what it has seen.
    """
    report = Report()
    with serving(*_SERVED, *options) as (origin, process), _drained(process) as told, ExitStack() as open_ones:
        lines = _Lines(int(origin.rpartition(":")[2]), process.pid, report.walls)
        open_ones.callback(lines.close)
        report.memory.append(_resident(process.pid))
        try:
            for numbers in _rounds(first, inputs, ROUND):
                _served_round(report, seed, numbers, origin, lines.ask)
                report.memory.append(_resident(process.pid))
                if tell is not None:
                    tell(report)
        except KeyboardInterrupt:  # it may be meant for the server too
            report.is_stopped = True
            return report
        _still_works(report, lambda path: lines.ask("GET", path, dict(HEADERS), b"")[0])
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=PATIENCE) != 0:
            report.found("SIGTERM doesn't end it with 0")
    for line in told:
        if _PLANTED.decode() in line:
            report.found("the log shows a secret", line[:200])
    if max(report.memory) > MOST_MEMORY:
        report.found("memory", f"{max(report.memory)} MB")
    return report


_SERVED = (
    "--port",
    "0",
    "-q",
    "--journal",
    str(LOOKED_AT + 5),
    "--seed",
    "1",
    "--keep-alive",
    "3600",
    "--zoho-limits",
    "off",
)


def _served_round(report: Report, seed: int, numbers: range, origin: str, ask: Ask) -> None:
    ask("POST", "/__admin/reset", {}, b"")
    there = ground_through(Sender("served", _Served(origin), over_requests(origin)))  # type: ignore[arg-type]
    ids: list[str] = []
    for number in numbers:
        _played(report, seed, number, there, ids, ask)
        if number % LOOKED_AT == LOOKED_AT - 1:
            journal = ask("GET", "/__admin/requests", {}, b"")[1]
            at = journal.find(_PLANTED)
            if at >= 0:
                report.found("the journal shows a secret", f"{journal[at - 80 : at + 30]!r} up to input {number}")
    there.sent.mock.clock.advance(60)  # a sandbox that was reset is back
    _still_works(report, lambda path: ask("GET", path, dict(HEADERS), b"")[0])


class _Lines:
    """Connections that last, each used in its turn: one call at a time, so that its time can be told."""

    def __init__(self, port: int, pid: int, walls: Counter[int]) -> None:
        self._free = deque(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE) for _ in range(CONNECTIONS))
        self._pid = pid
        self._walls = walls

    def ask(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
        connection = self._free[0]
        self._free.rotate()
        sent = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
        spent, begin = _spent(self._pid), time.perf_counter()
        try:
            connection.request(method, target, body or None, sent)
            answer = connection.getresponse()
            content = answer.read()
        except BaseException:  # one that is stopped half-way is of no use either
            connection.close()
            raise
        self._walls[int((time.perf_counter() - begin) * 1000)] += 1
        return answer.status, content, _spent(self._pid) - spent

    def close(self) -> None:
        for connection in self._free:
            connection.close()


@contextmanager
def _drained(process: subprocess.Popen[str]) -> Iterator[list[str]]:
    """What it tells on stderr: a pipe that nobody reads is full one day, and then the server waits."""
    assert process.stderr is not None
    told: list[str] = []
    reading = threading.Thread(target=told.extend, args=(process.stderr,), daemon=True)
    reading.start()
    yield told
    reading.join(PATIENCE)


class _Served:
    """What the tests' kit needs of a mock, over a socket."""

    def __init__(self, origin: str) -> None:
        self._ask = over_requests(origin)
        self.clock = self

    def advance(self, seconds: float) -> None:
        answer = self._ask("POST", "/__admin/clock", {}, f'{{"advance": {seconds}}}'.encode())
        assert answer.status == 200, answer.text


_LOWER = {name.lower(): value for name, value in HEADERS.items()}


def _still_works(report: Report, status_of: Callable[[str], int]) -> None:
    for path in ("/__admin/health", f"{BASE_PATH}/connections", f"{BASE_PATH}/flows"):
        status = status_of(path)
        if status != 200:
            report.found(f"afterwards {path}: {status}", f"{report.inputs} inputs")


@contextmanager
def _logged() -> Iterator[list[str]]:
    """The lines that the mock logs."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("mockserver")
    log.addHandler(handler)
    try:
        yield lines
    finally:
        log.removeHandler(handler)


@contextmanager
def _frozen() -> Iterator[None]:
    """The garbage collector doesn't look through what is there already: that is no call's own work."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _resident(pid: int) -> int:
    """MB; 0 where there is no /proc."""
    status = Path(f"/proc/{pid}/status")
    text = status.read_text() if status.exists() else "VmRSS: 0"
    return int(text.partition("VmRSS:")[2].split()[0]) // 1024


def _spent(pid: int) -> float:
    """Seconds of the processor that its threads have had; the clock where there is no /proc."""
    try:
        return sum(int(each.read_text().split()[0]) for each in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    except OSError:
        return time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--round", type=int, default=ROUND, help="inputs after which all begins anew")
    parser.add_argument("--served", action="store_true", help="over a socket to mockserver serve")
    parser.add_argument("options", nargs="*", help="of mockserver serve, behind --")
    given = parser.parse_args()
    begin = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def tell(report: Report) -> None:
        print(f"-- {time.monotonic() - begin:.0f} s\n{report}", flush=True)

    if given.served:
        report = fuzz_served(given.inputs, given.seed, *given.options, first=given.first, tell=tell)
    else:
        report = fuzz(given.inputs, given.seed, given.first, given.round)
    tell(report)
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
