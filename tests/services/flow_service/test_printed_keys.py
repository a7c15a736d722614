"""The key paths that Adobe's pages print in answers are in ours; ``data/printed-keys.json`` holds them by page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from contracts import catalogue
from tests.kit import chain
from tests.kit.chain import make, read
from tests.kit.paths import DATA
from tests.kit.sender import Sender

ROWS = {row["answer"]: row for row in json.loads((DATA / "printed-keys.json").read_text("utf-8"))}
SOURCES = {source.name: source for source in catalogue().values()}
PAST = {"startTime": "1567411548", "frequency": "once"}
WEBHOOKS = "e77fde5a-22a8-11ed-861d-0242ac120002"


def spec(name: str) -> dict[str, Any]:
    return {"connectionSpec": {"id": SOURCES[name].id, "version": "1.0"}}


def http_api(sent: Sender) -> Any:
    params = {"sourceId": "s", "dataType": "xdm", "name": "n"}
    auth = {"specName": "Streaming Connection", "params": params}
    return sent.read(sent.create({"name": "x", "description": "d", "auth": auth, **spec("http-api")})[0])


def webhook(sent: Sender) -> Any:
    source = make(sent, "sourceConnections", {"name": "s", "data": {"format": "json"}, **spec("pendo")})
    target = make(sent, "targetConnections", chain.target())
    flow = chain.flow(source, target, flowSpec={"id": WEBHOOKS, "version": "1.0"})
    del flow["scheduleParams"]
    return read(sent, "flows", make(sent, "flows", flow))


def run(sent: Sender) -> Any:
    there = chain.chain(sent, scheduleParams=PAST)
    sent("GET", "/runs")
    sent.mock.clock.advance(60)
    return sent("GET", f"/runs?property=flowId=={there.flow}").json["items"][0]


def published(sent: Sender) -> Any:
    live = chain.chain(sent)
    draft = make(sent, "flows", chain.flow(live.source, live.target), "?mode=draft")
    return sent("POST", f"/flows/{draft}/action?op=publish").json


def created(sent: Sender) -> Any:
    live = chain.chain(sent)
    return sent("POST", "/flows", chain.flow(live.source, live.target)).json


ZONE = f"/connectionSpecs/{SOURCES['landing-zone'].id}/explore"
FILE = "objectType=file&object=dlz-user-container/garageWeek/file1&preview=true&determineProperties=true"
ROLE = f"/connectionSpecs/{SOURCES['amazon-s3'].id}/configs?authType=IamBasedAuthentication"

OURS: Mapping[str, Callable[[Sender], Any]] = {
    "GET /connections/{id}, HTTP API": http_api,
    "GET /flows/{id}, webhook": webhook,
    "GET /runs, success": run,
    "GET /connectionSpecs/{id}": lambda sent: read(sent, "connectionSpecs", SOURCES["salesforce"].id),
    "GET /flowSpecs/{id}": lambda sent: read(sent, "flowSpecs", chain.CRM_TO_AEP),
    "GET /connectionSpecs/{id}/configs?authType=IamBasedAuthentication": lambda sent: sent("GET", ROLE).json,
    "GET /connectionSpecs/{id}/explore, root": lambda sent: sent("GET", f"{ZONE}?objectType=root").json,
    "GET /connectionSpecs/{id}/explore, file": lambda sent: sent("GET", f"{ZONE}?{FILE}").json,
    "POST /flows": created,
    "POST /flows/{id}/action?op=publish": published,
}


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Every path to what isn't an object; an array's elements are below ``[]``."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from paths(child, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield f"{path}[]"
        for child in value:
            yield from paths(child, f"{path}[]")
    else:
        yield path


@pytest.mark.parametrize("answer", ROWS)
def test_what_a_page_prints_is_answered(sent: Sender, answer: str) -> None:
    found = set(paths(OURS[answer](sent)))
    assert [key for key in ROWS[answer]["keys"] if key not in found] == [], ROWS[answer]["document"]


def test_every_printed_answer_is_compared() -> None:
    assert set(ROWS) == set(OURS)


# What the service makes up.


def test_an_inlet_is_64_hex_digits_and_stays(sent: Sender) -> None:
    """create/streaming/http.md; five public programs read both."""
    first = http_api(sent)
    params = first["auth"]["params"]
    assert len(params["inletId"]) == 64
    assert int(params["inletId"], 16)
    assert params["inletUrl"] == f"https://dcs.adobedc.net/collection/{params['inletId']}"
    assert sent.read(first["id"]) == first
    assert http_api(sent)["auth"]["params"]["inletId"] != params["inletId"]
    assert sent("GET", "/connections").json["items"][-1]["auth"]["params"]["inletUrl"]


def test_a_webhooks_inlet_stands_beside_the_options_that_were_sent(sent: Sender) -> None:
    flow = webhook(sent)
    assert flow["options"]["inletUrl"].startswith("https://dcs.adobedc.net/collection/")
    patch = [{"op": "add", "path": "/options", "value": {"errorDiagnosticsEnabled": True}}]
    assert sent("PATCH", f"/flows/{flow['id']}", patch, if_match="*").status == 200
    options = read(sent, "flows", flow["id"])["options"]
    assert options == {"errorDiagnosticsEnabled": True, "inletUrl": flow["options"]["inletUrl"]}


def test_every_flow_has_labels(sent: Sender) -> None:
    """Recorded of 35 of 35 flows; an update can add to them."""
    there = chain.chain(sent)
    assert there.read("flow")["labels"] == []
    patch = [{"op": "add", "path": "/labels/-", "value": "core/C1"}]
    assert sent("PATCH", f"/flows/{there.flow}", patch, if_match="*").status == 200
    assert there.read("flow")["labels"] == ["core/C1"]


def test_the_activities_of_a_run_name_what_they_read_and_wrote(sent: Sender) -> None:
    """help/dataflows/api/monitor.md."""
    told = run(sent)
    copying, promoting = told["activities"]
    assert told["metrics"]["statusSummary"]["activityRefs"] == [promoting["id"]] == ["promotionActivity"]
    flow = read(sent, "flows", told["flowId"])
    assert [each["id"] for each in copying["sourceInfo"]] == flow["sourceConnectionIds"]
    assert [each["id"] for each in promoting["targetInfo"]] == flow["targetConnectionIds"]
    (batch,) = promoting["targetInfo"][0]["reference"]["ids"]
    assert len(batch) == 26
    assert f"/batches/{batch}/" in promoting["fileSummary"]["extensions"]["manifest"]["fileInfo"]
    window = copying["durationSummary"]["extensions"]
    assert window["windowEnd"] - window["windowStart"] == 1_800_000
    assert copying["statusSummary"]["extensions"] == {"type": "one-time"}
