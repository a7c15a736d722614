"""The key paths that Adobe's pages print in answers are in ours; ``data/printed-keys.json`` holds them by page.

``otherwise`` are those that ours has not, each with what is known better, and where that stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from contracts import catalogue
from tests.kit import chain
from tests.kit.chain import make, read
from tests.kit.paths import DATA
from tests.kit.sender import Sender

ROWS = {row["answer"]: row for row in json.loads((DATA / "printed-keys.json").read_text("utf-8"))}
SOURCES = {source.name: source for source in catalogue().of("source")}
PAST = {"startTime": "1567411548", "frequency": "once"}
WEBHOOKS = "e77fde5a-22a8-11ed-861d-0242ac120002"


def spec(name: str) -> dict[str, Any]:
    return {"connectionSpec": {"id": SOURCES[name].id, "version": "1.0"}}


def http_api(sent: Sender) -> Any:
    auth = {"specName": "Streaming Connection", "params": {"dataType": "xdm"}}
    return sent.read(sent.create({"name": "x", "description": "d", "auth": auth, **spec("http-api")})[0])


def salesforce(sent: Sender) -> Any:
    params = {"jwtToken": "t", "clientId": "c", "clientSecret": "s", "instanceUrl": "https://acme.my.salesforce.com"}
    auth = {"specName": "OAuth2 JWT Token Credential", "params": params}
    return sent.read(sent.create({"name": "x", "description": "d", "auth": auth, **spec("salesforce")})[0])


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


GOOGLE = next(
    row["body"]
    for row in json.loads((DATA / "documented-requests.json").read_text("utf-8"))
    if row["operation"] == "createConnection" and "accessKeyId" in row["body"]["auth"]["params"]
)
OF_FILES = {"data": {"format": "delimited"}, "params": {"path": "/a.csv"}}
EVERY_HALF_HOUR = {"startTime": "1567411548", "frequency": "minute", "interval": 30, "backfill": "true"}
BASE_SPEC = GOOGLE["connectionSpec"]
RENAMED = [{"op": "replace", "path": "/name", "value": "renamed"}]


@dataclass(frozen=True)
class Whole:
    """The ids of a chain of each, and of a run that is over."""

    base: str
    source: str
    target: str
    flow: str
    run: str


def whole(sent: Sender) -> Whole:
    base = make(sent, "connections", GOOGLE)
    source = chain.source(base, **OF_FILES, connectionSpec=BASE_SPEC)
    source_id = make(sent, "sourceConnections", source)
    data = {"format": "parquet_xdm", **chain.target()["data"]}
    target_id = make(sent, "targetConnections", chain.target(description="d", data=data, baseConnectionId=base))
    flow = chain.flow(source_id, target_id, flowSpec={"id": chain.CLOUD_TO_AEP, "version": "1.0"})
    flow_id = make(sent, "flows", {**flow, "scheduleParams": EVERY_HALF_HOUR})
    sent.mock.clock.advance(7200)
    first = sent("GET", f"/runs?property=flowId=={flow_id}").json["items"][-1]["id"]
    return Whole(base, source_id, target_id, flow_id, first)


def of_a_chain(ask: Callable[[Sender, Whole], Any]) -> Callable[[Sender], Any]:
    return lambda sent: ask(sent, whole(sent)).json


def patched(collection: str, kind: str) -> Callable[[Sender], Any]:
    return of_a_chain(lambda sent, it: sent("PATCH", f"/{collection}/{getattr(it, kind)}", RENAMED, if_match="*"))


def published_as(collection: str, document: Callable[[Whole], Any]) -> Callable[[Sender], Any]:
    def ask(sent: Sender, it: Whole) -> Any:
        draft = make(sent, collection, document(it), "?mode=draft")
        return sent("POST", f"/{collection}/{draft}/action?op=publish")

    return of_a_chain(ask)


def one_time(sent: Sender, it: Whole) -> str:
    flow = chain.flow(it.source, it.target, flowSpec={"id": chain.CLOUD_TO_AEP, "version": "1.0"})
    return make(sent, "flows", flow)


PRINTED = {row["operation"]: row["body"] for row in json.loads((DATA / "documented-requests.json").read_text("utf-8"))}
OWN = {"name": "acme", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a"}


def written_spec(collection: str, operation: str) -> Callable[[Sender], Any]:
    """What is answered to the spec that flow-service.yaml prints as the body of ``operation``."""
    create = f"create{collection[0].upper()}{collection[1:-1]}"

    def ask(sent: Sender) -> Any:
        made = sent("POST", f"/{collection}", {**OWN, **PRINTED[create]})
        if operation == create:
            return made.json
        return sent("PUT", f"/{collection}/{made.json['id']}", {**OWN, **PRINTED[operation]}).json

    return ask


def updated_run(sent: Sender, it: Whole) -> Any:
    return sent("PUT", f"/runs/{it.run}", PRINTED["updateRun"], if_match="*")


def triggered_again(sent: Sender, it: Whole) -> Any:
    failed = {"metrics": {"statusSummary": {"status": "failed"}}}
    assert sent("PUT", f"/runs/{it.run}", failed, if_match="*").status == 200
    return sent("POST", f"/runs/{it.run}/action?op=re-trigger")


def drafted(sent: Sender) -> Any:
    params = {"tableName": "Activity", "columns": []}
    body = chain.source(make(sent, "connections", GOOGLE), params=params, description="d", connectionSpec=BASE_SPEC)
    return read(sent, "sourceConnections", make(sent, "sourceConnections", body, "?mode=draft"))


ZONE = f"/connectionSpecs/{SOURCES['landing-zone'].id}/explore"
FILE = "objectType=file&object=dlz-user-container/garageWeek/file1&preview=true&determineProperties=true"
ROLE = f"/connectionSpecs/{SOURCES['amazon-s3'].id}/configs?authType=IamBasedAuthentication"

OURS: Mapping[str, Callable[[Sender], Any]] = {
    "GET /connections/{id}, HTTP API": http_api,
    "GET /connections/{id}, Salesforce by JWT": salesforce,
    "POST /runs/{id}/action?op=re-trigger": of_a_chain(triggered_again),
    "GET /flows/{id}, webhook": webhook,
    "GET /runs, success": run,
    "GET /connectionSpecs/{id}": lambda sent: read(sent, "connectionSpecs", SOURCES["salesforce"].id),
    "GET /flowSpecs/{id}": lambda sent: read(sent, "flowSpecs", chain.CRM_TO_AEP),
    "GET /connectionSpecs/{id}/configs?authType=IamBasedAuthentication": lambda sent: sent("GET", ROLE).json,
    "GET /connectionSpecs/{id}/explore, root": lambda sent: sent("GET", f"{ZONE}?objectType=root").json,
    "GET /connectionSpecs/{id}/explore, file": lambda sent: sent("GET", f"{ZONE}?{FILE}").json,
    "POST /flows": created,
    "GET /sourceConnections/{id}, filtered": drafted,
    "POST /flows/{id}/action?op=publish": published,
    # Those that flow-service.yaml prints itself.
    "listConnections": of_a_chain(lambda sent, _: sent("GET", "/connections")),
    "createConnection": lambda sent: sent("POST", "/connections", GOOGLE).json,
    "retrieveConnection": of_a_chain(lambda sent, it: sent("GET", f"/connections/{it.base}")),
    "testConnection": of_a_chain(lambda sent, it: sent("GET", f"/connections/{it.base}/test")),
    "getByConnectionId": of_a_chain(lambda sent, it: sent("GET", f"/connections/{it.base}/explore?objectType=root")),
    "exploreConfigByConnectionId": of_a_chain(lambda sent, it: sent("GET", f"/connections/{it.base}/configs")),
    "performAction": published_as("connections", lambda _: {**GOOGLE, "name": "a draft"}),
    "patchConnection": patched("connections", "base"),
    "getConnectionsByFilters": of_a_chain(lambda sent, _: sent("POST", "/connections/search", {"limit": 1})),
    "listConnectionSpecs": lambda sent: sent("GET", "/connectionSpecs").json,
    "retrieveConnectionSpec": lambda sent: sent("GET", f"/connectionSpecs/{chain.AMAZON_S3}").json,
    "configByConnectionSpecId": lambda sent: sent("GET", ROLE).json,
    "createConnectionSpec": written_spec("connectionSpecs", "createConnectionSpec"),
    "updateConnectionSpec": written_spec("connectionSpecs", "updateConnectionSpec"),
    "exploreByConnectionSpecId": lambda sent: sent("GET", f"{ZONE}?objectType=root").json,
    "getSourceConnections": of_a_chain(lambda sent, _: sent("GET", "/sourceConnections")),
    "createSourceConnection": of_a_chain(
        lambda sent, it: sent("POST", "/sourceConnections", chain.source(it.base, **OF_FILES, connectionSpec=BASE_SPEC))
    ),
    "retrieveSourceConnection": of_a_chain(lambda sent, it: sent("GET", f"/sourceConnections/{it.source}")),
    "patchSourceConnection": patched("sourceConnections", "source"),
    "performAction_1": published_as(
        "sourceConnections", lambda it: chain.source(it.base, **OF_FILES, connectionSpec=BASE_SPEC)
    ),
    "getTargetConnections": of_a_chain(lambda sent, _: sent("GET", "/targetConnections")),
    "createTargetConnection": lambda sent: sent("POST", "/targetConnections", chain.target()).json,
    "performAction_2": published_as("targetConnections", lambda _: chain.target()),
    "retrieveTargetConnection": of_a_chain(lambda sent, it: sent("GET", f"/targetConnections/{it.target}")),
    "patchTargetConnection": patched("targetConnections", "target"),
    "listFlows": of_a_chain(lambda sent, _: sent("GET", "/flows")),
    "retrieveFlow": of_a_chain(lambda sent, it: sent("GET", f"/flows/{it.flow}")),
    "patchFlow": patched("flows", "flow"),
    "getFlowsByFilters": of_a_chain(lambda sent, _: sent("POST", "/flows/search", {"limit": 1})),
    "listFlowSpecs": lambda sent: sent("GET", "/flowSpecs").json,
    "retrieveFlowSpec": lambda sent: sent("GET", f"/flowSpecs/{chain.CRM_TO_AEP}").json,
    "searchFlowSpecs": lambda sent: sent("POST", "/flowSpecs/search", {"limit": 1}).json,
    "createFlow": created,
    "createFlowSpec": written_spec("flowSpecs", "createFlowSpec"),
    "updateFlowSpec": written_spec("flowSpecs", "updateFlowSpec"),
    "updateRun": of_a_chain(updated_run),
    "listFlowRuns": of_a_chain(lambda sent, _: sent("GET", "/runs?property=state==success")),
    "createFlowRun": of_a_chain(lambda sent, it: sent("POST", "/runs", chain.run(one_time(sent, it)))),
    "retrieveFlowRun": of_a_chain(lambda sent, it: sent("GET", f"/runs/{it.run}")),
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
    otherwise = [key for keys in ROWS[answer].get("otherwise", {}).values() for key in keys]
    assert set(ROWS[answer]["keys"]) - found == set(otherwise), ROWS[answer]["document"]


def test_every_printed_answer_is_compared() -> None:
    assert set(ROWS) == set(OURS)


# What the service makes up.


def test_an_inlet_is_64_hex_digits_and_stays(sent: Sender) -> None:
    """create/streaming/http.md; five public programs read both."""
    first = http_api(sent)
    params = first["auth"]["params"]
    assert (params["sourceId"], params["name"], params["authenticationRequired"]) == ("x", "x", False)
    assert len(params["inletId"]) == 64
    assert int(params["inletId"], 16)
    assert params["inletUrl"] == f"https://dcs.adobedc.net/collection/{params['inletId']}"
    assert sent.read(first["id"]) == first
    assert http_api(sent)["auth"]["params"]["inletId"] != params["inletId"]
    assert sent("GET", "/connections").json["items"][-1]["auth"]["params"]["inletUrl"]


def test_the_source_connection_shows_the_inlet_of_its_base_connection(sent: Sender) -> None:
    """aepp's command prints the address from there, and a program that watches flows the id."""
    base = http_api(sent)
    document = {"name": "s", "baseConnectionId": base["id"], "data": {"format": "json"}, **spec("http-api")}
    shown = read(sent, "sourceConnections", make(sent, "sourceConnections", document))["params"]
    assert shown == {name: base["auth"]["params"][name] for name in ("inletUrl", "inletId")}
    assert sent("GET", "/sourceConnections").json["items"][0]["params"] == shown


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
