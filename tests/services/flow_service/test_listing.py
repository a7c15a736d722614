"""Lists, filters, order, pages and search, beside a naive model."""

from __future__ import annotations

import base64
import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import Mock
from tests.kit.connection import zoho
from tests.kit.depth import examples
from tests.kit.sender import Sender, core, under

NAMES = st.lists(st.text(st.sampled_from("abcAB é0"), min_size=1, max_size=3), max_size=12)


def filled(names: list[str]) -> tuple[Sender, list[dict[str, Any]]]:
    """A mock that holds connections of those names, and how they read."""
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    ids = [sent.create({**zoho(), "name": name})[0] for name in names]
    return sent, [sent.read(id) for id in ids]


def pages(sent: Sender, first: str) -> list[list[dict[str, Any]]]:
    """Every page, each found by following ``_links.next.href`` as it stands."""
    found, href = [], first
    while href:
        answer = sent("GET", href)
        assert answer.status == 200, answer.text
        assert set(answer.json) == {"items", "_links"}
        found.append(answer.json["items"])
        href = answer.json["_links"].get("next", {}).get("href", "")
        if href:
            path, _, token = href.partition("?continuationToken=")
            assert path == "/connections"
            assert token
            assert not set(token) & set("=&?")
    return found


def query(**parameters: str | list[str]) -> str:
    from urllib.parse import urlencode

    return "/connections?" + urlencode(parameters, doseq=True)


def test_an_empty_list_has_both_keys(send: Sender) -> None:
    assert send("GET", "/connections").json == {"items": [], "_links": {}}
    assert send("GET", "/connections/").json == {"items": [], "_links": {}}


def newest_first(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``items`` come in the order of creation."""
    return sorted(items, key=lambda item: item["updatedAt"])[::-1]


def test_a_list_has_the_newest_first_a_hundred_to_a_page() -> None:
    """destinations.yaml says so of four operations, and recorded answers of GET /flows agree."""
    sent, items = filled([f"n{index}" for index in range(103)])
    found = pages(sent, "/connections")
    assert [len(page) for page in found] == [100, 3]
    assert [item for page in found for item in page] == newest_first(items)


def test_what_was_updated_last_comes_first() -> None:
    sent, items = filled(["a", "b", "c"])
    sent.mock.clock.advance(1)
    sent("PATCH", f"/connections/{items[0]['id']}", [{"op": "replace", "path": "/name", "value": "z"}], if_match="*")
    assert [item["name"] for item in sent("GET", "/connections").json["items"]] == ["z", "c", "b"]


@settings(max_examples=examples(60))
@given(
    names=NAMES,
    limit=st.integers(1, 7),
    order=st.lists(st.sampled_from(["name", "+name", "-name", "createdAt", "-createdAt", "state"]), max_size=2),
)
def test_every_item_is_met_once_whatever_the_page_size_and_order(
    names: list[str], limit: int, order: list[str]
) -> None:
    sent, items = filled(names)
    first = query(limit=str(limit), **({"orderby": ",".join(order)} if order else {}))
    found = pages(sent, first)

    expected = items if order else newest_first(items)
    for key in reversed(order):  # stable sorts, the last key first
        name = key.lstrip("+-")
        expected = sorted(expected, key=lambda item: item[name], reverse=key.startswith("-"))
    assert [item["id"] for page in found for item in page] == [item["id"] for item in expected]
    assert all(len(page) == limit for page in found[:-1])


def test_of_several_orders_the_first_counts_and_all_are_judged() -> None:
    sent, _ = filled(["b", "a", "c"])
    items = sent("GET", "/connections?orderby=state&orderby=name").json["items"]
    assert [item["name"] for item in items] == ["b", "a", "c"]
    assert sent("GET", "/connections?orderby=name&orderby=nosuch").code == "FLOW-1433-400"


@settings(max_examples=examples(40))
@given(
    names=NAMES.filter(bool),
    limit=st.integers(1, 3),
    writes=st.lists(st.one_of(st.none(), st.integers(0, 11)), max_size=15),
)
def test_writes_between_pages_lose_and_repeat_nothing_that_stays(
    names: list[str], limit: int, writes: list[int | None]
) -> None:
    """Between two pages a connection is created (``None``) or the one of that number deleted."""
    sent, items = filled(names)
    gone: set[str] = set()
    seen: list[str] = []
    href = query(limit=str(limit))
    while href:
        answer = sent("GET", href).json
        seen += [item["id"] for item in answer["items"]]
        href = answer["_links"].get("next", {}).get("href", "")
        write = writes.pop() if writes else ...
        if write is None:
            sent.create()
        elif isinstance(write, int) and write < len(items):
            gone.add(items[write]["id"])
            sent("DELETE", f"/connections/{items[write]['id']}")
    assert len(seen) == len(set(seen))
    assert {item["id"] for item in items} - gone <= set(seen)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@settings(max_examples=examples(60))
@given(
    names=NAMES, wanted=st.lists(st.text(st.sampled_from("abcAB é0"), min_size=1, max_size=3), min_size=1, max_size=3)
)
@pytest.mark.parametrize("sign", ["==", "!="])
@pytest.mark.parametrize("quoted", [True, False])
def test_a_filter_by_name_leaves_what_a_comparison_leaves(
    names: list[str], wanted: list[str], sign: str, quoted: bool
) -> None:
    sent, items = filled(names)
    wanted = [name.strip() for name in wanted]
    values = ",".join(f'"{name}"' if quoted else name for name in wanted)
    answer = sent("GET", query(property=f"name{sign}{values}", limit="100"))
    if not any(wanted):
        assert answer.code == "FLOW-1453-400"
        return
    kept = [item for item in items if (item["name"] in [name for name in wanted if quoted or name]) is (sign == "==")]
    assert answer.json["items"] == newest_first(kept)
    count = sent("GET", query(property=f"name{sign}{values}", count="true"))
    assert count.json == {"count": len(kept)}


@pytest.mark.parametrize("sign", OPERATORS)
def test_times_compare_as_numbers(sign: str) -> None:
    sent, items = filled(["a"])
    sent.mock.clock.advance(10)
    sent.create()
    sent.mock.clock.advance(10)
    sent.create()
    items = sent("GET", "/connections").json["items"]
    middle = items[1]["createdAt"]
    answer = sent("GET", query(property=f"createdAt{sign}{middle}"))
    assert answer.json["items"] == [item for item in items if OPERATORS[sign](item["createdAt"], middle)]


@pytest.mark.parametrize(
    ("expressions", "found"),
    [
        (["connectionSpec.id==929e4450-0237-4ed2-9404-b7e1e0a00309"], ["a", "b"]),
        (["connectionSpec.id==other"], []),
        (["auth.params.endpoint==https://www.zohoapis.eu"], ["a", "b"]),
        (["name==a", "state==enabled"], ["a"]),
        (["name==a", "name==b"], []),
        (["name==a,b"], ["a", "b"]),
        (["description==nothing"], []),
        (["state!=disabled"], ["a", "b"]),
    ],
)
def test_filters_reach_any_depth_and_several_are_anded(expressions: list[str], found: list[str]) -> None:
    sent, _ = filled(["a", "b"])
    answer = sent("GET", query(property=expressions, orderby="name"))
    assert [item["name"] for item in answer.json["items"]] == found


@pytest.mark.parametrize("raw", ["property=name==a", "property=name%3D%3Da", "property=name==%22a%22"])
def test_a_filter_is_accepted_raw_and_encoded(send: Sender, raw: str) -> None:
    send.create({**zoho(), "name": "a"})
    send.create({**zoho(), "name": "b"})
    assert [item["name"] for item in send("GET", f"/connections?{raw}").json["items"]] == ["a"]


@pytest.mark.parametrize("raw", ["orderby=+name", "orderby=%2Bname", "orderby=name"])
def test_a_plus_means_ascending_even_where_it_arrives_as_a_blank(send: Sender, raw: str) -> None:
    for name in "bca":
        send.create({**zoho(), "name": name})
    assert [item["name"] for item in send("GET", f"/connections?{raw}").json["items"]] == ["a", "b", "c"]


def test_property_without_an_operator_chooses_fields(sent: Sender) -> None:
    sent.create()
    (item,) = sent("GET", "/connections?property=name,state").json["items"]
    assert set(item) == {"id", "name", "state"}


@pytest.mark.parametrize("count", ["true", "True", "TRUE"])
def test_a_count_is_only_a_count(send: Sender, count: str) -> None:
    send.create()
    assert send("GET", f"/connections?count={count}").json == {"count": 1}


@pytest.mark.parametrize("count", ["false", "False"])
def test_count_false_beside_a_limit_is_what_clients_send(send: Sender, count: str) -> None:
    send.create()
    assert len(send("GET", f"/connections?count={count}&limit=5").json["items"]) == 1


def test_a_token_carries_filter_order_and_page_size() -> None:
    sent, _ = filled(["b", "a", "b", "a", "b"])
    first = sent("GET", query(property="name==b", orderby="-createdAt", limit="2")).json
    second = sent("GET", first["_links"]["next"]["href"]).json
    assert [item["name"] for item in first["items"] + second["items"]] == ["b", "b", "b"]
    assert second["_links"] == {}


def test_a_token_wins_over_what_is_sent_beside_it() -> None:
    sent, items = filled(list("abc"))
    href = sent("GET", "/connections?limit=1").json["_links"]["next"]["href"]
    again = sent("GET", href + "&limit=100&orderby=-name&property=name==a").json
    assert [item["id"] for item in again["items"]] == [items[1]["id"]]  # of three the middle one, either way


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


FORGED = [
    forged([], None, 20.0, [1], 0),
    forged([], None, 1.5, [1], 0),
    forged([], None, True, [1], 0),
    forged([], None, 20, [1], 0.5),
    forged([], None, 20, [], 0),
    forged([], None, 20, [{}], 0),
    forged([], "name", 20, [], 0),
    forged([], 1, 20, [], 0),
    forged(["name~x"], None, 20, [], 0),
    forged(["name=>x"], None, 20, [], 0),
    forged(["bogus==1"], None, 20, [], 0),
    forged(["auth.params.clientSecret==x"], None, 20, [], 0),
    forged("abc", None, 1, [1], 0),
    forged([1], None, 1, [1], 0),
    forged([], None, 10**30, [1], 0),
]


@pytest.mark.parametrize("token", ["", "x", "bm9uZQ", "W10", "====", "é", "WzEsMl0", "W1tdLG51bGwsMCxbXSwxXQ"] + FORGED)
def test_a_token_of_nobodys_is_refused(send: Sender, token: str) -> None:
    answer = send("GET", query(continuationToken=token))
    assert (answer.status, answer.code) == (400, "FLOW-1451-400")
    assert "continuationToken" in answer.json["errorMessage"]
    assert send.rules == ["FS-QRY-05"]


@settings(max_examples=examples(200))
@given(token=st.one_of(st.text(max_size=30), st.binary(max_size=60).map(lambda raw: raw.hex())))
def test_any_text_as_a_token_is_refused_in_shape(token: str) -> None:
    mock = Mock()
    answer = Sender("core", mock, core(mock))("GET", query(continuationToken=token))
    assert answer.code == "FLOW-1451-400"


@settings(max_examples=examples(300))
@given(text=st.text(max_size=40), name=st.sampled_from(["property", "orderby", "limit", "count"]))
def test_any_text_as_a_parameter_is_answered_in_shape(text: str, name: str) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    sent.create()
    answer = sent("GET", query(**{name: text}))
    assert answer.status in (200, 400)
    if answer.status == 400:
        assert answer.json["type"].startswith("https://ns.adobe.com/aep/errors/FLOW-14")


def test_a_search_takes_what_a_list_takes(send: Sender) -> None:
    for name in "bacb":
        send.create({**zoho(), "name": name})
    body = {"queryString": "property=name==a,b&property=state%3D%3Denabled", "orderby": "-name", "limit": 2}
    first = send("POST", "/connections/search", body).json
    href = first["_links"]["next"]["href"]
    assert href.startswith("/connections/search?continuationToken=")
    second = send("POST", href, body).json
    assert [item["name"] for item in first["items"] + second["items"]] == ["b", "b", "a"]
    assert send("POST", "/connections/search/", {"queryString": "name==b", "count": True}).json == {"count": 2}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "FLOW-1405-400"),
        (None, "FLOW-1405-400"),
        ({"queryString": "name==a", "fields": "name"}, "FLOW-1423-400"),
        ({"limit": 5, "count": True}, "FLOW-1401-400"),
        ({"limit": 1001}, "FLOW-1452-400"),
        ({"limit": "5"}, "FLOW-1452-400"),
        ({"queryString": "nmae==a"}, "FLOW-1449-400"),
        ({"orderby": "nmae"}, "FLOW-1433-400"),
        ("text", "FLOW-1100-400"),
    ],
)
def test_a_search_is_refused_as_documented(send: Sender, body: Any, code: str) -> None:
    answer = send("POST", "/connections/search", body)
    assert (answer.status, answer.code) == (400, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("property=connectionSpec.bogus==x", "FLOW-1449-400"),
        ("property=name.foo==x", "FLOW-1449-400"),
        ("property=name[]==x", "FLOW-1449-400"),
        ("property=name..==x", "FLOW-1449-400"),
        ("property=auth.params.bogus==x", "FLOW-1449-400"),
        ("property=connectionSpec.id>=x", "FLOW-1448-400"),
        ("orderby=connectionSpec", "FLOW-1433-400"),
        ("limit=5&limit=0", "FLOW-1452-400"),
        ("limit=5&count=false&count=true", "FLOW-1401-400"),
        ("orderby=name&orderby=bogus", "FLOW-1433-400"),
        ("&".join(["property=name==x"] * 101), "FLOW-1454-400"),
    ],
)
def test_a_query_is_read_to_its_end(sent: Sender, raw: str, code: str) -> None:
    sent.create()
    assert sent("GET", f"/connections?{raw}").code == code


@pytest.mark.parametrize("collection", ["connectionSpecs", "flowSpecs"])
def test_a_list_of_specs_has_a_limit_too(sent: Sender, collection: str) -> None:
    """Four public programs probe with it."""
    assert len(sent("GET", f"/{collection}?limit=1").json["items"]) == 1
    assert sent.violations == []


def test_a_search_takes_a_thousand() -> None:
    sent, _ = filled(["x"] * 150)
    assert len(sent("POST", "/connections/search", {"limit": 1000}).json["items"]) == 150


@pytest.mark.parametrize("collection", ["connections", "sourceConnections", "targetConnections", "flows", "runs"])
def test_more_than_a_hundred_are_answered_with_a_hundred_and_a_warning(collection: str) -> None:
    """destinations.yaml says "at most 100" of answers, and no document refuses more."""
    sent, _ = filled(["x"] * 101 if collection == "connections" else [])
    answer = sent("GET", f"/{collection}?limit=300")
    assert answer.status == 200
    assert len(answer.json["items"]) == (100 if collection == "connections" else 0)
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-QRY-18", "warning")]
    assert under("strict")("GET", f"/{collection}?limit=300").code == "FLOW-1452-400"


@pytest.mark.parametrize("collection", ["connections", "flows", "runs", "connectionSpecs", "flowSpecs"])
@pytest.mark.parametrize("stray", ["sort=name", "filter=x", "start=20", "orderBy=name", "flowId=x", "size=10"])
def test_a_parameter_that_a_list_doesnt_know_is_ignored(collection: str, stray: str) -> None:
    """Recorded of GET /flows: 200. The errors page has 1451-400, which --strict answers."""
    sent, _ = filled(["a"])
    assert sent("GET", f"/{collection}?{stray}").json == sent("GET", f"/{collection}").json
    assert sent("GET", f"/{collection}?{stray}").status == 200
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-QRY-01", "warning")]
    assert under("strict")("GET", f"/{collection}?{stray}").code == "FLOW-1451-400"


@pytest.mark.parametrize("stray", ["orderby=-name", "count=true"])
def test_what_lists_of_specs_dont_know_is_ignored_too(stray: str) -> None:
    """flow-service.yaml names neither for specs."""
    sent, _ = filled([])
    assert sent("GET", f"/flowSpecs?{stray}").json == sent("GET", "/flowSpecs").json


@pytest.mark.parametrize("collection", ["connectionSpecs", "flowSpecs"])
def test_specs_can_be_asked_for_one_by_one(collection: str) -> None:
    """Four public programs probe the service with limit=1."""
    sent, _ = filled([])
    whole = sent("GET", f"/{collection}").json
    assert set(whole) == {"items"}
    first = sent("GET", f"/{collection}?limit=1").json
    second = sent("GET", first["_links"]["next"]["href"]).json
    assert first["items"] + second["items"] == whole["items"][:2]
    assert sent.violations == []


def test_an_array_is_filtered_by_its_elements() -> None:
    """sort-and-filter.md: targetConnectionIds[]==...; without the brackets the answer is 1454-400."""
    sent, _ = filled([])
    assert sent("GET", "/flows?property=targetConnectionIds==x").code == "FLOW-1454-400"
    assert "targetConnectionIds[]" in sent.violations[0]["message"]
    assert sent("GET", "/flows?property=targetConnectionIds[]==x").status == 200


def test_a_secret_cant_be_asked_for(send: Sender) -> None:
    send.create()
    answer = send("GET", query(property="auth.params.clientSecret==s3cret-client-value"))
    assert answer.code == "FLOW-1449-400"
    assert "s3cret-client-value" not in str(send.mock.journal.rows())
