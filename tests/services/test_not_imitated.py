"""Paths that nobody here answers: the shape of the 404, and the journal's word on whose path it is."""

from __future__ import annotations

import pytest

from contracts.services.gateway.not_imitated import PLATFORM_SERVICES
from contracts.tables import SERVICES
from tests.kit.sender import Sender

IMITATED = tuple(row.base_path for row in SERVICES)
ELSEWHERE = [
    (name, path)
    for name, paths in PLATFORM_SERVICES.items()
    for path in paths
    if not any(f"{path}/".startswith(f"{each}/") for each in IMITATED)
]


@pytest.mark.parametrize(("name", "path"), ELSEWHERE, ids=[path for _, path in ELSEWHERE])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_documented_service_that_isnt_imitated_is_named(sent: Sender, name: str, path: str, method: str) -> None:
    """AdobeDocs/experience-platform-apis lists them; aepp's classes read ``status`` of any answer."""
    answer = sent.raw(method, f"{path}/some/where")
    assert answer.status == answer.json["status"] == 404
    assert set(answer.json) == {"type", "title", "status", "detail"}
    (row,) = sent.violations
    assert row["rule"] == "FS-URL-03"
    assert f"of {name}, which isn't imitated here" in row["message"]
    assert row["allowed"] == ["a stub (POST /__admin/stubs)", "--allow HOST"]
    assert "Check the path" not in row["message"]


def test_a_longer_base_path_wins(sent: Sender) -> None:
    for path, name in (("/data/core/ups/segment/definitions", "Segmentation"), ("/data/core/ups/entities", "Profile")):
        sent.raw("GET", path)
        assert name in sent.violations[0]["message"]


def test_the_real_hosts_lead_there_too(sent: Sender) -> None:
    asked = [
        ("platform.adobe.io", "/ajo/journey"),
        ("reactor.adobe.io", "/properties"),
        ("cja.adobe.io", "/data/dataviews"),
    ]
    for host, path in [("platform.adobe.io", "/data/foundation/query/x"), *asked]:
        assert sent.raw("GET", path, {"host": host}).json["status"] == 404
        assert sent.violations[0]["rule"] == "FS-URL-03"
        assert sent.raw("GET", f"/{host}{path}").json["status"] == 404
        assert sent.violations[0]["rule"] == "FS-URL-03"


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/data/foundation/queryx", "/data/foundation/flowservice/nosuch", "/ims/nosuch"]
    + ["/data/foundation/sandbox-management/no/such/path", "/adobe.io/nothing"],
)
def test_any_other_unknown_path_has_a_status_too(sent: Sender, path: str) -> None:
    answer = sent.raw("GET", path)
    assert answer.status == answer.json["status"] == 404
    assert (answer.json["error_code"], answer.json["message"]) == ("404000", "Resource not found")
    assert sent.rules == ["FS-URL-01"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/connections/an-id?a=b", "/data/foundation/flowservice/connections/an-id"),
        ("/flowservice/flows", "/data/foundation/flowservice/flows"),
        ("/schemaregistry/tenant/schemas", "/data/foundation/schemaregistry/tenant/schemas"),
        ("/data/foundation/flowservice/conections", "/connections"),
        ("/data/foundation/flowservices/flows", "/data/foundation/flowservice/flows"),
        ("/data/fundation/schemaregistry/tenant/schemas", "/data/foundation/schemaregistry/tenant/schemas"),
        ("/plattform.adobe.io/data/foundation/flowservice/flows", "/data/foundation/flowservice/flows"),
    ],
)
def test_a_path_without_its_base_is_answered_with_the_whole_one(sent: Sender, path: str, meant: str) -> None:
    assert sent.raw("GET", path).json["detail"].endswith(f"(nearest: {meant})")
    assert sent.violations[0]["nearest"] == meant


@pytest.mark.parametrize("path", ["/nothing", f"/connections/{'x' * 500}"])
def test_any_other_path_is_told_where_flow_service_is(sent: Sender, path: str) -> None:
    detail = "Resource not found: path: not below a base path such as /data/foundation/flowservice"
    assert sent.raw("GET", path, {}).json["detail"] == detail
    assert all(row["nearest"] is None for row in sent.violations)


@pytest.mark.parametrize("path", ["/accounts.zoho.eu/oauth/v3/token", "/www.zohoapis.eu/crm/v8/a/b/c/d/e"])
def test_zohos_have_a_status_in_zohos_shape(sent: Sender, path: str) -> None:
    answer = sent.raw("GET", path)
    assert answer.status == 404
    assert answer.json["status"] in ("failure", "error")


@pytest.mark.parametrize(
    "host",
    ["desk.zoho.com", "books.zoho.com.au", "campaigns.zoho.eu", "analyticsapi.zoho.in", "Recruit.Zoho.com"]
    + ["upload.zohocloud.ca", "files.zohoapis.sa"],
)
@pytest.mark.parametrize("way", ["in the path", "as the host"])
def test_a_host_of_another_product_of_zohos_is_told(sent: Sender, host: str, way: str) -> None:
    path = "/api/v1/tickets?orgId=1"
    answer = sent.raw("GET", f"/{host}{path}") if way == "in the path" else sent.raw("GET", path, {"host": host})
    assert (answer.status, answer.json["code"]) == (404, "INVALID_URL_PATTERN")
    (row,) = sent.violations
    assert row["rule"] == "ZO-URL-05"
    assert row["message"].startswith(f"path: {host.lower()} isn't imitated here")
    assert "Flow Service" not in row["message"]


def test_the_host_that_takes_files_for_the_crm_is_told(sent: Sender) -> None:
    sent.raw("POST", "/content.zohoapis.com/crm/v8/upload")
    assert sent.rules == ["ZO-URL-05"]


@pytest.mark.parametrize("host", ["account.zoho.com", "accounts.zoho.xx"])
def test_a_wrong_host_below_a_path_of_zohos_is_answered_with_the_right_one(sent: Sender, host: str) -> None:
    sent.raw("POST", f"/{host}/oauth/v2/token")
    assert sent.rules == ["FS-URL-01"]
    assert sent.violations[0]["nearest"] == "/accounts.zoho.{domain}/oauth/v2/token"


@pytest.mark.parametrize("host", ["audiencemanager.adobe.io", "cc-api-storage.adobe.io", "assets.adobe.com"])
def test_another_host_of_adobes_is_told(sent: Sender, host: str) -> None:
    assert sent.raw("GET", f"/{host}/v1/traits").json["status"] == 404
    (row,) = sent.violations
    assert row["rule"] == "FS-URL-03"
    assert row["message"].startswith(f"path: {host} isn't imitated here")


PARTS = [
    ("GET", "/data/foundation/schemaregistry/rpc/auditlog/_x.schemas.1"),
    ("POST", "/data/foundation/catalog/batches"),
    ("GET", "/data/foundation/catalog/accounts/1"),
    ("GET", "/data/foundation/catalog/transforms"),
    ("DELETE", "/data/foundation/catalog/transforms/1/outputs/2"),
    ("GET", "/data/foundation/catalog/tags/x"),
    ("GET", "/data/foundation/catalog/largedocuments/1"),
    ("GET", "/data/foundation/catalog"),
    ("POST", "/data/foundation/catalog/batches/1"),
    ("GET", "/data/foundation/catalog/batches/uniques/status"),
    ("GET", "/data/foundation/catalog/dataSets/1/credentials?batchId=2"),
    ("GET", "/data/foundation/catalog/dataSets/1/ingestBatchSummary"),
    ("POST", "/data/foundation/catalog/dataSets/1/views"),
    ("DELETE", "/data/foundation/catalog/dataSets/1/views/2/files/3"),
    ("PATCH", "/data/foundation/catalog/dataSetViews/1"),
    ("DELETE", "/data/foundation/catalog/dataSetFiles?batchId=1"),
    ("PUT", "/data/foundation/catalog/dataSetFiles/1"),
    ("GET", "/data/foundation/catalog/connections/1/dataSets"),
    ("GET", "/data/foundation/catalog/connectors/1/stats"),
    ("GET", "/data/foundation/connectors/mappingSets/suggestion?batchId=1"),
    ("PUT", "/data/foundation/connectors/connections/1/schedule"),
    ("POST", "/data/foundation/import/collection/batch/1"),
    ("GET", "/data/foundation/dataset/datasets/1/labels"),
    ("POST", "/data/core/edge/inlet"),
    ("GET", "/data/foundation/export/datasets/1/preview"),
    ("POST", "/data/foundation/conversion/samples"),
    ("GET", "/data/foundation/exim/packages/1"),
]


def test_a_documented_operation_that_isnt_imitated_says_so_too(sent: Sender) -> None:
    for method, path in PARTS:
        answer = sent.raw(method, path)
        assert answer.status == answer.json["status"] == 404, path
        (row,) = sent.violations
        assert (row["rule"], row["allowed"]) == ("FS-URL-03", ["a stub (POST /__admin/stubs)", "--allow HOST"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "conversion/mappingSets/suggestion"),
        ("POST", "conversion/mappingSets/1/mappings"),
        ("GET", "conversion/xdmBatchConversions/1"),
    ],
)
def test_what_no_document_has_but_programs_send_isnt_imitated_either(sent: Sender, method: str, path: str) -> None:
    """The answer has a status, as they read it, and nobody is sent to look at the path."""
    answer = sent.raw(method, f"/data/foundation/{path}")
    (row,) = sent.violations
    assert (answer.status, answer.json["status"], row["rule"]) == (404, 404, "FS-URL-03")
    assert "no document of Adobe's has it, and it isn't imitated here" in row["message"]
    assert row["allowed"] == ["a stub (POST /__admin/stubs)", "--allow HOST"]
    assert "Check the path" not in row["message"]
