"""A document that is wrong in thousands of places is refused with the first errors, when it is looked at again too."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from contracts import BASE_PATH, OPERATIONS, Request
from tests.kit.asked import Ground, asked, ground
from tests.kit.connection import HEADERS
from tests.kit.counting import calls, still

MANY = 1_000
NUMBERS = {f"k{number}": 0 for number in range(MANY)}
GROUP = {"$id": "https://ns.adobe.com/x/mixins/1", "meta:resourceType": "mixins", "title": "x", "type": "object"}
BODIES: dict[str, Any] = {
    "importResource": [{**GROUP, "definitions": NUMBERS}],
    "createFieldGroup": {"title": "x", "type": "object", "definitions": NUMBERS},
    "patchFieldGroup": [{"op": "add", "path": "/definitions", "value": NUMBERS}],
    "createDataset": {"tags": NUMBERS},
    "patchDataset": {"tags": NUMBERS},
    "createFlowSpec": {"name": "x", "providerId": "p", "transformationSpecs": [0] * MANY},
    "patchFlow": [{"op": "replace", "path": "/sourceConnectionIds", "value": [0] * MANY}],
}
ROWS = {row.id: row for row in OPERATIONS}


@cache
def world() -> Ground:
    return ground(clock=still())


@pytest.mark.parametrize("operation", BODIES)
def test_fifty_errors_are_enough(operation: str) -> None:
    there = world()
    given = replace(asked(ROWS[operation], there), body=BODIES[operation])
    mock = there.sent.mock
    assert mock.handle(Request(given.row.method, given.target, given.headers, given.content)).status == 400
    rules = json.loads(mock.journal.entries()[-1].text)["violations"]
    assert 10 < sum(each["severity"] == "error" for each in rules) <= 50


@pytest.mark.parametrize("operation", BODIES)
def test_no_more_is_looked_at_than_is_told(operation: str) -> None:
    there = world()
    given = replace(asked(ROWS[operation], there), body=BODIES[operation])
    request = Request(given.row.method, given.target, given.headers, given.content)
    there.sent.mock.handle(request)
    assert calls(lambda: there.sent.mock.handle(request)) < 30 * MANY


@pytest.mark.parametrize("text", [";=,&", "property=a;=&", '"&', "a==b,"])
def test_no_more_filters_are_looked_at_than_there_may_be(text: str) -> None:
    """Not to mask them either: the body is too long to be kept, so what it names as secret is looked for at once."""
    sent, body = world().sent, json.dumps({"queryString": text * 50_000}).encode()
    headers = {name.lower(): value for name, value in HEADERS.items()}
    request = Request("POST", f"{BASE_PATH}/connections/search", headers, body)
    assert calls(lambda: sent.mock.handle(request)) < 2 * MANY


@pytest.mark.parametrize("operation", ["createConnection", "createSchema", "createDataset", "createMappingSet"])
@pytest.mark.parametrize("value", [b"0", b"{}", b'{"a":0}'])
def test_a_body_of_tiny_values_is_refused_before_it_is_read(operation: str, value: bytes) -> None:
    """Each of them would be looked at by several rules."""
    there = world()
    given = asked(ROWS[operation], there)
    mock = there.sent.mock

    body = b'{"name":[' + b",".join([value] * 100_000) + b"]}"
    request = Request(given.row.method, given.target, given.headers, body)
    assert calls(lambda: mock.handle(request)) < 3_000
    answer = mock.handle(request)
    assert (answer.status, b"more than 52428 values" in answer.body) == (400, True)


def test_updates_bring_no_more_values_than_a_body() -> None:
    there = world()
    given = asked(ROWS["patchSourceConnection"], there)
    mock, statuses = there.sent.mock, []
    for name in ("a", "b"):
        values = [{"op": "add", "path": f"/{name}", "value": [0] * 30_000}]
        body = json.dumps(values).encode()
        headers = {**given.headers, "if-match": "*"}
        statuses.append(mock.handle(Request(given.row.method, given.target, headers, body)).status)
    assert statuses == [200, 400]
    (found,) = (row for row in json.loads(mock.journal.entries()[-1].text)["violations"] if row["severity"] == "error")
    assert (found["rule"], "more than 52428 values" in json.dumps(found)) == ("FS-BODY-04", True)
