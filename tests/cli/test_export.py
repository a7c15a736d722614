"""``mockserver export``: what is written, other tools read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from contracts import BASE_PATH, catalogue
from mockserver import Mock, ServerThread
from mockserver.control.description import description
from tests.kit.connection import HEADERS, zoho
from tests.kit.paths import ROOT
from tests.kit.serving import create, typed
from tests.kit.ways import served

ADOBES = ROOT / "tests/data/flow-service.openapi.yaml"


def test_the_journal_of_a_server_as_har(mock: Mock, thread: ServerThread, tmp_path: Path) -> None:
    file = tmp_path / "x.har"
    with served(mock, thread) as origin:
        create(origin, zoho(clientSecret="s3cret-client-value"))
        create(origin, {**zoho(), "name": 5})
        requests.post(f"{origin}/ims/token/v3", data={"client_secret": "s3cret-client-value"}, timeout=10)
        assert typed("export", "har", "--url", origin, "--out", str(file)).returncode == 0
    text = file.read_text("utf-8")
    log = json.loads(text)["log"]
    assert log["version"] == "1.2"
    made, refused, token = log["entries"]
    assert (made["response"]["status"], refused["response"]["status"]) == (201, 400)
    assert made["startedDateTime"].endswith("Z")
    needed = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
    assert needed <= made["request"].keys()
    assert json.loads(made["request"]["postData"]["text"])["name"] == zoho()["name"]
    assert token["request"]["postData"]["text"] == "client_secret=xxxx"
    assert "FS-CON-15" in refused["comment"]
    assert "s3cret" not in text
    assert HEADERS["Authorization"].split()[1] not in text
    found = json.loads(typed("lint", str(file), "--format", "json").stdout)["findings"]
    assert "FS-CON-15" in [row["rule"] for row in found]


def test_a_host_that_no_url_can_have_is_exported_too(mock: Mock, thread: ServerThread, tmp_path: Path) -> None:
    with served(mock, thread) as origin:
        requests.get(f"{origin}/nosuch?a=b", headers={"Host": "["}, timeout=10)
        assert typed("export", "har", "--url", origin, "--out", str(tmp_path / "x.har")).returncode == 0
    (entry,) = json.loads((tmp_path / "x.har").read_text("utf-8"))["log"]["entries"]
    assert entry["request"]["queryString"] == [{"name": "a", "value": "xxxx"}]


def test_one_exchange_is_told_as_one(mock: Mock, thread: ServerThread, tmp_path: Path) -> None:
    file = tmp_path / "x.har"
    with served(mock, thread) as origin:
        create(origin, zoho())
        assert typed("export", "har", "--url", origin, "--out", str(file)).stderr == f"{file}: 1 exchange\n"


def test_no_server_is_one_line_and_2() -> None:
    ran = typed("export", "har", "--url", "http://127.0.0.1:9")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no mock server at http://127.0.0.1:9" in ran.stderr


def test_a_collection_of_chosen_sources_keeps_every_rule(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    assert (
        typed("export", "postman", "--source", "zoho-crm", "--source", "salesforce", "--out", str(file)).returncode == 0
    )
    written = json.loads(file.read_text("utf-8"))
    assert [folder["name"] for folder in written["item"]] == ["Zoho CRM", "Salesforce", "Lists"]
    names = {row["key"]: row["value"] for row in written["variable"]}
    assert names["ORIGIN"] == "https://platform.adobe.io"
    assert {"ACCESS_TOKEN", "API_KEY", "ORG_ID", "SANDBOX_NAME", "CLIENT_SECRET", "BASE_CONNECTION_ID"} <= names.keys()
    assert "Good: nothing wrong" in typed("lint", str(file), "--strict").stdout


def test_every_source_is_exported_and_keeps_every_rule() -> None:
    text = typed("export", "postman").stdout
    assert len(json.loads(text)["item"]) == len(catalogue()) + 1
    assert json.loads(typed("lint", "--format", "json", given=text).stdout)["findings"] == []


def adobes_file() -> dict[str, Any]:
    """Adobe's own description; with libyaml, where that is there, in a tenth of the time."""
    document: dict[str, Any] = yaml.load(ADOBES.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return document


@pytest.mark.skipif(not ADOBES.is_file(), reason="the tests' data isn't here")
@pytest.mark.deep
def test_the_overlay_turns_adobes_file_into_what_is_enforced() -> None:
    from oas_patch.overlay import apply_overlay  # it takes long to import
    from openapi_spec_validator import validate

    ours, adobes = description(), adobes_file()
    found = apply_overlay(adobes_file(), json.loads(typed("export", "overlay").stdout))
    validate(found)
    assert adobes["paths"].keys() <= found["paths"].keys()
    for path, item in found["paths"].items():
        for method, operation in item.items():
            same = ours["paths"][BASE_PATH + path.removesuffix("/")][method]
            assert operation["responses"] == same["responses"], path
            assert operation.get("requestBody") == same.get("requestBody"), path
            assert operation["x-rules"] == same["x-rules"]
    created = found["paths"]["/connections"]["post"]
    assert created["description"] == adobes["paths"]["/connections"]["post"]["description"]
    assert [row["name"] for row in created["parameters"] if row.get("required")] == [
        *("x-api-key", "x-gw-ims-org-id", "x-sandbox-name")
    ]
