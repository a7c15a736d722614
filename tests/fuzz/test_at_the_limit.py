"""A body as deep as it may be, of more than ASCII, is answered, whatever the service puts around what it stores."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from typing import Any

import pytest

from contracts import OPERATIONS, Request
from contracts.judging.model import Operation
from contracts.reading.json_text import MAX_DEPTH
from contracts.reading.schemas import schema
from contracts.tables import COLLECTIONS
from tests.kit.asked import Ground, asked, changed, ground, places
from tests.kit.depth import every

WITH_JSON = [row for row in OPERATIONS if row.body in ("json", "optional")]
MANY = 12  # places of a body


@cache
def world() -> tuple[Ground, Any]:
    there = ground()
    return there, there.sent.mock.snapshot()


def nested(levels: int, outermost: type) -> Any:
    value: Any = "Grüße \U0001f600"
    for level in range(levels, 0, -1):
        value = {"properties": value} if (outermost is dict) == (level % 2 == 1) else [value]
    return value


def declared(row: Operation) -> list[str]:
    """What a document says of the bodies of its collection."""
    schemas = COLLECTIONS[row.collection].schemas if row.collection in COLLECTIONS else ()
    return [name for each, package in schemas for name in schema(each, package)["properties"]]


@pytest.mark.parametrize("row", every(WITH_JSON, 6), ids=lambda row: row.id)
def test_a_body_as_deep_as_it_may_be_is_answered(row: Operation) -> None:
    there, beginning = world()
    mock = there.sent.mock
    mock.restore(beginning)
    given = asked(row, there)
    body = {} if given.body is ... else given.body
    inside = [place for place in places(body) if place][:MANY]
    beside = [(name,) for name in ("undeclared", *declared(row))] if isinstance(body, dict) else []
    for place, outermost in product((*inside, *beside), (dict, list)):
        deepest = changed(body, place, nested(MAX_DEPTH - len(place), outermost))
        text = json.dumps(deepest, ensure_ascii=False).encode()
        answer = mock.handle(Request(row.method, given.target, given.headers, text))
        assert (answer.status < 500, b"levels deep" in answer.body) == (True, False), place
        read = mock.handle(Request("GET", given.target, given.headers, b""))
        assert read.status < 500, place
