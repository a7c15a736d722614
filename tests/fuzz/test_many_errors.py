"""A document that is wrong in thousands of places is refused with the first errors, when it is looked at again too."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from contracts import OPERATIONS, Request
from tests.kit.asked import Ground, asked, ground

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
    return ground()


@pytest.mark.parametrize("operation", BODIES)
def test_fifty_errors_are_enough(operation: str) -> None:
    there = world()
    given = replace(asked(ROWS[operation], there), body=BODIES[operation])
    mock = there.sent.mock
    assert mock.handle(Request(given.row.method, given.target, given.headers, given.content)).status == 400
    rules = json.loads(mock.journal.entries()[-1].text)["violations"]
    assert 10 < sum(each["severity"] == "error" for each in rules) <= 50
