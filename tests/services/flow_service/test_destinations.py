"""The catalogue of destinations: rows are read when asked for, specs are served, credentials are held to their spec."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from contracts import Catalogue, Contract, Source, SourcesFileError, catalogue
from contracts.services.flow_service.specs import SPEC_RULES, connection_spec
from contracts.sources.source_catalogue import EXPORT_SOURCE, PROFILE_STORE
from mockserver import Mock
from tests.kit.sender import Sender, core
from tests.kit.specs import judged

DESTINATIONS = {row.key: row for row in catalogue().of("destination")}
BODIES = [
    pytest.param(row, body, id=f"{key}-{index}")
    for key, row in DESTINATIONS.items()
    for index, body in enumerate(row.examples)
]
S3_KEYS = {"s3AccessKey": "FAKEACCESSKEYFORMOCK", "s3SecretKey": "fake/secret/key/that/opens/nothing/at+al"}


def s3(**params: Any) -> dict[str, Any]:
    body = copy.deepcopy(DESTINATIONS["amazon-s3-destination"].examples[0])
    body["auth"]["params"] = {**S3_KEYS, **params}
    return body


def test_the_catalogue_has_the_printed_destinations_after_the_sources() -> None:
    assert len(DESTINATIONS) == 16
    assert {row.id for row in catalogue().of("export source")} == {PROFILE_STORE, EXPORT_SOURCE}
    keys = [row.key for row in catalogue().values()]
    assert len(set(keys)) == len(keys)
    assert all(catalogue().named(row.key) is row for row in catalogue().values())


def test_a_name_that_both_have_is_the_sources() -> None:
    assert catalogue().named("Amazon S3").kinds == ("source",)  # type: ignore[union-attr]
    assert catalogue().named("amazon-s3-destination").kinds == ("destination",)  # type: ignore[union-attr]


def test_one_id_of_a_source_and_a_destination_is_one_row_with_two_sides() -> None:
    both = [row for row in catalogue().values() if len(row.kinds) == 2]
    assert {row.key for row in both} == {"amazon-kinesis", "azure-event-hubs"}
    for row in both:
        assert {"sourceSpec", "exploreSpec", "targetSpec"} <= set(connection_spec(row))
        assert catalogue().named(f"{row.key}-destination") is row
        assert Catalogue(Contract().terms.catalogue.values())[row.id].kinds == row.kinds


def test_no_destination_is_read_before_one_is_asked_for() -> None:
    program = (
        "from contracts import Contract, ZOHO_CRM, catalogue\nfrom contracts.sources import source_catalogue as s\n"
        "read = []\nold = s._data\ns._data = lambda name: read.append(name) or old(name)\n"
        "terms = Contract().terms\nterms.catalogue[ZOHO_CRM]\nprint(*read)\n"
        f"terms.catalogue['{PROFILE_STORE}']\nprint(*read)"
    )
    before, after = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert "destinations.json" not in before
    assert "destinations.json" in after


@pytest.mark.parametrize("key", DESTINATIONS)
def test_every_destination_has_a_connection_spec(sent: Sender, key: str) -> None:
    row = DESTINATIONS[key]
    (spec,) = sent("GET", f"/connectionSpecs/{row.id}").json["items"]
    assert (spec["id"], spec["name"], spec["version"]) == (row.id, row.name, "1.0")
    assert spec["encryptionSpecs"] == row.target["encryptionSpecs"]
    assert spec.get("targetSpec") == row.target["targetSpec"]
    assert spec["attributes"]["isDestination"] is True
    assert [each["name"] for each in spec["authSpec"]] == list(row.auth)
    assert ("sourceSpec" in spec) is ("source" in row.kinds)
    for each in spec["authSpec"]:
        Draft7Validator.check_schema(each["spec"])
    assert judged(SPEC_RULES, spec) == []
    assert "x-" not in json.dumps(spec["authSpec"])


def test_the_pattern_of_a_credential_is_served(sent: Sender) -> None:
    row = DESTINATIONS["amazon-s3-destination"]
    (spec,) = sent("GET", f"/connectionSpecs/{row.id}").json["items"]
    assert spec["authSpec"][0]["type"] == "KeyBased"
    assert spec["authSpec"][0]["spec"]["properties"]["s3AccessKey"]["pattern"] == "^[A-Z2-7]{20}$"


def test_flow_specs_tell_destinations_from_sources(sent: Sender) -> None:
    specs = sent("GET", "/flowSpecs").json["items"]
    there = [spec for spec in specs if spec["attributes"].get("isDestinationFlow")]
    assert len(there) == 15
    assert {tuple(spec["sourceConnectionSpecIds"]) for spec in there} == {(PROFILE_STORE,), (EXPORT_SOURCE,)}
    assert {spec["name"] for spec in there if spec["name"].startswith("upsTo")}
    for spec in there:
        of_datasets = spec["attributes"]["_workflow"] == ["DATASETS"]
        assert ("scheduleSpec" in spec) is of_datasets is (spec["transformationSpecs"] == [])
        assert set(spec["targetConnectionSpecIds"]) <= {row.id for row in DESTINATIONS.values()}


@pytest.mark.parametrize(("row", "body"), BODIES)
@pytest.mark.parametrize("strictness", ["default", "strict"])
def test_every_printed_base_connection_is_accepted(row: Source, body: dict[str, Any], strictness: Any) -> None:
    mock = Mock(Contract(strictness))
    answer = Sender("core", mock, core(mock))("POST", "/connections", body)
    assert answer.status == 201, (row.key, answer.text)
    assert {found["rule"] for found in mock.journal.rows()[0]["violations"]} <= {"FS-FILL-01"}


def test_the_platforms_own_base_connection_has_no_auth(sent: Sender) -> None:
    assert sent("POST", "/connections", catalogue()[PROFILE_STORE].examples[0]).status == 201
    assert sent.violations == []


@pytest.mark.parametrize(("name", "value"), [("s3AccessKey", "too-short"), ("s3SecretKey", "has blanks" * 4)])
def test_a_credential_that_breaks_its_pattern_is_refused(sent: Sender, name: str, value: str) -> None:
    assert sent("POST", "/connections", s3()).status == 201
    assert sent.violations == []
    assert sent("POST", "/connections", s3(**{name: value})).status == 400
    assert sent.rules == ["FS-CON-19"]
    assert sent.violations[0]["pointer"] == f"/auth/params/{name}"
    assert "^[A-Z" in sent.violations[0]["message"]


def test_one_of_two_credentials_is_asked_for(sent: Sender) -> None:
    body = copy.deepcopy(DESTINATIONS["sftp-legacy-destination"].examples[0])
    params = body["auth"]["params"] = {"username": "u", "password": "p", "domain": "d"}
    assert sent("POST", "/connections", body).status == 201
    params["host"] = params.pop("domain")
    assert sent("POST", "/connections", body).status == 201
    del params["host"]
    assert sent("POST", "/connections", body).status == 400
    assert sent.rules == ["FS-CON-18"]
    assert "host or domain" in sent.violations[0]["message"]


@pytest.mark.parametrize("key", ["encryptionSpecs", "encryption"])
def test_encryption_has_an_algorithm_and_a_key(sent: Sender, key: str) -> None:
    good = {"specName": "Encryption spec", "params": {"encryptionAlgo": "PGPGPG", "publicKey": "a2V5"}}
    assert sent("POST", "/connections", {**s3(), key: good}).status == 201
    assert sent.violations == []
    for params in ({"encryptionAlgo": "PGPGPG"}, {"publicKey": "a2V5"}, {"encryptionAlgo": "AES", "publicKey": "a2V5"}):
        assert sent("POST", "/connections", {**s3(), key: {**good, "params": params}}).status == 400
        assert sent.rules == ["FS-CON-20"]


def test_a_destination_without_encryption_specs_is_warned_about(sent: Sender) -> None:
    zone = {"id": DESTINATIONS["data-landing-zone-destination"].id, "version": "1.0"}
    params = {"encryptionAlgo": "NONE", "publicKey": ""}
    body = {"name": "zone", "connectionSpec": zone, "encryptionSpecs": {"params": params}}
    assert sent("POST", "/connections", body).status == 201
    assert [found["rule"] for found in sent.violations] == ["FS-CON-21"]


ROW = {
    "key": "acme-out",
    "name": "acme",
    "connectionSpecId": "00000000-aaaa-bbbb-cccc-000000000002",
    "version": "1.0",
    "auth": [{"specName": "Key", "params": [{"name": "key", "secret": True, "required": True, "pattern": "^k+$"}]}],
    "flowSpecId": "00000000-aaaa-bbbb-cccc-000000000003",
    "targetSpec": {"spec": {"type": "object", "properties": {"shelf": {"type": "string"}}}},
    "requiredTargetParams": ["shelf"],
}


def write(path: Path, rows: object) -> Path:
    path.write_text(json.dumps(rows), "utf-8")
    return path


def test_a_file_adds_a_destination_with_a_flow_spec_of_its_own(tmp_path: Path) -> None:
    mock = Mock(Contract(destinations=[write(tmp_path / "more.json", [ROW])]))
    sent = Sender("core", mock, core(mock))
    (spec,) = sent("GET", f"/flowSpecs/{ROW['flowSpecId']}").json["items"]
    assert spec["targetConnectionSpecIds"] == [ROW["connectionSpecId"]]
    body = {
        "name": "x",
        "connectionSpec": {"id": ROW["connectionSpecId"], "version": "1.0"},
        "auth": {"specName": "Key", "params": {"key": "kkk"}},
    }
    assert sent("POST", "/connections", body).status == 201
    body["auth"] = {"specName": "Key", "params": {"key": "other"}}
    assert sent("POST", "/connections", body).status == 400


def test_a_file_gives_a_source_its_other_side(tmp_path: Path) -> None:
    zoho = catalogue().named("zoho-crm")
    assert zoho is not None
    found = Contract(destinations=[write(tmp_path / "x.json", [{**ROW, "connectionSpecId": zoho.id}])]).terms.catalogue
    assert found[zoho.id].kinds == ("source", "destination")
    assert set(found[zoho.id].auth) == {*zoho.auth, "Key"}


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({**ROW, "requiredTargetParams": "shelf"}, "/0/requiredTargetParams"),
        ({**ROW, "targetSpec": {"spec": {"properties": {"a": {"type": "strung"}}}}}, "/0/targetSpec/spec"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, row: Any, pointer: str) -> None:
    with pytest.raises(SourcesFileError, match=pointer):
        Contract(destinations=[write(tmp_path / "broken.json", [row])])
