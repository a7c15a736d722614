"""Filters, order and pages of every collection beside a naive reference, and what a write costs."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.reading import json_text
from mockserver import Mock
from tests.kit import chain
from tests.kit.chain import make, read
from tests.kit.connection import zoho
from tests.kit.depth import examples
from tests.kit.sender import Sender, core

COLLECTIONS = ("connections", "sourceConnections", "targetConnections", "flows", "runs")
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
NAMES = st.lists(st.sampled_from(["a", "B", "é", "b c", "0", "aa"]), min_size=1, max_size=9)

# A field of each collection that tells its items apart, and how a list is asked for it.
FIELDS: Mapping[str, tuple[str, Callable[[Any], list[Any]]]] = {
    "connections": ("description", lambda item: [item["description"]]),
    "sourceConnections": ("params.columns[].name", lambda item: [row["name"] for row in item["params"]["columns"]]),
    "targetConnections": ("params.dataSetId", lambda item: [item["params"]["dataSetId"]]),
    "flows": ("labels[]", lambda item: item["labels"]),
    "runs": ("params.tag", lambda item: [item["params"]["tag"]]),
}
ORDERS = {"runs": ["createdAt", "-createdAt", "id"]}


def filled(collection: str, words: list[str]) -> tuple[Sender, list[dict[str, Any]]]:
    """A mock with an item for each word, and how the items read."""
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    there = chain.chain(sent)
    ids = [item(sent, collection, there, word) for word in words]
    mock.clock.advance(60)
    return sent, [read(sent, collection, id) for id in ids]


def item(sent: Sender, collection: str, there: chain.Chain, word: str) -> str:
    sent.mock.clock.advance(1)
    documents: Mapping[str, Callable[[], dict[str, Any]]] = {
        "connections": lambda: {**zoho(), "name": word, "description": word},
        "sourceConnections": lambda: chain.source(
            there.base,
            name=word,
            params={"tableName": "T", "columns": [{"name": word, "type": "x"}, {"name": "id", "type": "x"}]},
        ),
        "targetConnections": lambda: chain.target(name=word, params={"dataSetId": word}),
        "flows": lambda: chain.flow(there.source, there.target, name=word, labels=[word, "all"]),
        "runs": lambda: chain.run(there.flow, tag=word),
    }
    return make(sent, collection, documents[collection]())


def pages(sent: Sender, collection: str, **parameters: Any) -> list[dict[str, Any]]:
    """The items of all pages."""
    href = f"/{collection}?" + urlencode(parameters, doseq=True)
    found: list[dict[str, Any]] = []
    while href:
        answer = sent("GET", href)
        assert answer.status == 200, answer.text
        found += answer.json["items"]
        href = answer.json["_links"].get("next", {}).get("href", "")
    return found


@pytest.mark.parametrize("collection", COLLECTIONS)
@settings(max_examples=examples(15))
@given(
    words=NAMES,
    limit=st.integers(1, 4),
    sign=st.sampled_from(["==", "!="]),
    wanted=st.lists(st.sampled_from(["a", "B", "é", "all", "id"]), min_size=1, max_size=2),
    order=st.integers(0, 2),
)
def test_pages_of_a_filter_in_an_order_are_what_a_comparison_leaves(
    collection: str, words: list[str], limit: int, sign: str, wanted: list[str], order: int
) -> None:
    sent, items = filled(collection, words)
    path, values = FIELDS[collection]
    key = ORDERS.get(collection, ["name", "-name", "createdAt"])[order]
    kept = [each for each in items if bool(set(values(each)) & set(wanted)) is (sign == "==")]
    kept.sort(key=lambda each: each[key.lstrip("-")], reverse=key.startswith("-"))
    ours = {each["id"] for each in items}
    query = {"property": f"{path}{sign}{','.join(wanted)}", "orderby": key, "limit": str(limit)}
    assert [each for each in pages(sent, collection, **query) if each["id"] in ours] == kept


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("sign", OPERATORS)
def test_times_compare_as_numbers_everywhere(collection: str, sign: str) -> None:
    sent, items = filled(collection, ["a", "b", "c"])
    ours = {each["id"] for each in items}
    middle = items[1]["createdAt"]
    found = pages(sent, collection, property=f"createdAt{sign}{middle}", orderby="createdAt")
    assert [each for each in found if each["id"] in ours] == [
        each for each in items if OPERATORS[sign](each["createdAt"], middle)
    ]


@pytest.mark.parametrize("collection", COLLECTIONS)
@settings(max_examples=examples(10))
@given(words=NAMES, limit=st.integers(1, 3), writes=st.lists(st.none() | st.integers(0, 8), max_size=8))
def test_writes_between_pages_lose_and_repeat_nothing(
    collection: str, words: list[str], limit: int, writes: list[int | None]
) -> None:
    sent, items = filled(collection, words)
    there = chain.chain(sent)
    href, seen, gone = f"/{collection}?limit={limit}&orderby=-createdAt", [], set()
    while href:
        page = sent("GET", href).json
        seen += [each["id"] for each in page["items"]]
        href = page["_links"].get("next", {}).get("href", "")
        write = writes.pop() if writes else ...
        if write is None:
            item(sent, collection, there, "new")
        elif (
            isinstance(write, int)
            and write < len(items)
            and sent("DELETE", f"/{collection}/{items[write]['id']}").status == 204
        ):
            gone.add(items[write]["id"])
    assert len(seen) == len(set(seen))
    assert {each["id"] for each in items} - gone <= set(seen)


@pytest.mark.parametrize(
    ("collection", "expression", "code"),
    [
        ("flows", "sourceConnectionIds==x", "FLOW-1454-400"),
        ("flows", "sourceConnectionId[]==x", "FLOW-1449-400"),
        ("flows", "flowSpec.id>x", "FLOW-1448-400"),
        ("flows", "name~x", "FLOW-1440-400"),
        ("sourceConnections", "baseConnection==x", "FLOW-1449-400"),
        ("targetConnections", "createdAt==soon", "FLOW-1452-400"),
        ("runs", "name.first==x", "FLOW-1449-400"),
        ("runs", "flowId==", "FLOW-1453-400"),
        ("runs", "createdAt>1,2", "FLOW-1443-400"),
        ("runs", "createdAt!>1", "FLOW-1450-400"),
    ],
)
def test_a_bad_filter_is_refused_everywhere(sent: Sender, collection: str, expression: str, code: str) -> None:
    assert sent("GET", f"/{collection}?" + urlencode({"property": expression})).code == code


def test_filters_reach_the_snapshots(sent: Sender) -> None:
    there = chain.chain(sent)
    for expression in (
        f"sourceConnectionIds[]=={there.source},x",
        f"inheritedAttributes.sourceConnections[].baseConnection.id=={there.base}",
        "inheritedAttributes.targetConnections[].connectionSpec.id==c604ff05-7f1a-43c0-8e18-33bf874cb11c",
        "inheritedAttributes.properties.isSourceFlow==true",
        "transformations[].params.mappingVersion==0",
    ):
        assert [each["id"] for each in pages(sent, "flows", property=expression)] == [there.flow], expression


def work(sent: Sender, monkeypatch: pytest.MonkeyPatch, there: chain.Chain) -> int:
    """How many documents a create, a read, an update and a deletion of each collection look at."""
    looked = 0
    parse = json_text.parse

    def counted(text: Any) -> Any:
        nonlocal looked
        looked += 1
        return parse(text)

    with monkeypatch.context() as patch:
        patch.setattr(json_text, "parse", counted)
        for collection in COLLECTIONS:
            id = item(sent, collection, there, "one more")
            sent("GET", f"/{collection}/{id}")
            rename = [{"op": "replace", "path": "/name", "value": "x"}]
            sent("PATCH", f"/{collection}/{id}", rename, if_match="*")
            sent("DELETE", f"/{collection}/{id}")
    return looked


def test_what_a_write_looks_at_does_not_grow_with_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    there = chain.chain(sent)
    make(sent, "runs", chain.run(there.flow))
    mock.clock.advance(60)
    sent("GET", "/runs")
    few = work(sent, monkeypatch, there)
    for _ in range(50):
        for collection in COLLECTIONS:
            item(sent, collection, there, "x")
    mock.clock.advance(60)
    sent("GET", "/runs?limit=1")
    assert work(sent, monkeypatch, there) <= few + 20  # runs that move on in the meantime
