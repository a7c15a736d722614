"""The documented chain from a base connection to a run, one document each, and what creates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts import ZOHO_CRM
from contracts.sources.source_catalogue import DATA_LAKE
from tests.kit.connection import zoho
from tests.kit.sender import Answer, Sender

CRM_TO_AEP = "14518937-270c-4525-bdec-c2ba7cce3860"
CLOUD_TO_AEP = "9753525b-82c7-4dce-8a9b-5ccfce2b9876"
AMAZON_S3 = "ecadc60c-7455-4d87-84dc-2a0e293d997b"
FAR = "4102444800"
"""The year 2100: a one-time flow with that start doesn't run by itself while a test looks at other things."""
COPY = {"name": "Copy", "params": {"deltaColumn": {"name": "Modified_Time"}}}
MAPPING = {"name": "Mapping", "params": {"mappingId": "bf5286a9c1ad4266baca76ba3adc9366", "mappingVersion": 0}}


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def source(base_id: str, **changes: Any) -> dict[str, Any]:
    """collect/crm.md; keywords replace a field."""
    return {
        "name": "Zoho CRM source connection",
        "baseConnectionId": base_id,
        "description": "Leads",
        "data": {"format": "tabular"},
        "params": {"tableName": "Leads", "columns": [{"name": "Email", "type": "string"}]},
        "connectionSpec": {"id": ZOHO_CRM, "version": "1.0"},
        **changes,
    }


def target(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Data lake target connection",
        "data": {"schema": {"id": "https://ns.adobe.com/x/schemas/1", "version": "application/vnd.adobe.xed+json"}},
        "params": {"dataSetId": "5f9c3535f457c80194cbc4d3"},
        "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
        **changes,
    }


def flow(source_id: str, target_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Zoho CRM dataflow",
        "description": "Leads",
        "flowSpec": {"id": CRM_TO_AEP, "version": "1.0"},
        "sourceConnectionIds": [source_id],
        "targetConnectionIds": [target_id],
        "transformations": [MAPPING],
        "scheduleParams": {"startTime": FAR, "frequency": "once"},
        **changes,
    }


def run(flow_id: str, **params: Any) -> dict[str, Any]:
    window = {"startTime": "1651587000", "windowStartTime": "1651584991", "windowEndTime": "1651585991"}
    return {"flowId": flow_id, "params": {**window, "deltaColumn": {"name": "Modified_Time"}, **params}}


SCHEDULED = {
    "scheduleParams": {"startTime": 1567411548, "frequency": "minute", "interval": 30},
    "transformations": [COPY, MAPPING],
}


@dataclass(frozen=True)
class Chain:
    """The ids of a base, source and target connection and of their flow."""

    sent: Sender
    base: str
    source: str
    target: str
    flow: str

    def read(self, what: str) -> dict[str, Any]:
        return read(self.sent, PATHS[what], getattr(self, what))


PATHS = {"base": "connections", "source": "sourceConnections", "target": "targetConnections", "flow": "flows"}


def make(sent: Sender, collection: str, document: Any, query: str = "") -> str:
    """The id of a new item."""
    return made(sent("POST", f"/{collection}{query}", document)).json["id"]  # type: ignore[no-any-return]


def made(answer: Answer) -> Answer:
    assert answer.status == 201, answer.text
    return answer


def read(sent: Sender, collection: str, id: str) -> dict[str, Any]:
    answer = sent("GET", f"/{collection}/{id}")
    assert answer.status == 200, answer.text
    (item,) = answer.json["items"]
    return item  # type: ignore[no-any-return]


def chain(sent: Sender, mode: str = "", **changes: Any) -> Chain:
    """A whole one; keywords replace fields of the flow, ``mode`` is ``?mode=draft`` for drafts."""
    base = make(sent, "connections", zoho(), mode)
    source_id = make(sent, "sourceConnections", source(base), mode)
    target_id = make(sent, "targetConnections", target(), mode)
    return Chain(sent, base, source_id, target_id, make(sent, "flows", flow(source_id, target_id, **changes), mode))


COLLECTIONS = ("connections", "sourceConnections", "targetConnections", "flows")


def id_in(there: Chain, collection: str) -> str:
    ids = dict(zip(COLLECTIONS, (there.base, there.source, there.target, there.flow), strict=True))
    return ids[collection]
