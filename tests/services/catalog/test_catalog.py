"""Catalog: datasets, the batches that runs leave behind, and the files of these."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import ANY
from urllib.parse import quote

import pytest

from contracts.reading.json_text import MAX_DEPTH
from tests.kit import chain
from tests.kit.connection import HEADERS
from tests.kit.described import drifts, undescribed
from tests.kit.platform import ask, batch_made, catalog, dataset, dataset_made, made, registry, schema, schema_made
from tests.kit.sender import Answer, Sender, under

DATASET_ID = re.compile(r"@/dataSets/([0-9a-f]{24})")
UNKNOWN = "0" * 24


def expiring(period: Any) -> dict[str, Any]:
    return {"extensions": {"adobe_lakeHouse": {"rowExpiration": {"ttlValue": period}}}}


def refused(answer: Answer, status: int) -> None:
    assert answer.status == status, answer.text
    assert answer.json.keys() == {"status", "title", "detail"}


def read(sent: Sender, id: str) -> dict[str, Any]:
    found = made(catalog(sent, "GET", f"/dataSets/{id}"), 200)
    assert list(found) == [id]
    return found[id]  # type: ignore[no-any-return]


def test_a_dataset_is_created_as_an_array_and_read_as_an_object(sent: Sender) -> None:
    schema = schema_made(sent)
    (reference,) = made(catalog(sent, "POST", "/dataSets?requestDataSource=true", dataset(schema)))
    id = DATASET_ID.fullmatch(reference)[1]  # type: ignore[index]
    assert sent.violations == []
    view = read(sent, id)
    assert (view["version"], view["imsOrg"], view["name"], view["state"]) == (
        "1.0.0",
        "TEST@AdobeOrg",
        "Leads",
        "DRAFT",
    )
    assert view["schemaRef"]["id"] == schema
    assert view["tags"] == {"adobe/pqs/table": ["leads"], "unifiedProfile": ["enabled:true", ANY]}
    assert view["files"] == f"@/dataSets/{id}/views/{view['viewId']}/files"
    headers = catalog(sent, "GET", f"/dataSets/{id}").headers
    assert (headers["etag"], headers["e-tag"]) == ('"1.0.0"', "1.0.0")
    other = dataset_made(sent, schema)
    assert list(made(catalog(sent, "GET", f"/dataSets/{id},{other}"), 200)) == [id, other]


def test_a_dataset_is_patched_merged_replaced_and_deleted(sent: Sender) -> None:
    id = dataset_made(sent)
    reference = [f"@/dataSets/{id}"]
    operations = [{"op": "add", "path": "/tags/unifiedIdentity", "value": ["enabled:true"]}]
    for content_type in ("application/json", "application/json-patch+json"):
        assert made(catalog(sent, "PATCH", f"/dataSets/{id}", operations, content_type=content_type), 200) == reference
    assert made(catalog(sent, "PATCH", f"/v2/dataSets/{id}", expiring("P3M")), 200) == reference
    view = read(sent, id)
    assert (view["version"], view["extensions"]) == ("1.0.3", expiring("P3M")["extensions"])
    assert view["tags"]["unifiedIdentity"] == view["tags"]["unifiedProfile"][:1] == ["enabled:true"]
    assert made(catalog(sent, "PUT", f"/dataSets/{id}", {"name": "Other"}, if_match='"1.0.3"'), 200) == reference
    assert read(sent, id)["name"] == "Other"
    assert made(catalog(sent, "DELETE", f"/dataSets/{id}"), 200) == reference
    refused(catalog(sent, "GET", f"/dataSets/{id}"), 404)
    assert made(catalog(sent, "DELETE", f"/dataSets/{id}"), 200) == []


def test_rows_expire_after_a_period_where_they_are_events(sent: Sender) -> None:
    """experience-event-dataset-retention-ttl-guide.md, which spells the path of the update in both ways."""
    events = schema("Visits", allOf=[{"$ref": "https://ns.adobe.com/xdm/context/experienceevent"}])
    id = dataset_made(sent, made(registry(sent, "POST", "/tenant/schemas", events))["$id"])
    limits = made(catalog(sent, "GET", f"/ttl/{id}"), 200)["extensions"]["adobe_lakeHouse"]["rowExpiration"]
    assert limits == {"defaultValue": "P12M", "maxValue": "P10Y", "minValue": "P30D"}
    refused(catalog(sent, "GET", f"/ttl/{UNKNOWN}"), 404)
    for path, period in (("dataSets", "P30D"), ("datasets", "P1Y6M")):
        assert made(catalog(sent, "PATCH", f"/v2/{path}/{id}", expiring(period)), 200) == [f"@/dataSets/{id}"]
        assert (sent.violations, read(sent, id)["extensions"]) == ([], expiring(period)["extensions"])
    for period in ("3M", "P", "PT5H", "P3M ", "", 90):
        refused(catalog(sent, "PATCH", f"/v2/dataSets/{id}", expiring(period)), 400)
        assert sent.rules == ["CT-TTL-01"]
    other = dataset_made(sent, schema_made(sent))
    assert made(catalog(sent, "PATCH", f"/v2/dataSets/{other}", expiring("P3M")), 200) == [f"@/dataSets/{other}"]
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("CT-TTL-02", "warning")]


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_version_that_has_passed_is_refused(sent: Sender, method: str) -> None:
    id = dataset_made(sent)
    refused(catalog(sent, method, f"/dataSets/{id}", {"name": "x"}, if_match="9.9.9"), 412)
    assert read(sent, id)["version"] == "1.0.0"


@pytest.mark.parametrize(
    "change",
    [
        *({"name": ""}, {"name": None}, {"description": 1}, {"schemaRef": "x"}, {"schemaRef": {"id": "x"}}),
        *({"tags": []}, {"tags": {"a": "b"}}, {"tags": {"a": [1]}}, {"fileDescription": 1}),
    ],
)
def test_a_dataset_that_is_none_is_refused_and_not_stored(sent: Sender, change: dict[str, Any]) -> None:
    refused(catalog(sent, "POST", "/dataSets", {**dataset(schema_made(sent)), **change}), 400)
    assert made(catalog(sent, "GET", "/dataSets"), 200) == {}


@pytest.mark.parametrize(
    "patch", [[], {}, [1], [{"op": "x", "path": "/name"}], [{"op": "remove", "path": "/x"}], {"name": 1}]
)
def test_a_patch_that_is_none_changes_nothing(sent: Sender, patch: Any) -> None:
    id = dataset_made(sent)
    refused(catalog(sent, "PATCH", f"/dataSets/{id}", patch), 400)
    assert read(sent, id)["version"] == "1.0.0"


@pytest.mark.parametrize(
    "kind", ["application/vnd.adobe.xed-full-notext+json; version=1", "application/vnd.adobe.xed+json;version=1"]
)
def test_a_printed_content_type_breaks_no_rule(sent: Sender, kind: str) -> None:
    made(catalog(sent, "POST", "/dataSets", dataset("x__union", schemaRef={"id": "x__union", "contentType": kind})))
    assert sent.violations == []


def test_an_unknown_schema_is_warned_about_and_refused_strictly() -> None:
    sent, unknown = under("default"), "https://ns.adobe.com/acme/schemas/0123"
    known = schema_made(sent)
    made(catalog(sent, "POST", "/dataSets", dataset(unknown)))
    assert [(row["rule"], row["severity"], row["allowed"]) for row in sent.violations] == [
        ("CT-NEW-05", "warning", [known])
    ]
    refused(catalog(under("strict"), "POST", "/dataSets", dataset(unknown)), 400)


def test_a_schema_that_a_dataset_has_is_neither_deleted_nor_made_less(sent: Sender) -> None:
    schema = schema_made(sent)
    one, id = f"/tenant/schemas/{quote(schema, safe='')}", dataset_made(sent, schema)
    assert registry(sent, "DELETE", one).status == 400
    assert sent.rules == ["SR-DEL-01"]
    assert registry(sent, "PATCH", one, [{"op": "remove", "path": "/allOf/2"}]).status == 400
    assert sent.rules == ["SR-CHG-01"]
    catalog(sent, "DELETE", f"/dataSets/{id}")
    assert registry(sent, "DELETE", one).status == 204


# Lists


def test_lists_are_filtered_ordered_paged_and_projected(sent: Sender) -> None:
    schema = schema_made(sent)
    for name in ("Beta", "Alpha", "Gamma"):
        made(catalog(sent, "POST", "/dataSets", dataset(schema, name=name, tags={"kind": [name[0]]})))

    def names(query: str) -> list[str]:
        return [view.get("name") for view in made(catalog(sent, "GET", f"/dataSets?{query}"), 200).values()]

    assert names("orderBy=asc:name") == ["Alpha", "Beta", "Gamma"]
    assert names("orderBy=desc:name&limit=1&start=1") == ["Beta"]
    assert names("sort=desc:name&limit=1") == names("sort=asc:name&orderBy=desc:name&limit=1") == ["Gamma"]
    assert names("name=*a&orderBy=asc:name") == ["Alpha", "Beta", "Gamma"]
    assert names("name=Al*") == names("tags=kind:A") == names("property=name==Alpha") == ["Alpha"]
    assert names("property=created>1&property=name!=Alpha&orderBy=asc:name") == ["Beta", "Gamma"]
    found = made(catalog(sent, "GET", "/dataSets?properties=name,nosuch&limit=100"), 200)
    assert all(view.keys() == {"name"} for view in found.values())


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "start=-1", "orderBy=up:name", "sort=up:name", "property==x"]
)
def test_a_list_that_asks_wrongly_is_refused(sent: Sender, query: str) -> None:
    refused(catalog(sent, "GET", f"/dataSets?{query}"), 400)


def test_what_one_sandbox_holds_another_does_not(sent: Sender) -> None:
    refused(catalog(sent, "GET", f"/dataSets/{dataset_made(sent)}", x_sandbox_name="other"), 404)


# Batches


def test_a_run_that_has_succeeded_has_a_batch(sent: Sender) -> None:
    id = dataset_made(sent, schema_made(sent))
    batch = batch_made(sent, id)
    answer = catalog(sent, "GET", f"/batches/{batch}")
    assert list(answer.json) == [batch]
    view = answer.json[batch]
    assert (answer.headers["etag"], answer.headers["e-tag"]) == (f'"{view["version"]}"', view["version"])
    assert view["status"] == "success"
    assert view["relatedObjects"] == [{"type": "dataSet", "id": id}]
    assert view["recordCount"] == view["metrics"]["outputRecordCount"] > 0
    assert view["started"] <= view["completed"]
    shown = read(sent, id)
    assert (shown["lastBatchId"], shown["lastBatchStatus"], shown["lastSuccessfulBatch"]) == (batch, "success", batch)
    for query in (f"dataSet={id}", "status=success", "createdAfter=1700000000000", "orderBy=desc:created&limit=1"):
        assert list(made(catalog(sent, "GET", f"/batches?{query}"), 200)) == [batch]
        assert sent.mock.journal.rows()[-1]["request"]["url"].endswith(query)
    assert made(catalog(sent, "GET", f"/batches?dataSet={UNKNOWN}"), 200) == {}
    for path in (f"/dataSets/{id}/views/{shown['viewId']}/files", f"/dataSetFiles?dataSetId={id}"):
        files = made(catalog(sent, "GET", path), 200)
        assert {file_id: file["batchId"] for file_id, file in files.items()} == {f"{batch}-1": batch}


def test_a_dataset_and_its_batch_have_what_was_recorded(sent: Sender) -> None:
    """Answers in Adobe's Postman collection UPS_Runbook_Sample; what only some of its datasets have isn't here."""
    id = dataset_made(sent, schema_made(sent))
    batch = batch_made(sent, id)
    view = read(sent, id)
    assert (view["namespace"], view["enableErrorDiagnostics"]) == ("ACP", False)
    assert view["schemaMetadata"] == {"delta": [], "gdpr": []}
    made(catalog(sent, "PATCH", f"/dataSets/{id}", {"enableErrorDiagnostics": True}), 200)
    assert read(sent, id)["enableErrorDiagnostics"] is True
    found = made(catalog(sent, "GET", f"/batches/{batch}"), 200)[batch]
    assert (found["externalId"], found["inputFormat"], found["tags"]) == (batch, {"format": "parquet"}, {})
    assert found["sandboxId"] == sent("GET", "/flows").json["items"][0]["sandboxId"]
    assert list(made(catalog(sent, "GET", f"/batches?externalId={batch}"), 200)) == [batch]


def test_batches_are_filtered_by_what_the_document_names(sent: Sender) -> None:
    batch = batch_made(sent, dataset_made(sent))
    view = made(catalog(sent, "GET", f"/batches/{batch}?aggregate=true"), 200)[batch]
    fits = [f"{name}={view[name]}" for name in ("recordCount", "failedRecordCount", "size", "started", "completed")]
    for query in (*fits, f"batch={batch}", "status=success,failed"):
        assert list(made(catalog(sent, "GET", f"/batches?{query}"), 200)) == [batch], query
    for query in ("recordCount=-1", f"batch={UNKNOWN}", "externalId=x", "startAfter=1", "endBefore=9999999999"):
        assert made(catalog(sent, "GET", f"/batches?{query}"), 200) == {}, query
    assert sent.violations == []


def test_files_and_views_are_filtered_by_what_they_have(sent: Sender) -> None:
    """The parameters of Adobe's Postman collection."""
    id = dataset_made(sent)
    batch, view = batch_made(sent, id), read(sent, id)["viewId"]
    (file,) = made(catalog(sent, "GET", f"/dataSetFiles?dataSetId={id}"), 200).values()
    measures = f"records={file['records']}&size={file['size']}"
    for query in (f"batchId={batch}", measures, "isValid=true", f"dataSetId={id}&dataSetViewId={view}"):
        assert list(made(catalog(sent, "GET", f"/dataSetFiles?{query}"), 200)) == [f"{batch}-1"], query
    for query in (f"batchId={UNKNOWN}", "records=-1", "isValid=false", "folderName=x"):
        assert made(catalog(sent, "GET", f"/dataSetFiles?{query}"), 200) == {}, query
    assert list(made(catalog(sent, "GET", f"/dataSetViews?dataSetId={id}&status=enabled"), 200)) == [view]
    for query in (f"dataSetId={UNKNOWN}", "isDefault=true", "saveStrategy=x"):
        assert made(catalog(sent, "GET", f"/dataSetViews?{query}"), 200) == {}, query
    assert sent.violations == []


def test_the_last_batches_of_datasets_are_listed(sent: Sender) -> None:
    id = dataset_made(sent)
    assert made(catalog(sent, "GET", "/lastBatches"), 200) == {}
    batch = batch_made(sent, id)
    view = made(catalog(sent, "GET", f"/batches/{batch}"), 200)[batch]
    (last,) = made(catalog(sent, "GET", f"/lastBatches?dataSetId={UNKNOWN},{id}"), 200).items()
    assert last[0] == id
    assert (last[1]["lastBatchId"], last[1]["lastSuccessfulBatchId"]) == (batch, batch)
    assert (last[1]["lastBatchStatus"], last[1]["created"]) == ("success", view["created"])
    assert last[1].keys() == {
        *("lastBatchId", "lastBatchStatus", "lastSuccessfulBatchId", "imsOrg", "sandboxId", "created", "updated"),
    }
    for query in ("lastBatchStatus=failed", "lastFailedBatchId=*", f"dataSetId={UNKNOWN}"):
        assert made(catalog(sent, "GET", f"/lastBatches?{query}"), 200) == {}, query
    assert made(catalog(sent, "GET", "/lastBatches?properties=lastBatchId"), 200) == {id: {"lastBatchId": batch}}
    assert sent.violations == []


def names_in(sent: Sender, path: str) -> list[str]:
    return [row["name"] for row in made(ask(sent, "GET", path), 200)["data"]]


def test_the_links_of_a_run_lead_to_its_files(sent: Sender) -> None:
    batch = batch_made(sent, dataset_made(sent))
    base = f"/data/foundation/export/batches/{batch}"
    assert names_in(sent, f"{base}/meta") == ["input_files", "row_errors"]
    (file,) = made(ask(sent, "GET", f"{base}/meta?path=input_files"), 200)["data"]
    found = ask(sent, "GET", re.sub(r"^https?://[^/]+", "", file["_links"]["self"]["href"]))
    assert made(found, 200) == {"path": "F1.json"}
    assert file["length"] == str(len(found.text))
    assert names_in(sent, f"{base}/meta?path=row_errors") == []
    for path in ("row_error_samples.json", "row_errors/parsing_errors_0.json"):
        refused(ask(sent, "GET", f"{base}/meta?path={path}"), 404)
    (file,) = made(ask(sent, "GET", f"{base}/files"), 200)["data"]
    assert file["dataSetFileId"] == f"{batch}-1"
    moments = made(catalog(sent, "GET", f"/batches/{batch}"), 200)[batch]
    assert (file["created"], file["updated"]) == (str(moments["created"]), str(moments["updated"]))
    assert file["_links"]["self"]["href"].endswith(f"/data/foundation/export/files/{batch}-1")
    assert made(ask(sent, "GET", f"{base}/failed"), 200)["data"] == []
    refused(ask(sent, "GET", f"{base}/failed?path=x"), 404)
    refused(ask(sent, "GET", "/data/foundation/export/batches/x/files"), 404)


def test_pages_of_files_lead_to_the_next(sent: Sender) -> None:
    """dataset-data.md; the count is of all files."""
    path = f"/data/foundation/export/batches/{batch_made(sent, dataset_made(sent))}/meta"
    first = made(ask(sent, "GET", f"{path}?limit=1"), 200)
    assert [row["name"] for row in first["data"]] == ["input_files"]
    assert first["_page"] == {"limit": 1, "count": 2}
    assert first["_links"]["page"]["href"].endswith(f"{path}?start=0&limit=1")
    after = first["_links"]["next"]["href"].rpartition("platform.adobe.io")[2]
    second = made(ask(sent, "GET", after), 200)
    assert [row["name"] for row in second["data"]] == ["row_errors"]
    assert "next" not in second["_links"]
    for query in ("limit=0", "limit=101", "limit=x", "start=-1"):
        refused(ask(sent, "GET", f"{path}?{query}"), 400)


def test_a_file_is_told_of_and_downloaded(sent: Sender) -> None:
    """dataset-data.md; a Parquet file without rows."""
    batch = batch_made(sent, dataset_made(sent))
    base, name = "/data/foundation/export/files", f"{batch}.parquet"
    (told,) = made(ask(sent, "GET", f"{base}/{batch}-1"), 200)["data"]
    assert told["name"] == name
    path = told["_links"]["self"]["href"].rpartition("platform.adobe.io")[2]
    found = sent.raw("GET", path)
    assert (found.status, found.headers["content-type"]) == (200, "application/parquet")
    assert found.text[:4] == found.text[-4:] == b"PAR1"
    assert str(len(found.text)) == told["length"]
    for path in (f"{base}/{batch}-1?path=x", f"{base}/{batch}?path={name}", f"{base}/{batch}-2", f"{base}/x-1"):
        refused(ask(sent, "GET", path), 404)
    sent.raw("GET", f"{base}/{batch}-1?path={name}", {**HEADERS, "Range": "bytes=0-9"})
    assert undescribed(sent.mock) == set()
    assert drifts(sent.mock) == []


@pytest.mark.parametrize(
    ("text", "part", "told"),
    [
        ("bytes=0-9", slice(0, 10), "bytes 0-9/32"),
        ("bytes=28-", slice(28, 32), "bytes 28-31/32"),
        ("bytes=-4", slice(28, 32), "bytes 28-31/32"),
        ("bytes=4-999", slice(4, 32), "bytes 4-31/32"),
        ("bytes=32-", slice(0, 32), None),
        ("bytes=9-1", slice(0, 32), None),
        ("bytes=-", slice(0, 32), None),
        ("bytes=0-31", slice(0, 32), None),
        ("lines=0-1", slice(0, 32), None),
    ],
)
def test_a_range_of_a_file_is_downloaded(sent: Sender, text: str, part: slice, told: str | None) -> None:
    """What no range is, or is none of this file, is answered with the whole (RFC 9110, 14.2)."""
    batch = batch_made(sent, dataset_made(sent))
    path = f"/data/foundation/export/files/{batch}-1?path={batch}.parquet"
    whole = sent.raw("GET", path).text
    found = sent.raw("GET", path, {**HEADERS, "Range": text})
    assert (found.status, found.headers.get("content-range")) == (206 if told else 200, told)
    assert found.text == whole[part]


def batch_with_failed_rows(sent: Sender) -> str:
    """The batch that a run names whose end is told from outside."""
    there, batch = chain.chain(sent), "01E8043CY305K2MTV5ANH9G1GC"
    info = {"id": there.target, "type": "TargetConnection", "reference": {"type": "Batch", "ids": [batch]}}
    records = {"inputRecordCount": 5, "outputRecordCount": 3, "failedRecordCount": 2}
    metrics = {"recordSummary": records, "statusSummary": {"status": "partial_success"}}
    run = chain.make(sent, "runs", chain.run(there.flow))
    ended = {
        "flowId": there.flow,
        "metrics": metrics,
        "activities": [{"id": "promotionActivity", "targetInfo": [info]}],
    }
    assert sent("PUT", f"/runs/{run}", ended, if_match="*").status == 200
    return batch


def test_a_batch_with_failed_rows_has_diagnostics_of_them(sent: Sender) -> None:
    """ingestion/quality/error-diagnostics.md; each file has one row here."""
    base = f"/data/foundation/export/batches/{batch_with_failed_rows(sent)}/meta"
    assert names_in(sent, base) == ["input_files", "row_errors", "row_error_samples.json"]
    assert names_in(sent, f"{base}?path=row_errors/") == ["parsing_errors_0.json"]
    row = made(ask(sent, "GET", f"{base}?path=row_errors/parsing_errors_0.json"), 200)
    assert (row["_errors"][0]["code"], row["_filename"]) == ("1401", "parsing_errors_0.json")
    assert made(ask(sent, "GET", f"{base}?path=row_error_samples.json"), 200) == row


def test_an_unknown_batch_is_not_found(sent: Sender) -> None:
    refused(catalog(sent, "GET", "/batches/01ARZ3NDEKTSV4RRFFQ69G5FAV"), 404)


def named(sent: Sender, query: str) -> set[str]:
    return {view["name"] for view in made(catalog(sent, "GET", f"/dataSets?{query}"), 200).values()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=one,two", {"one", "two"}),
        ("name=!one,two", {"three"}),
        ("name=t*", {"two", "three"}),
        ("description=first", {"one"}),
        ("description=!first", {"two", "three"}),
        ("tags=colour:red,size:*", {"two"}),
        ("tags=colour:r*", {"one", "two"}),
        ("property=description", {"one"}),
        ("property=!description", {"two", "three"}),
        ("property=name~^t", {"two", "three"}),
        ("property=name==t*", {"two", "three"}),
        ("property=name!=t*", {"one"}),
        ("property=version>1.0.0", {"three"}),
        ("property=version<=1.0.0&name=!one", {"two"}),
    ],
)
def test_the_filters_of_its_page_are_kept(sent: Sender, query: str, expected: set[str]) -> None:
    tags = {"one": {"colour": ["red"]}, "two": {"colour": ["red"], "size": ["9"]}, "three": {"size": ["9"]}}
    for name, its in tags.items():
        body = {"name": name, "tags": its, **({"description": "first"} if name == "one" else {})}
        made(catalog(sent, "POST", "/dataSets", body))
    (last,) = made(catalog(sent, "GET", "/dataSets?name=three"), 200)
    made(catalog(sent, "PATCH", f"/dataSets/{last}", {"tags": {"size": ["9"]}}), 200)
    assert named(sent, query) == expected
    assert sent.violations == []


@pytest.mark.parametrize("tags", [None, [], "x", 5, [5], {"a": 5}, {"a": None}, {"a": "b"}, {"a": [1, None]}, {"": []}])
def test_a_view_of_strange_tags_has_none_that_is_asked_for(sent: Sender, tags: Any) -> None:
    """No rule says what the tags of a view are."""
    id = made(catalog(sent, "POST", "/dataSets", {"name": "one"}))[0].removeprefix("@/dataSets/")
    made(catalog(sent, "POST", "/dataSetViews", {"dataSetId": id, "tags": tags}))
    for query in ("tags=a", "tags=a:b", "tags=:,a:*", "property=tags.a==b", "property=tags", "orderBy=tags"):
        assert made(catalog(sent, "GET", f"/dataSetViews?{query}"), 200) is not None
    assert made(catalog(sent, "GET", "/dataSetViews?tags=a:b"), 200) == {}


FIRST = {"id": "first", "resource": "/dataSets", "method": "post", "body": {"name": "First"}}
VIEW = {"id": "view", "resource": "/dataSetViews", "method": "POST", "body": {"dataSetId": "<<first.id>>"}}


def test_several_requests_use_what_earlier_ones_have_answered(sent: Sender) -> None:
    read = {"id": "read", "resource": "/dataSets/<<first.id>>?properties=name", "method": "GET"}
    first, view, found = made(catalog(sent, "POST", "", [FIRST, VIEW, read]), 200)
    id = first["body"][0].removeprefix("@/dataSets/")
    assert (first["code"], view["code"], found["code"]) == (200, 200, 200)
    assert found["body"] == {id: {"name": "First"}}
    of_it = made(catalog(sent, "GET", view["body"][0].removeprefix("@")), 200)
    assert [each["dataSetId"] for each in of_it.values()] == [id]
    assert sent.violations == []


def test_the_journal_shows_which_requests_were_among_several(sent: Sender) -> None:
    secret = {**FIRST, "body": {"name": "First", "clientSecret": "s3cret-client-value"}}
    made(catalog(sent, "POST", "", [secret]), 200)
    row = sent.mock.journal.rows()[-1]
    (asked,) = row["request"]["body"]
    assert (asked["resource"], asked["method"], asked["body"]) == ("/dataSets", "post", "xxxx")
    assert row["response"]["body"][0]["body"][0].startswith("@/dataSets/")
    assert "s3cret" not in str(row)


def test_several_requests_change_all_or_nothing(sent: Sender) -> None:
    kept = made(catalog(sent, "POST", "/dataSets", {"name": "Kept"}))[0].removeprefix("@/dataSets/")
    rename = {"id": "rename", "resource": f"/dataSets/{kept}", "method": "PATCH", "body": {"name": "Other"}}
    wrong = {"id": "wrong", "resource": "/dataSets", "method": "POST", "body": {"name": 1}}
    answers = made(catalog(sent, "POST", "", [FIRST, rename, wrong, {**FIRST, "id": "after"}]), 200)
    assert [(each["id"], each["code"]) for each in answers] == [("first", 200), ("rename", 200), ("wrong", 400)]
    assert [(each["rule"], each["pointer"]) for each in sent.violations] == [("CT-NEW-01", "/2/name")]
    assert named(sent, "") == {"Kept"}


def test_a_read_that_fails_stops_none_of_several_requests(sent: Sender) -> None:
    lost = [{"id": name, "resource": name, "method": "GET"} for name in ("/dataSets/none", "/nowhere", "/../export")]
    answers = made(catalog(sent, "POST", "", [*lost, FIRST]), 200)
    assert [each["code"] for each in answers] == [404, 404, 404, 200]
    assert named(sent, "") == {"First"}


def test_one_of_several_requests_reads_what_is_nested_as_deeply_as_may_be(sent: Sender) -> None:
    """An answer has it deeper than the body that brought it."""
    deep: Any = 1
    for _ in range(MAX_DEPTH - 1):
        deep = {"x": deep}
    body = dataset(schema_made(sent), extensions=deep)
    made(catalog(sent, "POST", "/dataSets", body))
    refused(catalog(sent, "POST", "/dataSets", {**body, "extensions": {"x": deep}}), 400)
    (answer,) = made(catalog(sent, "POST", "", [FIRST | {"resource": "/dataSets", "method": "GET", "body": None}]), 200)
    assert answer["code"] == 200
    assert [view["extensions"] for view in answer["body"].values()] == [deep]


def test_several_requests_hold_no_others(sent: Sender) -> None:
    (answer,) = made(catalog(sent, "POST", "", [{"id": "x", "resource": "/", "method": "POST", "body": [FIRST]}]), 200)
    assert answer["code"] == 404
    assert named(sent, "") == set()


@pytest.mark.parametrize(
    "change", [{"id": ""}, {"id": 1}, {"resource": "dataSets"}, {"method": "HEAD"}, {"id": "view"}]
)
def test_several_requests_that_are_none_are_refused(sent: Sender, change: dict[str, Any]) -> None:
    refused(catalog(sent, "POST", "", [{**FIRST, **change}, VIEW]), 400)
    assert named(sent, "") == set()


def test_a_dataset_has_a_view_from_the_beginning(sent: Sender) -> None:
    id = dataset_made(sent)
    view = made(catalog(sent, "GET", f"/dataSets/{id}"), 200)[id]["viewId"]
    assert made(catalog(sent, "GET", f"/dataSetViews/{view}"), 200)[view]["dataSetId"] == id
    assert list(made(catalog(sent, "GET", "/dataSetViews"), 200)) == [view]
    (other,) = made(catalog(sent, "POST", "/dataSetViews", {"dataSetId": id}))
    other = other.removeprefix("@/dataSetViews/")
    assert set(made(catalog(sent, "GET", f"/dataSets/{id}/views"), 200)) == {view, other}
    assert made(catalog(sent, "GET", f"/dataSetViews?dataSetId={UNKNOWN}"), 200) == {}
    only = {other: {"dataSetId": id}}
    assert made(catalog(sent, "GET", f"/dataSetViews/{other}?properties=dataSetId"), 200) == only
    assert made(catalog(sent, "GET", f"/dataSets/{id}/views/{other}"), 200)[other]["status"] == "enabled"
    refused(catalog(sent, "GET", f"/dataSets/{id}/views/none"), 404)
    refused(catalog(sent, "GET", f"/dataSets/{UNKNOWN}/views"), 404)
    refused(catalog(sent, "GET", "/dataSetViews/none"), 404)
    refused(catalog(sent, "POST", "/dataSetViews", {"dataSetId": "none"}), 404)
    refused(catalog(sent, "POST", "/dataSetViews", {}), 400)


def test_a_request_may_be_validated_alone(sent: Sender) -> None:
    """catalog/api/appendix.md"""
    made(catalog(sent, "POST", "/dataSets", {"name": "First"}, pragma="validate-only"))
    assert named(sent, "") == set()
    refused(catalog(sent, "POST", "/dataSets", {"name": ""}, pragma="validate-only"), 400)
    id = dataset_made(sent)
    before = read(sent, id)
    made(catalog(sent, "PUT", f"/dataSets/{id}", {"name": "Other"}, pragma="validate-only"), 200)
    assert read(sent, id) == before


@pytest.mark.parametrize("query", ["limit=x", "start=x", "limit=0", "orderBy=up:name", "property==x"])
def test_every_list_asks_for_a_sound_page(sent: Sender, query: str) -> None:
    id = dataset_made(sent)
    view = read(sent, id)["viewId"]
    for path in (
        "/batches",
        "/dataSetFiles",
        "/dataSetViews",
        f"/dataSets/{id}/views",
        f"/dataSets/{id}/views/{view}/files",
    ):
        refused(catalog(sent, "GET", f"{path}?{query}"), 400)


@pytest.mark.parametrize("path", ["/dataSets", "/batches", "/dataSetFiles", "/dataSets/{id}/views/0/files"])
@pytest.mark.parametrize("query", ["limit=x", "start=x", "limit=0", "start=-1", f"start={'9' * 5000}", "limit=٣"])
def test_every_list_refuses_a_page_that_is_none(sent: Sender, path: str, query: str) -> None:
    refused(catalog(sent, "GET", path.format(id=dataset_made(sent)) + f"?{quote(query, safe='=')}"), 400)


@pytest.mark.parametrize("query", ["createdAfter=", "createdBefore="])
@pytest.mark.parametrize("text", ["9" * 5000, "٣", "x", ""])
def test_any_moment_may_be_asked_for(sent: Sender, query: str, text: str) -> None:
    assert catalog(sent, "GET", f"/batches?{query}{quote(text)}").status == 200


@pytest.mark.parametrize("query", ["orderBy=" + ",".join(["asc:name"] * 101), "&".join(["property=name!=x"] * 101)])
def test_a_list_is_asked_for_only_so_much(sent: Sender, query: str) -> None:
    refused(catalog(sent, "GET", f"/dataSets?{query}"), 400)
