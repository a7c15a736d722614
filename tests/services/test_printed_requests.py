"""Every request to the services around Flow Service that Adobe's pages print gets the answer that they print.

``data/printed-requests.json`` holds them with the page of each, placeholders in place of the printed ids. ``shown`` are
the JSON Pointers of the printed answer; ``*`` stands for at least one item, any of them. ``headers`` adds to the usual
ones; what is null there, the page doesn't send. ``terms`` are the mock's;
``note`` says where a row isn't the page's request, or its answer.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kit.connection import HEADERS
from tests.kit.described import undescribed
from tests.kit.journey import filled, journey
from tests.kit.paths import DATA
from tests.kit.printed import is_shown

ROWS: list[dict[str, Any]] = json.loads((DATA / "printed-requests.json").read_text("utf-8"))


def name_of(row: dict[str, Any]) -> str:
    return f"{row['document'].rpartition('/')[2]} {row['method']} {row['path'].removeprefix('/data/foundation')}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_printed_request_gets_the_printed_answer(row: dict[str, Any]) -> None:
    sent, ids = journey(**row.get("terms", {}))
    headers = {name.lower(): value for name, value in HEADERS.items()} | filled(row.get("headers", {}), ids)
    body = json.dumps(filled(row["body"], ids)).encode() if "body" in row else b""
    answer = sent.raw(
        row["method"],
        filled(row["path"], ids),
        {name: value for name, value in headers.items() if value is not None},
        body,
    )
    assert answer.status == row["status"], answer.text
    assert [each for each in filled(row.get("shown", []), ids) if not is_shown(answer.json, each)] == []
    assert undescribed(sent.mock) == set()
