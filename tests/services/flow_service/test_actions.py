"""POST .../action: publish, enable, disable; what is refused and in which words."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.kit import chain
from tests.kit.chain import COLLECTIONS, Chain, id_in, make, read, run
from tests.kit.connection import zoho
from tests.kit.sender import Sender

ANY_CASE = pytest.mark.parametrize("spelt", [str.lower, str.upper, str.title])


@pytest.fixture
def there(sent: Sender) -> Chain:
    return chain.chain(sent)


@ANY_CASE
def test_a_chain_of_drafts_is_published_in_its_order(send: Sender, spelt: Any) -> None:
    there = chain.chain(send, "?mode=draft")
    for collection in COLLECTIONS:
        id = id_in(there, collection)
        before = read(send, collection, id)
        assert before["state"] == "draft"
        answer = send("POST", f"/{collection}/{id}/action?op={spelt('publish')}")
        after = read(send, collection, id)
        assert (answer.status, answer.json) == (200, {"id": id, "etag": after["etag"]})
        assert after["etag"] == answer.headers["etag"] != before["etag"]
        assert after["state"] == "enabled"
    assert there.read("flow")["inheritedAttributes"]["sourceConnections"][0]["baseConnection"]["id"] == there.base
    assert send("POST", "/runs", run(there.flow)).status == 201


@ANY_CASE
def test_a_flow_is_disabled_and_enabled(send: Sender, spelt: Any) -> None:
    there = chain.chain(send)
    path = f"/flows/{there.flow}/action?op="
    for op, state in (("disable", "disabled"), ("enable", "enabled")):
        assert send("POST", path + spelt(op), if_match=there.read("flow")["etag"]).status == 200
        assert there.read("flow")["state"] == state
        answer = send("POST", path + spelt(op))
        assert (answer.status, answer.code) == (400, "FLOW-1422-400")
        assert f"The action {op} cannot be applied on the current state {state}." in answer.json["errorMessage"]
        assert send.rules == ["FS-ACT-07"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_is_published_cant_be_again(sent: Sender, there: Chain, collection: str) -> None:
    assert sent("POST", f"/{collection}/{id_in(there, collection)}/action?op=publish").code == "FLOW-1422-400"


@pytest.mark.parametrize(
    ("collection", "op", "code", "rule"),
    [
        *((each, op, "FLOW-1402-400", "FS-ACT-03") for each in COLLECTIONS for op in ("finalize", "FINALIZE_UPDATE")),
        *((each, op, "FLOW-1434-400", "FS-ACT-02") for each in COLLECTIONS[:3] for op in ("enable", "disable")),
        *((each, op, "FLOW-1434-400", "FS-ACT-02") for each in COLLECTIONS for op in ("re_trigger", "publsh", "a b")),
        *((each, "", "FLOW-2119-400", "FS-ACT-01") for each in COLLECTIONS),
    ],
)
def test_an_op_that_isnt_the_collections_is_refused(
    sent: Sender, there: Chain, collection: str, op: str, code: str, rule: str
) -> None:
    before = sent.mock.snapshot()
    answer = sent("POST", f"/{collection}/{id_in(there, collection)}/action?op={op.replace(' ', '%20')}")
    assert (answer.status, answer.code, sent.rules) == (400, code, [rule])
    assert sent.mock.snapshot() == before


def test_an_op_is_asked_for_in_the_query(sent: Sender, there: Chain) -> None:
    answer = sent("POST", f"/flows/{there.flow}/action", {"op": "disable"})
    assert (answer.code, answer.json["report"]["param"]) == ("FLOW-2119-400", "op")


def test_a_near_miss_is_told(sent: Sender, there: Chain) -> None:
    sent("POST", f"/flows/{there.flow}/action?op=Disabel")
    assert sent.violations[0]["nearest"] == "disable"


@pytest.mark.parametrize("op", ["publish", "enable", "finalize", "FINALIZE"])
def test_runs_know_one_op(sent: Sender, there: Chain, op: str) -> None:
    id = make(sent, "runs", run(there.flow))
    assert sent("POST", f"/runs/{id}/action?op={op}").code == "FLOW-1434-400"


@pytest.mark.parametrize(
    ("sub", "code", "rule"),
    [
        ("APPLY", "FLOW-1436-400", "FS-ACT-05"),
        ("progress", "FLOW-1436-400", "FS-ACT-05"),
        ("undo", "FLOW-1435-400", "FS-ACT-04"),
    ],
)
def test_a_sub_operation_belongs_to_finalize(sent: Sender, there: Chain, sub: str, code: str, rule: str) -> None:
    assert sent("POST", f"/flows/{there.flow}/action?op=disable&subOp={sub}").code == code
    assert sent.rules == [rule]
    assert there.read("flow")["state"] == "enabled"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (..., 200),
        ({}, 200),
        ({"percentCompleted": 50, "status": {"value": "inProgress"}, "recordTypes": []}, 200),
        ({"percentCompleted": "50"}, 400),
        ({"status": "inProgress"}, 400),
        ({"recordTypes": {}}, 400),
    ],
)
def test_a_body_is_optional_and_typed(sent: Sender, there: Chain, body: Any, status: int) -> None:
    assert sent("POST", f"/flows/{there.flow}/action?op=disable", body).status == status
    assert sent.rules == ([] if status == 200 else ["FS-ACT-06"])


def test_an_action_without_a_body_needs_no_content_type(sent: Sender, there: Chain) -> None:
    headers = {name: value for name, value in sent_headers().items() if name != "Content-Type"}
    assert sent("POST", f"/flows/{there.flow}/action?op=disable", headers=headers).status == 200


def sent_headers() -> dict[str, str]:
    from tests.kit.connection import HEADERS

    return dict(HEADERS)


@pytest.mark.parametrize("collection", [*COLLECTIONS, "runs"])
def test_an_action_on_nothing_is_not_found(sent: Sender, collection: str) -> None:
    op = "re_trigger" if collection == "runs" else "publish"
    assert sent("POST", f"/{collection}/nothing/action?op={op}").code == "FLOW-1439-404"


# Whatever the order of actions, the state is the one that the table says.


@pytest.mark.parametrize("ops", list(itertools.product(("publish", "enable", "disable"), repeat=3)))
def test_every_order_of_actions_ends_where_the_documents_say(sent: Sender, ops: tuple[str, ...]) -> None:
    there = chain.chain(sent)
    draft = make(sent, "flows", chain.flow(there.source, there.target), "?mode=draft")
    arrows = {("draft", "publish"): "enabled", ("enabled", "disable"): "disabled", ("disabled", "enable"): "enabled"}
    state = "draft"
    for op in ops:
        after = arrows.get((state, op))
        assert sent("POST", f"/flows/{draft}/action?op={op}").status == (200 if after else 400)
        state = after or state
        assert read(sent, "flows", draft)["state"] == state


def test_a_disabled_connection_is_no_draft(sent: Sender) -> None:
    id, etag = sent.create(zoho())
    patch = [{"op": "replace", "path": "/state", "value": "disabled"}]
    assert sent("PATCH", f"/connections/{id}", patch, if_match=etag).status == 200
    assert sent("POST", f"/connections/{id}/action?op=publish").code == "FLOW-1422-400"
