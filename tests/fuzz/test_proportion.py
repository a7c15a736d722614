"""Four times as much in any slot of any operation takes about four times the work and the journal, and no more.

Work is counted in calls of functions, Python's and C's; what a regular expression does in one of them tests/house says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from contracts import OPERATIONS, Request
from contracts.judging.model import Operation
from mockserver import Mock
from tests.kit.asked import Asked, Ground, asked, changed, ground, places
from tests.kit.counting import calls_once, still
from tests.kit.depth import chosen, nightly

SIZE = 1000
"""Of the smaller filling; the larger one is four times as much."""
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
def world() -> Ground:
    return ground(clock=still())


def slots(row: Operation, there: Ground) -> Iterator[tuple[str, Callable[[Any], Asked]]]:
    """A request for each slot, made of what it is filled with."""
    request = asked(row, there)
    for name in HEADERS_FILLED:
        yield f"header {name}", lambda value, name=name: replace(request, headers={**request.headers, name: value})
    for name in (*row.query[:4], "undeclared"):
        yield f"query {name}", lambda value, name=name: replace(request, query={**request.query, name: value})
    for name in request.parts:
        yield f"path {name}", lambda value, name=name: replace(request, parts={**request.parts, name: value})
    if row.body == "form":
        for name in request.body:
            yield f"form {name}", lambda value, name=name: replace(request, body={**request.body, name: value})
    elif request.body is not ...:
        for place in places(request.body):
            yield f"body {place}", lambda value, place=place: replace(request, body=changed(request.body, place, value))


def cost(mock: Mock, given: Asked) -> tuple[int, int]:
    """Calls of functions for the answer and its row in the journal, and the row's bytes."""
    request = Request(given.row.method, given.target, given.headers, given.content)
    row = ""

    def answer() -> None:
        nonlocal row
        assert mock.handle(request).status < 500
        row = mock.journal.entries()[-1].text

    return calls_once(answer), len(row)


def fillers_of(row: Operation, slot: str) -> set[str]:
    """Two of them, others for each slot and row, so that together all rows meet all."""
    fitting = [name for name, fill in FILLERS.items() if slot.startswith("body") or isinstance(fill(1), str)]
    return {chosen(f"{row.id} {slot} {number}", fitting) for number in range(2)}


QUICK = ("deleteConnection",)
ROWS = [row if row.id in QUICK else pytest.param(row, marks=nightly) for row in OPERATIONS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_slot_costs_out_of_proportion(row: Operation) -> None:
    there = world()
    mock = there.sent.mock
    beginning = mock.snapshot()
    found = []
    for slot, made in slots(row, there):
        for filler in fillers_of(row, slot):
            fill = FILLERS[filler]
            few, many = (cost(mock, made(fill(size))) for size in (SIZE, 4 * SIZE))
            for what, one, other in zip(("calls", "bytes"), few, many, strict=True):
                if other > 6 * (one + SPARE):
                    found.append(f"{slot} with {filler}: {one} and {other} {what}")
    mock.restore(beginning)
    assert found == []
