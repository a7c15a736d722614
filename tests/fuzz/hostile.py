"""What a careful attacker, or an odd client, sends: ``python -m tests.fuzz.hostile --inputs 100000 --seed 1``.

Requests to every operation of every service, with a slot or a few that are hostile; to a mock in this process, or with
``--served`` over a real socket to ``mockserver serve`` (its options behind ``--``). An unasked 5xx, no answer in time,
a call above `SLOW`, and a secret in the journal, the log or a refusal are problems. A call's time is what it takes of
the processor, so that a busy machine does no harm to it.

An input follows from seed and number alone, and a round of them begins with the same items. A problem is told with
both: ``--first N --inputs 1`` plays the round up to that input again.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import logging
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from contracts import BASE_PATH, Request
from mockserver import Mock
from tests.fuzz.hostile_requests import Hostile, made
from tests.kit.asked import Ground, ground, ground_through
from tests.kit.connection import HEADERS
from tests.kit.sender import Sender, over_requests
from tests.kit.serving import serving

__all__ = ["Report", "fuzz", "fuzz_served"]

ROUND = 1000  # inputs, after which all begins anew
PATIENCE = 20.0  # seconds until silence is a problem
SLOW = 0.25  # seconds of the processor
MOST_MEMORY = 900  # MB: records, journal and indexes at their bounds, and what Python takes beside them
SOME_ROWS = 10  # of inputs without a secret one in so many has its row of the journal made
LOOKED_AT = 50  # inputs after which a served journal is searched for secrets
_PLANTED = b"Zq7planted"
_ID = re.compile(rb'"(?:id|@id|meta:altId|publicKeyId)": ?"([^"]{1,200})"|@/dataSets/(\w+)')


@dataclass
class Report:
    """What came of it; ``problems`` tell the number of the input."""

    inputs: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    times: Counter[int] = field(default_factory=Counter)
    """How many calls took so many whole milliseconds of the processor; the slowest are `problems`."""
    memory: list[int] = field(default_factory=list)
    """Resident MB at the beginning, after each round, and at the end."""

    def found(self, what: str, number: int, given: Hostile) -> None:
        headers = {name: value[:200] for name, value in given.request.headers.items()}
        request = f"{given.method} {given.request.target[:500]} {headers} {given.content[:1500]!r}"
        self.problems.append(f"{what}: input {number}, {given.request.row.id}: {request}")


Answered = tuple[int, bytes, float]
"""Status, body, and seconds of the processor."""
Ask = Callable[[str, str, dict[str, str], bytes], Answered]


def _played(
    report: Report, seed: int, number: int, there: Ground, ids: list[str], ask: Ask
) -> tuple[Hostile, bytes] | None:
    """One input and its answer, judged as far as the answer tells."""
    random = Random(f"{seed}/{number}")
    given = made(random, there, ids[-20:], f"Zq7planted{seed:03}{number:08}")
    try:
        status, body, took = ask(given.method, given.request.target, given.request.headers, given.content)
    except (OSError, http.client.HTTPException) as problem:
        report.found(f"{type(problem).__name__}", number, given)
        return None
    report.inputs += 1
    report.answers[status] += 1
    report.times[int(took * 1000)] += 1
    if status >= 500:
        report.found(f"{status}", number, given)
    if took > SLOW:
        report.found(f"{took:.2f} s", number, given)
    if status >= 400 and given.secret.encode() in body and given.secret.encode() in given.content:
        report.found("a refusal tells a secret", number, given)
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
                if played is not None and (number % SOME_ROWS == 0 or _tells(*played)):
                    _shown(report, number, played[0], mock, log)
            report.memory.append(_resident(os.getpid()))
            mock.clock.advance(60)  # a sandbox that was reset is back
            report.problems += _still_works(lambda path: mock.handle(Request("GET", path, _LOWER)).status)
            gc.collect()
    if report.memory[-1] > MOST_MEMORY:
        report.problems.append(f"{report.memory[-1]} MB of memory")
    return report


def _tells(given: Hostile, answer: bytes) -> bool:
    request = given.request
    return (
        _PLANTED in answer
        or given.secret in request.target
        or given.secret in "".join(request.headers.values())
        or given.secret.encode() in given.content
    )


def _shown(report: Report, number: int, given: Hostile, mock: Mock, log: list[str]) -> None:
    """Whether journal or log show the secret; both are made empty again."""
    before = time.thread_time()
    row = mock.journal.entries()[-1].text
    took = time.thread_time() - before
    place = row.find(_PLANTED)  # its own secret, or one that an earlier input has stored
    if place >= 0:
        report.found(f"the journal shows a secret ({row[max(0, place - 80) : place + 30]!r})", number, given)
    if took > SLOW:
        report.found(f"{took:.2f} s for a row of the journal", number, given)
    if any(_PLANTED.decode() in line for line in log):
        report.found("the log shows a secret", number, given)
    log.clear()


def fuzz_served(inputs: int, seed: int, *options: str, first: int = 0) -> Report:
    """What so many inputs have done to a server with these options, over a socket."""
    report = Report()
    with serving("--port", "0", "-q", "--journal", str(LOOKED_AT + 5), "--seed", "1", *options) as (origin, process):
        there = ground_through(Sender("served", _Served(origin), over_requests(origin)))  # type: ignore[arg-type]
        connection = http.client.HTTPConnection("127.0.0.1", int(origin.rpartition(":")[2]), timeout=PATIENCE)
        report.memory.append(_resident(process.pid))

        def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
            before = _spent(process.pid)
            sent = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
            try:
                connection.request(method, target, body or None, sent)  # type: ignore[arg-type]
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                raise
            return answer.status, content, _spent(process.pid) - before

        ids: list[str] = []
        for number in range(first, first + inputs):
            _played(report, seed, number, there, ids, ask)
            if number % LOOKED_AT == LOOKED_AT - 1:
                journal = ask("GET", "/__admin/requests", {}, b"")[1]
                at = journal.find(_PLANTED)
                report.problems += [f"the journal shows {journal[at - 80 : at + 30]!r}"] if at >= 0 else []
            if number % ROUND == ROUND - 1:
                report.memory.append(_resident(process.pid))
        there.sent.mock.clock.advance(60)  # a sandbox that was reset is back
        report.problems += _still_works(lambda path: ask("GET", path, dict(HEADERS), b"")[0])
        report.memory.append(_resident(process.pid))
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=20) != 0:
            report.problems.append("SIGTERM doesn't end it with 0")
        assert process.stderr is not None
        told = process.stderr.read()
        report.problems += [f"the log shows {told[at : at + 40]}" for at in [told.find("Zq7planted")] if at >= 0]
    return report


class _Served:
    """What the tests' kit needs of a mock, over a socket."""

    def __init__(self, origin: str) -> None:
        self._ask = over_requests(origin)
        self.clock = self

    def advance(self, seconds: float) -> None:
        answer = self._ask("POST", "/__admin/clock", {}, f'{{"advance": {seconds}}}'.encode())
        assert answer.status == 200, answer.text


_LOWER = {name.lower(): value for name, value in HEADERS.items()}


def _still_works(status_of: Callable[[str], int]) -> list[str]:
    asked = ("/__admin/health", f"{BASE_PATH}/connections", f"{BASE_PATH}/flows")
    statuses = {path: status_of(path) for path in asked}
    return [f"afterwards {path}: {status}" for path, status in statuses.items() if status != 200]


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
    """Seconds of the processor that the process has had; the clock where there is no /proc."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
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
    if given.served:
        report = fuzz_served(given.inputs, given.seed, *given.options, first=given.first)
    else:
        report = fuzz(given.inputs, given.seed, given.first, given.round)
    seconds = time.monotonic() - begin
    print(f"{report.inputs} inputs in {seconds:.0f} s: {dict(sorted(report.answers.items()))}")
    print(f"resident MB: {report.memory[0]}, then up to {max(report.memory)}, and {report.memory[-1]} at the end")
    print(f"the slowest call: {max(report.times, default=0)} ms of the processor")
    print("\n".join([*report.problems[:50], f"{len(report.problems)} problems"]))
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
