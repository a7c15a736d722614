"""aepp, a public Python client, unmodified: its schema manager, catalog, data prep and flow modules, end to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.platform import FlowService
from tests.kit import chain
from tests.kit.connection import zoho
from tests.kit.depth import deep
from tests.kit.destinations import EVENT_HUBS, STREAMED, added, road, with_value
from tests.kit.sender import Sender, over_requests

aepp = pytest.importorskip("aepp", reason="pip install 'flowservice-kit[aepp]'")
pytest.importorskip("aepp.schemamanager")  # numpy with it, once: what a pytester session imports, it forgets
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]

PROFILE = "https://ns.adobe.com/xdm/context/profile"
PERSON = "https://ns.adobe.com/xdm/context/profile-person-details"


@pytest.fixture
def config(flow_service_patched: FlowService) -> Any:
    return aepp.configure(
        org_id=flow_service_patched.org_id,
        client_id=flow_service_patched.api_key,
        secret="fake-secret",
        scopes="openid,AdobeID",
        sandbox="prod",
        connectInstance=True,
        retry=0,
    )


@pytest.fixture
def schema(config: Any) -> dict[str, Any]:
    """A schema as aepp's schema manager makes it, with a field group of Adobe's."""
    from aepp import schemamanager

    manager = schemamanager.SchemaManager(title="Leads", config=config)
    manager.addFieldGroup(PERSON)
    return manager.createSchema()  # type: ignore[no-any-return]


def test_the_schema_manager_makes_reads_and_changes_a_schema(config: Any, schema: dict[str, Any]) -> None:
    from aepp import schemamanager
    from aepp.schema import Schema

    api = Schema(config=config)
    assert schema["title"] == "Leads"
    assert [row["title"] for row in api.getSchemas()] == ["Leads"]
    assert api.getTenantId() in schema["$id"]
    full = api.getSchema(schema["$id"])
    assert full["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["type"] == "string"
    manager = schemamanager.SchemaManager(schema["$id"], config=config)
    assert list(manager.fieldGroupIds) == [PERSON]
    descriptor = manager.createDescriptorOperation(
        "xdm:descriptorIdentity", "person.name.lastName", identityNSCode="Email", identityPrimary=True
    )
    assert manager.createDescriptor(descriptor)["@type"] == "xdm:descriptorIdentity"
    assert api.getDescriptors()
    assert api.getBehaviors()
    assert api.getClassesGlobal()
    api.deleteSchema(schema["$id"])
    assert api.getSchemas()["results"] == []


def test_a_field_group_of_ones_own_joins_a_schema(config: Any) -> None:
    from aepp import schemamanager
    from aepp.schema import Schema

    api = Schema(config=config)
    tenant = f"_{api.getTenantId()}"
    own = {tenant: {"type": "object", "properties": {"score": {"type": "integer", "title": "Score"}}}}
    body = {"title": "Scores", "type": "object", "definitions": {"fields": {"properties": own}}}
    made = api.createFieldGroup(
        {**body, "allOf": [{"$ref": "#/definitions/fields"}], "meta:intendedToExtend": [PROFILE]}
    )
    manager = schemamanager.SchemaManager(title="Scored", config=config)
    manager.addFieldGroup(made["$id"])
    found = api.getSchema(manager.createSchema()["$id"])
    assert found["properties"][tenant]["properties"]["score"]["type"] == "integer"


def test_the_managers_of_field_groups_and_data_types_make_and_change_them(config: Any, schema: dict[str, Any]) -> None:
    from aepp import datatypemanager, fieldgroupmanager, schemamanager
    from aepp.schema import Schema

    tenant = f"_{Schema(config=config).getTenantId()}"
    group = fieldgroupmanager.FieldGroupManager(config=config, title="Scores", fg_class=["profile"])
    group.addField(f"{tenant}.score", "integer")
    made = group.createFieldGroup()
    group.addField(f"{tenant}.grade", "string")
    assert group.updateFieldGroup()["version"] == "1.1"
    manager = schemamanager.SchemaManager(schema["$id"], config=config)
    manager.addFieldGroup(made["$id"])
    assert made["$id"] in manager.updateSchema()["meta:extends"]
    kind = datatypemanager.DataTypeManager(config=config, title="Size")
    kind.addField("width", "integer")
    assert kind.createDataType()["meta:resourceType"] == "datatypes"


def test_the_catalog_enables_a_dataset_and_shows_its_view(config: Any, schema: dict[str, Any]) -> None:
    from aepp import catalog

    datasets = catalog.Catalog(config=config)
    (reference,) = datasets.createDataSet(name="Leads", schemaId=schema["$id"])
    id = reference.rpartition("/")[2]
    assert datasets.enableDatasetProfile(id) == [reference]
    assert datasets.disableDatasetProfile(id) == [reference]
    (view,) = datasets.getDataSetViews(id).values()
    assert datasets.getDataSet(id)[id]["viewId"] == view["id"]
    assert datasets.getDataSetViewFiles(id, view["id"]) == {}


def test_the_whole_way_to_a_flow_manager(
    config: Any, schema: dict[str, Any], flow_service_patched: FlowService
) -> None:
    from aepp import catalog, dataaccess, dataprep, flowservice

    datasets, prep, flows = (
        catalog.Catalog(config=config),
        dataprep.DataPrep(config=config),
        flowservice.FlowService(config=config),
    )
    (reference,) = datasets.createDataSet(name="Leads", schemaId=schema["$id"], profileEnabled=True)
    dataset = reference.rpartition("/")[2]
    assert list(datasets.getDataSets()) == [dataset]
    assert datasets.enableDatasetIdentity(dataset) == [reference]
    assert datasets.setDatasetTTL(dataset, "P3M") == [reference]
    rules = [{"sourceType": "ATTRIBUTE", "source": "Last_Name", "destination": "person.name.lastName"}]
    mapping = prep.createMappingSet(schemaId=schema["$id"], mappingList=rules)["id"]
    assert [row["id"] for row in prep.getMappingSets()] == [mapping]
    assert prep.updateMappingSet(mapping, rules)["version"] == 1

    base = flows.createConnection(zoho())["id"]
    source = flows.createSourceConnection(chain.source(base))["id"]
    target = flows.createTargetConnectionDataLake(
        name="Leads", datasetId=dataset, schemaId=schema["$id"], format="parquet_xdm"
    )["id"]
    moment = flow_service_patched.clock.now() // 1000 + 60
    body = chain.flow(source, target, scheduleParams={"startTime": moment, "frequency": "once"})
    body["transformations"] = [{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 0}}]
    flow = flows.createFlow(chain.CRM_TO_AEP, obj=body)["id"]
    flow_service_patched.clock.advance(120)
    (run,) = flows.getRuns(prop=[f"flowId=={flow}"])
    assert run["metrics"]["statusSummary"]["status"] == "success"
    (batch,) = run["activities"][1]["targetInfo"][0]["reference"]["ids"]
    assert datasets.getBatch(batch)[batch]["status"] == "success"
    assert dataaccess.DataAccess(config=config).getBatchFiles(batch)
    manager = flowservice.FlowManager(flow, config=config)
    assert manager.datasetId == dataset
    assert manager.flowTargetConnection["data"]["schema"]["name"] == "Leads"
    assert manager.flowMapping["createdDateTS"]
    assert manager.flowMapping["id"] == mapping


def test_the_data_landing_zone(config: Any) -> None:
    from aepp import flowservice

    flows = flowservice.FlowService(config=config)
    assert flows.getLandingZoneStorageName() == "dlz-user-container"
    assert flows.getLandingZoneStorageTTL() == 7
    assert flows.getLandingZoneSASUri().endswith(flows.getLandingZoneSASToken())
    assert flows.exploreLandingZone()
    assert flows.getLandingZoneContent(file="dlz-user-container/data8.csv")


def test_a_dataset_is_exported_to_the_data_landing_zone(
    config: Any, flow_service_patched: FlowService, tmp_path: Path
) -> None:
    """By its schedule: without one aepp waits for its run for ever, since it looks for items in a list of items."""
    from aepp import destinationinstanceservice, flowservice
    from aepp.exportDatasetToDataLandingZone import ExportDatasetToDataLandingZone

    kept = tmp_path / "aepp.ini"
    kept.write_text("[Platform]\ndataflow_id =\n", "utf-8")
    job = ExportDatasetToDataLandingZone(config=config)
    args = ("a-dataset", "gzip", "parquet", "exports", True, str(kept), "an export")
    flow = job.createDataFlowRunIfNotExists(*args)
    assert job.createDataFlowRunIfNotExists(*args) == flow
    flows = flowservice.FlowService(config=config)
    assert [each["id"] for each in flows.getFlows(onlyDestinations=True)] == [flow]
    assert flows.getExportableDatasetsDLZ() == []

    instances = destinationinstanceservice.DestinationInstanceService(config=config)
    (exported,) = instances.createAdHocDatasetExport({flow: ["a-dataset"]})["destinations"]
    flow_service_patched.clock.advance(10)
    (run,) = flows.getRun(exported["datasets"][0]["statusURL"].rpartition("/")[2])
    assert run["metrics"]["statusSummary"]["status"] == "success"


def test_an_audience_is_taken_out_of_every_flow(config: Any, flow_service_patched: FlowService) -> None:
    """aepp's deletion of an audience; what deletes the audience itself isn't imitated."""
    from aepp import deletion, flowservice

    headers, host = flow_service_patched.headers, over_requests(flow_service_patched.origin)
    sent = Sender(
        "aepp's",
        flow_service_patched.mock,
        lambda method, path, more, body: host(method, path, {**more, **headers}, body),
    )
    here, there = road(sent), road(sent, EVENT_HUBS)
    here.patch(added(with_value(id="gone")), added(with_value(id="kept")))
    there.patch(added({**STREAMED, "value": {"id": "gone"}}))
    flow_service_patched.stubs.add(method="DELETE", path="/data/core/ups/audiences/gone", status=204)
    deletion.Deletion(config=config).deleteAudience("gone", waittime=0)
    assert (here.audiences(), there.audiences()) == (["kept"], [])
    assert len(flowservice.FlowService(config=config).getFlows(onlyDestinations=True)) == 2


def test_an_export_without_a_schedule_runs_whole_but_for_one_slip(
    config: Any, flow_service_patched: FlowService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`getRun` hands back the list of items, in which the export looks for items: no answer could end that."""
    from aepp import exportDatasetToDataLandingZone

    kept = tmp_path / "aepp.ini"
    kept.write_text("[Platform]\ndataflow_id =\n", "utf-8")
    job = exportDatasetToDataLandingZone.ExportDatasetToDataLandingZone(config=config)
    listed = job.flow_conn.getRun
    monkeypatch.setattr(job.flow_conn, "getRun", lambda runId: {"items": listed(runId)})  # noqa: N803 -- aepp's name
    monkeypatch.setattr(exportDatasetToDataLandingZone.time, "sleep", flow_service_patched.clock.advance)
    flow = job.createDataFlowRunIfNotExists("a-dataset", "gzip", "parquet", "exports", False, str(kept), "an export")
    assert job.flow_conn.getFlow(flow)["state"] == "disabled"
    broken = [found for row in flow_service_patched.requests for found in row["violations"]]
    assert [found["rule"] for found in broken if found["severity"] == "error"] == []


# What aepp asks for that no page documents, or that the mock doesn't imitate: the rule that says so.
ELSEWHERE = {
    "getAuditLogs": "FS-URL-03",
    "createBatch": "FS-URL-03",
    "getPreview": "FS-URL-03",
    "getPackages": "FS-URL-03",
    "getXDMBatchConversions": "FS-URL-03",
    "getResources": "FS-URL-03",
    "getMappingSuggestions": "FS-URL-03",
    "extendFieldGroup": "SR-PATH-02",
}


@deep
def test_each_method_of_the_imitated_services_is_answered(
    config: Any, schema: dict[str, Any], flow_service_patched: FlowService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing raises. What is refused is what the rule above says, with a status, as aepp reads it."""
    from aepp import catalog, dataaccess, dataprep, flowservice, sandboxes
    from aepp.schema import Schema

    api, datasets, prep = Schema(config=config), catalog.Catalog(config=config), dataprep.DataPrep(config=config)
    flows, spaces = flowservice.FlowService(config=config), sandboxes.Sandboxes(config=config)
    id, alternative = schema["$id"], schema["meta:altId"]
    (reference,) = datasets.createDataSet(name="Leads", schemaId=id)
    dataset = reference.rpartition("/")[2]
    rules = [{"sourceType": "ATTRIBUTE", "source": "Last_Name", "destination": "person.name.lastName"}]
    mapping = prep.createMappingSet(schemaId=id, mappingList=rules)["id"]
    streamed = flows.createFlowStreaming(datasetId=dataset)
    flow, source = streamed["flow"]["id"], streamed["source_connection_id"]["id"]
    renamed = [{"op": "replace", "path": "/name", "value": "renamed"}]
    asked: list[tuple[Callable[..., Any], *tuple[Any, ...]]] = [
        *((getattr(api, f"get{kind}"),) for kind in ("Stats", "Behaviors", "Schemas", "SchemasGlobal", "Classes")),
        *((getattr(api, f"get{kind}"),) for kind in ("ClassesGlobal", "FieldGroups", "FieldGroupsGlobal", "Unions")),
        *((getattr(api, f"get{kind}"),) for kind in ("DataTypes", "DataTypesGlobal", "Descriptors")),
        *((method, id) for method in (api.getSchema, api.getSchemaPaths, api.getSchemaSample, api.exportResource)),
        (api.getXDMprofileSchema,),
        (api.createClass, None, "A record", "record"),
        (api.createB2Bschemas,),
        (api.patchSchema, id, [{"op": "replace", "path": "/title", "value": "Leads again"}]),
        (api.getAuditLogs, alternative),
        (api.extendFieldGroup, "_xdm.context.profile-person-details", [PROFILE], "global"),
        *((getattr(datasets, f"get{kind}"),) for kind in ("Batches", "DataSets", "LastBatches", "Resources")),
        *(
            (getattr(datasets, f"getDataSet{kind}"), dataset)
            for kind in ("", "ObservableSchema", "Views", "Expiration")
        ),
        *((method, dataset) for method in (datasets.enableDatasetProfile, datasets.enableDatasetUpsert)),
        (datasets.patchDatasetV2, dataset, {"description": "x"}),
        (datasets.createBatch, {"datasetId": dataset}),
        (dataaccess.DataAccess(config=config).getPreview, dataset),
        (prep.getMappingSet, mapping),
        (prep.getMappingSetMappings, mapping),
        (prep.getMappingSetFunctions,),
        (prep.getMappingSetOperators,),
        (prep.getMappingSuggestions, dataset),
        (prep.getXDMBatchConversions,),
        (prep.deleteMappingSet, mapping),
        *((getattr(spaces, f"get{kind}"),) for kind in ("Sandboxes", "SandboxTypes", "Packages")),
        (spaces.getSandboxId, "prod"),
        *((getattr(flows, f"get{kind}Connections"),) for kind in ("", "Source", "Target")),
        *((getattr(flows, f"get{kind}"),) for kind in ("Runs", "ConnectionSpecs", "FlowSpecs", "Flows")),
        *((getattr(flows, f"getLandingZone{kind}"),) for kind in ("Container", "Credential", "Namespace")),
        (flows.createBaseConnectionS3Target, "name", "A" * 20, "b" * 40),
        (flows.createConnectionToUPS, "name"),
        (flows.createSourceConnectionDataLake, "name", "parquet_xdm", [dataset]),
        (flows.createTargetConnectionDataLake, "name", dataset, id),
        (flows.updateSourceConnection, source, streamed["source_connection_id"]["etag"], renamed),
        (flows.postFlowAction, flow, "disable"),
        (flows.deleteFlow, flow),
    ]
    for method, *args in asked:
        before = len(flow_service_patched.requests)
        method(*args)
        for row in flow_service_patched.requests[before:]:
            refused = row["response"]["status"] >= 400
            found = [each["rule"] for each in row["violations"] if each["severity"] == "error"]
            assert found[:1] == ([ELSEWHERE[method.__name__]] if refused else []), (method, row["request"]["url"])
    capsys.readouterr()
    assert {method.__name__ for method, *_ in asked} >= ELSEWHERE.keys()
