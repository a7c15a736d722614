"""A PATCH that would make more of a record than a body may hold is refused, whichever service it is sent to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.kit.platform import catalog, dataset_made, registry, schema_made
from tests.kit.sender import Answer, Sender

Patch = Callable[[Any], Answer]


def of_a_dataset(sent: Sender) -> Patch:
    id = dataset_made(sent)
    return lambda changes: catalog(sent, "PATCH", f"/dataSets/{id}", changes)


def of_a_schema(sent: Sender) -> Patch:
    path = f"/tenant/schemas/{quote(schema_made(sent), safe='')}"
    return lambda changes: registry(sent, "PATCH", path, changes)


BOTH = [of_a_dataset, of_a_schema]


@pytest.mark.parametrize("begin", BOTH)
def test_copies_of_copies_are_refused(sent: Sender, begin: Callable[[Sender], Patch]) -> None:
    patch = begin(sent)
    doubled = [{"op": "copy", "from": "", "path": f"/x{number}"} for number in range(24)]
    assert patch(doubled).status == 413
    assert patch([{"op": "copy", "from": "/nowhere", "path": "/x"}]).status == 400


def test_a_record_grows_no_larger_than_a_body(sent: Sender) -> None:
    patch = of_a_dataset(sent)
    adding = [[{"op": "add", "path": f"/x{number}", "value": "x" * 400_000}] for number in range(3)]
    assert [patch(each).status for each in adding] == [200, 200, 413]


def test_nor_by_what_is_merged_into_it(sent: Sender) -> None:
    patch = of_a_dataset(sent)
    assert [patch({f"x{number}": "x" * 400_000}).status for number in range(3)] == [200, 200, 413]


@pytest.mark.parametrize("begin", BOTH)
def test_what_is_nested_too_deeply_is_refused(sent: Sender, begin: Callable[[Sender], Patch]) -> None:
    patch, path, nested = begin(sent), "", {"a": {"a": {"a": {}}}}
    for _ in range(3):
        operations = []
        for _ in range(150):
            operations.append({"op": "add", "path": f"{path}/a", "value": nested})
            path += "/a/a/a/a"
        if patch(operations).status != 200:
            break
    else:
        pytest.fail("it grows deeper without end")
    assert sent.mock.journal.rows()[-1]["response"]["status"] == 400
    assert "failure" not in sent.mock.journal.rows()[-1]
