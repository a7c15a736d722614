"""The journal's own JSON, as ``GET /__admin/requests`` answers it: what was broken stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.readers.json_stream import JsonStream
from mockserver.readers.read_request import Header, ReadRequest, Unreadable
from mockserver.readers.text import Text, made_up
from mockserver.readers.tree import Tree

__all__ = ["is_row", "requests_of_journal"]


def is_row(value: Any) -> bool:
    """Whether this is an exchange as a journal has it."""
    return isinstance(value, dict) and isinstance(value.get("request"), dict) and "violations" in value


def requests_of_journal(stream: JsonStream) -> Iterator[ReadRequest]:
    """The rows of the array that ``stream`` stands at."""
    for _ in stream.elements():
        row = Tree(stream.piece())
        if not is_row(row.value):
            raise Unreadable(f"no journal: line {row.raw.place().line}: no exchange with its violations")
        yield _request(row)


def _request(row: Tree) -> ReadRequest:
    request = row.at("request")
    method, url = request.at("method").text, request.at("url").text
    here = request.raw
    told = [
        (each.value, _stands(request, str(each.at("pointer").value)))
        for each in row.at("violations").items()
        if isinstance(each.value, dict)
    ]
    return ReadRequest(
        method or made_up("", here),
        url or made_up("", here),
        [*_headers(request.at("headers"))],
        request.at("body").raw if request.at("body").value is not None else None,
        told=told,
        named=[*_pairs("", row.at("response").value)],
    )


def _headers(headers: Tree) -> Iterator[Header]:
    given = headers.value if isinstance(headers.value, dict) else {}
    for name in given:
        value = headers.at(name).text
        if value is not None:
            yield made_up(name, value), value


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The texts at any depth, each with the name that it stands under."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for each in value:
            yield from _pairs(name, each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _pairs(key, each)


def _stands(request: Tree, pointer: str) -> Text:
    """Where what a rule is about stands, or would."""
    if not pointer or pointer.startswith("/"):
        names = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        return _below(request.at("body"), names).raw
    where, _, name = pointer.partition("/")
    if where == "headers":
        return request.at("headers", name).raw
    return request.at("method" if where == "method" else "url").raw


def _below(tree: Tree, names: list[str]) -> Tree:
    for name in names:
        tree = tree.at(int(name)) if name.isdecimal() and isinstance(tree.value, list) else tree.at(name)
    return tree
