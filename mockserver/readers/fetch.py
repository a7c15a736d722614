"""Calls of JavaScript's ``fetch`` as browsers copy them (*Copy as fetch*): a URL and options, both JSON.

A call that a person has written has options that aren't JSON; it is counted, and not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.readers.json_stream import JsonStream
from mockserver.readers.lines import Line, Lines
from mockserver.readers.read_request import Header, ReadRequest, Unreadable, not_read
from mockserver.readers.text import Place, Text, made_up
from mockserver.readers.tree import Tree

__all__ = ["requests_of_fetch"]

_CALL = re.compile(r"\bfetch\(")


def requests_of_fetch(lines: Lines) -> Iterator[ReadRequest]:
    """The request of every call; none is looked for in the rest of the line in which one ends."""
    for line in lines:
        called = _CALL.search(line.text)
        if called is not None:
            following = _Following(line, called.end(), lines)
            stream = JsonStream(following, Place(line.number, called.end() + 1))
            try:
                yield _request(stream)
            except Unreadable:
                yield not_read(Text(line.text, line.text, Place(line.number, 1)))
            lines.put_back([each for each in following.read_lines if each.number > stream.place.line])


def _request(stream: JsonStream) -> ReadRequest:
    url = Tree(stream.piece())
    if url.text is None:
        raise Unreadable("the URL of a call of fetch is no string")
    if stream.peek() != ",":
        return ReadRequest(made_up("GET", url.text), url.text)
    stream.take(",")
    options = Tree(stream.piece())
    method, body = options.at("method").text, options.at("body").text
    return ReadRequest(method or made_up("GET", url.text), url.text, [*_headers(options.at("headers"))], body)


def _headers(headers: Tree) -> Iterator[Header]:
    for name in headers.value if isinstance(headers.value, dict) else ():
        value = headers.at(name).text
        if value is not None:
            yield made_up(name, value), value


class _Following:
    """The rest of a line and the lines behind it, twice as many each time that more is wanted."""

    def __init__(self, line: Line, at: int, lines: Lines) -> None:
        self._first, self._lines = line.text[at:], lines
        self.read_lines: list[Line] = []

    def read(self, _: int, /) -> str:
        if self._first:
            first, self._first = self._first, ""
            return first
        wanted = max(1, len(self.read_lines))
        more = [line for _, line in zip(range(wanted), self._lines, strict=False)]
        self.read_lines += more
        return "".join(line.text for line in more)
