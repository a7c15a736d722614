"""What the service answers of flows to destinations: their snapshots, runs, datasets, and ad hoc activation."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.sources.source_catalogue import EXPORT_SOURCE, PROFILE_STORE
from tests.kit.chain import chain, make, read
from tests.kit.connection import HEADERS
from tests.kit.destinations import (
    AUDIENCE,
    EVENT_HUBS,
    S3,
    STREAMED,
    ZONE,
    Road,
    added,
    base,
    destination,
    road,
    with_value,
)
from tests.kit.platform import dataset_made
from tests.kit.sender import Answer, Sender

AD_HOC = "/data/core/activation/disflowprovider/adhocrun"
ACCEPT = "application/vnd.adobe.adhoc.activation+json; version=2"


# Snapshots.


def test_a_flow_shows_where_it_comes_from_and_goes(sent: Sender) -> None:
    there = road(sent)
    inherited = there.read()["inheritedAttributes"]
    assert inherited["properties"] == {"isDestinationFlow": True}
    (source,) = inherited["sourceConnections"]
    assert source["typeInfo"] == {"type": "ProfileFragments", "id": "ups"}
    assert source["baseConnection"]["connectionSpec"]["id"] == PROFILE_STORE
    (target,) = inherited["targetConnections"]
    spec = {"id": there.row.id, "version": "1.0"}
    base_connection = {"id": there.base, "connectionSpec": spec}
    assert target == {"id": there.target, "connectionSpec": spec, "baseConnection": base_connection}


def test_a_source_of_profiles_shows_its_type(sent: Sender) -> None:
    there = road(sent)
    assert read(sent, "sourceConnections", there.source)["typeInfo"]["id"] == "ups"
    datasets = road(sent, of="datasets")
    (source,) = datasets.read()["inheritedAttributes"]["sourceConnections"]
    assert set(source) == {"id", "connectionSpec"}


def test_a_connection_shows_the_day_of_its_credentials(sent: Sender) -> None:
    there = road(sent)
    params = sent.read(there.base)["auth"]["params"]
    assert len(params.pop("authorizedDate")) == len("2021-07-22")
    assert set(params) == {"s3AccessKey", "s3SecretKey"}
    assert params["s3SecretKey"] == "xxxx"
    again = {**base(there.row)["auth"]["params"], "authorizedDate": "2021-07-22"}
    assert there.patch({"op": "replace", "path": "/auth/params", "value": again}, what="base").status == 200
    assert sent.violations == []
    assert "authorizedDate" not in sent.read(chain(sent).base)["auth"]["params"]


def test_a_flow_shows_what_was_done_to_it(sent: Sender) -> None:
    there = road(sent)
    there.patch(added(AUDIENCE))
    done = there.read()["lastOperation"]
    assert (done["operation"], done["ops"][0]["value"]) == ("update", AUDIENCE)


@pytest.mark.parametrize(
    "condition",
    [
        "inheritedAttributes.properties.isDestinationFlow==true",
        "inheritedAttributes.targetConnections[].connectionSpec.id=={spec}",
        "transformations[].params.segmentSelectors.selectors[].value.id==here",
        "transformations[].params.segmentSelectors.selectors[].value.id==here&property=state==enabled",
    ],
)
def test_flows_are_found_as_the_pages_find_them(sent: Sender, condition: str) -> None:
    chain(sent)
    there = road(sent, S3)
    there.patch(added(with_value(id="here")))
    found = sent("GET", f"/flows?property={condition.format(spec=there.row.id)}").json["items"]
    assert [flow["id"] for flow in found] == [there.flow]


def test_lists_have_the_newest_first(sent: Sender) -> None:
    flows = []
    for key in (S3, ZONE):
        flows.append(road(sent, key).flow)
        sent.mock.clock.advance(1)
    assert [flow["id"] for flow in sent("GET", "/flows").json["items"]] == flows[::-1]


def test_a_flow_is_disabled_and_enabled(sent: Sender) -> None:
    there = road(sent)
    for op, state in (("disable", "disabled"), ("enable", "enabled")):
        answer = sent("POST", f"/flows/{there.flow}/action?op={op}")
        assert set(answer.json) == {"id", "etag"}
        assert there.read()["state"] == state


# Datasets.


def configs(sent: Sender, query: str) -> Answer:
    return sent("GET", f"/connectionSpecs/{EXPORT_SOURCE}/configs?{query}")


def test_the_datasets_of_the_sandbox_can_be_exported(sent: Sender) -> None:
    ids = [dataset_made(sent) for _ in range(3)]
    asked = "outputType=activationDatasets&outputField=datasets"
    answer = configs(sent, f"{asked}&start=0&limit=2").json
    assert [item["id"] for item in answer["items"]] == ids[:2]
    assert answer["pageInfo"] == {"start": 0, "end": 2, "total": 3, "hasNext": True}
    assert {"name", "fileDescription", "aspect", "state"} <= set(answer["items"][0])
    rest = configs(sent, f"{asked}&start=2&limit=2&properties=name").json
    assert [set(item) for item in rest["items"]] == [{"id", "name"}]
    assert rest["pageInfo"]["hasNext"] is False


def test_aepp_asks_the_destination_for_them(sent: Sender) -> None:
    id = dataset_made(sent)
    query = "outputType=activationDatasets&outputField=datasets&limit=100&start=0"
    found = sent("GET", f"/connectionSpecs/{destination(ZONE).id}/configs?{query}").json["items"]
    assert [item["id"] for item in found] == [id]


@pytest.mark.parametrize(
    "query", ["outputType=activationDatasets", "outputField=datasets", "outputType=x&outputField=datasets"]
)
def test_datasets_are_asked_for_by_both_parameters(sent: Sender, query: str) -> None:
    assert configs(sent, query).status == 400
    assert sent.rules == ["FS-DST-15"]


# Runs.


def activate(sent: Sender, info: Any, accept: str | None = ACCEPT, **more: Any) -> Answer:
    headers = {**HEADERS, **({"accept": accept} if accept else {})}
    return sent.raw("POST", AD_HOC, headers, json.dumps({"activationInfo": info, **more}).encode())


def current(sent: Sender, *ids: str, **schedule: str | None) -> Road:
    """A flow with audiences that are activated today."""
    there = road(sent, S3)
    for id in ids:
        there.patch(
            added(with_value(id=id, schedule={**AUDIENCE["value"]["schedule"], "endDate": "2099-12-31", **schedule}))
        )
    return there


def test_ad_hoc_activation_answers_a_run_for_each_audience(send: Sender) -> None:
    there = current(send, "one", "two")
    answer = activate(send, {there.flow: ["one", "two"]}, exportIds=["an-export"])
    assert answer.status == 200, answer.text
    assert send.violations == []
    order = answer.json["order"]
    assert [(row["segment"], row["order"]) for row in order] == [("one", there.flow), ("two", there.flow)]
    path = order[0]["statusURL"].partition("/flowservice")[2]
    assert send("GET", path).json["items"][0]["metrics"]["statusSummary"]["status"] == "scheduled"
    send.mock.clock.advance(10)
    (run,) = send("GET", path).json["items"]
    assert run["flowId"] == there.flow
    assert run["metrics"]["statusSummary"]["status"] == "success"
    (target,) = run["metrics"]["recordSummary"]["targetSummaries"]
    assert [entity["id"] for entity in target["entitySummaries"]] == ["segment:one"]
    assert [each["name"] for each in run["activities"]] == [
        "Activation Batch XdmProcessor Activity",
        "Activation Batch Publisher Activity",
    ]
    assert there.read()["lastRunDetails"]["state"] == "success"
    entity = "metrics.recordSummary.targetSummaries[].entitySummaries[].id==segment:two"
    assert len(send("GET", f"/runs?property={entity}").json["items"]) == 1
    assert len(send("GET", "/runs?property=metrics.statusSummary.status==success").json["items"]) == 2


def test_an_audience_is_not_activated_twice_at_once(sent: Sender) -> None:
    there = current(sent, "one")
    first = activate(sent, {there.flow: ["one"]}).json["order"][0]["statusURL"].rpartition("/")[2]
    answer = activate(sent, {there.flow: ["one"]})
    assert (answer.status, sent.rules) == (400, ["FS-ADH-06"])
    message = f"Run already going on for audience one for order {there.flow} with run id {first}"
    assert answer.json == {"message": message}
    sent.mock.clock.advance(10)
    assert activate(sent, {there.flow: ["one"]}).status == 200


@pytest.mark.parametrize(
    ("info", "rule"),
    [
        ({}, "FS-ADH-02"),
        ({"{flow}": []}, "FS-ADH-02"),
        ({"{flow}": "one"}, "FS-ADH-02"),
        ({"{flow}": [1]}, "FS-ADH-02"),
        ({"{flow}": ["one"] * 81}, "FS-ADH-03"),
        ({"another": ["one"]}, "FS-ADH-04"),
        ({"{flow}": ["three"]}, "FS-ADH-05"),
        ({"destinations": []}, "FS-ADH-02"),
        ({"destinations": [{"flowId": "x"}]}, "FS-ADH-02"),
        ({"destinations": [{"flowId": "x", "datasets": [{"id": "y"}]}]}, "FS-ADH-04"),
    ],
)
def test_an_activation_with_a_documented_mistake_is_refused(sent: Sender, info: Any, rule: str) -> None:
    there = current(sent, "one")
    answer = activate(sent, {flow.format(flow=there.flow): row for flow, row in info.items()})
    assert answer.status == (404 if rule == "FS-ADH-04" else 400)
    assert sent.rules == [rule]
    assert list(answer.json) == ["message"]
    assert sent("GET", "/runs").json["items"] == []


def test_an_audience_is_activated_within_its_schedule(sent: Sender) -> None:
    """The printed audience was exported until February 2022."""
    there = current(sent, "one", endDate="2022-02-05")
    answer = activate(sent, {there.flow: ["one"]})
    assert (answer.status, sent.rules) == (400, ["FS-ADH-05"])
    assert answer.json == {"message": "Segments one are not part of this dataflow or out of schedule range!"}


def test_an_audience_waits_an_hour_from_its_first_activation(sent: Sender) -> None:
    """The page says so, and doesn't say what happens before."""
    begin = datetime.fromtimestamp(sent.mock.clock.now() / 1000, UTC) - timedelta(minutes=50)
    there = current(sent, "one", startDate=f"{begin:%Y-%m-%d}", startTime=f"{begin:%H:%M}")
    assert activate(sent, {there.flow: ["one"]}).status == 200
    assert [row["rule"] for row in sent.violations] == ["FS-ADH-09"]
    sent.mock.clock.advance(660)
    assert activate(sent, {there.flow: ["one"]}).status == 200
    assert sent.violations == []


def test_a_stream_is_not_for_ad_hoc_activation(sent: Sender) -> None:
    there = road(sent, EVENT_HUBS)
    there.patch(added(STREAMED))
    assert activate(sent, {there.flow: ["an-audience"]}).status == 200
    assert [row["rule"] for row in sent.violations] == ["FS-ADH-08"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}"])
def test_a_broken_body_of_an_activation_is_told_in_its_own_shape(sent: Sender, body: bytes) -> None:
    answer = sent.raw("POST", AD_HOC, {**HEADERS, "accept": ACCEPT}, body)
    assert (answer.status, list(answer.json)) == (400, ["message"])


def test_a_flow_of_sources_is_not_activated(sent: Sender) -> None:
    assert activate(sent, {chain(sent).flow: ["one"]}).status == 404
    assert sent.rules == ["FS-ADH-04"]


def test_version_1_of_ad_hoc_activation_names_the_export_job(sent: Sender) -> None:
    """ad-hoc-activation.yaml: what has no Accept is version 1."""
    there = current(sent, "one")
    assert activate(sent, {there.flow: ["one"]}, None).status == 400
    assert sent.rules == ["FS-ADH-07"]
    assert activate(sent, {there.flow: ["one"]}, None, exportIds=["a-job"]).status == 200


def test_datasets_are_exported_ad_hoc(sent: Sender) -> None:
    """As aepp sends it; no page has that."""
    there = road(sent, of="datasets")
    id = "5ef3e3259ad2a1191ab7dd7d"
    info = {"destinations": [{"flowId": there.flow, "datasets": [{"id": id}]}]}
    accept = "application/vnd.adobe.adhoc.dataset.activation+json; version=1"
    (flow,) = activate(sent, info, accept).json["destinations"]
    assert sent.violations == []
    assert (flow["flowId"], flow["datasets"][0]["id"]) == (there.flow, id)
    sent.mock.clock.advance(10)
    run = read(sent, "runs", flow["datasets"][0]["statusURL"].rpartition("/")[2])
    assert run["metrics"]["fileSummary"] == {"outputFileCount": 0}
    other = {"destinations": [{"flowId": there.flow, "datasets": [{"id": "another"}]}]}
    assert activate(sent, other, accept).status == 400
    assert sent.rules == ["FS-ADH-05"]


@pytest.mark.parametrize("accept", [None, "application/json"])
def test_another_accept_is_warned_about(sent: Sender, accept: str | None) -> None:
    there = current(sent, "one")
    assert activate(sent, {there.flow: ["one"]}, accept, exportIds=["a-job"]).status == 200
    assert [row["rule"] for row in sent.violations] == ["FS-ADH-01"]


def test_a_run_of_datasets_shows_what_a_test_has_put_there(sent: Sender) -> None:
    there = road(sent, of="datasets")
    run = make(sent, "runs", {"flowId": there.flow})
    assert [row["rule"] for row in sent.violations] == ["FS-DST-70"]
    sent.mock.clock.advance(10)
    view = read(sent, "runs", run)
    assert view["metrics"]["recordSummary"]["sourceSummaries"][0]["id"] == there.source
    records = {"inputRecordCount": 7, "skippedRecordCount": 1}
    counted = {"recordSummary": records, "statusSummary": {"status": "success"}}
    activities = [{"id": "a", "name": "an activity"}]
    body = {"metrics": counted, "activities": activities}
    assert sent("PUT", f"/runs/{run}", body, if_match=view["etag"]).status == 200
    view = read(sent, "runs", run)
    assert (view["metrics"], view["activities"]) == (counted, activities)
