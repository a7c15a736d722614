"""What rules accept at the edge: no action breaks of it, whatever the strictness, and nothing that follows does."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import OPERATIONS, Contract, Operation
from mockserver import Mock
from tests.kit import chain
from tests.kit.chain import Chain
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import examples
from tests.kit.platform_sound import placed, sound_around
from tests.kit.printed import plant
from tests.kit.sender import Sender, core, is_documented
from tests.kit.sound import sound

EDGES = ("", " ", "\t", None, [], {}, [None], [""], [" "], 0, -1, True, 1.5, 10**30, "x", "9" * 40, {"id": None})
STRICTNESS = ("default", "lenient", "strict")
ADOBES = [row for row in OPERATIONS if row.service.id == "flow-service"]
OTHERS = [row for row in OPERATIONS if row.service.id != "flow-service"]
GRANTS = ("client_credentials", "refresh_token", "authorization_code")
QUERIES = ("", "?mode=draft", "?op=publish", "?op=enable", "?op=disable", "?op=re_trigger")
FORMS = ("grant_type", "client_id", "client_secret", "scope", "code", "refresh_token", "soid", "jwt_token", "token")
BODIES: dict[str, Any] = {
    "createSandbox": {"name": "dev", "title": "Dev", "type": "development"},
    "patchSandbox": {"title": "Other"},
    "resetSandbox": {"action": "reset"},
    "zohoCoql": {"select_query": "select Last_Name from Leads where Last_Name is not null"},
}


@cache
def platform(strictness: Any) -> tuple[Mock, Chain, dict[str, str], Any]:
    """A mock with a chain, drafts, a scheduled flow that is about to run, and a foreign flow; its snapshot too."""
    mock = Mock(Contract(strictness=strictness))
    if strictness == "strict":
        plant(mock)
    start = mock.clock.now() // 1000 + 600
    once = {"startTime": start, "frequency": "once"}
    there = chain.chain(Sender("core", mock, core(mock)), scheduleParams=once)
    sent = there.sent
    soon = {"startTime": start, "frequency": "minute", "interval": 30}
    scheduled = chain.flow(there.source, there.target, **{**chain.SCHEDULED, "scheduleParams": soon})
    unfinished = {"name": "d", "connectionSpec": zoho()["connectionSpec"]}
    foreign = sent("POST", "/connections", zoho(), headers={**HEADERS, "x-gw-ims-org-id": "OTHER@AdobeOrg"})
    ids = {
        "connections": there.base,
        "sourceConnections": there.source,
        "targetConnections": there.target,
        "flows": there.flow,
        "runs": chain.make(sent, "runs", chain.run(there.flow)),
        "connectionSpecs": chain.make(sent, "connectionSpecs", {"name": "acme", "providerId": "p"}),
        "flowSpecs": chain.make(sent, "flowSpecs", {"name": "acme", "providerId": "p"}),
        "scheduled": chain.make(sent, "flows", scheduled),
        "draft": chain.make(sent, "connections", unfinished, "?mode=draft"),
        "foreign": foreign.json["id"],
        **placed(sent),
    }
    return mock, there, ids, mock.snapshot()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value that can be replaced."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from places(child, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], edge: Any) -> Any:
    if not path:
        return edge
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = edge
    return changed


def spoilt(draw: Callable[..., Any], body: Any, ids: dict[str, str]) -> Any:
    """``body`` with an edge in up to three places."""
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(places(body))))
        body = replaced(body, path, draw(st.sampled_from((*EDGES, *ids.values()))))
    return body


def path_of(row: Operation, id: str) -> str:
    path = row.path.replace("{id}", id).replace("{version}", "v2").replace("{module}", "Leads")
    path = path.replace("{container}", "tenant").replace("{view}", "0" * 24).replace("{mapping}", id)
    return row.service.base_path.replace("{domain}", "eu") + path


def check(mock: Mock, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    answer = core(mock)(method, path, headers, body)
    assert answer.status < 500, answer.text
    if answer.status >= 400 and not path.startswith(("/accounts.", "/www.")):
        assert is_documented(answer.json), answer.text


@pytest.mark.parametrize("strictness", STRICTNESS)
@settings(max_examples=examples(100))
@given(data=st.data())
def test_no_action_of_flow_service_breaks_of_what_its_rules_accept(strictness: str, data: st.DataObject) -> None:
    mock, there, ids, snapshot = platform(strictness)
    mock.restore(snapshot)
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(ADOBES))
        id = data.draw(st.sampled_from((ids.get(row.collection, ""), *ids.values(), " ", "nope")))
        body = spoilt(data.draw, sound(row, there), ids) if row.body != "none" else None
        query = data.draw(st.sampled_from(QUERIES))
        headers = {**HEADERS, "If-Match": "*"}
        check(mock, row.method, path_of(row, id) + query, headers, b"" if body is None else json.dumps(body).encode())
    mock.clock.advance(3600)  # what was written goes on by itself
    check(mock, "GET", path_of(ADOBES[0], ""), dict(HEADERS), b"")
    check(mock, "GET", "/data/foundation/flowservice/runs", dict(HEADERS), b"")


@pytest.mark.parametrize("strictness", STRICTNESS)
@settings(max_examples=examples(60))
@given(data=st.data())
def test_no_action_of_another_service_breaks_of_what_its_rules_accept(strictness: str, data: st.DataObject) -> None:
    mock, _, ids, snapshot = platform(strictness)
    mock.restore(snapshot)
    row = data.draw(st.sampled_from(OTHERS))
    known = (ids.get(row.collection, "dev"), "dev", "prod", " ", "4876876000000331001", "9" * 40)
    path = path_of(row, data.draw(st.sampled_from(known)))
    texts = st.sampled_from(("", " ", "x", *GRANTS, "1000.a", "9" * 40))
    if row.body == "form":
        pairs = data.draw(st.dictionaries(st.sampled_from(FORMS), texts))
        body = "&".join(f"{name}={value}" for name, value in pairs.items()).encode()
        headers = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
    else:
        _, _, more, document = sound_around(row, ids) or ({}, {}, {}, BODIES.get(row.id))
        headers, body = {**HEADERS, **more}, b""
        if row.body == "json":
            body = json.dumps(spoilt(data.draw, document, ids)).encode()
        path += "?" + "&".join(f"{name}={data.draw(texts)}" for name in row.query if data.draw(st.booleans()))
    check(mock, row.method, path, {**headers, "Authorization": "Zoho-oauthtoken x"}, body)
    check(mock, row.method, path, headers, body)
    mock.clock.advance(3600)
    check(mock, "GET", "/data/foundation/sandbox-management/sandboxes", dict(HEADERS), b"")


def test_a_blank_id_is_an_unknown_one() -> None:
    there = chain.chain(Sender("core", mock := Mock(), core(mock)))
    for blank in (" ", "\t", "\u00a0"):
        answer = there.sent(
            "POST", "/runs", {"flowId": blank, "params": {"windowStartTime": "5", "windowEndTime": "6"}}
        )
        assert (answer.status, answer.code) == (400, "FLOW-1430-400")
        answer = there.sent("POST", "/sourceConnections", chain.source(blank))
        assert (answer.status, answer.code) == (400, "FLOW-1439-400")


def test_what_an_action_finds_comes_in_the_rules_order() -> None:
    """Of a draft's target that is gone and a source that is a draft, the former's rule stands before the latter's."""
    there = chain.chain(Sender("core", mock := Mock(), core(mock)))
    source = chain.make(there.sent, "sourceConnections", chain.source(there.base), "?mode=draft")
    draft = chain.make(there.sent, "flows", chain.flow(source, "gone"), "?mode=draft")
    answer = there.sent("POST", f"/flows/{draft}/action?op=publish")
    assert (answer.status, answer.code) == (400, "FLOW-1439-400")
    assert [row["rule"] for row in there.sent.violations[:2]] == ["FS-REF-01", "FS-REF-02"]
