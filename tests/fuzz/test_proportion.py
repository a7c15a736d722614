"""Twice as much in any slot of any operation takes about twice the work and twice the journal: nothing grows faster.

Work is counted in calls of functions, Python's and C's; what a regular expression does in one of them tests/house says.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest

from contracts import BASE_PATH, OPERATIONS, Request
from contracts.judging.model import Operation
from mockserver import Mock
from tests.kit import chain
from tests.kit.chain import Chain
from tests.kit.connection import HEADERS
from tests.kit.depth import deep
from tests.kit.sender import Sender, core
from tests.kit.sound import sound

SIZE = 1000
"""Of the smallest filling; a slot is filled with twice and four times as much too."""
SPARE = 3000
"""Calls, and bytes of the journal, that the first filling may save."""

Filler = Callable[[int], Any]

FILLERS: dict[str, Filler] = {
    "letters": lambda size: "a" * size,
    "blanks": lambda size: " " * size,
    "slashes": lambda size: "/" * size + "~",
    "words": lambda size: " ".join(map(str, range(size // 4))),
    "separators": lambda size: ";=,&" * (size // 4),
    "an array": lambda size: list(range(size // 4)),
    "keys": lambda size: {f"k{number}": "value of twelve" for number in range(size // 4)},
    "objects": lambda size: [{"name": str(number), "value": {"x": number}} for number in range(size // 8)],
}
HEADERS_FILLED = ("authorization", "x-api-key", "content-type", "user-agent", "if-match", "x-undeclared", "host")


@cache
def world() -> tuple[Mock, Chain]:
    mock = Mock(journal=3)
    return mock, chain.chain(Sender("core", mock, core(mock)))


def slots(row: Operation, there: Chain) -> Iterator[tuple[str, Callable[[Any], Request]]]:
    """A request for each slot, made of what it is filled with."""
    lower = {name.lower(): value for name, value in HEADERS.items()} | {"if-match": "*"}
    prefix = {"zoho-accounts": "/accounts.zoho.eu", "zoho-crm": "/www.zohoapis.eu"}.get(row.service.id)
    base = prefix or row.service.base_path
    path = base + row.path.replace("{version}", "v8").replace("{module}", "Leads").replace("{id}", there.source)
    if prefix == "/www.zohoapis.eu":
        lower["authorization"] = "Zoho-oauthtoken 1000.x"
    for name in HEADERS_FILLED:
        yield f"header {name}", lambda value, name=name: Request(row.method, path, {**lower, name: value})
    for name in (*row.query[:4], "undeclared"):
        yield f"query {name}", lambda value, name=name: Request(row.method, f"{path}?{name}={quote(value)}", lower)
    yield "path", lambda value: Request(row.method, f"{base}/connections/{quote(value, safe='')}", lower)
    if row.body == "none" or row.service.base_path != BASE_PATH:
        return
    body = sound(row, there)
    for place in _places(body):
        yield (
            f"body {place}",
            lambda value, place=place: Request(
                row.method, path, lower, json.dumps(_replaced(body, place, value)).encode()
            ),
        )


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(child, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def cost(mock: Mock, request: Request) -> tuple[int, int]:
    """Calls of functions for the answer and its row in the journal, and the row's bytes."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        response = mock.handle(request)
        row = mock.journal.entries()[-1].text
    finally:
        sys.setprofile(before)
    assert response.status < 500
    return count, len(row)


QUICK = ("deleteConnection", "listActiveSandboxes")
ROWS = [row if row.id in QUICK else pytest.param(row, marks=deep) for row in OPERATIONS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_slot_costs_out_of_proportion(row: Operation) -> None:
    mock, there = world()
    found = []
    for slot, made in slots(row, there):
        for filler, fill in FILLERS.items():
            if not slot.startswith("body") and not isinstance(fill(1), str):
                continue
            few, many = (cost(mock, made(fill(size))) for size in (SIZE, 4 * SIZE))
            for what, one, other in zip(("calls", "bytes"), few, many, strict=True):
                if other > 6 * (one + SPARE):
                    found.append(f"{slot} with {filler}: {one} and {other} {what}")
    assert found == []
