"""Exchanges as lines for people and machines: one line each, with the rules that were broken."""

from __future__ import annotations

import atexit
import json
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click

from mockserver.exchange.journal import Exchange, JournalRow
from mockserver.mock import Mock

if TYPE_CHECKING:
    from mockserver.cli.columns import Width

__all__ = ["Format", "Lines", "as_json", "as_text", "watch"]

Format = Literal["text", "json"]
_MOST_WAITING = 10_000  # exchanges; of more the rest is dropped, and told as a number
_AT_ONCE = 500  # lines in one write
_PAUSE = 0.02  # seconds in which further exchanges join those that are written
_LEAST_WIDTH = 20  # columns that a path keeps


def watch(mock: Mock, format: Format, verbose: bool) -> None:
    """From now on each exchange of ``mock`` is a line on stderr."""
    lines = Lines(sys.stderr, format, verbose)
    mock.journal.listeners.append(lines.hear)
    atexit.register(lines.finish)


class Lines:
    """Writes exchanges to ``stream`` in a thread of its own, so that nobody waits for whoever reads them."""

    def __init__(self, stream: TextIO, format: Format = "text", verbose: bool = False) -> None:
        self._stream = stream
        self._format = format
        self._verbose = verbose
        self._waiting: deque[tuple[Exchange, float]] = deque()
        self._dropped = 0
        self._some = threading.Event()
        self._writing = threading.Lock()
        threading.Thread(target=self._run, name="flowservice-lines", daemon=True).start()

    def hear(self, exchange: Exchange, seconds: float) -> None:
        """Take an exchange; it is written soon, or dropped where too many wait."""
        if len(self._waiting) >= _MOST_WAITING:
            self._dropped += 1
            return
        self._waiting.append((exchange, seconds))
        if not self._some.is_set():
            self._some.set()

    def finish(self) -> None:
        """Write what waits still, unless nobody reads it."""
        if self._writing.acquire(timeout=1.0):
            self._writing.release()
            self._write()

    def _run(self) -> None:
        while self._some.wait():
            self._some.clear()
            if not self._write():
                return
            time.sleep(_PAUSE)

    def _write(self) -> bool:
        """Whether somebody still reads."""
        with self._writing:
            try:
                while self._waiting or self._dropped:
                    click.echo("\n".join(self._next()), file=self._stream, color=_colour())
            except (OSError, ValueError):  # closed
                return False
        return True

    def _next(self) -> list[str]:
        here = [self._waiting.popleft() for _ in range(min(len(self._waiting), _AT_ONCE))]
        texts = [self._line(json.loads(exchange.text), seconds) for exchange, seconds in here]
        if not self._waiting and self._dropped:
            texts.append(self._note(self._dropped))
            self._dropped = 0
        return texts

    def _line(self, row: JournalRow, seconds: float) -> str:
        if self._format == "json":
            return as_json(row, seconds)
        return as_text(row, seconds, self._verbose, width_of(self._stream))

    def _note(self, dropped: int) -> str:
        if self._format == "json":
            return json.dumps({"dropped": dropped})
        return click.style(f"({dropped} calls more, too many at once to be told)", fg="yellow")


def _colour() -> bool | None:
    context = click.get_current_context(silent=True)
    return context.color if context else None


def width_of(stream: TextIO) -> Width:
    """The columns of a terminal; a pipe has none."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def as_json(row: JournalRow, seconds: float | None = None) -> str:
    """The journal's row without bodies, and the milliseconds that the answer took."""
    bare = {name: value for name, value in row.items() if name not in ("request", "response")}
    request = {name: value for name, value in row["request"].items() if name != "body"}
    response = {name: value for name, value in row["response"].items() if name != "body"}
    took = {} if seconds is None else {"ms": round(seconds * 1000, 1)}
    return json.dumps({**bare, "request": request, "response": response, **took})


def as_text(row: JournalRow, seconds: float | None = None, verbose: bool = False, width: Width = None) -> str:
    """Time, method, path, status, milliseconds, and each broken rule with its pointer; ``verbose`` says how to mend it.

    Where that is more than ``width`` columns, the path is cut and the rules have lines of their own.
    """
    status = row["response"]["status"]
    method, path = row["request"]["method"], _path(row["request"]["url"])
    took = "" if seconds is None else f" {seconds * 1000:.1f} ms"
    met = "".join(f" ({told})" for told in (row["fault"] and f"fault {row['fault']}", row["stub"] and "stub") if told)
    moment = time.strftime("%H:%M:%S", time.localtime(row["at"] / 1000))
    answer = f"{status or 'no answer'}{took}{met}"
    rules = [_rule(broken) for broken in row["violations"]]
    fixed = len(moment) + len(method) + len(answer) + 3
    room = max(_LEAST_WIDTH, width - fixed) if width else len(path)
    needed = fixed + min(room, len(path)) + sum(len(click.unstyle(rule)) + 2 for rule in rules)
    head = f"{moment} {method} {_cut(path, room)} {click.style(answer, fg=_colour_of(status), bold=True)}"
    if verbose:
        from mockserver.cli.columns import wrapped  # a server that starts needs it not

        told = [wrapped(_told(broken), width, indent=4) for broken in row["violations"]]
        return "\n".join([head, *told, *_failure(row)])
    between = "\n  " if width and needed > width else "  "
    return between.join([head, *rules, *_failure(row)])


def _path(url: str) -> str:
    """The part of the URL behind scheme and host."""
    return "/" + url.split("/", 3)[-1] if url.count("/") > 2 else url


def _cut(path: str, room: int) -> str:
    return path if len(path) <= room else path[: room - 1] + "…"


def _rule(broken: Mapping[str, Any]) -> str:
    return f"{click.style(broken['rule'], fg=_SEVERITIES[broken['severity']])} {broken['pointer']}"


def _told(broken: Mapping[str, Any]) -> str:
    """The message says where, what was found, and how to mend it."""
    return f"  {click.style(broken['rule'], fg=_SEVERITIES[broken['severity']])} {broken['message']}"


def _failure(row: Mapping[str, Any]) -> list[str]:
    return [click.style(f"the mock itself has failed: {row['failure']}", fg="red")] if "failure" in row else []


_SEVERITIES = {"error": "red", "warning": "yellow"}


def _colour_of(status: int | None) -> str:
    if status is None:
        return "magenta"
    return "green" if status < 300 else "cyan" if status < 400 else "yellow" if status < 500 else "red"
