"""Draft mode (draft.md): incomplete at first, complete when published."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import ZOHO_CRM
from tests.kit import chain
from tests.kit.chain import COLLECTIONS, Chain, flow, id_in, make, read, source, target, without
from tests.kit.connection import zoho
from tests.kit.sender import Sender, under

SPEC = {"connectionSpec": {"id": ZOHO_CRM, "version": "1.0"}}
FLOW_SPEC = {"flowSpec": {"id": chain.CRM_TO_AEP, "version": "1.0"}}


def spec_of(collection: str) -> dict[str, Any]:
    return FLOW_SPEC if collection == "flows" else SPEC


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_draft_may_be_a_spec_and_nothing_else(send: Sender, collection: str) -> None:
    id = make(send, collection, spec_of(collection), "?mode=draft")
    item = read(send, collection, id)
    assert item["state"] == "draft"
    if collection in ("flows", "sourceConnections"):  # filter.md
        assert item["lastOperation"]["operation"] == "draft_create"
    listed = send("GET", f"/{collection}?property=state==draft").json["items"]
    assert [item["id"] for item in listed] == [id]
    answer = send("POST", f"/{collection}/{id}/action?op=publish")
    assert answer.status == 400
    assert read(send, collection, id)["state"] == "draft"


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_draft_has_a_spec_that_is_known(sent: Sender, collection: str) -> None:
    before = sent.mock.snapshot()
    (name,) = spec_of(collection)
    for body in (
        {"name": "x"},
        {name: {}},
        {name: {"id": "nothing", "version": "1.0"}},
        {name: None},
        {name: {"id": 5}},
    ):
        assert sent("POST", f"/{collection}?mode=draft", body).status in (400, 422)
    assert sent("POST", f"/{collection}?mode=draft", {name: {"id": spec_of(collection)[name]["id"]}}).status == 422
    assert sent.mock.snapshot() == before


@pytest.mark.parametrize(
    ("collection", "wrong"),
    [
        ("connections", {"auth": []}),
        ("connections", {"name": 5}),
        ("sourceConnections", {"data": "x"}),
        ("sourceConnections", {"params": []}),
        ("targetConnections", {"data": 5}),
        ("flows", {"sourceConnectionIds": "x"}),
        ("flows", {"scheduleParams": []}),
        ("flows", {"state": "draft"}),
    ],
)
def test_a_draft_is_of_the_documented_types(sent: Sender, collection: str, wrong: Any) -> None:
    assert sent("POST", f"/{collection}?mode=draft", {**spec_of(collection), **wrong}).status == 400


@pytest.mark.parametrize("mode", ["Draft", "DRAFT", "live", ""])
def test_any_other_mode_is_warned_about(sent: Sender, mode: str) -> None:
    id = make(sent, "connections", zoho(), f"?mode={mode}")
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-DRAFT-01", "warning")]
    assert read(sent, "connections", id)["state"] == "enabled"


@pytest.mark.terms(strictness="strict")
def test_strict_refuses_any_other_mode(sent: Sender) -> None:
    assert sent("POST", "/connections?mode=live", zoho()).code == "FLOW-1100-400"
    assert sent.rules == ["FS-DRAFT-01"]


@pytest.mark.parametrize("attributes", [{}, {"isDraftModeSupported": False}, {"isDraftModeSupported": "true"}])
def test_a_spec_that_supports_no_drafts_refuses_them(sent: Sender, attributes: Any) -> None:
    spec = {"name": "acme", "providerId": "p", "attributes": attributes}
    connection = make(sent, "connectionSpecs", spec)
    flow_spec = make(sent, "flowSpecs", spec)
    for collection in COLLECTIONS:
        (name,) = spec_of(collection)
        body = {name: {"id": flow_spec if name == "flowSpec" else connection, "version": "1.0"}}
        answer = sent("POST", f"/{collection}?mode=draft", body)
        assert (answer.code, sent.rules) == ("FLOW-1100-400", ["FS-DRAFT-02"])
        assert "Mode is not allowed in flow request" in answer.json["errorMessage"]
    supported = {**spec, "attributes": {"isDraftModeSupported": True}}
    assert sent("PUT", f"/connectionSpecs/{connection}", supported).status == 200
    make(sent, "connections", {"connectionSpec": {"id": connection, "version": "1.0"}}, "?mode=draft")


@pytest.mark.parametrize("collection", COLLECTIONS[1:])
def test_nothing_is_published_before_what_it_refers_to(sent: Sender, collection: str) -> None:
    there = chain.chain(sent, "?mode=draft")
    if collection == "targetConnections":
        there = Chain(
            sent,
            there.base,
            there.source,
            make(sent, collection, target(baseConnectionId=there.base), "?mode=draft"),
            "",
        )
    answer = sent("POST", f"/{collection}/{id_in(there, collection)}/action?op=publish")
    assert (answer.status, answer.code) == (400, "FLOW-1421-400")
    assert "The current state draft cannot be transitioned." in answer.json["errorMessage"]
    assert "FS-REF-02" in sent.rules
    assert read(sent, collection, id_in(there, collection))["state"] == "draft"


def test_what_isnt_a_draft_cant_refer_to_one(sent: Sender) -> None:
    draft = chain.chain(sent, "?mode=draft")
    live = chain.chain(sent)
    for collection, body in (
        ("sourceConnections", source(draft.base)),
        ("flows", flow(draft.source, live.target)),
        ("flows", flow(live.source, draft.target)),
    ):
        answer = sent("POST", f"/{collection}", body)
        assert (answer.code, sent.rules) == ("FLOW-1421-400", ["FS-REF-02"])


def test_a_draft_of_next_to_nothing_breaks_nobody(sent: Sender) -> None:
    live = chain.chain(sent)
    bare = {collection: make(sent, collection, spec_of(collection), "?mode=draft") for collection in COLLECTIONS}
    for collection, body in (
        ("sourceConnections", source(bare["connections"])),
        ("flows", flow(bare["sourceConnections"], bare["targetConnections"])),
        ("runs", chain.run(bare["flows"])),
    ):
        assert sent("POST", f"/{collection}", body).status == 400
    for path in ("test", "explore?objectType=root", "configs"):
        assert sent("GET", f"/connections/{bare['connections']}/{path}").status in (200, 400)
    draft = make(sent, "flows", flow(bare["sourceConnections"], bare["targetConnections"]), "?mode=draft")
    assert read(sent, "flows", draft)["inheritedAttributes"]["sourceConnections"][0]["id"] == bare["sourceConnections"]
    assert sent("POST", f"/sourceConnections/{live.source}/action?op=publish").code == "FLOW-1422-400"


def test_publishing_judges_the_whole_document(sent: Sender) -> None:
    """draft.md's journey: an incomplete flow, completed by PATCH, then published.

    The page itself publishes one without schedule and transformations.
    """
    live = chain.chain(sent)
    bare = without(flow(live.source, live.target), "transformations", "scheduleParams", "name")
    id = make(sent, "flows", bare, "?mode=draft")
    assert sent("POST", f"/flows/{id}/action?op=publish").status == 400
    assert sent.rules == ["FS-FLOW-01"]
    assert {row["rule"] for row in sent.violations if row["severity"] == "warning"} == {"FS-DRAFT-03"}
    patch = [
        {"op": "add", "path": "/transformations", "value": [chain.MAPPING]},
        {
            "op": "add",
            "path": "/scheduleParams",
            "value": {"startTime": "1567411548", "frequency": "once", "interval": 5},
        },
        {"op": "add", "path": "/name", "value": "complete"},
    ]
    assert sent("PATCH", f"/flows/{id}", patch, if_match="*").status == 200
    assert sent("POST", f"/flows/{id}/action?op=publish").status == 400
    assert sent.rules == ["FS-SCH-05"]
    patch = [{"op": "remove", "path": "/scheduleParams/interval"}]
    assert sent("PATCH", f"/flows/{id}", patch, if_match="*").status == 200
    assert sent("POST", f"/flows/{id}/action?op=publish").status == 200
    assert read(sent, "flows", id)["state"] == "enabled"


@pytest.mark.parametrize("strictness", ["default", "strict"])
def test_a_flow_is_published_as_draft_md_publishes_it(strictness: str) -> None:
    sent = under(strictness)
    live = chain.chain(sent)
    id = make(
        sent, "flows", without(flow(live.source, live.target), "transformations", "scheduleParams"), "?mode=draft"
    )
    answer = sent("POST", f"/flows/{id}/action?op=publish")
    assert (answer.status, set(answer.json)) == (200, {"id", "etag"})
    assert {row["rule"] for row in sent.violations} == {"FS-DRAFT-03"}
    assert read(sent, "flows", id)["state"] == "enabled"


def test_publishing_wants_every_credential(sent: Sender) -> None:
    body = zoho(clientSecret=None)
    id = make(sent, "connections", body, "?mode=draft")
    assert sent("POST", f"/connections/{id}/action?op=publish").code == "FLOW-1100-400"
    assert sent.rules == ["FS-CON-11"]
    patch = [{"op": "add", "path": "/auth/params/clientSecret", "value": "s3cret-client-value"}]
    assert sent("PATCH", f"/connections/{id}", patch, if_match="*").status == 200
    assert sent("POST", f"/connections/{id}/action?op=publish").status == 200


def test_a_draft_flow_doesnt_run_until_it_is_published(sent: Sender) -> None:
    live = chain.chain(sent)
    id = make(sent, "flows", flow(live.source, live.target, **chain.SCHEDULED), "?mode=draft")
    sent.mock.clock.advance(86400)
    assert sent("GET", "/runs?count=true").json == {"count": 0}
    assert sent("POST", f"/flows/{id}/action?op=publish").status == 200
    sent.mock.clock.advance(1900)
    assert sent("GET", "/runs?count=true").json == {"count": 1}


def test_a_run_is_never_a_draft(sent: Sender) -> None:
    live = chain.chain(sent)
    assert sent("POST", "/runs?mode=draft", chain.run(live.flow)).status == 201
    assert [row["rule"] for row in sent.violations] == ["FS-QRY-16"]
