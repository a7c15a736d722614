"""Values at the ends of what can be written: a mock in memory and one on a store answer alike, and neither breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import BASE_PATH
from contracts.tables import OPERATIONS
from mockserver import Mock, StoredMock
from tests.kit import chain
from tests.kit.connection import HEADERS
from tests.kit.depth import examples
from tests.kit.sender import Sender, core
from tests.kit.sound import sound

ENDS = (
    *(2**31, 2**53 - 1, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**18, 10**19, 10**30, 10**4200),
    *(1e308, -1e308, 5e-324, -0.0, 0.1, -1),
    *("9" * 4300, "9" * 18, "1e999", "\0", "\ud800", "\U0001f600", "x" * 70_000, "\r\nSet-Cookie: a=b", "../..", "%00"),
    *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "~" * 60, "/" * 40 + "~"),
)
ROWS = {row.id: row for row in OPERATIONS if row.service.base_path == BASE_PATH and row.body != "none"}
ANY = {"type": "object"}
SPEC = {"name": "any", "providerId": "p", "scheduleSpec": {"spec": ANY}, "runSpec": {"spec": ANY}}


class Pair:
    """A mock in memory and one on a store, with the same chain in both."""

    def __init__(self, folder: Path) -> None:
        mocks = (Mock(journal=50), StoredMock(f"sqlite:///{folder}/store.db", journal=50))
        self.both = [self._filled(Sender("core", mock, core(mock))) for mock in mocks]

    def _filled(self, sent: Sender) -> tuple[chain.Chain, dict[str, str]]:
        there = chain.chain(sent)
        spec = {"name": "acme", "providerId": "p"}
        ids = {
            "connections": there.base,
            "sourceConnections": there.source,
            "targetConnections": there.target,
            "flows": there.flow,
            "runs": chain.make(sent, "runs", chain.run(there.flow)),
            "connectionSpecs": chain.make(sent, "connectionSpecs", spec),
            "flowSpecs": chain.make(sent, "flowSpecs", SPEC),
        }
        return there, ids

    def alike(self, operation: str, place: tuple[Any, ...], value: Any) -> None:
        """The same change of a sound body is answered alike, and everything can be listed afterwards."""
        row, answers = ROWS[operation], []
        for there, ids in self.both:
            body = sound(row, there)
            if row.collection == "flows" and row.method == "POST" and row.action == "create_flow":
                body["flowSpec"] = {"id": ids["flowSpecs"], "version": "1.0"}
            path = row.path.replace("{id}", ids[row.collection])
            query = "?op=publish" * path.endswith("/action")
            text = json.dumps(_replaced(body, place, value)).encode()
            answer = there.sent.raw(row.method, BASE_PATH + path + query, {**HEADERS, "if-match": "*"}, text)
            lists = [there.sent("GET", f"/{name}?count=true") for name in (row.collection, "runs")]
            shown = there.sent("GET", f"/{row.collection}?limit=5")
            assert [each.status for each in (answer, *lists, shown) if each.status >= 500] == [], answer.text
            exchange = there.sent.mock.journal.rows()[-len(lists) - 2]
            broken = [(each["rule"], each["pointer"]) for each in exchange["violations"]]
            answers.append((answer.status, broken, [each.json.get("count") for each in lists]))
        assert answers[0] == answers[1]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(child, (*path, key))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("stores"))


@settings(max_examples=examples(120))
@given(st.data())
def test_memory_and_a_store_answer_alike(pair: Pair, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(list(ROWS)))
    place = data.draw(st.sampled_from(list(_places(sound(ROWS[operation], pair.both[0][0])))))
    pair.alike(operation, place, data.draw(st.sampled_from(ENDS)))
