"""Which kind of file it is: by the end of its name, else by what stands in it."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, TextIO, cast

from contracts import LARGEST_BODY
from mockserver.readers.curl import requests_of_shell
from mockserver.readers.fetch import requests_of_fetch
from mockserver.readers.har import requests_of_har
from mockserver.readers.http_file import requests_of_http
from mockserver.readers.journal import is_row, requests_of_journal
from mockserver.readers.json_stream import JsonStream
from mockserver.readers.lines import Lines
from mockserver.readers.markdown import requests_of_markdown
from mockserver.readers.postman import Collection
from mockserver.readers.read_request import ReadRequest, Unreadable
from mockserver.readers.text import Place, Text, made_up

__all__ = ["SUFFIXES", "requests_of"]

Kind = Literal["json", "har", "postman", "markdown", "shell", "http", "fetch"]

SUFFIXES: Mapping[str, Kind] = {
    ".har": "har",
    ".postman_collection.json": "postman",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".http": "http",
    ".rest": "http",
    ".sh": "shell",
    ".bash": "shell",
    ".zsh": "shell",
    ".cmd": "shell",
    ".bat": "shell",
    ".ps1": "shell",
}
"""What the end of a file's name says; a longer one stands before a shorter one that it ends in."""

_HEAD = LARGEST_BODY + 1  # bytes; of a body no more is read
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OF_LINES: Mapping[str, Callable[[Lines], Iterator[ReadRequest]]] = {
    "markdown": requests_of_markdown,
    "shell": requests_of_shell,
    "http": requests_of_http,
    "fetch": requests_of_fetch,
}


def requests_of(file: BinaryIO, name: str = "") -> Iterator[ReadRequest]:
    """The requests of a file, or `Unreadable`; ``name`` is the file's, empty where it has none.

    JSON that is nothing else is one request that has but a body.
    """
    file = _rewindable(file)
    head = file.read(_HEAD)
    file.seek(0)
    if b"\0" in head and head[:2] not in _BOMS:
        raise Unreadable("it isn't text")
    kind = _kind(head, name)
    _check_unread(kind, head)
    if kind is None:
        if name:
            raise Unreadable("neither JSON nor Markdown, a shell script or an .http file")
        yield _body(head)
        return
    encoding = next((each for mark, each in _BOMS.items() if head.startswith(mark)), "utf-8")

    def text() -> TextIO:
        file.seek(0)
        return io.TextIOWrapper(io.BufferedReader(_Unclosed(file)), encoding, newline="\n")

    try:
        if kind in _OF_LINES:
            yield from _OF_LINES[kind](Lines.of(text()))
        else:
            yield from _of_json(text, kind, head)
    except UnicodeError:
        raise Unreadable("it isn't text in UTF-8") from None


def _check_unread(kind: Kind | None, head: bytes) -> None:
    """What is known and isn't read is told as that."""
    for kinds, sign, but, reason in _UNREAD:
        if kind in kinds and sign.search(head) and not (but and but.search(head)):
            raise Unreadable(reason)


_UNREAD = (
    (
        ("json", "postman"),
        re.compile(rb'"(?:rawModeData|dataMode)"\s*:'),
        re.compile(rb'"connectionSpec"\s*:'),
        "a Postman collection of format 1, which isn't read: export it as Collection v2.1",
    ),
    (
        (None, "shell"),
        re.compile(rb"\b(?:Invoke-RestMethod|Invoke-WebRequest)\b", re.IGNORECASE),
        re.compile(rb"\bcurl(?:\.exe)?\s"),
        "PowerShell's Invoke-RestMethod, which isn't read: give the request as curl or in an .http file",
    ),
)
"""Kinds, what shows it, what shows that there is something to read after all, and the reason."""


def _kind(head: bytes, name: str) -> Kind | None:
    for suffix, kind in SUFFIXES.items():
        if PurePath(name).name.lower().endswith(suffix):
            return kind
    text = head.decode("utf-16" if head[:2] in _BOMS else "utf-8", "replace").removeprefix("\ufeff")
    return next((kind for kind, sign in _SIGNS.items() if sign.search(text)), None)


_SIGNS: Mapping[Kind, re.Pattern[str]] = {
    "json": re.compile(r"\A\s*+[\[{](?![{%])"),
    "markdown": re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE),
    "fetch": re.compile(r"^(?:await )?fetch\(\"https?:", re.MULTILINE),
    "http": re.compile(r"^(?:GET|POST|PUT|PATCH|DELETE) +(?:https?:|/|\{\{)", re.MULTILINE),
    "shell": re.compile(r"(?:^|[\s;&|(`])curl(?:\.exe)?[ \t\\]", re.MULTILINE),
}


def _of_json(text: Callable[[], TextIO], kind: str, head: bytes) -> Iterator[ReadRequest]:
    """``text`` opens the file once more from its beginning, ``head`` is where it begins."""
    stream = JsonStream(text())
    found: Iterator[ReadRequest] | None = None
    try:
        if stream.peek() == "{":
            found = _of_object(stream, text)
        elif stream.peek() == "[" and _is_journal(head):
            found = requests_of_journal(stream)
        first = next(found, None) if found else None
    except (Unreadable, UnicodeError):
        if kind != "json":
            raise
        yield _body(head)  # what is broken in it the contract says
        return
    except _NoneOfThem:
        first = found = None
    if found is None:
        if kind != "json":
            raise Unreadable("no Postman collection" if kind == "postman" else "no HAR: it has no log")
        yield _body(head)
    elif first is not None:
        yield first
        yield from found


class _NoneOfThem(Exception):
    """No key at the top says what it is."""


def _of_object(stream: JsonStream, text: Callable[[], TextIO]) -> Iterator[ReadRequest]:
    collection = Collection()
    is_known = False
    for name in stream.names():
        first = stream.peek()
        if name == "log" and first == "{":
            is_known = True
            yield from requests_of_har(stream)
        elif name == "requests" and first == "[":
            is_known = True
            yield from requests_of_journal(stream)
        else:
            collection.take(name, stream)
    if collection.is_one:
        yield from collection.requests(JsonStream(text()))
    elif not is_known:
        raise _NoneOfThem


def _is_journal(head: bytes) -> bool:
    stream = JsonStream(io.StringIO(head.decode("utf-8", "replace")))
    try:
        return any(is_row(stream.piece().value) for _ in zip(range(1), stream.elements(), strict=False))
    except Unreadable:
        return False


def _body(data: bytes) -> ReadRequest:
    value = data.decode("utf-8", "surrogateescape")
    text = Text(value, value, Place(1, 1))
    return ReadRequest(made_up("", text), made_up("", text), body=text)


def _rewindable(file: BinaryIO) -> BinaryIO:
    """The same bytes with a beginning to go back to; a pipe's are kept, on a disk without a name if they are many."""
    if file.seekable():
        return file
    kept = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- lives as long as what is read from it
    shutil.copyfileobj(file, kept)
    kept.seek(0)
    return cast("BinaryIO", kept)


_IN_MEMORY = 1 << 24  # bytes


class _Unclosed(io.RawIOBase):
    """A file that stays open when this is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
