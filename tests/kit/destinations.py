"""The three roads out of the platform, as Adobe's pages print them: files, streams, and datasets."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from contracts import Source, catalogue
from contracts.sources.source_catalogue import EXPORT_SOURCE, PROFILE_STORE
from mockserver.samples import filled
from tests.kit.chain import make, read
from tests.kit.sender import Answer, Sender

S3, ZONE, LEGACY_S3 = "amazon-s3-destination", "data-landing-zone-destination", "amazon-s3-legacy-destination"
EVENT_HUBS, CAMPAIGN = "azure-event-hubs-destination", "adobe-campaign-destination"

AUDIENCE: dict[str, Any] = {
    "type": "PLATFORM_SEGMENT",
    "value": {
        "id": "25768be6-ebd5-45cc-8913-12fb3f348615",
        "name": "Loyal customers",
        "filenameTemplate": "%DESTINATION_NAME%_%SEGMENT_ID%_%DATETIME(YYYYMMdd_HHmmss)%",
        "exportMode": "FIRST_FULL_THEN_INCREMENTAL",
        "schedule": {
            "frequency": "EVERY_3_HOURS",
            "startDate": "2021-12-25",
            "endDate": "2022-02-05",
            "startTime": "12:00",
        },
    },
}
STREAMED: dict[str, Any] = {"type": "PLATFORM_SEGMENT", "value": {"id": "an-audience", "name": "Loyal customers"}}
ATTRIBUTE: dict[str, Any] = {"type": "JSON_PATH", "value": {"operator": "EXISTS", "path": "person.lastName"}}
HOURLY: dict[str, Any] = {
    "exportMode": "FIRST_FULL_THEN_INCREMENTAL",
    "interval": 3,
    "timeUnit": "hour",
    "startTime": 1675901210,
}
SELECTORS = "/transformations/0/params/segmentSelectors/selectors"


def destination(key: str) -> Source:
    found = catalogue().named(key)
    assert found is not None
    return found


def spec(row: Source) -> dict[str, str]:
    return {"id": row.id, "version": row.version}


def base(row: Source) -> dict[str, Any]:
    body = row.examples[0] if row.examples else {"name": "base", "connectionSpec": spec(row)}
    document: dict[str, Any] = filled(body)
    return document


def target(row: Source, base_id: str, **params: Any) -> dict[str, Any]:
    """The printed one; a param that is ``None`` is left out."""
    body: dict[str, Any] = filled(copy.deepcopy(row.target["targetConnectionExample"]))
    given = {name: value for name, value in {**body["params"], **params}.items() if value is not None}
    return {**body, "baseConnectionId": base_id, "params": given}


def profiles(**changes: Any) -> dict[str, Any]:
    return {"name": "Profile Store", "connectionSpec": {"id": PROFILE_STORE, "version": "1.0"}, **changes}


def datasets(**changes: Any) -> dict[str, Any]:
    params = {"datasets": [{"dataSetId": "5ef3e3259ad2a1191ab7dd7d", "name": "AAM Devices Data"}]}
    spec = {"id": EXPORT_SOURCE, "version": "1.0"}
    return {"name": "Data Lake", "connectionSpec": spec, "params": params, **changes}


def flow(flow_spec: str, source_id: str, target_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "a flow to a destination",
        "description": "as the tutorial has it",
        "flowSpec": {"id": flow_spec, "version": "1.0"},
        "sourceConnectionIds": [source_id],
        "targetConnectionIds": [target_id],
        "transformations": [],
        **changes,
    }


@dataclass(frozen=True)
class Road:
    """The ids of one whole flow to a destination."""

    sent: Sender
    row: Source
    base: str
    source: str
    target: str
    flow: str

    def patch(self, *operations: dict[str, Any], what: str = "flow") -> Answer:
        collection = {
            "flow": "flows",
            "target": "targetConnections",
            "base": "connections",
            "source": "sourceConnections",
        }
        path = f"/{collection[what]}/{getattr(self, what)}"
        etag = self.sent("GET", path).json["items"][0]["etag"]
        return self.sent("PATCH", path, list(operations), if_match=etag)

    def read(self) -> dict[str, Any]:
        return read(self.sent, "flows", self.flow)

    def audiences(self) -> list[str]:
        params = self.read()["transformations"][0]["params"]
        return [each["value"]["id"] for each in params["segmentSelectors"]["selectors"]]


def road(sent: Sender, key: str = S3, of: str = "audiences", **changes: Any) -> Road:
    """Every step of the tutorial of that destination; ``of`` is what flows, audiences or datasets."""
    row = destination(key)
    base_id = make(sent, "connections", base(row))
    params: dict[str, Any] = {}
    source, flow_spec = profiles(), row.target["flowSpecId"]
    if of == "datasets":
        params = {"fileType": None, "datasetFileType": "JSON"}
        source, flow_spec = datasets(), row.target["datasetFlowSpecId"]
        changes = {"scheduleParams": HOURLY, **changes}
    source_id = make(sent, "sourceConnections", source)
    target_id = make(sent, "targetConnections", target(row, base_id, **params))
    flow_id = make(sent, "flows", flow(flow_spec, source_id, target_id, **changes))
    return Road(sent, row, base_id, source_id, target_id, flow_id)


def added(value: Any, path: str = f"{SELECTORS}/-") -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def with_schedule(mode: str = "DAILY_FULL_EXPORT", **schedule: Any) -> dict[str, Any]:
    """An audience with that export; what is ``None`` is left out of its schedule."""
    audience = copy.deepcopy(AUDIENCE)
    given = {
        "frequency": "DAILY",
        "triggerType": "SCHEDULED",
        "startDate": "2021-12-25",
        "startTime": "12:00",
        **schedule,
    }
    audience["value"]["exportMode"] = mode
    audience["value"]["schedule"] = {name: value for name, value in given.items() if value is not None}
    return audience


def with_value(**changes: Any) -> dict[str, Any]:
    """An audience with other keys; what is ``None`` is left out."""
    value = {**copy.deepcopy(AUDIENCE["value"]), **changes}
    return {**AUDIENCE, "value": {name: each for name, each in value.items() if each is not None}}
