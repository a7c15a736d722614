"""Commands in Markdown: what stands in fenced code blocks (CommonMark 4.5), and lines of others that start with curl.

markdown-it-py finds blocks too, but wants the whole text in memory and tells lines only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.readers.curl import requests_of_shell
from mockserver.readers.fetch import requests_of_fetch
from mockserver.readers.http_file import requests_of_http
from mockserver.readers.lines import Line, Lines
from mockserver.readers.read_request import ReadRequest

__all__ = ["requests_of_markdown"]

_FENCE = re.compile(r"^(?P<before>[ \t>]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<kind>[\w.+-]*)")
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_BARE = re.compile(r"^(?: {4}|\t)[ \t]*+(?:\$ )?curl[ \t]")
_HTTP = ("http", "rest", "httpspec")
_SCRIPTS = ("js", "javascript", "mjs", "ts", "typescript")


def requests_of_markdown(lines: Lines) -> Iterator[ReadRequest]:
    """The requests of all blocks; variables that one block sets are set in those behind it."""
    values: dict[str, str] = {}
    for line in lines:
        fence = _FENCE.match(line.text)
        if fence is not None:
            block = _block(fence, lines)
            if fence["kind"].lower() in _HTTP:
                yield from requests_of_http(block)
            elif fence["kind"].lower() in _SCRIPTS:
                yield from requests_of_fetch(block)
            else:
                yield from requests_of_shell(block, values)
        elif _BARE.match(line.text):
            yield from requests_of_shell(_indented(line, lines), values)


def _block(fence: re.Match[str], lines: Lines) -> Lines:
    """The lines up to the fence that closes."""
    end = re.compile(rf"^[ \t>]*{re.escape(fence['mark'][0])}{{{len(fence['mark'])},}}[ \t]*\r?\n?$")
    is_quoted = ">" in fence["before"]

    def inside() -> Iterator[Line]:
        for line in lines:
            if end.match(line.text):
                return
            yield Line(line.number, _QUOTED.sub(_blanks, line.text)) if is_quoted else line

    return Lines(inside())


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])  # so that the columns stay


def _indented(line: Line, lines: Lines) -> Lines:
    def inside() -> Iterator[Line]:
        yield line
        for following in lines:
            if following.text.strip() and not following.text.startswith(("    ", "\t")):
                lines.put_back([following])
                return
            yield following

    return Lines(inside())
