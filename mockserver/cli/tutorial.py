"""The documented way from a token to a batch (collect/crm.md and what it names), as `mockserver demo` goes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts import ZOHO_CRM, catalogue, documented_regions
from contracts.sources.source_catalogue import DATA_LAKE
from mockserver.platform import FlowService
from mockserver.samples import body_of

__all__ = ["journey"]

Call = Callable[..., Any]
"""``call(platform, method, path, expected status, json=None, etag="")`` gives the answer, or raises."""


def journey(platform: FlowService, call: Call) -> Iterator[tuple[str, str]]:
    """Each step's name and what it gave; ``platform`` is handed on to ``call``."""
    secret = {"client_id": "fake-client", "client_secret": "fake-secret", "scope": "openid,AdobeID"}
    form = {"grant_type": "client_credentials", **secret}
    token = call(platform, "POST", f"{platform.origin}/ims/token/v3", 200, data=form).json()
    platform.access_token = token["access_token"]
    yield "POST /ims/token/v3", f"a token for {token['expires_in']} s"

    schema = call(platform, "POST", "/data/foundation/schemaregistry/tenant/schemas", 201, json=_SCHEMA).json()["$id"]
    yield "POST /schemaregistry/tenant/schemas", f"201, $id .../{schema.rpartition('/')[2][:8]}..."
    (reference,) = call(platform, "POST", "/data/foundation/catalog/dataSets", 201, json=_dataset(schema)).json()
    yield "POST /catalog/dataSets", f"201, {reference}"
    mapping = call(platform, "POST", "/data/foundation/conversion/mappingSets", 200, json=_mapping_set(schema)).json()
    yield "POST /conversion/mappingSets", f"200, id {mapping['id']}"

    base = call(platform, "POST", "/connections", 201, json=body_of(catalogue()[ZOHO_CRM], documented_regions()["eu"]))
    yield "POST /connections", f"201, id {base.json()['id']}"
    base_id = base.json()["id"]
    tables = call(platform, "GET", f"/connections/{base_id}/explore?objectType=root", 200).json()
    names = ", ".join(table["name"] for table in tables[:4])
    yield "GET  /connections/{id}/explore", f"{len(tables)} tables: {names}, ..."
    table = tables[0]["path"]
    preview = f"/connections/{base_id}/explore?objectType=table&object={table}&preview=true"
    shown = call(platform, "GET", preview, 200).json()
    yield f"     ...?object={table}", f"{len(shown['schema']['columns'])} columns, {len(shown['data'])} rows"

    source = call(platform, "POST", "/sourceConnections", 201, json=_source(base_id, table)).json()["id"]
    yield "POST /sourceConnections", f"201, id {source}"
    target = call(platform, "POST", "/targetConnections", 201, json=_target(schema, reference)).json()["id"]
    yield "POST /targetConnections", f"201, id {target}"
    flow_spec = call(platform, "GET", '/flowSpecs?property=name=="CRMToAEP"', 200).json()["items"][0]
    flow = call(platform, "POST", "/flows", 201, json=_flow(flow_spec["id"], source, target, mapping["id"])).json()[
        "id"
    ]
    yield "POST /flows", f"201, id {flow}"
    run = call(platform, "POST", "/runs", 201, json=_run(flow)).json()["id"]
    platform.clock.advance(60)
    (item,) = call(platform, "GET", f"/runs/{run}", 200).json()["items"]
    records = item["metrics"]["recordSummary"]["outputRecordCount"]
    yield "POST /runs, a minute later", f"{item['metrics']['statusSummary']['status']}, {records} records"
    batch = _batch_of(item)
    found = call(platform, "GET", f"/data/foundation/catalog/batches/{batch}", 200).json()[batch]
    yield "GET  /catalog/batches/{id}", f"{found['status']}, {found['recordCount']} records"
    last = call(platform, "GET", f"/flows/{flow}", 200).json()["items"][0]["lastRunDetails"]["state"]
    yield "GET  /flows/{id}", f"lastRunDetails: {last}"
    call(platform, "DELETE", f"/flows/{flow}", 204)
    yield "DELETE /flows/{id}", "204"


_NAMES = "https://ns.adobe.com/xdm/context/"
_SCHEMA = {
    "title": "Leads",
    "type": "object",
    "allOf": [{"$ref": f"{_NAMES}profile"}, {"$ref": f"{_NAMES}profile-person-details"}],
}


def _dataset(schema: str) -> dict[str, Any]:
    return {"name": "Leads", "schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed+json;version=1"}}


def _mapping_set(schema: str) -> dict[str, Any]:
    row = {"sourceAttribute": "Last_Name", "destinationXdmPath": "person.name.lastName", "identity": False}
    return {"version": 0, "xdmSchema": schema, "xdmVersion": "1.0", "mappings": [row]}


def _target(schema: str, dataset: str) -> dict[str, Any]:
    return {
        "name": "Leads in the data lake",
        "data": {"schema": {"id": schema, "version": "application/vnd.adobe.xed-full+json;version=1"}},
        "params": {"dataSetId": dataset.removeprefix("@/dataSets/")},
        "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
    }


def _batch_of(run: Mapping[str, Any]) -> str:
    """The batch that the run names in its targetInfo (monitor.md)."""
    infos = [info for activity in run["activities"] for info in activity.get("targetInfo", ())]
    return str(infos[0]["reference"]["ids"][0])


def _source(base_id: str, table: str) -> dict[str, Any]:
    return {
        "name": f"{table} of Zoho CRM",
        "baseConnectionId": base_id,
        "data": {"format": "tabular"},
        "params": {"tableName": table},
        "connectionSpec": {"id": ZOHO_CRM, "version": "1.0"},
    }


def _flow(flow_spec: str, source: str, target: str, mapping: str) -> dict[str, Any]:
    return {
        "name": "Zoho CRM to Platform",
        "flowSpec": {"id": flow_spec, "version": "1.0"},
        "sourceConnectionIds": [source],
        "targetConnectionIds": [target],
        "transformations": [{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 0}}],
        "scheduleParams": {"startTime": "1567411548", "frequency": "once"},
    }


def _run(flow: str) -> dict[str, Any]:
    window = {"windowStartTime": "1651584991", "windowEndTime": "1651585991"}
    return {"flowId": flow, "params": {"startTime": "1663735590", **window, "deltaColumn": {"name": "Modified_Time"}}}
