"""What happens by itself: one-time flows run once, a run waits for its time, streams tell of what went through."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import catalogue
from tests.kit import chain
from tests.kit.chain import FAR, make, read, run
from tests.kit.sender import Sender, under

HOUR = 3600
PAST = {"startTime": "1567411548", "frequency": "once"}


def runs_of(sent: Sender, flow: str) -> list[dict[str, Any]]:
    return sent("GET", f"/runs?property=flowId=={flow}&orderby=createdAt").json["items"]  # type: ignore[no-any-return]


def statuses(sent: Sender, flow: str) -> list[str]:
    return [each["metrics"]["statusSummary"]["status"] for each in runs_of(sent, flow)]


# Programs create a one-time flow and poll GET /runs for its run; that it starts at its startTime is inferred.


def test_a_one_time_flow_runs_once_by_itself(send: Sender) -> None:
    there = chain.chain(send, scheduleParams=PAST)
    assert statuses(send, there.flow) == ["scheduled"]
    send.mock.clock.advance(60)
    assert statuses(send, there.flow) == ["success"]
    assert there.read("flow")["lastRunDetails"]["id"] == runs_of(send, there.flow)[0]["id"]
    send.mock.clock.advance(400 * 24 * HOUR)
    assert statuses(send, there.flow) == ["success"]


def test_it_waits_for_its_start(sent: Sender) -> None:
    start = sent.mock.clock.now() // 1000 + HOUR
    there = chain.chain(sent, scheduleParams={"startTime": start, "frequency": "once"})
    sent.mock.clock.advance(HOUR - 10)
    assert runs_of(sent, there.flow) == []
    sent.mock.clock.advance(20)
    (only,) = runs_of(sent, there.flow)
    assert only["createdAt"] == start * 1000
    assert only["params"] == {"startTime": start, "windowStartTime": start - 1800, "windowEndTime": start}


def test_whatever_is_written_later_it_runs_once(sent: Sender) -> None:
    there = chain.chain(sent, scheduleParams=PAST)
    sent.mock.clock.advance(60)
    rename = [{"op": "replace", "path": "/name", "value": "x"}]
    assert sent("PATCH", f"/flows/{there.flow}", rename, if_match="*").status == 200
    for op in ("disable", "enable"):
        assert sent("POST", f"/flows/{there.flow}/action?op={op}").status == 200
    sent.mock.clock.advance(HOUR)
    assert len(runs_of(sent, there.flow)) == 1


def test_a_flow_that_was_disabled_before_its_start_runs_once_it_is_enabled(sent: Sender) -> None:
    start = sent.mock.clock.now() // 1000 + HOUR
    there = chain.chain(sent, scheduleParams={"startTime": start, "frequency": "once"})
    sent("POST", f"/flows/{there.flow}/action?op=disable")
    sent.mock.clock.advance(2 * HOUR)
    assert runs_of(sent, there.flow) == []
    sent("POST", f"/flows/{there.flow}/action?op=enable")
    assert len(runs_of(sent, there.flow)) == 1


def test_a_draft_runs_when_it_is_published(sent: Sender) -> None:
    there = chain.chain(sent, "?mode=draft", scheduleParams=PAST)
    assert runs_of(sent, there.flow) == []
    for collection in ("connections", "sourceConnections", "targetConnections", "flows"):
        assert sent("POST", f"/{collection}/{chain.id_in(there, collection)}/action?op=publish").status == 200
    assert len(runs_of(sent, there.flow)) == 1


def test_runs_on_demand_stay_possible_beside_it(sent: Sender) -> None:
    there = chain.chain(sent, scheduleParams=PAST)
    sent.mock.clock.advance(60)
    make(sent, "runs", run(there.flow))
    sent.mock.clock.advance(60)
    assert statuses(sent, there.flow) == ["success", "success"]


# on-demand-ingestion.md: params.startTime is when the run begins.


@pytest.mark.parametrize("per_second", [1, 1000])
def test_a_run_on_demand_waits_for_its_start(sent: Sender, per_second: int) -> None:
    """In seconds, as the page prints it, or in milliseconds, as flow-service.yaml says."""
    there = chain.chain(sent)
    start = sent.mock.clock.now() // 1000 + HOUR
    id = make(sent, "runs", run(there.flow, startTime=str(start * per_second)))
    sent.mock.clock.advance(HOUR - 10)
    assert statuses(sent, there.flow) == ["scheduled"]
    sent.mock.clock.advance(60)
    done = read(sent, "runs", id)["metrics"]
    assert done["statusSummary"]["status"] == "success"
    assert done["durationSummary"]["startedAtUTC"] == start * 1000
    assert there.read("flow")["lastRunDetails"]["startedAtUTC"] == start * 1000


# Streams.


def stream(sent: Sender, **changes: Any) -> str:
    """The id of a flow of a webhook source (create/analytics/pendo-webhook.md)."""
    spec = {"id": catalogue().named("pendo").id, "version": "1.0"}  # type: ignore[union-attr]
    source = make(sent, "sourceConnections", {"name": "s", "connectionSpec": spec, "data": {"format": "json"}})
    target = make(sent, "targetConnections", chain.target())
    flow = chain.flow(source, target, flowSpec={"id": "e77fde5a-22a8-11ed-861d-0242ac120002", "version": "1.0"})
    del flow["scheduleParams"]
    return make(sent, "flows", {**flow, **changes})


def test_a_stream_tells_of_itself_as_runs(send: Sender) -> None:
    """The pages print lastRunDetails of such flows; how often a run is told is assumed."""
    flow = stream(send)
    details = read(send, "flows", flow)["lastRunDetails"]
    assert details["state"] == "success"
    assert details["id"] == runs_of(send, flow)[0]["id"]
    assert statuses(send, flow) == ["success"]
    send.mock.clock.advance(3 * HOUR)
    assert statuses(send, flow) == ["success"] * 4
    assert read(send, "flows", flow)["lastRunDetails"]["id"] == runs_of(send, flow)[-1]["id"]


def test_a_stream_that_is_disabled_stands_still(sent: Sender) -> None:
    flow = stream(sent)
    rename = [{"op": "replace", "path": "/name", "value": "x"}]
    sent("GET", "/flows")
    sent("PATCH", f"/flows/{flow}", rename, if_match="*")
    assert len(runs_of(sent, flow)) == 1  # an update tells of nothing
    sent("POST", f"/flows/{flow}/action?op=disable")
    sent.mock.clock.advance(5 * HOUR)
    assert len(runs_of(sent, flow)) == 1


def test_a_start_that_never_comes_keeps_a_flow_quiet() -> None:
    sent = under("default")
    there = chain.chain(sent, scheduleParams={"startTime": FAR, "frequency": "once"})
    sent.mock.clock.advance(365 * 24 * HOUR)
    assert runs_of(sent, there.flow) == []
