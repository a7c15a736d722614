"""Runs: on demand and by schedule, their life on the mock's clock, and every rule about them broken once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import chain
from tests.kit.chain import COPY, MAPPING, Chain, make, read, run, source, without
from tests.kit.connection import with_headers, zoho
from tests.kit.sender import Sender

DAY = 86400


@pytest.fixture
def there(sent: Sender) -> Chain:
    return chain.chain(sent)


def broken(there: Chain, document: dict[str, Any], rule: str, code: str = "FLOW-1100-400") -> dict[str, Any]:
    sent = there.sent
    before = sent.mock.snapshot()
    answer = sent("POST", "/runs", document)
    assert (answer.status, answer.code) == (400, code), answer.text
    assert sent.rules[0] == rule
    assert sent.mock.snapshot() == before
    return sent.violations[0]


def status(sent: Sender, id: str) -> str:
    return read(sent, "runs", id)["metrics"]["statusSummary"]["status"]  # type: ignore[no-any-return]


# A run's life.


def test_a_run_goes_from_scheduled_to_success_and_tells_its_flow(send: Sender) -> None:
    there = chain.chain(send)
    id = make(send, "runs", run(there.flow))
    new = read(send, "runs", id)
    assert new["metrics"] == {"statusSummary": {"status": "scheduled"}}
    assert new["activities"] == []
    assert new["flowSpec"] == {"id": chain.CRM_TO_AEP, "version": "1.0"}
    assert new["params"] == run(there.flow)["params"]
    assert "lastRunDetails" not in there.read("flow")

    send.mock.clock.advance(1.5)
    going = read(send, "runs", id)
    began = going["metrics"]["durationSummary"]["startedAtUTC"]
    assert going["metrics"]["statusSummary"] == {"status": "inProgress"}
    assert new["createdAt"] < began <= new["createdAt"] + 1500
    assert going["etag"] != new["etag"]

    flow_before = there.read("flow")
    send.mock.clock.advance(3)
    done = read(send, "runs", id)
    metrics = done["metrics"]
    ended = metrics["durationSummary"]["completedAtUTC"]
    assert metrics["durationSummary"]["startedAtUTC"] == began < ended
    assert metrics["statusSummary"] == {"status": "success", "activityRefs": ["promotionActivity"]}
    assert metrics["recordSummary"]["inputRecordCount"] == metrics["recordSummary"]["outputRecordCount"] > 0
    assert metrics["recordSummary"]["failedRecordCount"] == 0
    assert metrics["sizeSummary"]["inputBytes"] > 0
    assert [row["name"] for row in done["activities"]] == ["Copy Activity", "Promotion Activity"]
    assert len({row["id"] for row in done["activities"]}) == 2
    assert done["updatedAt"] == ended
    assert done["etag"] not in (new["etag"], going["etag"])

    flow = there.read("flow")
    assert flow["lastRunDetails"] == {
        "id": id,
        "state": "success",
        "startedAtUTC": began,
        "completedAtUTC": ended,
    }
    assert without(flow, "lastRunDetails") == flow_before  # nobody has written to the flow


def test_the_records_of_a_run_are_those_of_its_table(sent: Sender) -> None:
    there = chain.chain(sent)
    explored = sent("GET", f"/connections/{there.base}/explore?objectType=table&object=Leads&preview=true").json
    id = make(sent, "runs", run(there.flow))
    sent.mock.clock.advance(DAY)
    assert read(sent, "runs", id)["metrics"]["recordSummary"]["inputRecordCount"] == len(explored["data"])


def test_the_state_of_a_run_is_another_name_for_its_status(send: Sender) -> None:
    there = chain.chain(send)
    first = make(send, "runs", run(there.flow))
    send.mock.clock.advance(60)
    second = make(send, "runs", run(there.flow))

    def ids(query: str) -> list[str]:
        return [item["id"] for item in send("GET", f"/runs?{query}").json["items"]]

    assert ids("property=state==success") == ids("property=state==SUCCESS") == [first]
    assert ids("property=metrics.statusSummary.status==scheduled") == ids("property=state!=success") == [second]
    assert ids(f"property=flowId=={there.flow}&orderby=-createdAt") == [second, first]
    assert ids("property=activities[].name==Copy Activity") == [first]
    assert send("GET", "/runs?property=state==success&count=true").json == {"count": 1}


# A run on demand.


@pytest.mark.parametrize(
    ("changes", "rule", "code"),
    [
        ({"flowId": ""}, "FS-RUN-01", "FLOW-1446-400"),
        ({"flowId": None}, "FS-RUN-01", "FLOW-1446-400"),
        ({"flowId": "nothing"}, "FS-RUN-02", "FLOW-1430-400"),
        ({"params": {}}, "FS-RUN-04", "FLOW-1100-400"),
        ({"params": "x"}, "FS-RUN-08", "FLOW-1100-400"),
    ],
)
def test_each_rule_is_broken(there: Chain, changes: dict[str, Any], rule: str, code: str) -> None:
    broken(there, {**run(there.flow), **changes}, rule, code)


@pytest.mark.parametrize(
    ("params", "rule", "pointer"),
    [
        ({"windowEndTime": "1651584990"}, "FS-RUN-05", "/params/windowEndTime"),
        ({"windowEndTime": 1}, "FS-RUN-05", "/params/windowEndTime"),
        ({"windowStartTime": "yesterday"}, "FS-RUN-10", "/params/windowStartTime"),
        ({"startTime": True}, "FS-RUN-10", "/params/startTime"),
        ({"windowEndTime": None}, "FS-RUN-10", "/params/windowEndTime"),
        ({"deltaColumn": "DOB"}, "FS-RUN-08", "/params/deltaColumn"),
        ({"deltaColumn": {}}, "FS-RUN-08", "/params/deltaColumn/name"),
        ({"deltaColumn": {"name": 5}}, "FS-RUN-08", "/params/deltaColumn/name"),
    ],
)
def test_params_are_epoch_seconds_in_their_order(there: Chain, params: Any, rule: str, pointer: str) -> None:
    assert broken(there, run(there.flow, **params), rule)["pointer"] == pointer


def test_absent_ids_and_params_are_told(there: Chain) -> None:
    broken(there, without(run(there.flow), "flowId"), "FS-RUN-01", "FLOW-1446-400")
    broken(there, {"flowId": there.flow}, "FS-RUN-04")


@pytest.mark.terms(strictness="lenient")
def test_lenient_takes_what_aepp_sends(there: Chain) -> None:
    assert there.sent("POST", "/runs", {"flowId": there.flow, "status": "active"}).status == 201


def test_a_flow_from_elsewhere_is_unknown(there: Chain) -> None:
    for headers in (with_headers(x_sandbox_name="dev"), with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")):
        answer = there.sent("POST", "/runs", run(there.flow), headers=headers)
        assert (answer.code, answer.json["report"]["id"]) == ("FLOW-1430-400", there.flow)
    broken(there, run(there.source), "FS-RUN-02", "FLOW-1430-400")


def test_only_an_enabled_flow_is_run(there: Chain) -> None:
    assert there.sent("POST", f"/flows/{there.flow}/action?op=disable").status == 200
    broken(there, run(there.flow), "FS-RUN-09")
    draft = chain.chain(there.sent, "?mode=draft")
    assert broken(there, run(draft.flow), "FS-RUN-09")["found"] == '"draft"'


def test_only_a_one_time_flow_is_run_on_demand(sent: Sender) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    broken(there, run(there.flow), "FS-RUN-03")
    assert there.flow in sent("POST", "/runs", run(there.flow)).json["errorMessage"]


def test_the_first_run_names_the_column_and_it_becomes_the_flows(sent: Sender) -> None:
    there = chain.chain(sent)
    first = run(there.flow)
    del first["params"]["deltaColumn"]
    broken(there, first, "FS-RUN-06")
    make(sent, "runs", run(there.flow, deltaColumn={"name": "DOB"}))
    assert there.read("flow")["transformations"] == [
        {"name": "Copy", "params": {"deltaColumn": {"name": "DOB"}}},
        MAPPING,
    ]
    row = broken(there, run(there.flow, deltaColumn={"name": "Other"}), "FS-RUN-07")
    assert row["allowed"] == ["DOB"]
    make(sent, "runs", first)
    make(sent, "runs", run(there.flow, deltaColumn={"name": "DOB"}))


def test_a_run_of_files_needs_no_column(sent: Sender) -> None:
    there = chain.chain(sent)
    spec = {"connectionSpec": {"id": chain.AMAZON_S3, "version": "1.0"}, "data": {"format": "json"}}
    files = without(source("x", **spec, params={"path": "/a/b.json"}), "baseConnectionId")
    cloud = {"flowSpec": {"id": chain.CLOUD_TO_AEP, "version": "1.0"}}
    flow = make(sent, "flows", chain.flow(make(sent, "sourceConnections", files), there.target, **cloud))
    body = run(flow)
    del body["params"]["deltaColumn"]
    id = make(sent, "runs", body)
    sent.mock.clock.advance(60)
    assert status(sent, id) == "success"
    assert chain.read(sent, "flows", flow)["transformations"] == [MAPPING]


# Updates.


def test_a_run_is_updated_whole_field_by_field(send: Sender) -> None:
    there = chain.chain(send)
    id = make(send, "runs", run(there.flow))
    before = read(send, "runs", id)
    metrics = {"statusSummary": {"status": "failed", "errors": [{"code": "CONNECTOR-1001-500", "message": "x"}]}}
    answer = send("PUT", f"/runs/{id}/", {"metrics": metrics, "providerRefId": "p"}, if_match=before["etag"])
    assert answer.status == 200
    assert answer.headers["location"].endswith(f"/runs/{id}")
    after = read(send, "runs", id)
    assert answer.json == after
    assert answer.headers["etag"] == after["etag"] != before["etag"]
    assert (after["metrics"], after["providerRefId"], after["params"]) == (metrics, "p", before["params"])
    details = there.read("flow")["lastRunDetails"]
    assert (details["id"], details["state"]) == (id, "failed")
    send.mock.clock.advance(60)
    assert read(send, "runs", id) == after  # a run that somebody has ended stays ended


def test_an_update_of_a_run_needs_its_etag(there: Chain) -> None:
    sent = there.sent
    id = make(sent, "runs", run(there.flow))
    etag = read(sent, "runs", id)["etag"]
    assert sent("PUT", f"/runs/{id}", {"recordTypes": []}).code == "FLOW-1403-400"
    for stale in ('"x"', etag.strip('"')):
        assert sent("PUT", f"/runs/{id}", {"recordTypes": []}, if_match=stale).code == "FLOW-1404-412"
    assert read(sent, "runs", id)["etag"] == etag
    sent.mock.clock.advance(60)
    assert sent("PUT", f"/runs/{id}", {"recordTypes": []}, if_match=etag).code == "FLOW-1404-412"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"flowId": ""}, "FS-RUN-08"),
        ({"flowId": "nothing"}, "FS-RUN-02"),
        ({"metrics": []}, "FS-RUN-08"),
        ({"metrics": {"statusSummary": "failed"}}, "FS-RUN-08"),
        ({"activities": {}}, "FS-RUN-08"),
        ({"childFlowRunIds": [5]}, "FS-RUN-08"),
        ({"params": None}, "FS-RUN-08"),
        ([], "FS-BODY-05"),
        (None, "FS-BODY-03"),
    ],
)
def test_an_update_of_a_run_is_of_the_documented_types(there: Chain, body: Any, rule: str) -> None:
    sent = there.sent
    id = make(sent, "runs", run(there.flow))
    before = sent.mock.snapshot()
    assert sent("PUT", f"/runs/{id}", body, if_match="*").status == 400
    assert sent.rules[0] == rule
    assert sent.mock.snapshot() == before


def test_a_run_of_a_deleted_flow_can_be_updated(there: Chain) -> None:
    sent = there.sent
    id = make(sent, "runs", run(there.flow))
    assert sent("DELETE", f"/flows/{there.flow}").status == 204
    assert sent("PUT", f"/runs/{id}", {"flowId": there.flow}, if_match="*").status == 200


# Again.


@pytest.mark.parametrize("failed", ["failed", "FAILED", "PARTIAL_FAILURE"])
@pytest.mark.parametrize("op", ["re_trigger", "RE_TRIGGER", "Re_Trigger"])
def test_a_failed_run_is_triggered_again(there: Chain, failed: str, op: str) -> None:
    sent = there.sent
    id = make(sent, "runs", run(there.flow))
    assert sent("PUT", f"/runs/{id}", {"metrics": {"statusSummary": {"status": failed}}}, if_match="*").status == 200
    sent.mock.clock.advance(0.9)
    answer = sent("POST", f"/runs/{id}/action?op={op}")
    assert answer.status == 200
    assert answer.json == read(sent, "runs", id)
    assert status(sent, id) == "scheduled"
    sent.mock.clock.advance(0.5)  # what was planned for the first attempt is forgotten
    assert status(sent, id) == "scheduled"
    sent.mock.clock.advance(60)
    assert status(sent, id) == "success"
    assert there.read("flow")["lastRunDetails"]["state"] == "success"


def test_a_run_without_records_is_triggered_again(there: Chain) -> None:
    """Newer revisions of retry-flows.md."""
    sent = there.sent
    id = make(sent, "runs", run(there.flow))
    for records, status in ((1, 400), (0, 200)):
        metrics = {"statusSummary": {"status": "success"}, "recordSummary": {"outputRecordCount": records}}
        assert sent("PUT", f"/runs/{id}", {"metrics": metrics}, if_match="*").status == 200
        assert sent("POST", f"/runs/{id}/action?op=re-trigger").status == status


def test_only_a_failed_run_of_an_enabled_flow_is_triggered_again(there: Chain) -> None:
    sent = there.sent
    id = make(sent, "runs", run(there.flow))
    answer = sent("POST", f"/runs/{id}/action?op=re_trigger")
    assert (answer.code, sent.rules) == ("FLOW-1100-400", ["FS-ACT-08"])
    sent("PUT", f"/runs/{id}", {"metrics": {"statusSummary": {"status": "failed"}}}, if_match="*")
    assert sent("POST", f"/runs/{id}/action?op=re_trigger", if_match='"x"').code == "FLOW-1404-412"
    sent("POST", f"/flows/{there.flow}/action?op=disable")
    assert sent("POST", f"/runs/{id}/action?op=re_trigger").code == "FLOW-1100-400"
    assert sent.rules == ["FS-RUN-09"]


# By schedule.


@pytest.mark.parametrize(
    ("frequency", "interval", "seconds"),
    [("minute", 15, 900), ("minute", "30", 1800), ("hour", 1, 3600), ("day", 2, 2 * DAY), ("week", 1, 7 * DAY)],
)
def test_a_scheduled_flow_runs_by_its_interval(sent: Sender, frequency: str, interval: Any, seconds: int) -> None:
    start = sent.mock.clock.now() // 1000 + 1000
    schedule = {"startTime": start, "frequency": frequency, "interval": interval}
    there = chain.chain(sent, scheduleParams=schedule, transformations=[COPY, MAPPING])
    sent.mock.clock.advance(990)
    assert sent("GET", "/runs").json["items"] == []
    sent.mock.clock.advance(20 + 3 * seconds)
    items = sent("GET", f"/runs?property=flowId=={there.flow}&orderby=createdAt").json["items"]
    assert [item["createdAt"] for item in items] == [1000 * (start + index * seconds) for index in range(4)]
    assert [item["params"]["windowEndTime"] for item in items] == [start + index * seconds for index in range(4)]
    assert all(item["params"]["windowEndTime"] - item["params"]["windowStartTime"] == seconds for item in items)
    assert all(item["metrics"]["statusSummary"]["status"] == "success" for item in items)
    assert there.read("flow")["lastRunDetails"]["id"] == items[-1]["id"]


def test_a_year_makes_up_for_a_bounded_number_of_runs_and_goes_on(sent: Sender) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    sent.mock.clock.advance(365 * DAY)
    count = sent("GET", "/runs?count=true").json["count"]
    assert 2 <= count <= 150
    newest = sent("GET", "/runs?orderby=-createdAt&limit=1").json["items"][0]
    assert sent.mock.clock.now() - newest["createdAt"] <= 1800 * 1000
    sent.mock.clock.advance(1800)
    assert sent("GET", "/runs?count=true").json == {"count": count + 1}
    assert there.read("flow")["lastRunDetails"]["state"] == "success"


def test_a_disabled_or_deleted_flow_runs_no_more(sent: Sender) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    sent.mock.clock.advance(1900)
    assert sent("GET", "/runs?count=true").json == {"count": 1}
    assert sent("POST", f"/flows/{there.flow}/action?op=disable").status == 200
    sent.mock.clock.advance(DAY)
    assert sent("GET", "/runs?count=true").json == {"count": 1}
    assert sent("POST", f"/flows/{there.flow}/action?op=enable").status == 200
    sent.mock.clock.advance(1900)
    assert sent("GET", "/runs?count=true").json == {"count": 2}
    assert sent("DELETE", f"/flows/{there.flow}").status == 204
    sent.mock.clock.advance(DAY)
    assert sent("GET", "/runs?count=true").json == {"count": 2}


def test_a_changed_interval_holds_from_the_change_on(sent: Sender) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    patch = [{"op": "replace", "path": "/scheduleParams/frequency", "value": "day"}]
    patch.append({"op": "replace", "path": "/scheduleParams/interval", "value": 1})  # type: ignore[dict-item]
    assert sent("PATCH", f"/flows/{there.flow}", patch, if_match="*").status == 200
    sent.mock.clock.advance(DAY - 60)
    assert sent("GET", "/runs?count=true").json == {"count": 0}
    sent.mock.clock.advance(120)
    assert sent("GET", "/runs?count=true").json == {"count": 1}


def test_a_one_time_flow_doesnt_run_by_itself(sent: Sender) -> None:
    chain.chain(sent)
    sent.mock.clock.advance(30 * DAY)
    assert sent("GET", "/runs?count=true").json == {"count": 0}


def test_what_is_planned_is_part_of_a_snapshot(sent: Sender) -> None:
    there = chain.chain(sent)
    id = make(sent, "runs", run(there.flow))
    snapshot = sent.mock.snapshot()
    sent.mock.clock.advance(60)
    assert status(sent, id) == "success"
    sent.mock.restore(snapshot)
    assert status(sent, id) == "scheduled"
    sent.mock.clock.advance(60)
    assert status(sent, id) == "success"
    sent.mock.reset()
    sent.mock.clock.advance(60)
    assert sent("GET", "/runs").json["items"] == []
    make(sent, "connections", zoho())
