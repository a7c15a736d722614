"""What programs ask of Catalog and read from its answers that no page of it prints."""

from __future__ import annotations

import re

import pytest

from tests.kit.platform import batch_made, catalog, dataset, dataset_made, made, schema_made
from tests.kit.sender import Sender, under


def names(sent: Sender, query: str) -> list[str]:
    return [view["name"] for view in made(catalog(sent, "GET", f"/dataSets?{query}"), 200).values()]


def tags(sent: Sender, id: str, name: str) -> list[str]:
    return made(catalog(sent, "GET", f"/dataSets/{id}"), 200)[id]["tags"][name]  # type: ignore[no-any-return]


def tagged(sent: Sender, *values: str) -> str:
    body = dataset(schema_made(sent), tags={"unifiedProfile": list(values)})
    (reference,) = made(catalog(sent, "POST", "/dataSets", body))
    return reference.removeprefix("@/dataSets/")  # type: ignore[no-any-return]


@pytest.fixture
def two(sent: Sender) -> str:
    """Two datasets, and the schema of both."""
    schema = schema_made(sent)
    for name in ("Leads: new", "Deals"):
        made(catalog(sent, "POST", "/dataSets", dataset(schema, name=name)))
    return schema


@pytest.mark.usefixtures("two")
def test_one_equals_sign_means_two_and_is_warned_about(sent: Sender) -> None:
    assert (
        names(sent, "property=name%3DLeads%3A%20new")
        == names(sent, "property=name%3D%3DLeads%3A%20new")
        == ["Leads: new"]
    )
    assert sent.violations == []
    assert names(sent, "property=name%3DDeals") == ["Deals"]
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("CT-QRY-06", "warning")]


def test_one_equals_sign_is_refused_strictly() -> None:
    assert catalog(under("strict"), "GET", "/dataSets?property=name%3DDeals").status == 400


def test_a_property_may_be_a_path(sent: Sender, two: str) -> None:
    found = made(catalog(sent, "GET", "/dataSets?properties=name,schemaRef.id,tags.nosuch&property=name==Deals"), 200)
    assert list(found.values()) == [{"name": "Deals", "schemaRef": {"id": two}}]
    found = made(catalog(sent, "GET", "/dataSets?properties=schemaRef.id,schemaRef&property=name==Deals"), 200)
    assert [view["schemaRef"].keys() for view in found.values()] == [{"id", "contentType"}]
    assert sent.violations == []


def test_a_dataset_says_since_when_it_is_enabled_for_profile(sent: Sender) -> None:
    enabled, since = tags(sent, tagged(sent, "enabled:true"), "unifiedProfile")
    assert enabled == "enabled:true"
    assert re.fullmatch(r"enabledAt:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", since)


def test_it_keeps_that_time_and_gets_none_without_being_enabled(sent: Sender) -> None:
    id = tagged(sent, "enabled:false")
    assert tags(sent, id, "unifiedProfile") == ["enabled:false"]
    patch = [{"op": "add", "path": "/tags/unifiedProfile", "value": ["enabled:true", "isUpsert:true"]}]
    made(catalog(sent, "PATCH", f"/dataSets/{id}", patch), 200)
    first = tags(sent, id, "unifiedProfile")
    assert [each.partition(":")[0] for each in first] == ["enabled", "isUpsert", "enabledAt"]
    sent.mock.clock.advance(hours=2)
    made(catalog(sent, "PATCH", f"/dataSets/{id}", patch), 200)
    assert tags(sent, id, "unifiedProfile") == first


def test_datasets_are_found_below_the_path_in_lower_case(sent: Sender) -> None:
    id = tagged(sent)
    for method, body in (("GET", None), ("PATCH", {"description": "x"}), ("PUT", {"name": "y"}), ("DELETE", None)):
        made(catalog(sent, method, f"/datasets/{id}", body), 200)
        assert [(row["rule"], row["severity"]) for row in sent.violations] == [("CT-PATH-01", "warning")]
    assert made(catalog(sent, "GET", "/datasets?limit=5"), 200) == {}
    assert [row["rule"] for row in sent.violations] == ["CT-PATH-01"]
    assert catalog(sent, "GET", "/dataSet").status == 405


def test_a_batch_and_a_view_are_read_in_the_singular(sent: Sender) -> None:
    """As Adobe's reference code for ETL tools does, in Java; it creates batches there too."""
    id = dataset_made(sent)
    batch, view = batch_made(sent, id), made(catalog(sent, "GET", f"/dataSets/{id}"), 200)[id]["viewId"]
    for one, plural in ((f"/batch/{batch}", "/batches"), (f"/dataSetView/{view}", "/dataSetViews")):
        found = made(catalog(sent, "GET", one), 200)
        assert [(row["rule"], row["allowed"]) for row in sent.violations] == [("CT-PATH-01", [plural])]
        assert found == made(catalog(sent, "GET", f"{plural}/{one.rpartition('/')[2]}"), 200)
    assert catalog(sent, "POST", "/batch", {"datasetId": id}).status == 404
    assert sent.rules == ["FS-URL-03"]


def test_the_path_in_lower_case_is_refused_strictly() -> None:
    assert catalog(under("strict"), "GET", "/datasets").status == 400
