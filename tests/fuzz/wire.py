"""An HTTP-level fuzz of ``mockserver serve`` over real sockets: ``python -m tests.fuzz.wire --inputs 100000 --seed 1``.

Whatever is written, every answer is one whose shape is documented, none is a 5xx, sound requests get as many answers as
they are, the server complains of nothing on stderr, closes in time, and goes on serving. What breaks this is printed
with its number.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.fuzz.inputs import Input, made

__all__ = ["LIMITS", "Report", "Unread", "answered", "closed", "fuzz", "judge"]

SHAPES = (
    {"error_code", "message"},
    {"error_code", "message", "type", "title", "status", "detail"},
    {"type", "title", "status", "report", "errorMessage", "errorDetails"},
    {"type", "status", "title", "detail"},
    {"status", "title", "type"},
    {"error", "error_description"},
    {"error", "error_description", "status"},
    {"error"},
    {"error", "status"},
    {"code", "details", "message", "status"},
    {"status", "reason"},
)
ROW = {"code", "details", "message", "status"}  # of Zoho's writes, one for each record
TOLD = ("end of life", "is no proxy")  # what a server warns of on stderr
AFTERWARDS = ("POST /__admin/reset", "GET /__admin/health")
RUDELY = struct.pack("ii", 1, 0)
PATIENCE = 60.0  # seconds until silence counts as a hang; the server's own limits are ten


@dataclass
class Report:
    """What came of it. ``problems`` are the numbers of the inputs and what was wrong with their answers."""

    inputs: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    stderr: str = ""
    returncode: int | None = None
    memory: tuple[int, int] = (0, 0)


class Unread(Exception):
    """What came back is no sequence of HTTP answers of documented shapes."""


class TooLate(Exception):
    """This process stood still while it wrote, so that the server may have closed the connection as idle."""


def answered(data: bytes) -> Iterator[int]:
    """The statuses in ``data``; the last answer may be cut short where the client has left."""
    while data:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 "):
            raise Unread(f"no status line: {data[:80]!r}")
        if not end:
            return
        status = int(head.split(b" ", 2)[1])
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if status == 100:
            data = rest
            continue
        length = int(fields.get(b"content-length", b"0"))
        if length and (not rest or rest.startswith(b"HTTP/1.1 ")):  # the answer to a HEAD
            yield status
            data = rest
            continue
        if len(rest) < length:
            return
        judge(status, rest[:length])
        yield status
        data = rest[length:]


def judge(status: int, body: bytes) -> None:
    if status >= 500:
        raise Unread(f"{status}: {body[:200]!r}")
    if status < 400 or body.startswith(b"<!DOCTYPE html>"):  # a page of Zoho's, for a browser
        return
    try:
        value = json.loads(body)
    except ValueError:
        raise Unread(f"{status} without JSON: {body[:80]!r}") from None
    if not isinstance(value, dict) or (set(value) not in SHAPES and not _is_of_records(value)):
        raise Unread(f"{status} in no documented shape: {body[:200]!r}")


def _is_of_records(value: dict[str, Any]) -> bool:
    rows = value.get("data")
    return len(value) == 1 and isinstance(rows, list) and bool(rows) and all(set(row) == ROW for row in rows)


async def played(port: int, given: Input) -> list[int]:
    """Write it, read what comes back until the server closes, and judge that."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    received = bytearray()
    begin = time.monotonic()
    try:
        reading = asyncio.ensure_future(_read(reader, received))
        try:
            for piece in given.pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if given.end == "half":
                writer.write_eof()
        except OSError:
            pass  # refused while it was being written
        took = time.monotonic() - begin
        if given.end in ("half", "wait"):
            await asyncio.wait_for(reading, PATIENCE)
        else:
            await asyncio.sleep(0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            if given.end == "reset":
                with suppress(OSError):  # the server was quicker
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RUDELY)
    finally:
        await closed(writer)
    statuses = list(answered(bytes(received)))
    if given.sound is not None and len(statuses) != given.sound:
        problem = f"{len(statuses)} answers to {given.sound} sound requests: {statuses}"
        raise TooLate(problem) if took > KEPT / 2 else Unread(problem)
    return statuses


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close the connection, and wait until it is; what the server doesn't take in time is dropped."""
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), 5)
    except (OSError, TimeoutError):
        writer.transport.abort()


async def _read(reader: asyncio.StreamReader, received: bytearray) -> None:
    try:
        while part := await reader.read(65536):
            received += part
    except OSError:
        pass


async def batch(port: int, seed: int, numbers: range, report: Report, at_once: int) -> None:
    """Play the inputs of these numbers, so many at once, and see after them that the server still serves."""
    room = asyncio.Semaphore(at_once)
    again: list[int] = []

    async def one(number: int) -> None:
        async with room:
            try:
                report.answers.update(await played(port, made(seed, number)))
            except TooLate:
                again.append(number)
            except TimeoutError:
                report.problems.append((number, "no end: the server neither answered nor closed"))
            except Unread as problem:
                report.problems.append((number, str(problem)))
            report.inputs += 1

    await asyncio.gather(*map(one, numbers))
    for number in again:
        try:
            report.answers.update(await played(port, made(seed, number)))
        except (TimeoutError, TooLate, Unread) as problem:
            report.problems.append((number, f"once more, alone: {problem!r}"))
    requests = b"".join(f"{each} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for each in AFTERWARDS)
    try:
        if await played(port, Input((requests,), "wait", 2)) != [204, 200]:
            report.problems.append((numbers.stop, "the server isn't healthy any more"))
    except (OSError, TimeoutError, TooLate, Unread) as problem:
        report.problems.append((numbers.stop, f"the server serves nobody any more: {problem!r}"))


@contextmanager
def serving(command: Sequence[str], told: IO[str]) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """``told`` takes its stderr: a file, as a pipe that nobody reads is full after 64 KiB and then the server waits."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rpartition(":")[2]), process
        finally:
            process.kill()


def memory(process: subprocess.Popen[Any]) -> int:
    """Kilobytes that the process holds; 0 where nothing tells."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    except OSError:
        return 0


KEPT = 0.5  # seconds that a connection may be idle
LIMITS = ("-q", "--head-timeout", "10", "--body-timeout", "10", "--keep-alive", str(KEPT), "--journal", "100")
SERVE = (sys.executable, "-m", "mockserver", "serve", "--port", "0", *LIMITS)


def fuzz(inputs: int, seed: int, at_once: int = 32, first: int = 0, command: Sequence[str] = SERVE) -> Report:
    """Play so many inputs against a server of its own, which ``command`` starts."""
    report = Report()
    with TemporaryFile("w+", encoding="utf-8") as told, serving(command, told) as (port, process):
        before = 0
        for start in range(first, first + inputs, 1000):
            numbers = range(start, min(start + 1000, first + inputs))
            asyncio.run(batch(port, seed, numbers, report, at_once))
            before = before or memory(process)
        report.memory = before, memory(process)
        process.terminate()
        report.returncode = process.wait(timeout=20)
        told.seek(0)
        report.stderr = "".join(line for line in told if not any(text in line for text in TOLD))
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first input's number; with --inputs 1 that one alone")
    parser.add_argument("--show", action="store_true", help="print the inputs in place of playing them")
    options = parser.parse_args()
    if options.show:
        for number in range(options.first, options.first + options.inputs):
            print(number, made(options.seed, number))
        return
    begin = time.monotonic()
    report = fuzz(options.inputs, options.seed, first=options.first)
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(report.answers.items()))
    print(f"{report.inputs} inputs (seed {options.seed}) in {time.monotonic() - begin:.0f} s; answers {statuses}")
    print(f"memory {report.memory[0]} kB after the first thousand, {report.memory[1]} kB at the end")
    print(f"exit code {report.returncode}, stderr: {report.stderr[-3000:] or 'empty'}")
    for number, problem in report.problems[:50]:
        print(f"input {number}: {problem}")
    print(f"{len(report.problems)} problems")
    sys.exit(bool(report.problems or report.stderr or report.returncode))


if __name__ == "__main__":
    main()
