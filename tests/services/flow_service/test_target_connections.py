"""Target connections: what is stored, and every rule about them broken once."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import ZOHO_CRM
from contracts.sources.source_catalogue import DATA_LAKE
from tests.kit import chain
from tests.kit.chain import make, read, target, without
from tests.kit.connection import zoho
from tests.kit.sender import Sender, under


def broken(sent: Sender, document: dict[str, Any], rule: str, code: str = "FLOW-1100-400") -> None:
    before = sent.mock.snapshot()
    answer = sent("POST", "/targetConnections", document)
    assert (answer.status, answer.code) == (int(code[-3:]), code), answer.text
    assert sent.rules[0] == rule
    assert sent.mock.snapshot() == before


@pytest.mark.parametrize("left_out", [(), ("name",), ("name", "description")])
def test_it_is_stored_as_sent(send: Sender, left_out: tuple[str, ...]) -> None:
    document = without(target(description="to the lake"), *left_out)
    item = read(send, "targetConnections", make(send, "targetConnections", document))
    assert {name: item[name] for name in document} == document
    assert not set(left_out) & set(item)
    assert "inheritedAttributes" not in item


def test_a_base_of_the_data_lake_is_shown_with_it(sent: Sender) -> None:
    """create-dataset-base-connection.md."""
    spec = {"id": DATA_LAKE, "version": "1.0"}
    base = make(sent, "connections", {"name": "lake", "connectionSpec": spec})
    item = read(sent, "targetConnections", make(sent, "targetConnections", target(baseConnectionId=base)))
    assert item["inheritedAttributes"] == {"baseConnection": {"id": base, "connectionSpec": spec}}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": ""}, "FS-OUT-01"),
        ({"name": None}, "FS-OUT-01"),
        ({"data": None}, "FS-OUT-02"),
        ({"data": {"format": []}}, "FS-OUT-02"),
        ({"data": {"schema": {"id": 5}}}, "FS-OUT-02"),
        ({"params": "x"}, "FS-OUT-03"),
        ({"params": {}}, "FS-OUT-05"),
        ({"params": {"dataSetId": ""}}, "FS-OUT-05"),
        ({"params": {"dataSetId": " "}}, "FS-OUT-05"),
        ({"params": {"dataSetId": 5}}, "FS-OUT-05"),
        ({"params": {"datasetId": "x"}}, "FS-OUT-05"),
        ({"description": []}, "FS-CON-02"),
    ],
)
def test_each_rule_is_broken(sent: Sender, changes: dict[str, Any], rule: str) -> None:
    broken(sent, target(**changes), rule)


@pytest.mark.parametrize(
    ("name", "rule"), [("data", "FS-OUT-02"), ("connectionSpec", "FS-CON-03"), ("params", "FS-OUT-05")]
)
def test_each_absence_is_told(sent: Sender, name: str, rule: str) -> None:
    broken(sent, without(target(), name), rule)


def test_a_wrong_spec_is_answered_with_the_data_lakes(sent: Sender) -> None:
    """Strictly: sources-errors.md has 1307, and five pages of the tutorials send the source's own spec."""
    body = target(connectionSpec={"id": ZOHO_CRM, "version": "1.0"})
    assert sent("POST", "/targetConnections", body).status == 201
    strict = under("strict")
    answer = strict("POST", "/targetConnections", body)
    assert f"The allowed value is: `{DATA_LAKE}`" in answer.json["errorMessage"]
    for each, severity in ((sent, "warning"), (strict, "error")):
        (row,) = [row for row in each.violations if row["rule"] == "FS-OUT-04"]
        assert (row["severity"], row["nearest"]) == (severity, DATA_LAKE)


def test_a_base_is_one_that_is_there(sent: Sender) -> None:
    there = chain.chain(sent)
    broken(sent, target(baseConnectionId=""), "FS-IN-03")
    for id in ("nothing", there.source, there.flow):
        broken(sent, target(baseConnectionId=id), "FS-REF-01", "FLOW-1439-400")
    draft = make(sent, "connections", zoho(), "?mode=draft")
    broken(sent, target(baseConnectionId=draft), "FS-REF-02", "FLOW-1421-400")


def test_a_custom_target_is_one_with_a_target_spec(sent: Sender) -> None:
    spec = {"name": "acme", "providerId": "p"}
    plain = make(sent, "connectionSpecs", spec)
    assert sent("POST", "/targetConnections", target(connectionSpec={"id": plain, "version": "1.0"})).status == 201
    assert [row["rule"] for row in sent.violations] == ["FS-OUT-04"]
    own = make(sent, "connectionSpecs", {**spec, "targetSpec": {"name": "Acme", "spec": {"type": "object"}}})
    assert (
        sent("POST", "/targetConnections", target(connectionSpec={"id": own, "version": "1.0"}, params={})).status
        == 201
    )


def test_it_is_deleted_unless_a_flow_uses_it(sent: Sender) -> None:
    there = chain.chain(sent)
    assert sent("DELETE", f"/targetConnections/{there.target}").code == "FLOW-1447-400"
    assert sent.rules == ["FS-DEL-02"]
    assert sent("DELETE", f"/flows/{there.flow}").status == 204
    assert sent("DELETE", f"/targetConnections/{there.target}").status == 204
