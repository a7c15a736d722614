"""One sandbox in which the whole documented journey was made, and the ids of what is in it, by placeholders' names."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import quote

from contracts import Contract
from mockserver import Mock
from mockserver.mock import Snapshot
from tests.kit import chain
from tests.kit.connection import HEADERS, zoho
from tests.kit.platform import (
    CUSTOMER_KEY,
    ENDPOINT,
    KEY,
    PROFILE,
    batch_made,
    catalog,
    connectors,
    dataset,
    made,
    mapping_set_made,
    prep,
    registry,
    schema_made,
    stream_made,
    streaming_flow_made,
)
from tests.kit.sender import Sender, core

__all__ = ["filled", "journey", "journey_in"]


def _resource(title: str, tenant: str, **more: Any) -> dict[str, Any]:
    fields = {f"_{tenant}": {"type": "object", "properties": {title.lower(): {"type": "string", "title": title}}}}
    parts = [{"$ref": "#/definitions/own"}]
    return {"title": title, "type": "object", "definitions": {"own": {"properties": fields}}, "allOf": parts, **more}


def _registered(sent: Sender) -> dict[str, str]:
    """A class, a field group, a data type, two schemas and a descriptor of the tenant's own."""
    tenant = made(registry(sent, "GET", "/stats"), 200)["tenantId"]
    record = {"allOf": [{"$ref": "https://ns.adobe.com/xdm/data/record"}, {"$ref": "#/definitions/own"}]}
    bodies = {
        "CLASS": ("classes", _resource("Hotel", tenant, **record)),
        "FIELD_GROUP": ("fieldgroups", _resource("Favourite", tenant, **{"meta:intendedToExtend": [PROFILE]})),
        "DATA_TYPE": ("datatypes", _resource("Construction", tenant)),
    }
    ids = {name: made(registry(sent, "POST", f"/tenant/{kind}", body))["$id"] for name, (kind, body) in bodies.items()}
    ids |= {"SCHEMA": schema_made(sent, "Leads"), "IDENTIFIED": schema_made(sent, "Members")}
    alternative = {
        f"{name}_ALT_ID": id.replace("https://ns.adobe.com/", "_").replace("/", ".") for name, id in ids.items()
    }
    identity = {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": ids["IDENTIFIED"],
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/personalEmail/address",
        "xdm:namespace": "Email",
        "xdm:property": "xdm:code",
        "xdm:isPrimary": True,
    }
    descriptor = made(registry(sent, "POST", "/tenant/descriptors", identity))["@id"]
    enable = [{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]
    enabled = schema_made(sent, "Everybody", "https://ns.adobe.com/xdm/context/identitymap")
    made(registry(sent, "PATCH", "/tenant/schemas/" + enabled.replace("/", "%2F"), enable), 200)
    return {**ids, **alternative, "TENANT_ID": tenant, "DESCRIPTOR": descriptor}


def _filled(sent: Sender, schema: str) -> dict[str, str]:
    """Two datasets, of which one has a batch, and a mapping set."""
    ids = []
    for name in ("Leads", "Members"):
        body = dataset("https://ns.adobe.com/xdm/context/profile__union", name=name, description="The first")
        ids.append(made(catalog(sent, "POST", "/dataSets", body))[0].rpartition("/")[2])
    view = made(catalog(sent, "GET", f"/dataSets/{ids[0]}"), 200)[ids[0]]["viewId"]
    mapping_set = mapping_set_made(sent, schema)
    (mapping, *_) = made(prep(sent, "GET", f"/mappingSets/{mapping_set}/mappings"), 200)
    return {
        "DATASET": ids[0],
        "OTHER_DATASET": ids[1],
        "VIEW": view,
        "BATCH": batch_made(sent, ids[0]),
        "MAPPING_SET": mapping_set,
        "MAPPING": mapping["id"],
    }


def _connected(sent: Sender) -> dict[str, str]:
    """Keys, a private endpoint that is approved, an inlet with its flow, and the halves of a flow of files."""
    base, inlet = stream_made(sent)
    endpoint = made(connectors(sent, "POST", "/privateEndpoints", ENDPOINT))["id"]
    made(connectors(sent, "POST", "/encryption/customer-keys", CUSTOMER_KEY), 200)
    files = chain.make(sent, "connections", FILES)
    parts = {"data": {"format": "delimited"}, "params": {"path": "/acme/leads.csv"}}
    source = chain.source(files, connectionSpec={"id": chain.AMAZON_S3, "version": "1.0"}, **parts)
    sent.mock.clock.advance(60)
    return {
        "INLET": inlet,
        "STREAMING_FLOW": streaming_flow_made(sent, base),
        "ENDPOINT": endpoint,
        "KEY": made(connectors(sent, "POST", "/encryption/keys", KEY), 200)["publicKeyId"],
        "FILE_SOURCE": chain.make(sent, "sourceConnections", source),
        "TARGET": chain.make(sent, "targetConnections", chain.target()),
        "BASE": chain.make(sent, "connections", zoho()),
    }


FILES = {
    "name": "files",
    "auth": {"specName": "Access Key", "params": {"s3AccessKey": "AKIA", "s3SecretKey": "fake"}},
    "connectionSpec": {"id": chain.AMAZON_S3, "version": "1.0"},
}


@cache
def _made() -> tuple[Snapshot, dict[str, str]]:
    mock = Mock(seed=1)
    sent = Sender("core", mock, core(mock))
    ids = {"SANDBOX_ID": "1bd86660-c5da-11e9-93d4-6d5fc3a66a8e", **_registered(sent)}
    ids |= _filled(sent, ids["SCHEMA"])
    ids |= _connected(sent)
    ids |= dict.fromkeys(("PASSPHRASE", "PASS_PHRASE", "CONNECTION_STRING"), "fake")
    ids |= {"IMS_ORG": HEADERS["x-gw-ims-org-id"], "SCHEMA_ENCODED": quote(ids["SCHEMA"], safe="")}
    ids["BASE_64_ENCODED_PUBLIC_KEY"] = str(CUSTOMER_KEY["publicKey"])
    return mock.snapshot(), ids


def journey(**terms: Any) -> tuple[Sender, dict[str, str]]:
    """A way into a fresh copy of that sandbox under these terms, and the ids."""
    mock = Mock(Contract(**terms), seed=1)
    ids = journey_in(mock)
    return Sender("core", mock, core(mock)), ids


def journey_in(mock: Mock) -> dict[str, str]:
    """The ids of a copy of that sandbox, which takes the place of all that ``mock`` has."""
    snapshot, ids = _made()
    mock.restore(snapshot)
    return ids


def filled(value: Any, ids: dict[str, str]) -> Any:
    """``value`` with ids for the placeholders in its texts, which may stand in keys too."""
    if isinstance(value, str):
        return re.sub(r"(?<!\{)\{([A-Z0-9_]+)\}", lambda found: ids[found[1]], value)
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    if isinstance(value, dict):
        return {filled(name, ids): filled(each, ids) for name, each in value.items()}
    return value
