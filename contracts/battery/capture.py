"""What a call leaves for a reader of logs, terminals and reports to see."""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

__all__ = ["Left", "Sinks", "near", "texts_of", "watched"]

# Debug output of an HTTP library isn't the client's own.
_LIBRARIES = frozenset(
    ("urllib3", "requests", "httpx", "httpcore", "aiohttp", "http", "hpack", "h11", "asyncio", "anyio", "trio")
    + ("charset_normalizer", "concurrent", "hypothesis", "uvicorn", "mockserver", "contracts")
)


@dataclass(frozen=True)
class Left:
    """A text that a reader could see: what left it (``logger acme``) and the file and line, as far as that is known."""

    text: str
    by: str = ""
    line: str | None = None


@dataclass
class Sinks:
    """Everything that a reader of logs, terminals and reports could see."""

    log: list[Left] = field(default_factory=list)
    printed: list[Left] = field(default_factory=list)
    warned: list[Left] = field(default_factory=list)


@contextmanager
def watched(sender: Callable[[], str | None]) -> Iterator[Sinks]:
    """Every log record at every level, every print, every warning; ``sender`` gives the user's line that runs."""
    sinks = Sinks()
    records: list[logging.LogRecord] = []
    make, level, disabled = logging.getLogRecordFactory(), logging.root.level, logging.root.manager.disable
    shown = {each: each.level for each in logging.root.handlers}

    def record(*arguments: Any, **more: Any) -> logging.LogRecord:
        made = make(*arguments, **more)
        if not _is_of_a_library(made.name):
            texts = [made.getMessage(), *texts_of((made.exc_info or (None, None))[1])]
            sinks.log += [_logged(made, text) for text in texts]
            records.append(made)  # its `extra` is filled in after this
        return made

    logging.setLogRecordFactory(record)
    for handler in shown:  # what they would not have shown they still don't
        handler.setLevel(max(handler.level, level))
    logging.root.setLevel(1)
    logging.disable(logging.NOTSET)
    try:
        with _descriptors() as file, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            heard = _Heard(file, sinks.printed, sender)
            with _instead(heard), redirect_stdout(heard), redirect_stderr(heard):
                yield sinks
            file.flush()
            file.seek(0)
            sinks.printed.append(Left(file.read()))
        sinks.log += [_logged(each, repr(vars(each))) for each in records]
        sinks.warned += [Left(str(each.message), "", f"{near(each.filename)}:{each.lineno}") for each in caught]
    finally:
        logging.setLogRecordFactory(make)
        logging.root.setLevel(level)
        for handler, before in shown.items():
            handler.setLevel(before)
        logging.disable(disabled)


def _logged(record: logging.LogRecord, text: str) -> Left:
    return Left(text, f"logger {record.name}", f"{near(record.pathname)}:{record.lineno}")


def near(file: str) -> str:
    """The path of ``file`` from here, where it lies below."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


class _Heard:
    """A text stream that knows who wrote to it; what is written past it has no line."""

    def __init__(self, file: TextIO, written: list[Left], sender: Callable[[], str | None]) -> None:
        self._file = file
        self._written = written
        self._sender = sender

    def write(self, text: str) -> int:
        if text.strip():
            self._written.append(Left(text, "", self._sender()))
        return self._file.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def _instead(heard: _Heard) -> Iterator[None]:
    """For whoever has kept the stream that a test runner put in place of the process's own."""
    streams = [each for each in (sys.stdout, sys.stderr) if each not in (sys.__stdout__, sys.__stderr__)]
    kept = [each for each in streams if isinstance(each, io.TextIOBase) and hasattr(each, "__dict__")]
    for stream in kept:
        stream.write = heard.write  # type: ignore[method-assign]
    try:
        yield
    finally:
        for stream in kept:
            del stream.write


@contextmanager
def _descriptors() -> Iterator[TextIO]:
    """A file in place of the two file descriptors, for what is printed past `sys.stdout`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        saved = {number: os.dup(number) for number in (1, 2)}
        try:
            for number in saved:
                os.dup2(file.fileno(), number)
            yield file
        finally:
            for stream in (sys.__stdout__, sys.__stderr__):
                if stream is not None:
                    stream.flush()
            for number, copy_ in saved.items():
                os.dup2(copy_, number)
                os.close(copy_)


def texts_of(error: BaseException | None) -> Iterator[str]:
    """The texts of an error, of what caused it, of what it happened in and of those that it groups.

    What was raised ``from None`` no longer tells what it happened in. Of an HTTP library's own error the text counts,
    which is what a traceback shows: aiohttp's `repr` has the request's headers.
    """
    seen: set[int] = set()
    pending = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield from (str(each), *getattr(each, "__notes__", ()))
        if not _is_of_a_library(type(each).__module__):
            yield from (repr(each), repr(each.args))
        around = None if each.__suppress_context__ else each.__context__
        pending += [each.__cause__, around, *getattr(each, "exceptions", ())]


def _is_of_a_library(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES
