"""The flow specs: the documented ones, made for the sources that there are."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft7Validator

from contracts import Catalogue, Source, catalogue
from contracts.services.flow_service.flow_specs import BATCH, STREAMING, flow_specs, provider_of
from contracts.services.flow_service.specs import FLOW_SPEC_RULES
from contracts.sources.source_catalogue import DATA_LAKE
from tests.kit.specs import CRM, FILES, PLAIN_STREAMS, REST, STREAMS, WEBHOOKS, judged

SPECS = flow_specs(catalogue())
NAMES = {spec["name"]: spec for spec in SPECS.values() if "isSourceFlow" in spec["attributes"]}


@pytest.mark.parametrize(
    ("id", "sources"), [(CRM, 37), (FILES, 10), (REST, 13), (WEBHOOKS, 5), (STREAMS, 5), (PLAIN_STREAMS, 5)]
)
def test_each_takes_the_sources_whose_page_names_it(id: str, sources: int) -> None:
    """Of the catalogue; the list that collect/crm.md prints for CRMToAEP has Azure Data Explorer too."""
    assert len(SPECS[id]["sourceConnectionSpecIds"]) == sources
    assert len(set(SPECS[id]["sourceConnectionSpecIds"])) == sources


def test_zoho_flows_from_crm_to_aep() -> None:
    assert SPECS[CRM]["name"] == "CRMToAEP"
    assert catalogue().named("zoho-crm").id in SPECS[CRM]["sourceConnectionSpecIds"]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", NAMES)
def test_every_flow_spec_is_whole(name: str) -> None:
    spec = NAMES[name]
    assert spec["version"] == "1.0"
    assert spec["providerId"] in (BATCH, STREAMING)
    assert spec["targetConnectionSpecIds"] == [DATA_LAKE]
    assert spec["attributes"]["isSourceFlow"] is True
    assert spec["attributes"]["isDraftModeSupported"] is True
    assert set(spec["permissionsInfo"]) == {"view", "manage"}
    assert ("scheduleSpec" in spec) is (spec["providerId"] == BATCH)
    assert "sourcesOf" not in spec
    assert json.loads(json.dumps(spec)) == spec
    for part in [spec.get("optionSpec"), spec.get("scheduleSpec"), spec.get("runSpec"), *_transformations(spec)]:
        if part is not None:
            Draft7Validator.check_schema(part["spec"])


def _transformations(spec: dict[str, object]) -> list[dict[str, object]]:
    return list(spec.get("transformationSpecs", ()))  # type: ignore[call-overload]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_served_could_be_sent(name: str) -> None:
    assert judged(FLOW_SPEC_RULES, NAMES[name]) == []


def test_runs_of_table_sources_need_a_delta_column() -> None:
    required = ["startTime", "windowStartTime", "windowEndTime"]
    assert SPECS[CRM]["runSpec"]["spec"]["required"] == [*required, "deltaColumn"]
    assert SPECS[FILES]["runSpec"]["spec"]["required"] == required


def test_a_source_of_a_file_joins_the_flow_spec_that_it_names() -> None:
    row = {"name": "acme", "connectionSpecId": "acme-id", "version": "1.0", "auth": [], "flowSpecId": REST}
    more = Catalogue([*catalogue().values(), Source(row)])
    assert flow_specs(more)[REST]["sourceConnectionSpecIds"][-1] == "acme-id"
    assert "acme-id" not in SPECS[REST]["sourceConnectionSpecIds"]


def test_the_provider_is_the_flow_specs() -> None:
    assert provider_of(STREAMS) == STREAMING
    assert provider_of(CRM) == provider_of(None) == provider_of("unknown") == BATCH
