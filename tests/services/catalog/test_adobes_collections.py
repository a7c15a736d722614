"""What the scripts of Adobe's own Postman collections do with Catalog (adobe/experience-platform-postman-samples)."""

from __future__ import annotations

import pytest

from tests.kit.described import undescribed
from tests.kit.platform import batch_made, catalog, dataset, dataset_made, made, schema_made
from tests.kit.sender import Sender


def test_location_leads_to_what_was_created(sent: Sender) -> None:
    """Scripts of four collections take the sixth part of it as the dataset's id; catalog.yaml has the header."""
    answer = catalog(sent, "POST", "/dataSets", dataset(schema_made(sent)))
    (reference,) = made(answer)
    parts = answer.headers["location"].split("/")
    assert reference == f"@/dataSets/{parts[5]}"
    assert list(made(sent.raw("GET", answer.headers["location"]), 200)) == [parts[5]]
    view = catalog(sent, "POST", "/dataSetViews", {"dataSetId": parts[5], "name": "Second"})
    assert view.headers["location"] == f"/data/foundation/catalog/{made(view)[0].removeprefix('@/')}"


def test_a_streaming_dataset_is_waited_for_and_cleaned_up_by_the_short_path(sent: Sender) -> None:
    """Check_Streaming_to_Profile.json reads and deletes below /dataset/, and expects 200 of both."""
    sent_fields = {"aspect": "production", "streamingIngestionEnabled": "true"}
    (reference,) = made(catalog(sent, "POST", "/dataSets", dataset(schema_made(sent), **sent_fields)))
    id = reference.removeprefix("@/dataSets/")
    before = made(catalog(sent, "GET", f"/dataset/{id}"), 200)[id]
    assert before.items() >= sent_fields.items()
    assert "lastBatchId" not in before
    batch = batch_made(sent, id)
    after = made(catalog(sent, "GET", f"/dataset/{id}"), 200)[id]
    assert (after["lastBatchId"], after["lastBatchStatus"], after["imsOrg"]) == (batch, "success", "TEST@AdobeOrg")
    assert made(catalog(sent, "DELETE", f"/dataset/{id}"), 200) == [reference]
    assert catalog(sent, "GET", f"/dataSets/{id}").status == 404
    assert undescribed(sent.mock) == set()


@pytest.mark.parametrize("path", ["/batches", "/dataSetFiles"])
def test_what_was_created_at_a_moment_is_neither_after_nor_before_it(sent: Sender, path: str) -> None:
    """catalog.yaml of batches; the collection filters files so too."""
    batch_made(sent, dataset_made(sent))
    (created,) = {row["created"] for row in made(catalog(sent, "GET", path), 200).values()}
    for query, found in (f"After={created}", 0), (f"After={created - 1}&createdBefore={created + 1}", 1):
        assert len(made(catalog(sent, "GET", f"{path}?created{query}"), 200)) == found
        assert sent.violations == []
    assert made(catalog(sent, "GET", f"{path}?createdBefore={created}"), 200) == {}


@pytest.mark.parametrize("name", ["{SCHEMA_ALT_ID}", "_xdm.context.profile__union"])
def test_a_dataset_names_its_schema_by_the_other_id(sent: Sender, name: str) -> None:
    alternative = schema_made(sent).removeprefix("https://ns.adobe.com").replace("/", ".").replace(".", "_", 1)
    made(catalog(sent, "POST", "/dataSets", dataset(name.replace("{SCHEMA_ALT_ID}", alternative))))
    assert sent.violations == []


OLD = """GET /health
GET /health-detailed
GET /largeDocuments/1
GET /dataSets/{id}/dule
GET POST PUT DELETE /dataSets/{id}/labels
GET /dataSets/{id}/views/{id}/transforms
GET /dataSetViews/{id}/children
GET /xdms
GET /xdms/context
GET /xdms/context/person
GET /xdms/context/person/_customer
GET PUT POST DELETE /xdms/context/person/_customer/retail
GET /xdms/_customer
GET /xdms/_customer/web
GET PUT POST DELETE /xdms/_customer/web/flights
GET POST /descriptors
GET PUT DELETE /descriptors/1"""


@pytest.mark.parametrize("line", OLD.splitlines())
def test_what_the_old_collection_has_besides_is_told_of(sent: Sender, line: str) -> None:
    """postman/Catalog Service API.postman_collection.json, of which catalog.yaml has only the rest.

    The labels stand on an older page, catalog/api/labels.md.
    """
    *methods, path = line.split()
    for method in methods:
        body = {} if method in ("POST", "PUT") else ...
        assert catalog(sent, method, path.replace("{id}", dataset_made(sent)), body).status == 404
        assert [row["rule"] for row in sent.violations] == ["FS-URL-03"]
        assert "Adobe documents this operation" in sent.violations[0]["message"]
