"""One item of each kind in the services around Flow Service, and for each operation a request that succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.model import Operation
from tests.kit.platform import (
    CUSTOMER_KEY,
    ENDPOINT,
    KEY,
    SHORT,
    WHOLE,
    batch_made,
    catalog,
    connectors,
    dataset,
    dataset_made,
    made,
    mapping_set,
    mapping_set_made,
    registry,
    schema,
    stream_made,
)
from tests.kit.sender import Sender

__all__ = ["placed", "sound_around"]

Sound = tuple[dict[str, str], dict[str, str], dict[str, str], Any]
"""Variables of the path, query, headers and body."""

OWN = {"definitions": {"f": {"properties": {"_{TENANT_ID}": {"type": "object"}}}}}
IMPORTED = {"title": "imported", **OWN}
RENAMED = [{"op": "add", "path": "/description", "value": "x"}]
XDM = "application/vnd.adobe.xdm+json"
IDENTITY = {"@type": "xdm:descriptorIdentity", "xdm:sourceProperty": "/personalEmail/address", "xdm:namespace": "Email"}


def placed(sent: Sender) -> dict[str, str]:
    """The ids of new items by their collections."""
    ids = {}
    for kind in ("schemas", "classes", "fieldgroups", "datatypes"):
        document = schema("a schema") if kind == "schemas" else {"title": f"one of the {kind}", **OWN}
        ids[kind] = made(registry(sent, "POST", f"/tenant/{kind}", document))["meta:altId"]
        ids[f"{kind} $id"] = made(registry(sent, "GET", f"/tenant/{kind}/{ids[kind]}", accept=WHOLE), 200)["$id"]
    descriptor = {**IDENTITY, "xdm:sourceSchema": ids["schemas $id"]}
    ids["descriptors"] = made(registry(sent, "POST", "/tenant/descriptors", descriptor))["@id"]
    ids["behaviors"], ids["unions"] = "_xdm.data.record", "_xdm.context.profile__union"
    ids["dataSets"] = dataset_made(sent)
    ids["dataSetViews"] = made(catalog(sent, "GET", f"/dataSets/{ids['dataSets']}"), 200)[ids["dataSets"]]["viewId"]
    ids["batches"] = batch_made(sent, ids["dataSets"])
    ids["mappingSets"] = mapping_set_made(sent, ids["schemas $id"])
    ids["keys"] = made(connectors(sent, "POST", "/encryption/keys", KEY), 200)["publicKeyId"]
    ids["privateEndpoints"] = made(connectors(sent, "POST", "/privateEndpoints", ENDPOINT))["id"]
    ids["inlets"] = stream_made(sent)[1]
    return ids


def sound_around(row: Operation, ids: Mapping[str, str]) -> Sound | None:
    """A request for ``row`` that succeeds; ``None`` where the row is of another service."""
    make = _SERVICES.get(row.service.id)
    return make(row, ids) if make else None


def _registry(row: Operation, ids: Mapping[str, str]) -> Sound:
    container = "global" if row.collection == "behaviors" else "tenant"
    parts = {"container": container, "id": ids.get(row.collection, "")}
    if row.action == "import_resources":
        return parts, {}, {}, [{"$id": "https://ns.adobe.com/x/mixins/1", "meta:resourceType": "mixins", **IMPORTED}]
    described = row.collection == "descriptors"
    if row.method == "GET":
        accept = XDM if described else WHOLE if "{id}" in row.path else SHORT
        return parts, {}, {"Accept": accept}, None
    if row.method == "PATCH":
        return parts, {}, {}, RENAMED
    if described:
        return parts, {}, {}, {**IDENTITY, "xdm:sourceSchema": ids["schemas $id"]}
    document = schema("another") if row.collection == "schemas" else {"title": "another", **OWN}
    return parts, {}, {}, document


def _catalog(row: Operation, ids: Mapping[str, str]) -> Sound:
    parts = {"id": ids[row.collection], "view": ids["dataSetViews"], "file": f"{ids['batches']}-1"}
    body: Any = {"PATCH": {"description": "x"}, "POST": DATASET, "PUT": DATASET}.get(row.method)
    if row.action == "send_requests":
        body = [{"id": "x", "resource": "/dataSets", "method": "GET"}]
    elif row.action == "create_view":
        body = {"dataSetId": ids["dataSets"]}
    return parts, {}, {}, body


def _tooling(row: Operation, ids: Mapping[str, str]) -> Sound:  # noqa: ARG001 -- as of any service
    return {}, {}, {}, {"imsOrgId": "PUBLISHER@AdobeOrg", "packageId": "416a0c2a32794092aa1a957cbe9a6698"}


def _prep(row: Operation, ids: Mapping[str, str]) -> Sound:
    parts = {"id": ids["mappingSets"], "mapping": f"{ids['mappingSets'][:24]}00000000"}
    document = mapping_set(ids["schemas $id"])
    if row.path.startswith("/languages"):
        return {}, {}, {}, {"expression": "upper(a)"} if row.body == "json" else None
    body = {"data": {"Email": "x"}, "mappingSet": document} if row.action == "preview_mapping_set" else document
    return parts, {"limit": "10", "start": "0"} if "{id}" not in row.path and row.method == "GET" else {}, {}, body


def _connectors(row: Operation, ids: Mapping[str, str]) -> Sound:
    bodies = {"createKey": KEY, "createCustomerKey": CUSTOMER_KEY, "createPrivateEndpoint": ENDPOINT}
    bodies["enableInteractiveAuthoring"] = {"autoTerminationMinutes": 5}
    zone = {"type": "user_drop_zone"} if row.service.id == "landing-zone" else {}
    more = {"refresh": {"action": "refresh"}, "enable_authoring": {"op": "enable"}}.get(row.action, {})
    return {"id": ids.get(row.collection, "")}, {**zone, **more}, {}, bodies.get(row.id)


def _inlet(row: Operation, ids: Mapping[str, str]) -> Sound:
    message: Any = {"email": "ann@example.com"}
    return {"id": ids["inlets"]}, {}, {}, {"messages": [message]} if row.action == "take_messages" else message


DATASET = dataset("https://ns.adobe.com/{TENANT_ID}/schemas/{SCHEMA_ID}")
_SERVICES = {
    "schema-registry": _registry,
    "catalog": _catalog,
    "sandbox-tooling": _tooling,
    "data-access": _catalog,
    "streaming-inlet": _inlet,
    "data-prep": _prep,
    "data-prep-short": _prep,
    **dict.fromkeys(("landing-zone", "encryption", "private-endpoints"), _connectors),
}
