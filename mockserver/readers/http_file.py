"""``.http`` and ``.rest`` files, as JetBrains' IDEs and VS Code's REST Client have them.

There is no library for them that is kept: dothttp reads a language of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mockserver.readers.curl import requests_of_shell
from mockserver.readers.lines import Line, Lines, as_text
from mockserver.readers.read_request import Header, ReadRequest
from mockserver.readers.text import Text, made_up
from mockserver.readers.variables import filled

__all__ = ["requests_of_http"]

_METHODS = r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT"
# What ends in blanks is read to its end and back again: to try each of a thousand blanks would take for ever.
_BEGIN = rf"^(?:(?P<method>{_METHODS})[ \t]++)?(?P<url>\S(?:.*\S)?)"
_END = r"[ \t]*+\r?\n?$"
_VERSION = r"[ \t]++HTTP/[\d.]++"
_REQUEST = (re.compile(_BEGIN + _VERSION + _END), re.compile(_BEGIN + _END))
_VARIABLE = re.compile(rf"^@([\w.-]+)[ \t]*+=[ \t]*+(|\S|\S.*\S){_END}")
_COMMENT = re.compile(r"^[ \t]*(?:#|//)")
_CONTINUED = (re.compile(rf"^[ \t]++(\S(?:.*\S)?){_VERSION}{_END}"), re.compile(rf"^[ \t]++(\S(?:.*\S)?){_END}"))
_HEADER = re.compile(rf"^([!#$%&'*+.^`|~\w-]+)[ \t]*+:[ \t]*+(|\S|\S.*\S){_END}")
_SCRIPT = re.compile(r"^[ \t]*[<>][ \t]*\{%")
_OF_FILE = re.compile(r"^[ \t]*<@?\w*[ \t]+\S")
_AFTER = re.compile(r"^[ \t]*+(?:>>|<>|>)[ \t]*+!?[ \t]*+\S")  # a response handler, or where the answer goes


def requests_of_http(lines: Lines) -> Iterator[ReadRequest]:
    """The requests between lines of ``###``; a variable is known from its line on."""
    values: dict[str, str] = {}
    block: list[Line] = []
    for line in lines:
        if line.text.startswith("###"):
            yield from _request(block, values)
            block = []
        else:
            block.append(line)
    yield from _request(block, values)


def _request(block: Sequence[Line], values: dict[str, str]) -> Iterator[ReadRequest]:
    rest = _without_preamble(block, values)
    if rest and rest[0].text.startswith("curl "):  # VS Code's REST Client takes one in place of a request
        yield from (_filled(read, values) for read in requests_of_shell(Lines(rest)))
        return
    if not rest:
        return
    first = as_text(rest[:1])
    found = _matched(_REQUEST, first.value)
    if found is None:
        return
    url = [first.part(*found.span("url"))]
    method = first.part(*found.span("method")) if found["method"] else made_up("GET", url[0])
    if not found["method"] and not _looks_like_a_url(found["url"]):
        return
    at = 1
    while at < len(rest) and (more := _matched(_CONTINUED, rest[at].text)):
        url.append(made_up(more[1], as_text(rest[at : at + 1])))
        at += 1
    headers: list[Header] = []
    while at < len(rest) and rest[at].text.strip() and not _AFTER.match(rest[at].text):
        line = as_text(rest[at : at + 1])
        header = None if _COMMENT.match(line.value) else _HEADER.match(line.value)
        if header is not None:
            headers.append((line.part(*header.span(1)), filled(line.part(*header.span(2)), values)))
        at += 1
    body, is_known = _body(rest[at:])
    whole = url[0] if len(url) == 1 else made_up("".join(part.value for part in url), url[0])
    yield ReadRequest(method, filled(whole, values), headers, body and filled(body, values), is_known)


def _matched(patterns: Sequence[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next(filter(None, (pattern.match(text) for pattern in patterns)), None)


def _filled(read: ReadRequest, values: Mapping[str, str]) -> ReadRequest:
    headers = [(name, filled(value, values)) for name, value in read.headers]
    return replace(read, url=filled(read.url, values), headers=headers, body=read.body and filled(read.body, values))


def _looks_like_a_url(text: str) -> bool:
    return text.startswith(("http://", "https://", "/", "{{")) and " " not in re.sub(r"\{\{[^{}]*+\}\}", "", text)


def _without_preamble(block: Sequence[Line], values: dict[str, str]) -> Sequence[Line]:
    """From the request's line on, behind ``< {% ... %}``; variables that are set before it are remembered."""
    is_script = False
    for number, line in enumerate(block):
        is_script = is_script or _SCRIPT.match(line.text) is not None
        variable = None if is_script else _VARIABLE.match(line.text)
        if variable is not None:
            values[variable[1]] = variable[2]
        elif not is_script and line.text.strip() and not _COMMENT.match(line.text):
            return block[number:]
        is_script = is_script and "%}" not in line.text
    return []


def _body(lines: Sequence[Line]) -> tuple[Text | None, bool]:
    """The body up to a response handler, and whether it stands here."""
    end = next((number for number, line in enumerate(lines) if _AFTER.match(line.text)), len(lines))
    text = as_text(lines[:end]).stripped()
    if not text.value:
        return None, True
    return (None, False) if _OF_FILE.match(text.value) else (text, True)
