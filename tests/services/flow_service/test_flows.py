"""Flows: what is stored, what they refer to, and every rule about them broken once."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import ZOHO_CRM
from contracts.services.flow_service.flow_specs import BATCH
from contracts.sources.source_catalogue import DATA_LAKE
from tests.kit import chain
from tests.kit.chain import AMAZON_S3, CLOUD_TO_AEP, CRM_TO_AEP, Chain, flow, make, source, target, without
from tests.kit.connection import with_headers, zoho
from tests.kit.printed import plant
from tests.kit.sender import Sender, under
from tests.kit.specs import REST


@pytest.fixture
def there(sent: Sender) -> Chain:
    return chain.chain(sent)


def broken(there: Chain, document: dict[str, Any], rule: str, code: str = "FLOW-1100-400") -> dict[str, Any]:
    """The violation of ``rule``, which decides about ``document``."""
    sent = there.sent
    before = sent.mock.snapshot()
    answer = sent("POST", "/flows", document)
    assert (answer.status, answer.code) == (int(code[-3:]), code), answer.text
    assert sent.rules[0] == rule
    assert sent.mock.snapshot() == before
    return sent.violations[0]


def test_it_is_stored_as_sent_with_what_it_inherits(send: Sender) -> None:
    there = chain.chain(send, labels=["core/C1"], policy={}, options={"errorDiagnosticsEnabled": True})
    item = there.read("flow")
    document = flow(
        there.source, there.target, labels=["core/C1"], policy={}, options={"errorDiagnosticsEnabled": True}
    )
    assert {name: item[name] for name in document} == document
    zoho_spec = {"id": ZOHO_CRM, "version": "1.0"}
    assert item["inheritedAttributes"] == {
        "properties": {"isSourceFlow": True},
        "sourceConnections": [
            {
                "id": there.source,
                "connectionSpec": zoho_spec,
                "baseConnection": {"id": there.base, "connectionSpec": zoho_spec},
            }
        ],
        "targetConnections": [{"id": there.target, "connectionSpec": {"id": DATA_LAKE, "version": "1.0"}}],
    }
    assert item["runs"] == f"/runs?property=flowId=={there.flow}"
    assert item["lastOperation"] == {"started": item["createdAt"], "updated": 0, "operation": "create"}
    assert "lastRunDetails" not in item


@pytest.mark.parametrize(
    ("changes", "rule", "code"),
    [
        ({"name": ""}, "FS-FLOW-02", "FLOW-1100-400"),
        ({"name": 5}, "FS-FLOW-02", "FLOW-1100-400"),
        ({"flowSpec": {"id": "nothing", "version": "1.0"}}, "FS-FLOW-03", "FLOW-1413-400"),
        ({"flowSpec": "nothing"}, "FS-FLOW-04", "FLOW-1100-400"),
        ({"flowSpec": {"version": "1.0"}}, "FS-FLOW-04", "FLOW-1100-400"),
        ({"flowSpec": {"id": CRM_TO_AEP}}, "FS-CON-05", "FLOW-1100-422"),
        ({"state": "enabled"}, "FS-FLOW-07", "FLOW-1410-400"),
        ({"state": None}, "FS-FLOW-07", "FLOW-1410-400"),
        ({"sourceConnectionIds": []}, "FS-FLOW-05", "FLOW-1100-400"),
        ({"sourceConnectionIds": "x"}, "FS-FLOW-06", "FLOW-1100-400"),
        ({"sourceConnectionIds": [5]}, "FS-FLOW-06", "FLOW-1100-400"),
        ({"targetConnectionIds": []}, "FS-FLOW-06", "FLOW-1100-400"),
        ({"targetConnectionIds": {}}, "FS-FLOW-06", "FLOW-1100-400"),
        ({"sourceConnectionIds": ["nothing"]}, "FS-REF-01", "FLOW-1439-400"),
        ({"targetConnectionIds": ["nothing"]}, "FS-REF-01", "FLOW-1439-400"),
        ({"labels": "x"}, "FS-FLOW-10", "FLOW-1100-400"),
        ({"policy": []}, "FS-FLOW-10", "FLOW-1100-400"),
        ({"options": 5}, "FS-FLOW-10", "FLOW-1100-400"),
        ({"transformations": []}, "FS-TRF-02", "FLOW-1100-400"),
        ({"scheduleParams": None}, "FS-SCH-01", "FLOW-1100-400"),
    ],
)
def test_each_rule_is_broken(there: Chain, changes: dict[str, Any], rule: str, code: str) -> None:
    broken(there, flow(there.source, there.target, **changes), rule, code)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("name", "FS-FLOW-01"),
        ("flowSpec", "FS-FLOW-04"),
        ("sourceConnectionIds", "FS-FLOW-06"),
        ("targetConnectionIds", "FS-FLOW-06"),
        ("transformations", "FS-TRF-02"),
        ("scheduleParams", "FS-SCH-01"),
    ],
)
def test_each_absence_is_told(there: Chain, name: str, rule: str) -> None:
    row = broken(there, without(flow(there.source, there.target), name), rule)
    assert row["pointer"] == f"/{name}"


@pytest.mark.terms(strictness="lenient")
def test_lenient_takes_a_flow_without_a_name(there: Chain) -> None:
    assert there.sent("POST", "/flows", without(flow(there.source, there.target), "name")).status == 201
    assert [(row["rule"], row["severity"]) for row in there.sent.violations] == [("FS-FLOW-01", "warning")]


def test_the_text_of_an_unknown_spec_is_the_documented_one(there: Chain) -> None:
    body = flow(there.source, there.target, flowSpec={"id": "CRMToAEP", "version": "1.0"})
    answer = there.sent("POST", "/flows", body)
    assert "The spec ID provided is  invalid." in answer.json["errorMessage"]
    assert there.sent.violations[0]["nearest"] == CRM_TO_AEP


def test_exactly_one_source_is_taken(there: Chain) -> None:
    second = make(there.sent, "sourceConnections", source(there.base))
    broken(there, {**flow(there.source, there.target), "sourceConnectionIds": [there.source, second]}, "FS-FLOW-05")


@pytest.mark.parametrize("headers", [{"x_sandbox_name": "dev"}, {"x_gw_ims_org_id": "OTHER@AdobeOrg"}])
def test_connections_from_elsewhere_are_unknown(there: Chain, headers: dict[str, str]) -> None:
    sent = there.sent
    answer = sent("POST", "/flows", flow(there.source, there.target), headers=with_headers(**headers))
    assert answer.code == "FLOW-1439-400"
    assert [row["pointer"] for row in sent.violations] == ["/sourceConnectionIds/0", "/targetConnectionIds/0"]


def test_an_id_of_another_collection_is_unknown(there: Chain) -> None:
    for body in (flow(there.target, there.target), flow(there.source, there.source), flow(there.base, there.target)):
        broken(there, body, "FS-REF-01", "FLOW-1439-400")


def test_the_source_is_one_that_the_flow_spec_takes(there: Chain) -> None:
    sent = there.sent
    spec = {"id": AMAZON_S3, "version": "1.0"}
    files = {**without(source("x"), "baseConnectionId"), "connectionSpec": spec, "params": {"path": "/a"}}
    file_source = make(sent, "sourceConnections", {**files, "data": {"format": "delimited"}})
    row = broken(there, flow(file_source, there.target), "FS-FLOW-08")
    assert (row["found"], row["allowed"]) == (f'"{AMAZON_S3}"', ["CloudStorageToAEP"])


def test_the_slip_of_the_tutorial_is_warned_about(there: Chain) -> None:
    slip = flow(there.source, there.target, flowSpec={"id": CLOUD_TO_AEP, "version": "1.0"})
    assert there.sent("POST", "/flows", slip).status == 201
    assert [(row["rule"], row["severity"]) for row in there.sent.violations] == [("FS-FLOW-09", "warning")]


@pytest.mark.terms(strictness="strict")
def test_strict_refuses_the_slip_of_the_tutorial(sent: Sender) -> None:
    plant(sent.mock)
    start = {"startTime": sent.mock.clock.now() // 1000 + 60, "frequency": "once"}
    there = chain.chain(sent, scheduleParams=start)
    slip = {"flowSpec": {"id": CLOUD_TO_AEP, "version": "1.0"}, "scheduleParams": start}
    broken(there, flow(there.source, there.target, **slip), "FS-FLOW-09")


def test_a_custom_flow_spec_says_what_its_flows_need(there: Chain) -> None:
    sent = there.sent
    document = {
        "name": "AcmeToAEP",
        "providerId": "p",
        "sourceConnectionSpecIds": [ZOHO_CRM],
        "targetConnectionSpecIds": [DATA_LAKE],
        "transformationSpecDTOS": [{"name": "Shelf", "spec": {"type": "object", "required": ["shelf"]}}],
    }
    spec = make(sent, "flowSpecs", document)
    own = {"flowSpec": {"id": spec, "version": "1.0"}}
    shelf = {"name": "Shelf", "params": {"shelf": 1}}
    body = without(flow(there.source, there.target, **own), "scheduleParams")
    assert sent("POST", "/flows", {**body, "transformations": [shelf]}).status == 201
    assert sent.violations == []
    broken(there, {**body, "transformations": [{**shelf, "params": {}}]}, "FS-TRF-07")
    assert sent("PUT", f"/flowSpecs/{spec}", {**document, "sourceConnectionSpecIds": ["another"]}).status == 200
    broken(there, {**body, "transformations": [shelf]}, "FS-FLOW-08")
    elsewhere = with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")
    assert sent("POST", "/flows", body, headers=elsewhere).code == "FLOW-1413-400"


def test_adobes_flow_spec_takes_a_source_of_ones_own_once_it_is_replaced(there: Chain) -> None:
    """sources-sdk/api/update-flow-specs.md; the organisation's own stands in the place of Adobe's, for it alone."""
    sent, other = there.sent, with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")
    own = make(sent, "connectionSpecs", {"name": "acme", "providerId": BATCH, "type": "generic-rest"})
    source = make(
        sent,
        "sourceConnections",
        {"name": "s", "data": {"format": "json"}, "connectionSpec": {"id": own, "version": "1.0"}},
    )
    body = flow(source, there.target, flowSpec={"id": REST, "version": "1.0"})
    adobes = sent("GET", f"/flowSpecs/{REST}").json["items"][0]
    documented = without(adobes, "sourceConnectionSpecIds")
    for ids, status in ([ZOHO_CRM], 400), ([ZOHO_CRM, own], 201):
        answer = sent("PUT", f"/flowSpecs/{REST}", {**documented, "sourceConnectionSpecIds": ids})
        assert (answer.status, answer.json["sourceConnectionSpecIds"]) == (200, ids)
        assert sent("POST", "/flows", body).status == status
    listed = sent("GET", "/flowSpecs?property=name==RestStorageToAEP").json["items"]
    assert [item["sourceConnectionSpecIds"] for item in listed] == [[ZOHO_CRM, own]]
    assert sent("GET", f"/flowSpecs/{REST}", headers=other).json["items"] == [adobes]


@pytest.mark.parametrize(("strictness", "status"), [("default", 200), ("strict", 403)])
def test_replacing_a_connection_spec_of_adobes_is_no_documented_way(strictness: Any, status: int) -> None:
    sent = under(strictness)
    spec = sent("GET", f"/connectionSpecs/{ZOHO_CRM}").json["items"][0]
    assert sent("PUT", f"/connectionSpecs/{ZOHO_CRM}", without(spec, "id")).status == status
    assert [found["rule"] for found in sent.violations] == ["FS-SPEC-07"]


# Deleting.


def test_a_base_that_a_flow_uses_stays(send: Sender) -> None:
    there = chain.chain(send)
    answer = send("DELETE", f"/connections/{there.base}")
    assert (answer.status, answer.code) == (400, "FLOW-1418-400")
    assert there.base in answer.json["errorMessage"]
    assert send.rules == ["FS-DEL-01"]
    assert send("DELETE", f"/flows/{there.flow}").status == 204
    assert send("DELETE", f"/connections/{there.base}").status == 204
    assert there.read("source")["baseConnectionId"] == there.base


def test_a_base_of_a_flows_target_stays_too(sent: Sender) -> None:
    base = make(sent, "connections", {"name": "lake", "connectionSpec": {"id": DATA_LAKE, "version": "1.0"}})
    there = chain.chain(sent)
    own = make(sent, "targetConnections", target(baseConnectionId=base))
    make(sent, "flows", flow(there.source, own))
    assert sent("DELETE", f"/connections/{base}").code == "FLOW-1418-400"


def test_a_base_without_flows_is_deleted(sent: Sender) -> None:
    base = make(sent, "connections", zoho())
    make(sent, "sourceConnections", source(base))
    assert sent("DELETE", f"/connections/{base}").status == 204


def test_a_deleted_flow_leaves_its_runs(sent: Sender) -> None:
    there = chain.chain(sent)
    run = make(sent, "runs", chain.run(there.flow))
    assert sent("DELETE", f"/flows/{there.flow}").status == 204
    assert [item["id"] for item in sent("GET", f"/runs?property=flowId=={there.flow}").json["items"]] == [run]
    sent.mock.clock.advance(10)
    assert chain.read(sent, "runs", run)["metrics"]["statusSummary"]["status"] == "success"
    assert sent("POST", f"/runs/{run}/action?op=re_trigger").status == 400


# Searching.


def test_a_search_chooses_fields(send: Sender) -> None:
    there = chain.chain(send)
    make(send, "flows", flow(there.source, there.target, name="other"))
    body = {"queryString": "property=name==other", "projectionFields": "name, state"}
    (item,) = send("POST", "/flows/search", body).json["items"]
    assert set(item) == {"id", "name", "state"}
    assert send("POST", "/flows/search", {"count": True}).json == {"count": 2}
    first = send("POST", "/flows/search", {"limit": 1, "orderby": "-name", "projectionFields": "name"}).json
    assert [item["name"] for item in first["items"]] == ["other"]
    href = first["_links"]["next"]["href"]
    assert href.startswith("/flows/search?continuationToken=")
    second = send("POST", href, {"projectionFields": "name"}).json
    assert [item["name"] for item in second["items"]] == ["Zoho CRM dataflow"]
    assert second["_links"] == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "FLOW-1405-400"),
        ({"projectionFields": ["name"]}, "FLOW-1100-400"),
        ({"projectionFields": "nmae"}, "FLOW-1449-400"),
        ({"groupByProperty": "name"}, "FLOW-1423-400"),
        ({"queryString": "flowSpec.id>=x"}, "FLOW-1448-400"),
        ({"queryString": 5}, "FLOW-1100-400"),
        ({"limit": 0}, "FLOW-1452-400"),
        ({"limit": 5, "count": True}, "FLOW-1401-400"),
    ],
)
def test_a_search_is_refused_as_documented(sent: Sender, body: Any, code: str) -> None:
    assert sent("POST", "/flows/search", body).code == code


def test_flow_specs_are_searched(send: Sender) -> None:
    own = make(send, "flowSpecs", {"name": "CRMToAEP", "providerId": "acme"})
    answer = send("POST", "/flowSpecs/search", {"queryString": 'name=="CRMToAEP"', "projectionFields": "name"}).json
    assert answer == {"items": [{"id": CRM_TO_AEP, "name": "CRMToAEP"}, {"id": own, "name": "CRMToAEP"}]}
    assert send("POST", "/flowSpecs/search", {"queryString": "providerId==acme", "count": True}).json == {"count": 1}
    assert send("POST", "/flowSpecs/search", {"limit": 1}).json.keys() == {"items"}
