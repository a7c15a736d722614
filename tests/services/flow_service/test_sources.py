"""The catalogue: every documented body is accepted, every documented mistake refused, files add to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from contracts import ZOHO_CRM, Contract, Source, SourcesFileError, catalogue, zoho_regions
from contracts.reading.files import file_of
from mockserver import Mock
from tests.kit.depth import examples
from tests.kit.sender import Sender, core, under

SOURCES = {source.name: source for source in catalogue().of("source")}


def documented_bodies() -> Iterator[Any]:
    for source in SOURCES.values():
        for index, body in enumerate(source.examples):
            yield pytest.param(source, body, id=f"{source.name}-{index}")


def documented(source: Source, body: dict[str, Any]) -> dict[str, Any]:
    """The page's body; of Zoho's only the accounts URL has to be filled in."""
    body = copy.deepcopy(body)
    if source.id == ZOHO_CRM:
        body["auth"]["params"]["accountsUrl"] = "https://accounts.zoho.com"
    return body


@pytest.mark.parametrize(("source", "body"), list(documented_bodies()))
@pytest.mark.parametrize("strictness", ["default", "lenient", "strict"])
def test_every_documented_body_is_accepted(source: Source, body: dict[str, Any], strictness: Any) -> None:
    mock = Mock(Contract(strictness))
    answer = Sender("core", mock, core(mock))("POST", "/connections", documented(source, body))
    assert answer.status == 201, answer.text
    assert {row["rule"] for row in mock.journal.rows()[0]["violations"]} <= {"FS-FILL-01"}


@pytest.mark.parametrize(("source", "body"), list(documented_bodies()))
def test_each_required_credential_is_missed(sent: Sender, source: Source, body: dict[str, Any]) -> None:
    spec = source.auth[body["auth"]["specName"]]
    for name in spec.schema["required"]:
        changed = documented(source, body)
        value = changed["auth"]["params"].pop(name)
        assert sent("POST", "/connections", changed).status == 400
        assert sent.rules == ["FS-CON-11"]
        assert sent.violations[0]["pointer"] == f"/auth/params/{name}"

        changed["auth"]["params"][f"{name[:-1]}_{name[-1]}"] = value
        assert sent("POST", "/connections", changed).status == 400
        assert sent.violations[0]["nearest"] == name


@pytest.mark.parametrize("name", [source.name for source in SOURCES.values() if source.auth])
def test_secrets_are_masked_on_read_and_the_rest_is_shown(sent: Sender, name: str) -> None:
    source = SOURCES[name]
    for spec in source.auth.values():
        params = {param: f"value-of-{param}" for param in spec.params}
        if source.id == ZOHO_CRM:
            params |= {"accountsUrl": "https://accounts.zoho.eu"}
        body = {
            "name": "x",
            "connectionSpec": {"id": source.id, "version": source.version},
            "auth": {"specName": spec.name, "params": params},
        }
        shown = sent.read(sent.create(body)[0])["auth"]["params"]
        for made_up in ("inletUrl", "inletId", "orgId"):
            shown.pop(made_up, None)
        assert shown == {param: "xxxx" if spec.params[param]["secret"] else value for param, value in params.items()}


def test_the_catalogue_is_the_documented_one_zoho_first() -> None:
    assert len(SOURCES) == 71
    assert next(iter(SOURCES)) == "zoho-crm"
    assert sum(not source.auth for source in SOURCES.values()) == 7


def test_event_hubs_are_authenticated_in_each_way_of_its_page(sent: Sender) -> None:
    """create/cloud-storage/eventhub.md: a key, and Azure's directory for a namespace or for one hub."""
    hubs = SOURCES["azure-event-hubs"]
    directory = {"tenantId": "t", "clientId": "c", "clientSecretValue": "do-not-show", "namespace": "n"}
    ways = {
        "Azure EventHub authentication credentials": {"sasKeyName": "k", "sasKey": "do-not-show", "namespace": "n"},
        "Event Hub Azure Active Directory Auth": directory,
        "Event Hub Scoped Azure Active Directory Auth": {**directory, "eventHubName": "h"},
    }
    assert set(hubs.auth) == set(ways)
    for name, params in ways.items():
        body = {"name": "x", "connectionSpec": {"id": hubs.id, "version": "1.0"}}
        answer = sent("POST", "/connections", {**body, "auth": {"specName": name, "params": params}})
        assert answer.status == 201, answer.text
        assert b"do-not-show" not in sent("GET", f"/connections/{answer.json['id']}").text


OF_TODAY: dict[str, tuple[str, dict[str, Any]]] = {
    "google-adwords": ("Basic Authentication", {"googleAdsApiVersion": "v19"}),
    "google-cloud": ("Basic Authentication for google-cloud", {"bucketName": "b", "folderPath": "/f"}),
    "azure-databricks": ("Access Token Authentication", {"catalog": "main"}),
    "snowflake-streaming": ("KeyPair Authentication for Snowflake", {"passphrase": "p"}),
    "generic-rest": ("oAuth2RefreshCode", {"requestParameterOverride": {"accessTokenField": "token"}}),
    "apache-phoenix": ("Basic Authentication", {"port": 443, "enableSsl": True}),
    "apache-cassandra": ("Basic Authentication", {}),  # port is 9042 by default
    "salesforce-service-cloud": ("OAuth2 Client Credential", {}),  # apiVersion is the latest one if left out
}
"""What the newest revisions print beside the required params; docs/sources.md tells the pages."""


@pytest.mark.parametrize("name", OF_TODAY)
def test_what_the_newest_revision_prints_is_taken_by_a_strict_mock(name: str) -> None:
    source, (spec_name, more) = SOURCES[name], OF_TODAY[name]
    spec = source.auth[spec_name]
    params = {param: f"value-of-{param}" for param, row in spec.params.items() if row["required"]} | more
    body = {"name": "x", "connectionSpec": {"id": source.id, "version": source.version}}
    sent = under("strict")
    answer = sent("POST", "/connections", {**body, "auth": {"specName": spec_name, "params": params}})
    assert answer.status == 201, answer.text


FIXED = [source for source in SOURCES.values() if source.row.get("authTypeIsFixed")]


def test_the_way_to_authenticate_stays_where_the_page_says_so(sent: Sender) -> None:
    assert {source.name for source in FIXED} == {
        *("azure-blob", "azure-event-hubs", "google-pubsub", "sftp", "dynamics-online"),
    }
    for source in FIXED:
        first, second = list(source.auth.values())[:2]
        auths = [
            {"specName": spec.name, "params": {param: "x" for param, row in spec.params.items() if row["required"]}}
            for spec in (first, second)
        ]
        body = {"name": "x", "connectionSpec": {"id": source.id, "version": "1.0"}, "auth": auths[0]}
        id = sent("POST", "/connections", body).json["id"]
        for value, status in ((auths[1], 400), (auths[0], 200)):
            patch = [{"op": "replace", "path": "/auth", "value": value}]
            assert sent("PATCH", f"/connections/{id}", patch, if_match="*").status == status
            assert sent.rules == (["FS-PATCH-11"] if status == 400 else [])


def test_a_source_is_found_by_any_of_its_names() -> None:
    zoho = catalogue()[ZOHO_CRM]
    for name in ("zoho-crm", "Zoho CRM", "ZOHO-CRM", ZOHO_CRM):
        assert catalogue().named(name) is zoho
    assert catalogue().named("zoho") is None
    assert catalogue().nearest("zohocrm") == "zoho-crm"


def test_a_number_where_the_page_shows_one_is_a_number_or_a_text(sent: Sender) -> None:
    body = copy.deepcopy(SOURCES["sftp"].examples[0])
    for port, status in ((22, 201), ("22", 201), (True, 400), ([22], 400)):
        body["auth"]["params"]["port"] = port
        assert sent("POST", "/connections", body).status == status


ROW = {
    "name": "acme",
    "displayName": "Acme",
    "connectionSpecId": "00000000-aaaa-bbbb-cccc-000000000001",
    "version": "1.0",
    "auth": [{"specName": "Key", "params": [{"name": "key", "secret": True, "required": True}, {"name": "host"}]}],
}


def write(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def test_a_file_adds_a_source(tmp_path: Path) -> None:
    mock = Mock(Contract(sources=[write(tmp_path / "more.json", [ROW])]))
    sent = Sender("core", mock, core(mock))
    body = {
        "name": "x",
        "connectionSpec": {"id": ROW["connectionSpecId"], "version": "1.0"},
        "auth": {"specName": "Key", "params": {"key": "hidden-value", "host": "shown"}},
    }
    assert sent.read(sent.create(body)[0])["auth"]["params"] == {"key": "xxxx", "host": "shown"}
    body["auth"]["params"] = {"host": "shown"}
    assert sent("POST", "/connections", body).status == 400


def test_a_file_replaces_a_source(tmp_path: Path) -> None:
    file = write(tmp_path / "zoho.json", [{**ROW, "connectionSpecId": ZOHO_CRM}])
    found = Contract(sources=[file]).terms.catalogue
    assert len(found.of("source")) == 71
    assert found[ZOHO_CRM].name == "acme"


@pytest.mark.parametrize(
    ("value", "pointer", "why"),
    [
        ("{", "not JSON", "line 1"),
        ("{}", "the whole file", "array"),
        ([{**ROW, "name": None}], "/0/name", "string"),
        ([ROW, {"name": "x"}], "/1", "connectionSpecId"),
        ([{**ROW, "auth": [{"specName": "Key", "params": [{"secret": True}]}]}], "/0/auth/0/params/0", "name"),
        ("[" * 100_000, "not JSON", "deep"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, value: object, pointer: str, why: str) -> None:
    file = write(tmp_path / "broken.json", value)
    with pytest.raises(SourcesFileError) as caught:
        Contract(sources=[file])
    message = str(caught.value)
    assert message.startswith(f"{file}: {pointer}")
    assert why in message
    assert "\n" not in message


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SourcesFileError, match="No such file"):
        Contract(sources=[tmp_path / "nowhere.json"])


def test_the_regions_are_the_tutorials_in_its_order() -> None:
    assert [code for code, region in zoho_regions().items() if region.documented] == ["us", "au", "eu", "in", "cn"]
    hosts = [host for region in zoho_regions().values() for host in region.hosts]
    assert len(hosts) == len(set(hosts))


# What the service shows of a source.


@pytest.mark.parametrize("name", SOURCES)
def test_the_spec_of_each_source_is_served(sent: Sender, name: str) -> None:
    source = SOURCES[name]
    (spec,) = sent("GET", f"/connectionSpecs/{source.id}").json["items"]
    assert (spec["id"], spec["name"], spec["version"]) == (source.id, source.name, source.version)
    assert [each["name"] for each in spec["authSpec"]] == list(source.auth)
    for each in spec["authSpec"]:
        Draft7Validator.check_schema(each["spec"])
        rows = source.auth[each["name"]].params
        assert set(each["spec"]["properties"]) == set(rows)
        assert set(each["spec"]["required"]) == {param for param, row in rows.items() if row.get("required")}
        shown = each["spec"]["properties"]
        assert {param for param in rows if shown[param].get("format") == "password"} == {
            param for param, row in rows.items() if row.get("secret")
        }
    assert not {"createdAt", "sandboxName", "imsOrgId", "etag"} & set(spec)


def test_all_specs_are_listed_on_one_page(send: Sender) -> None:
    answer = send("GET", "/connectionSpecs").json
    assert set(answer) == {"items"}
    assert [spec["id"] for spec in answer["items"]] == list(catalogue())
    assert [spec["id"] for spec in send("GET", "/connectionSpecs?property=name==salesforce").json["items"]] == [
        SOURCES["salesforce"].id
    ]
    assert send("GET", "/connectionSpecs?continuationToken=x").code == "FLOW-1451-400"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.text(max_size=4), children, max_size=2),
    max_leaves=4,
)


@settings(max_examples=examples(150))
@given(data=st.data())
def test_what_the_served_spec_says_of_credentials_is_what_a_creation_does(data: st.DataObject) -> None:
    """Whoever validates against GET /connectionSpecs/{id} comes to the verdict of POST /connections."""
    source, body = data.draw(st.sampled_from(_EXAMPLES))
    name = body["auth"]["specName"]
    params = copy.deepcopy(body["auth"]["params"])
    for key in data.draw(st.lists(st.sampled_from(sorted(params)), max_size=3)):
        change = data.draw(st.sampled_from(["drop", "misspell", "replace"]))
        value = params.pop(key, "x")
        if change == "misspell":
            params[key.swapcase()] = value
        elif change == "replace":
            params[key] = data.draw(JSON)
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    (spec,) = sent("GET", f"/connectionSpecs/{source.id}").json["items"]
    schema = next(each["spec"] for each in spec["authSpec"] if each["name"] == name)
    verdict = Draft7Validator(schema).is_valid(params)
    answer = sent("POST", "/connections", {**body, "auth": {"specName": name, "params": params}})
    assert (answer.status == 201) is verdict, (schema, params, answer.text)
    # The last of them where the source is a destination too, as Amazon Kinesis.
    assert set(sent.rules) <= {"FS-CON-11", "FS-CON-12", "FS-CON-18"}


# Zoho's accounts URL is judged by more than its schema.
_EXAMPLES = [
    (source, body)
    for source in SOURCES.values()
    for body in source.examples
    if source.id != ZOHO_CRM and body.get("auth", {}).get("params")
]


@pytest.mark.parametrize(
    "name", [source.name for source in SOURCES.values() if source.row.get("sourceConnectionExample")]
)
def test_the_documented_source_connections_are_accepted(sent: Sender, name: str) -> None:
    assert sent("POST", "/sourceConnections", SOURCES[name].row["sourceConnectionExample"]).status == 201
    assert sent.violations == []


def test_each_source_flows_by_the_flow_spec_that_its_page_names(sent: Sender) -> None:
    specs = sent("GET", "/flowSpecs").json["items"]
    taken = {spec["id"]: spec["sourceConnectionSpecIds"] for spec in specs}
    for source in SOURCES.values():
        if source.flow_spec_id:
            assert source.id in taken[source.flow_spec_id]


# End of life.


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "mockserver"]


def test_the_end_of_a_sources_life_is_told_once(sent: Sender, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        sent.create()
    sent.mock.reset()
    sent.create()
    (message,) = told(caplog)
    assert "Zoho CRM" in message
    assert "June 2025" in message


def test_a_source_in_the_prime_of_its_life_is_not_talked_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = {
        "name": "x",
        "connectionSpec": {"id": ROW["connectionSpecId"], "version": "1.0"},
        "auth": {"specName": "Key", "params": {"key": "hidden-value"}},
    }
    for end in (None, {"date": "2999-01-01", "note": "some day", "level": "documented"}):
        row = {**ROW, "endOfLife": end} if end else ROW
        mock = Mock(Contract(sources=[write(tmp_path / "more.json", [row])]))
        Sender("core", mock, core(mock)).create(body)
    assert told(caplog) == []


def test_a_retired_source_is_marked_in_its_spec(sent: Sender) -> None:
    marked = {
        spec["id"]
        for spec in sent("GET", "/connectionSpecs").json["items"]
        if spec["attributes"]["uiAttributes"].get("isDeprecated")
    }
    assert marked == {source.id for source in catalogue().values() if source.end_of_life}
    assert ZOHO_CRM in marked


def test_every_source_was_compared_with_its_page_once() -> None:
    rows = json.loads(file_of("contracts.sources", "data/compared-pages.json").read_text("utf-8"))
    assert sorted(row["source"] for row in rows) == sorted(source.key for source in catalogue().of("source"))
