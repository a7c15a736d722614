"""Where in a JSON text each of its values stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

__all__ = ["places_of"]

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')


def places_of(text: str) -> Mapping[str, tuple[int, int]]:
    """Start and end of each value of a JSON text that is known to be one, by its JSON pointer."""
    return dict(_values(text))


def _values(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    path: list[str] = []  # of the value that comes next
    open_: list[tuple[str, int]] = []  # brackets, and where they opened
    is_key = False
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        if first in "{[":
            open_.append((first, token.start()))
            path.append("0")
            is_key = first == "{"
        elif first in "}]":
            if not open_:
                return
            path.pop()
            yield _pointer(path), (open_.pop()[1], token.end())
            is_key = False
        elif first == ",":
            is_key = bool(open_) and open_[-1][0] == "{"
            if open_ and not is_key:
                path[-1] = str(int(path[-1]) + 1)
        elif first == ":":
            is_key = False
        elif is_key:
            path[-1] = _name(token[0])
        else:
            yield _pointer(path), token.span()


def _pointer(path: list[str]) -> str:
    return "".join(f"/{name}" for name in path)


def _name(text: str) -> str:
    return str(json.loads(text)).replace("~", "~0").replace("/", "~1")
