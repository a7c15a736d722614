"""Requests that a page of Adobe's prints, as it prints them, and what the page says of the answer.

Each test names its page, below ``help/sources/tutorials/api/``.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from contracts import BASE_PATH, catalogue
from contracts.sources.source_catalogue import DATA_LAKE
from tests.kit import chain
from tests.kit.chain import FAR, make, read, without
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Sender, under

SOURCES = {source.name: source for source in catalogue().of("source")}
REST_TO_AEP = "6499120c-0b15-42dc-936e-847ea3c24d72"
ONCE = {"startTime": FAR, "frequency": "once"}


def spec(name: str, version: Any = "1.0") -> dict[str, Any]:
    return {"connectionSpec": {"id": SOURCES[name].id, "version": version}}


def connection(name: str, auth: str, **params: Any) -> dict[str, Any]:
    return {"name": "x", "auth": {"specName": auth, "params": params}, **spec(name)}


def warnings(sent: Sender) -> list[str]:
    """The rules that the last call was warned about; a placeholder is none of them."""
    assert sent.rules == []
    return [row["rule"] for row in sent.violations if row["rule"] != "FS-FILL-01"]


# Source connections.


@pytest.mark.parametrize("name", ["http-api", "capillary", "snowflake-streaming"])
def test_a_stream_needs_no_data(name: str) -> None:
    """create/: streaming/http.md, loyalty/capillary.md, databases/snowflake-streaming.md; the description has it."""
    params = {"params": {"tableName": "ACME", "timestampColumn": "ts"}}
    body = {"name": "s", **(params if "snow" in name else {}), **spec(name)}
    sent = under("default")
    base = make(sent, "connections", SOURCES[name].examples[0])
    assert sent("POST", "/sourceConnections", {**body, "baseConnectionId": base}).status == 201
    assert warnings(sent) == ["FS-IN-08"]
    strict = under("strict")
    base = make(strict, "connections", SOURCES[name].examples[0])
    assert strict("POST", "/sourceConnections", {**body, "baseConnectionId": base}).status == 400


def test_files_and_tables_do(sent: Sender) -> None:
    assert (
        sent("POST", "/sourceConnections", {"name": "s", **spec("amazon-s3"), "params": {"path": "/a"}}).status == 400
    )
    assert sent.rules == ["FS-IN-04"]


def test_a_table_may_be_named_by_path(sent: Sender) -> None:
    """collect/marketing-automation.md; eight pages send tableName."""
    base = make(sent, "connections", zoho())
    make(sent, "sourceConnections", chain.source(base, params={"path": "Leads"}))
    assert warnings(sent) == ["FS-IN-09"]


def test_a_version_may_be_a_number(sent: Sender) -> None:
    """cloud-storage-parquet.md sends ``"version": 1``."""
    body = {"name": "s", "data": {"format": "parquet_xdm"}, "params": {"path": "a", "recursive": "true"}}
    make(sent, "sourceConnections", {**body, **spec("amazon-s3", 1)})
    assert "FS-CON-17" in warnings(sent)


@pytest.mark.parametrize("name", ["paypal", "zoho-crm", "amazon-s3", "mysql", "mixpanel"])
def test_a_target_with_the_sources_own_spec_is_warned_about(sent: Sender, name: str) -> None:
    """Five pages print one; sources-errors.md has 1307."""
    make(sent, "targetConnections", chain.target(**spec(name)))
    assert warnings(sent) == ["FS-OUT-04"]


# Flows.


def flow(sent: Sender, source: dict[str, Any], flow_spec: str, **changes: Any) -> dict[str, Any]:
    source_id, target = make(sent, "sourceConnections", source), make(sent, "targetConnections", chain.target())
    body = chain.flow(source_id, target, flowSpec={"id": flow_spec, "version": "1.0"}, scheduleParams=ONCE)
    return {**body, **changes}


def test_a_self_serve_source_may_have_no_mapping() -> None:
    """create/marketing-automation/mailchimp-campaign.md: Data Prep isn't for this source."""
    for sent in map(under, ("default", "strict")):
        base = make(sent, "connections", SOURCES["mailchimp-campaign"].examples[0])
        params = {"server": "us6", "campaignId": "1"}
        source = {"name": "s", "baseConnectionId": base, "data": {"format": "json"}, "params": params}
        body = flow(sent, {**source, **spec("mailchimp-campaign")}, REST_TO_AEP)
        make(sent, "flows", without(body, "transformations"))
        assert warnings(sent) == ["FS-TRF-09"]


@pytest.mark.parametrize(
    "data", [{"format": "parquet_xdm"}, {"format": "parquet", "schema": {"id": "https://ns.adobe.com/x/schemas/1"}}]
)
def test_data_in_xdm_needs_no_mapping(sent: Sender, data: Any) -> None:
    """cloud-storage-parquet.md."""
    source = {"name": "s", "data": data, "params": {"path": "a"}, **spec("amazon-s3")}
    make(sent, "flows", without(flow(sent, source, chain.CLOUD_TO_AEP), "transformations"))
    assert warnings(sent) == []


def test_other_files_do(sent: Sender) -> None:
    source = {"name": "s", "data": {"format": "parquet"}, "params": {"path": "a"}, **spec("amazon-s3")}
    body = flow(sent, source, chain.CLOUD_TO_AEP)
    assert sent("POST", "/flows", without(body, "transformations")).status == 400
    assert sent.rules == ["FS-TRF-02"]


def test_encrypted_files_have_a_transformation_of_their_own() -> None:
    """encrypt-data.md, with and without the key that verifies a signature."""
    keys = {"publicKeyId": "512e686e-543e-4354-bcba-e1403ddcc532"}
    for sent in map(under, ("default", "strict")):
        for params in (keys, {**keys, "signVerificationKeyId": "x"}):
            source = {"name": "s", "data": {"format": "json"}, "params": {"path": "/a/b.json"}, **spec("landing-zone")}
            encryption = {"name": "Encryption", "params": params}
            body = flow(sent, source, chain.CLOUD_TO_AEP, transformations=[chain.MAPPING, encryption])
            make(sent, "flows", body)
            assert warnings(sent) == []


# Credentials.

AZURE = [(name, auth) for name in ("azure-blob", "adls-gen2", "azure-file-storage") for auth in SOURCES[name].auth]
AZURE.append(("snowflake", "ConnectionString"))


@pytest.mark.parametrize(("name", "auth"), AZURE)
@pytest.mark.parametrize("switch", [True, "true"])
def test_azure_is_reached_through_a_private_link(sent: Sender, name: str, auth: str, switch: Any) -> None:
    """private-link.md: both params come back in clear, and lists are filtered by them."""
    wanted = {param: "x" for param, row in SOURCES[name].auth[auth].params.items() if row["required"]}
    link = {"usePrivateLink": switch, "privateEndpointId": "2c7f6574-299a-4832-aec5-886e875872e2"}
    id, _ = sent.create(connection(name, auth, **wanted, **link))
    assert warnings(sent) == []
    params = sent.read(id)["auth"]["params"]
    assert {key: params[key] for key in link} == link
    for key, value in (("usePrivateLink", "true"), ("privateEndpointId", link["privateEndpointId"])):
        answer = sent("GET", f"/connections?property={quote(f'auth.params.{key}=={value}')}")
        assert [item["id"] for item in answer.json["items"]] == [id], key


@pytest.mark.parametrize("key", ["usePrivateLink==true", "privateEndpointId==2c7f6574"])
def test_the_filters_of_private_links_are_answered(sent: Sender, key: str) -> None:
    """private-link.md."""
    assert sent("GET", f"/connections?property=auth.params.{key}").json == {"items": [], "_links": {}}


@pytest.mark.parametrize(
    "body",
    [
        # create/analytics/mixpanel.md
        connection("mixpanel", "Basic Authentication", username="u", password="p"),
        # create/customer-success/salesforce-service-cloud.md
        connection(
            "salesforce-service-cloud",
            "OAuth2 Client Credential",
            environmentUrl="https://acme.my.salesforce.com",
            clientId="i",
            clientSecret="s",
            apiVersion="60.0",
        ),
        # create/databases/oracle.md
        connection(
            "oracle",
            "Basic Authentication",
            server="s",
            port="1521",
            database="d",
            username="u",
            password="p",
            schema="x",
            sslMode="true",
        ),
        # create/databases/bigquery.md
        connection("google-big-query", "Service Authentication", projectId="p", keyFileContent="k", datasetId="d"),
        # create/databases/snowflake.md
        connection(
            "snowflake",
            "KeyPair Authentication",
            account="acme-snowflake123",
            username="u",
            database="ACME_DB",
            privateKey="k",
            privateKeyPassphrase="p",
            warehouse="COMPUTE_WH",
        ),
        # create/marketing-automation/salesforce-marketing-cloud.md
        connection(
            "salesforce-marketing-cloud",
            "Client-Id-Secret Based Authentication",
            host="abcd",
            clientId="i",
            clientSecret="s",
        ),
        # create/marketing-automation/oracle-eloqua.md
        connection("oracle-eloqua", "Basic Authentication", endpoint="e", username="u", password="p"),
        # create/customer-success/oracle-service-cloud.md
        connection("oracle-service-cloud", "Basic Authentication", host="h", username="u", password="p"),
        # create/protocols/generic-rest.md
        connection("generic-rest", "oAuth2RefreshCode", host="h", accessToken="t"),
        # create/ecommerce/sap-commerce.md
        connection(
            "sap-commerce",
            "OAuth2 Client Credential",
            region="r",
            clientId="i",
            clientSecret="s",
            tokenEndpoint="t",
        ),
        # create/cloud-storage/s3.md
        connection("amazon-s3", "IAMRole Based", bucketName="b"),
    ],
    ids=lambda body: f"{body['auth']['specName']} {len(body['auth']['params'])}",
)
def test_the_newest_credentials_are_known(sent: Sender, body: dict[str, Any]) -> None:
    sent.create(body)
    assert warnings(sent) == []


# The landing zone: create/cloud-storage/data-landing-zone.md.

ZONE = f"/connectionSpecs/{SOURCES['landing-zone'].id}/explore"


def test_the_root_of_the_landing_zone_is_what_its_container_holds(sent: Sender) -> None:
    entries = sent("GET", f"{ZONE}?objectType=root").json
    found = {entry["path"]: entry for entry in entries}
    assert {"dlz-user-container/account.csv", "dlz-user-container/data8.csv", "dlz-user-container/userdata1/"} <= set(
        found
    )
    assert set(found["dlz-user-container/account.csv"]) == {"type", "name", "path", "canPreview", "canFetchSchema"}
    assert found["dlz-user-container/userdata1/"]["type"] == "folder"
    assert sent("GET", f"{ZONE}?objectType=folder&object=root").json == entries


def test_what_is_told_of_the_landing_zone_can_be_asked_for(sent: Sender) -> None:
    waiting, met = sent("GET", f"{ZONE}?objectType=root").json, 0
    while waiting:
        entry = waiting.pop()
        assert entry["path"].startswith("dlz-user-container/")
        path = quote(entry["path"])
        if entry["type"] == "folder":
            waiting += sent("GET", f"{ZONE}?objectType=folder&object={path}").json
            continue
        answer = sent("GET", f"{ZONE}?objectType=file&object={path}&determineProperties=true&preview=true").json
        assert answer["data"]
        assert answer["properties"]["compressionType"] in ("gzip", "tarGzip")
        met += 1
    assert met == 4


def test_the_properties_of_a_file_are_detected(sent: Sender) -> None:
    path = "dlz-user-container/garageWeek/file1"
    answer = sent("GET", f"{ZONE}?objectType=file&object={path}&preview=true&determineProperties=true").json
    assert answer["properties"] == {"fileType": "delimited", "compressionType": "tarGzip", "columnDelimiter": "~"}
    names = [column["name"] for column in answer["schema"]["columns"]]
    assert names == ["id", "firstName", "lastName", "email", "birthday"]


def test_the_properties_are_given_or_detected_and_never_both_or_neither(sent: Sender) -> None:
    file = f"{ZONE}?objectType=file&object=dlz-user-container/data8.csv"
    assert sent("GET", f"{file}&fileType=delimited&preview=true").status == 200
    for more, rule in (("&fileType=delimited&determineProperties=true", "FS-EXP-17"), ("", "FS-EXP-04")):
        assert sent("GET", file + more).status == 400
        assert sent.rules == [rule]


def test_a_file_of_the_landing_zone_is_copied(sent: Sender) -> None:
    data = {"data": {"format": "delimited"}, "params": {"path": "dlz-user-container/data8.csv"}}
    source = {"name": "s", **data, **spec("landing-zone")}
    past = {"startTime": "1567411548", "frequency": "once"}
    id = make(sent, "flows", flow(sent, source, chain.CLOUD_TO_AEP, scheduleParams=past))
    sent("GET", "/runs")
    sent.mock.clock.advance(60)
    (run,) = sent("GET", f"/runs?property=flowId=={id}").json["items"]
    assert run["metrics"]["recordSummary"]["inputRecordCount"] == 2


# Specs.


@pytest.mark.parametrize(("name", "id"), [("datalake", DATA_LAKE), ("landing-zone", SOURCES["landing-zone"].id)])
def test_programs_find_specs_by_their_names(sent: Sender, name: str, id: str) -> None:
    """Three public programs look these two up."""
    for text in (name, f'"{name}"'):
        (item,) = sent("GET", f"/connectionSpecs?property=name=={quote(text)}").json["items"]
        assert item["id"] == id


def test_the_role_that_reads_s3_is_told(sent: Sender) -> None:
    """create/cloud-storage/s3.md."""
    path = f"/connectionSpecs/{SOURCES['amazon-s3'].id}/configs"
    role = sent("GET", f"{path}?authType=IamBasedAuthentication").json["configParams"]["IAMRole"]
    assert role.startswith("arn:aws:iam::")
    assert warnings(sent) == []
    assert sent("GET", path).json["items"] == []


def test_a_spec_links_to_its_documentation(sent: Sender) -> None:
    """A page prints the link of Azure File Storage."""
    id = SOURCES["azure-file-storage"].id
    link = read(sent, "connectionSpecs", id)["sourceSpec"]["attributes"]["uiAttributes"]["documentationLink"]
    assert link == "http://www.adobe.com/go/sources-azure-file-storage-en"


def test_a_key_that_stands_twice_counts_the_second_time(sent: Sender) -> None:
    """cloud-storage-parquet.md prints a source connection whose schema has ``id`` twice, the second one empty."""
    base = make(sent, "connections", zoho())
    schema = b'{"id": "https://ns.adobe.com/x/schemas/1", "id": "", "version": "1.0"}'
    text = json.dumps(chain.source(base, data={"format": "parquet_xdm", "schema": "HERE"})).encode()
    answer = sent.raw("POST", f"{BASE_PATH}/sourceConnections", HEADERS, text.replace(b'"HERE"', schema))
    assert (answer.status, warnings(sent)) == (201, ["FS-BODY-06"])
    assert read(sent, "sourceConnections", answer.json["id"])["data"]["schema"] == {"id": "", "version": "1.0"}
    for nested in (b'{"a": NaN, "a": 1}', b'{"a": 1, "a": ' + b"[" * 100):
        answer = sent.raw("POST", f"{BASE_PATH}/sourceConnections", HEADERS, nested)
        assert (answer.status, sent.rules) == (400, ["FS-BODY-04"])
