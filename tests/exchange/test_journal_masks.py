"""What the journal shows of documents that hold no credentials, and what stays hidden in them all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import Mock
from tests.kit import chain
from tests.kit.asked import changed
from tests.kit.chain import make, source, without
from tests.kit.connection import zoho
from tests.kit.depth import examples
from tests.kit.sender import Sender, core

SECRET = "do-not-show-this-0123456789"
SPEC = {
    "name": "acme",
    "providerId": "p",
    "authSpec": [
        {
            "name": "Key",
            "type": "KeyBased",
            "spec": {
                "type": "object",
                "properties": {
                    "host": {"type": "string", "default": "acme.example"},
                    "clientSecret": {"type": "string", "format": "password", "description": "from the console"},
                },
                "required": ["clientSecret"],
            },
        }
    ],
    "sourceSpec": {
        "name": "Acme",
        "spec": {
            "type": "object",
            "properties": {"shelf": {"type": "string"}, "pin": {"type": "string", "format": "password"}},
        },
    },
    "attributes": {"isDraftModeSupported": True, "category": "crm"},
}


def sent_bodies(sent: Sender) -> list[Any]:
    return [row["request"]["body"] for row in sent.mock.journal.rows()]


def test_documents_without_credentials_are_shown_as_sent(send: Sender) -> None:
    there = chain.chain(send, labels=["core/C1"], **chain.SCHEDULED)
    patch = [{"op": "replace", "path": "/scheduleParams/interval", "value": 45}]
    send("PATCH", f"/flows/{there.flow}", patch, if_match="*")
    patch = [{"op": "add", "path": "/transformations/-", "value": chain.MAPPING}]
    send("PATCH", f"/flows/{there.flow}", patch, if_match="*")
    send("POST", "/flows/search", {"queryString": "name==x", "projectionFields": "name"})
    _, *bodies = sent_bodies(send)
    assert bodies == [
        source(there.base),
        chain.target(),
        chain.flow(there.source, there.target, labels=["core/C1"], **chain.SCHEDULED),
        [{"op": "replace", "path": "/scheduleParams/interval", "value": 45}],
        [{"op": "add", "path": "/transformations/-", "value": chain.MAPPING}],
        {"queryString": "name==x", "projectionFields": "name"},
    ]


def test_specs_and_runs_are_shown_as_sent_but_for_sample_values(sent: Sender) -> None:
    there = chain.chain(sent)
    sent.mock.journal.clear()
    make(sent, "connectionSpecs", SPEC)
    make(sent, "runs", chain.run(there.flow))
    shown = json.loads(json.dumps(SPEC).replace("acme.example", "xxxx"))  # a sample value
    assert sent_bodies(sent) == [shown, chain.run(there.flow)]
    assert sent.mock.journal.rows()[0]["response"]["body"]["authSpec"] == shown["authSpec"]


def test_a_number_is_shown_under_any_harmless_name_where_no_credentials_belong(sent: Sender) -> None:
    there = chain.chain(sent)
    pins = {"pin": 1234, "password": {"x": 1234}, "tokens": [{"deep": {"digits": 1234}}]}
    params = {"tableName": "Leads", "shelves": 1234, "isCold": True, "none": None}
    sent("POST", "/sourceConnections", {**source(there.base), "params": {**params, **pins}})
    figures = {"shelves": 1234, "isCold": True, "none": None}
    hidden = {"pin": "xxxx", "password": {"x": "xxxx"}, "tokens": [{"deep": {"digits": "xxxx"}}]}
    assert sent_bodies(sent)[-1]["params"] == {"tableName": "Leads", **figures, **hidden}
    patch = [{"op": "add", "path": path, "value": 1234} for path in ("/params/shelves", "/params/password/x")]
    sent("PATCH", f"/sourceConnections/{there.source}", patch, if_match="*")
    assert [row["value"] for row in sent_bodies(sent)[-1]] == [1234, "xxxx"]
    body = zoho(digits=1234)
    sent("POST", "/connections", {**body, "digits": 1234})
    assert (sent_bodies(sent)[-1]["digits"], sent_bodies(sent)[-1]["auth"]["params"]["digits"]) == ("xxxx", "xxxx")


@pytest.mark.parametrize(
    ("collection", "extra"),
    [
        ("flows", {"clientSecret": SECRET}),
        ("flows", {"options": {"accessToken": SECRET}}),
        ("flows", {"options": {"deep": [{"password": [SECRET]}]}}),
        ("flows", {"auth": {"params": {"anything": SECRET}}}),
        ("flows", {"undocumented": SECRET}),
        ("flows", {"description": f"https://user:{SECRET}@example.com"}),
        ("sourceConnections", {"params": {"tableName": "Leads", "clientSecret": SECRET}}),
        ("sourceConnections", {"auth": {"params": {"x": SECRET}}}),
        ("targetConnections", {"params": {"dataSetId": "x", "token": SECRET}}),
        ("targetConnections", {"connectionSpec": {"id": "x", "version": "1.0", "clientSecret": SECRET}}),
        ("runs", {"params": {"windowStartTime": 1, "privateKey": SECRET}}),
        ("connectionSpecs", {"attributes": {"clientSecret": SECRET}}),
        ("connectionSpecs", {"authSpec": [{"name": "x", "spec": {"secretAccessKey": SECRET}}]}),
        ("connectionSpecs", {"authSpec": [{"name": "x", "spec": {"properties": {"apiToken": {"default": SECRET}}}}]}),
        ("connectionSpecs", {"authSpec": [{"name": "x", "spec": {"properties": {"apiToken": {"enum": [SECRET]}}}}]}),
        ("flowSpecs", {"attributes": {"password": {"x": SECRET}}}),
    ],
)
def test_what_sounds_secret_stays_hidden(sent: Sender, collection: str, extra: dict[str, Any]) -> None:
    there = chain.chain(sent)
    documents = {
        "flows": chain.flow(there.source, there.target),
        "sourceConnections": source(there.base),
        "targetConnections": chain.target(),
        "runs": chain.run(there.flow),
    }
    body = {**documents.get(collection, {"name": "acme", "providerId": "p"}), **extra}
    answer = sent("POST", f"/{collection}", body)
    if answer.status == 201:
        sent("GET", f"/{collection}/{answer.json['id']}")
    (name, value), *_ = extra.items()
    sent("PATCH", f"/{collection}/x", [{"op": "add", "path": f"/{name}", "value": value}], if_match="*")
    assert SECRET not in json.dumps(sent.mock.journal.rows())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/options/accessToken", SECRET),
        ("/clientSecret", SECRET),
        ("/undocumented", SECRET),
        ("/options/token/x", [SECRET]),
        ("/auth/params", {"x": SECRET}),
        ("/options", {"pwd": {"password": SECRET}}),
    ],
)
def test_an_update_that_sounds_secret_stays_hidden(sent: Sender, path: str, value: Any) -> None:
    there = chain.chain(sent)
    sent("PATCH", f"/flows/{there.flow}", [{"op": "add", "path": path, "value": value}], if_match="*")
    assert SECRET not in json.dumps(sent.mock.journal.rows())


def test_the_credentials_of_a_custom_spec_are_enforced_and_masked(send: Sender) -> None:
    spec = make(send, "connectionSpecs", SPEC)
    body = {
        "name": "x",
        "connectionSpec": {"id": spec, "version": "1.0"},
        "auth": {"specName": "Key", "params": {"host": "acme.example.org", "clientSecret": SECRET}},
    }
    id, _ = send.create(body)
    assert send.read(id)["auth"]["params"] == {"host": "acme.example.org", "clientSecret": "xxxx"}
    assert send("POST", "/connections", {**body, "auth": {"specName": "Key", "params": {}}}).code == "FLOW-1100-400"
    assert send.rules == ["FS-CON-11"]
    assert send("POST", "/connections", {**body, "auth": {"specName": "key", "params": {}}}).code == "FLOW-1415-400"
    assert send.violations[0]["nearest"] == "Key"
    assert SECRET not in json.dumps(send.mock.journal.rows())


def test_what_a_custom_spec_calls_open_is_hidden_of_any_other_source(sent: Sender) -> None:
    declared = {"type": "object", "properties": {"key": {"type": "string"}, "shelf": {"type": "string"}}}
    auth = [{"name": "Key", "type": "KeyBased", "spec": declared}]
    spec = make(sent, "connectionSpecs", {**SPEC, "authSpec": auth, "sourceSpec": {"name": "Acme", "spec": declared}})
    params = {"key": SECRET, "shelf": SECRET}

    def shown_of(spec_id: str) -> str:
        sent.mock.journal.clear()
        spec = {"id": spec_id, "version": "1.0"}
        sent(
            "POST", "/connections", {"name": "x", "connectionSpec": spec, "auth": {"specName": "Key", "params": params}}
        )
        return json.dumps(sent.mock.journal.rows())

    assert shown_of(spec).count(SECRET) == 2
    assert SECRET not in shown_of("unknown")
    assert SECRET not in shown_of(zoho()["connectionSpec"]["id"])
    sent("PATCH", "/connections/x", [{"op": "add", "path": "/auth/params", "value": params}], if_match="*")
    sent("GET", f"/connections?property=auth.params.shelf=={SECRET}")
    sent("POST", "/sourceConnections", {**source("x"), "params": {"key": SECRET}})
    assert SECRET not in json.dumps(sent.mock.journal.rows())


def test_a_password_among_a_sources_params_is_masked(send: Sender) -> None:
    spec = make(send, "connectionSpecs", SPEC)
    body = without(source("x"), "baseConnectionId")
    body |= {"connectionSpec": {"id": spec, "version": "1.0"}, "params": {"shelf": "three", "pin": SECRET}}
    id = make(send, "sourceConnections", body)
    assert chain.read(send, "sourceConnections", id)["params"] == {"shelf": "three", "pin": "xxxx"}
    (listed,) = send("GET", "/sourceConnections").json["items"]
    assert listed["params"]["pin"] == "xxxx"
    patch = [{"op": "replace", "path": "/params/pin", "value": SECRET[::-1]}]
    assert send("PATCH", f"/sourceConnections/{id}", patch, if_match="*").status == 200
    text = json.dumps(send.mock.journal.rows())
    assert SECRET not in text
    assert SECRET[::-1] not in text
    assert "three" in text


@settings(max_examples=examples(60))
@given(
    names=st.lists(
        st.sampled_from(["params", "x", "Token", "apiPassword", "items", "accessKey", "secret"]), max_size=4
    ),
    secret=st.sampled_from(["clientSecret", "refresh_token", "PASSWORD", "passphrase", "privateKey", "credentials"]),
)
def test_at_any_depth(names: list[str], secret: str) -> None:
    mock = Mock()
    there = chain.chain(Sender("core", mock, core(mock)))
    value: Any = {secret: SECRET}
    for index, name in enumerate(names):
        value = {name: value} if index % 2 else {name: [value]}
    there.sent("POST", "/flows", chain.flow(there.source, there.target, options={"x": value}))
    there.sent("GET", "/flows")
    assert SECRET not in json.dumps(mock.journal.rows())


def test_connections_keep_their_own_stricter_rule(sent: Sender) -> None:
    sent("POST", "/connections", {**zoho(), "params": {"refresh": SECRET}})
    assert SECRET not in json.dumps(sent.mock.journal.rows())


NEARLY_JSON = {
    "JSON": '{"clientSecret": "%s"}',
    "Python": "{'clientSecret': '%s'}",
    "another word": '{"pin": "%s"}',
    "a comma too many": '{"clientSecret": "%s",}',
    "cut": '{"clientSecret": "%s',
    "a key that stands twice": '{"clientSecret": "%s", "clientSecret": "x"}',
    "NaN": '{"clientSecret": "%s", "x": NaN}',
    "too deep": '{"clientSecret": "%s", "x": ' + "[" * 70 + "]" * 70 + "}",
    "a byte order mark": '\ufeff {"clientSecret": "%s"}',
    "serialised three times": json.dumps('{"clientSecret": "%s"}'),
}


@pytest.mark.parametrize("text", NEARLY_JSON.values(), ids=list(NEARLY_JSON))
@pytest.mark.parametrize("place", [(), ("name",), ("auth", "specName")])
def test_a_body_that_was_serialised_twice_shows_no_secret(sent: Sender, text: str, place: tuple[str, ...]) -> None:
    secret = "Zq7planted-9"
    sent("POST", "/connections", changed(zoho(), place, text % secret))
    assert secret not in sent.mock.journal.text().decode()


@pytest.mark.parametrize("text", ["{'clientSecret': '%s'}", '{"clientSecret": "%s",}', '{"pin": "%s"}'])
def test_nor_does_what_was_stored_of_it(sent: Sender, text: str) -> None:
    id, _ = sent.create({**zoho(), "name": text % "Zq7planted-9"})
    sent("GET", f"/connections/{id}")
    assert "Zq7planted-9" not in sent.mock.journal.text().decode()


@pytest.mark.parametrize("name", ["[Token] Zoho", '"key" of {x}', "{secret", '{"a": "key"', "[]", '"pin": x'])
def test_a_name_that_only_begins_like_json_is_answered_and_shown_as_it_is(sent: Sender, name: str) -> None:
    id, _ = sent.create({**zoho(), "name": name})
    assert sent.read(id)["name"] == name
    assert [row["request"]["body"]["name"] for row in sent.mock.journal.rows()[:1]] == [name]


@pytest.mark.parametrize("text", ["clientSecret=%s", "clientSecret: %s", "%s", "x({'clientSecret': '%s'})"])
def test_a_body_that_is_one_text_isnt_shown(sent: Sender, text: str) -> None:
    sent("POST", "/connections", text % "Zq7planted-9")
    assert "Zq7planted-9" not in sent.mock.journal.text().decode()


def test_nor_does_a_message_that_quotes_the_beginning_of_it(sent: Sender) -> None:
    mapping = {"source": "{'apiKey': 'Zq7planted-0123456789'}", "destination": "x", "sourceType": "EXPRESSION"}
    body = {"data": {}, "mappingSet": {"outputSchema": {"schemaRef": {"id": "x"}}, "mappings": [mapping]}}
    answer = sent.raw("POST", "/data/foundation/conversion/mappingSets/preview", None, json.dumps(body).encode())
    assert b"Zq7pl" in answer.text
    assert "Zq7pl" not in sent.mock.journal.text().decode()
