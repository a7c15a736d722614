"""Requests to the services around Flow Service, and the documented way from a schema to a mapping set."""

from __future__ import annotations

import json
from typing import Any

from tests.kit import chain
from tests.kit.connection import with_headers, zoho
from tests.kit.sender import Answer, Sender

REGISTRY = "/data/foundation/schemaregistry"
CATALOG = "/data/foundation/catalog"
PREP = "/data/foundation/conversion"
CONNECTORS = "/data/foundation/connectors"
PROFILE = "https://ns.adobe.com/xdm/context/profile"
PERSON = "https://ns.adobe.com/xdm/context/profile-person-details"
CONTACTS = "https://ns.adobe.com/xdm/context/profile-personal-details"
SHORT = "application/vnd.adobe.xed-id+json"
WHOLE = "application/vnd.adobe.xed-full+json;version=1"
PLAIN = "application/vnd.adobe.xed+json;version=1"


def ask(sent: Sender, method: str, path: str, document: Any = ..., **headers: str | None) -> Answer:
    """``path`` from the root; keywords replace headers."""
    body = b"" if document is ... else json.dumps(document).encode()
    return sent.raw(method, path, with_headers(**headers), body)


def registry(sent: Sender, method: str, path: str, document: Any = ..., accept: str | None = None) -> Answer:
    return ask(sent, method, REGISTRY + path, document, accept=accept)


def catalog(sent: Sender, method: str, path: str, document: Any = ..., **headers: str | None) -> Answer:
    return ask(sent, method, CATALOG + path, document, **headers)


def prep(sent: Sender, method: str, path: str, document: Any = ...) -> Answer:
    return ask(sent, method, PREP + path, document)


def connectors(sent: Sender, method: str, path: str, document: Any = ..., **headers: str | None) -> Answer:
    return ask(sent, method, CONNECTORS + path, document, **headers)


def schema(title: str = "Leads", *groups: str, **changes: Any) -> dict[str, Any]:
    """collect/streaming.md: a schema of profiles with these field groups."""
    parts = [{"$ref": ref} for ref in (PROFILE, *(groups or (PERSON, CONTACTS)))]
    return {"title": title, "type": "object", "description": "Leads", "allOf": parts, **changes}


def made(answer: Answer, status: int = 201) -> Any:
    assert answer.status == status, answer.text
    return answer.json


def schema_made(sent: Sender, title: str = "Leads", *groups: str) -> str:
    """The ``$id`` of a new schema."""
    return made(registry(sent, "POST", "/tenant/schemas", schema(title, *groups)))["$id"]  # type: ignore[no-any-return]


def dataset(schema_id: str, **changes: Any) -> dict[str, Any]:
    """catalog/api/create-dataset.md"""
    reference = {"id": schema_id, "contentType": "application/vnd.adobe.xed+json;version=1"}
    return {"name": "Leads", "schemaRef": reference, "tags": {"unifiedProfile": ["enabled:true"]}, **changes}


def dataset_made(sent: Sender, schema_id: str = "https://ns.adobe.com/xdm/context/profile__union") -> str:
    (reference,) = made(catalog(sent, "POST", "/dataSets", dataset(schema_id)))
    return reference.removeprefix("@/dataSets/")  # type: ignore[no-any-return]


def batch_made(sent: Sender, dataset_id: str) -> str:
    """The batch of a run that has ended, which fills this dataset."""
    base = chain.make(sent, "connections", zoho())
    source = chain.make(sent, "sourceConnections", chain.source(base))
    target = chain.make(sent, "targetConnections", chain.target(params={"dataSetId": dataset_id}))
    run = chain.make(sent, "runs", chain.run(chain.make(sent, "flows", chain.flow(source, target))))
    sent.mock.clock.advance(60)
    activities = chain.read(sent, "runs", run)["activities"]
    (info,) = next(each["targetInfo"] for each in activities if "targetInfo" in each)
    return info["reference"]["ids"][0]  # type: ignore[no-any-return]


NAMES = [
    {"sourceType": "ATTRIBUTE", "source": "First_Name", "destination": "person.name.firstName"},
    {"sourceType": "EXPRESSION", "source": "lower(trim(Email))", "destination": "personalEmail.address"},
]


def mapping_set(schema_id: str, **changes: Any) -> dict[str, Any]:
    """data-prep/api/mapping-set.md"""
    reference = {"id": schema_id, "contentType": "application/vnd.adobe.xed-full+json;version=1"}
    return {"outputSchema": {"schemaRef": reference}, "mappings": NAMES, **changes}


def old_mapping_set(schema_id: str) -> dict[str, Any]:
    """The body of the collect pages."""
    rows = [
        {"destinationXdmPath": row["destination"], "sourceAttribute": row["source"], "identity": False}
        for row in NAMES[:1]
    ]
    return {"version": 0, "xdmSchema": schema_id, "xdmVersion": "1.0", "id": None, "mappings": rows}


def mapping_set_made(sent: Sender, schema_id: str) -> str:
    return made(prep(sent, "POST", "/mappingSets", mapping_set(schema_id)), 200)["id"]  # type: ignore[no-any-return]


KEY = {"name": "my key", "encryptionAlgorithm": "PGP", "params": {"passPhrase": "horse-battery-staple"}}
CUSTOMER_KEY = {**KEY, "publicKey": "bXkga2V5"}
ENDPOINT = {
    "name": "my endpoint",
    "subscriptionId": "4281a16a-696f-4993-a7d4-a3da32b846f3",
    "resourceGroupName": "acme",
    "resourceName": "acmeblob",
    "fqdns": [],
    "connectionSpec": {"id": "4c10e202-c428-4796-9208-5f1f5732b1cf", "version": "1.0"},
}


HTTP_API = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"
STREAM_TO_AEP = "d8a6f005-7eaf-4153-983e-e8574508b877"


def stream_made(sent: Sender, **params: Any) -> tuple[str, str]:
    """create/streaming/http.md: the id of an HTTP API connection, and its inlet."""
    auth = {
        "specName": "Streaming Connection",
        "params": {"sourceId": "acme", "dataType": "raw", "name": "acme", **params},
    }
    body = {"name": "stream", "providerId": "x", "connectionSpec": {"id": HTTP_API, "version": "1.0"}, "auth": auth}
    id = chain.make(sent, "connections", {name: body[name] for name in ("name", "connectionSpec", "auth")})
    shown = chain.read(sent, "connections", id)["auth"]["params"]
    assert shown["inletUrl"] == f"https://dcs.adobedc.net/collection/{shown['inletId']}"
    return id, shown["inletId"]


def streaming_flow_made(sent: Sender, base: str, dataset: str | None = None) -> str:
    spec = {"id": HTTP_API, "version": "1.0"}
    source = {"name": "s", "baseConnectionId": base, "connectionSpec": spec, "data": {"format": "json"}, "params": {}}
    filled = {"params": {"dataSetId": dataset}} if dataset else {}
    target = chain.make(sent, "targetConnections", chain.target(**filled))
    ids = [chain.make(sent, "sourceConnections", source)], [target]
    flow = {"name": "f", "flowSpec": {"id": STREAM_TO_AEP, "version": "1.0"}}
    return chain.make(sent, "flows", {**flow, "sourceConnectionIds": ids[0], "targetConnectionIds": ids[1]})


def stream(sent: Sender, path: str, document: Any, **headers: str) -> Answer:
    sent_headers = {
        "Content-Type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return sent.raw("POST", f"/dcs.adobedc.net/collection/{path}", sent_headers, json.dumps(document).encode())
