"""Source connections: what is stored, and every rule about them broken once."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.sources.source_catalogue import DATA_LAKE
from tests.kit import chain
from tests.kit.chain import AMAZON_S3, make, read, source, without
from tests.kit.connection import with_headers, zoho
from tests.kit.sender import Sender

FILES = {"id": chain.CLOUD_TO_AEP, "version": "1.0"}
CUSTOM = {
    "name": "acme",
    "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
    "sourceSpec": {
        "name": "Acme",
        "spec": {"type": "object", "properties": {"shelf": {"type": "integer"}}, "required": ["shelf"]},
    },
}


def broken(sent: Sender, document: dict[str, Any], rule: str, code: str) -> None:
    """``document`` is refused by that rule and nothing is stored."""
    before = sent.mock.snapshot()
    answer = sent("POST", "/sourceConnections", document)
    assert (answer.status, answer.code) == (int(code[-3:]), code), answer.text
    assert sent.rules[0] == rule
    assert sent.mock.snapshot() == before


def test_it_is_stored_as_sent_with_a_snapshot_of_its_base(send: Sender) -> None:
    base = make(send, "connections", zoho())
    document = source(base)
    item = read(send, "sourceConnections", make(send, "sourceConnections", document))
    assert {name: item[name] for name in document} == document
    spec = document["connectionSpec"]
    assert item["inheritedAttributes"] == {"baseConnection": {"id": base, "connectionSpec": spec}}


def test_without_a_base_there_is_no_snapshot_and_a_warning(sent: Sender) -> None:
    item = read(sent, "sourceConnections", make(sent, "sourceConnections", without(source("x"), "baseConnectionId")))
    assert "inheritedAttributes" not in item
    warned = sent.mock.journal.rows()[-2]["violations"]
    assert [(row["rule"], row["severity"]) for row in warned] == [("FS-REF-04", "warning")]


@pytest.mark.terms(strictness="strict")
def test_strict_wants_a_base_of_the_same_spec(sent: Sender) -> None:
    base = make(sent, "connections", zoho())
    broken(sent, without(source(base), "baseConnectionId"), "FS-REF-04", "FLOW-1100-400")
    spec = {"id": AMAZON_S3, "version": "1.0"}
    broken(sent, source(base, connectionSpec=spec, params={"path": "/a"}), "FS-REF-03", "FLOW-1100-400")
    assert sent.violations[0]["allowed"] == [zoho()["connectionSpec"]["id"]]


@pytest.mark.parametrize(
    ("changes", "rule", "code"),
    [
        ({"name": None}, "FS-IN-02", "FLOW-1100-400"),
        ({"name": ""}, "FS-IN-02", "FLOW-1100-400"),
        ({"baseConnectionId": ""}, "FS-IN-03", "FLOW-1100-400"),
        ({"baseConnectionId": None}, "FS-IN-03", "FLOW-1100-400"),
        ({"baseConnectionId": ["x"]}, "FS-IN-03", "FLOW-1100-400"),
        ({"baseConnectionId": "nothing"}, "FS-REF-01", "FLOW-1439-400"),
        ({"data": "tabular"}, "FS-IN-04", "FLOW-1100-400"),
        ({"data": None}, "FS-IN-04", "FLOW-1100-400"),
        ({"data": {"format": "tabular", "schema": "x"}}, "FS-IN-04", "FLOW-1100-400"),
        ({"data": {"format": "xml"}}, "FS-IN-05", "FLOW-1100-400"),
        ({"data": {"format": 5}}, "FS-IN-05", "FLOW-1100-400"),
        ({"params": [1]}, "FS-IN-06", "FLOW-1100-400"),
        ({"params": {}}, "FS-IN-07", "FLOW-1100-400"),
        ({"params": {"tableName": 5}}, "FS-IN-07", "FLOW-1100-400"),
        ({"params": {"tableName": "Leads", "columns": [{"name": "Email"}]}}, "FS-IN-07", "FLOW-1100-400"),
        ({"connectionSpec": {"id": "nothing", "version": "1.0"}}, "FS-CON-04", "FLOW-1413-400"),
        ({"connectionSpec": {"id": "nothing"}}, "FS-CON-05", "FLOW-1100-422"),
        ({"connectionSpec": {"id": AMAZON_S3, "version": "1.0"}}, "FS-IN-07", "FLOW-1100-400"),
        ({"connectionSpec": None}, "FS-CON-03", "FLOW-1100-400"),
    ],
)
def test_each_rule_is_broken(sent: Sender, changes: dict[str, Any], rule: str, code: str) -> None:
    base = make(sent, "connections", zoho())
    if rule == "FS-CON-05":
        before = sent.mock.snapshot()
        assert sent("POST", "/sourceConnections", source(base, **changes)).status in (400, 422)
        assert {"FS-CON-05", "FS-CON-04"} <= set(sent.rules)
        assert sent.mock.snapshot() == before
        return
    broken(sent, source(base, **changes), rule, code)


@pytest.mark.parametrize(
    ("name", "rule"),
    [("name", "FS-IN-01"), ("data", "FS-IN-04"), ("connectionSpec", "FS-CON-03"), ("params", "FS-IN-07")],
)
def test_each_absence_is_told(sent: Sender, name: str, rule: str) -> None:
    base = make(sent, "connections", zoho())
    broken(sent, without(source(base), name), rule, "FLOW-1100-400")
    assert sent.violations[0]["pointer"].startswith(f"/{name}")


def test_a_misspelt_param_is_told_with_the_nearest_spelling(sent: Sender) -> None:
    base = make(sent, "connections", zoho())
    broken(sent, source(base, params={"tablename": "Leads"}), "FS-IN-07", "FLOW-1100-400")
    assert (sent.violations[0]["pointer"], sent.violations[0]["nearest"]) == ("/params/tableName", "tableName")


def test_an_unknown_key_is_warned_about(sent: Sender) -> None:
    base = make(sent, "connections", zoho())
    make(sent, "sourceConnections", source(base, colour="red", baseConectionId="x"))
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-CON-14", "warning")] * 2
    assert sent.violations[1]["nearest"] == "baseConnectionId"


@pytest.mark.parametrize("headers", [{"x_sandbox_name": "dev"}, {"x_gw_ims_org_id": "OTHER@AdobeOrg"}])
def test_a_base_from_elsewhere_is_unknown(sent: Sender, headers: dict[str, str]) -> None:
    base = make(sent, "connections", zoho())
    answer = sent("POST", "/sourceConnections", source(base), headers=with_headers(**headers))
    assert (answer.code, answer.json["report"]["id"]) == ("FLOW-1439-400", base)
    assert answer.json["report"]["type"] == "connections"


@pytest.mark.parametrize("other", ["source", "target", "flow"])
def test_an_id_of_another_collection_is_unknown(sent: Sender, other: str) -> None:
    there = chain.chain(sent)
    broken(sent, source(getattr(there, other)), "FS-REF-01", "FLOW-1439-400")


def test_it_is_deleted_unless_a_flow_uses_it(send: Sender) -> None:
    there = chain.chain(send)
    answer = send("DELETE", f"/sourceConnections/{there.source}")
    assert (answer.status, answer.code) == (400, "FLOW-1447-400")
    assert there.source in answer.json["errorMessage"]
    assert send.rules == ["FS-DEL-02"]
    assert send("DELETE", f"/flows/{there.flow}").status == 204
    assert send("DELETE", f"/sourceConnections/{there.source}").status == 204
    assert send("GET", f"/sourceConnections/{there.source}").status == 404


def test_the_params_of_a_custom_spec_are_enforced(sent: Sender) -> None:
    spec = make(sent, "connectionSpecs", CUSTOM)
    document = without(source("x"), "baseConnectionId") | {"connectionSpec": {"id": spec, "version": "1.0"}}
    assert sent("POST", "/sourceConnections", {**document, "params": {"shelf": 5}}).status == 201
    assert sent.violations == []
    for params in ({}, {"shelf": "5"}, {"Shelf": 5}):
        broken(sent, {**document, "params": params}, "FS-IN-07", "FLOW-1100-400")
    elsewhere = with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")
    assert sent("POST", "/sourceConnections", document, headers=elsewhere).code == "FLOW-1413-400"


def test_the_data_lake_takes_whatever_its_tutorial_sends(sent: Sender) -> None:
    document = without(source("x"), "baseConnectionId", "params")
    assert (
        sent("POST", "/sourceConnections", {**document, "connectionSpec": {"id": DATA_LAKE, "version": "1.0"}}).status
        == 201
    )


def test_an_empty_base_connection_is_none_where_the_source_needs_none(sent: Sender) -> None:
    """adobe/dep sends it for the landing zone, and has its flow run."""
    zone = {"id": "26f526f2-58f4-4712-961d-e41bf1ccc0e8", "version": "1.0"}
    files = {"data": {"format": "delimited"}, "params": {"path": "/a.csv", "type": "file"}, "connectionSpec": zone}
    id = make(sent, "sourceConnections", {"name": "Stores", "baseConnectionId": "", **files})
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-IN-10", "warning")]
    flow = make(sent, "flows", chain.flow(id, make(sent, "targetConnections", chain.target()), flowSpec=FILES))
    run = make(sent, "runs", chain.run(flow))
    sent.mock.clock.advance(60)
    assert read(sent, "runs", run)["metrics"]["statusSummary"]["status"] == "success"
