"""Connection specs: what is served is what is enforced, and a client's own spec judges the connections made with it."""

from __future__ import annotations

import copy
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from contracts import RULES, Catalogue, Source, catalogue
from contracts.services.flow_service.connections import CONNECTION_FRAME, CONNECTION_RULES
from contracts.services.flow_service.flow_specs import BATCH, STREAMING
from contracts.services.flow_service.specs import (
    FLOW_SPEC_RULES,
    SPEC_RULES,
    connection_spec,
    source_of_spec,
    with_transformation_specs,
)
from contracts.sources.source_catalogue import DATA_LAKE
from mockserver.services.flow_service.masked import masked_connection
from tests.kit.any_json import JSON
from tests.kit.specs import DOCUMENTED, SPEC_ID, STREAMING_SPEC, judged

CREATE_RULES = (*CONNECTION_FRAME, *CONNECTION_RULES)

SOURCES = {source.name: source for source in catalogue().of("source")}
WITH_AUTH = [source for source in SOURCES.values() if source.auth]


def with_schema(schema: Any) -> dict[str, Any]:
    return {"name": "x", "providerId": BATCH, "authSpec": [{"name": "Key", "spec": schema}]}


def connection(name: str, params: Any) -> dict[str, Any]:
    return {
        "name": "x",
        "connectionSpec": {"id": SPEC_ID, "version": "1.0"},
        "auth": {"specName": name, "params": params},
    }


def specs() -> Iterator[Any]:
    for source in WITH_AUTH:
        for spec in connection_spec(source)["authSpec"]:
            yield pytest.param(source, spec, id=f"{source.name}-{spec['name']}")


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_source_has_a_connection_spec(source: Source) -> None:
    spec = connection_spec(source)
    assert (spec["id"], spec["name"], spec["version"]) == (source.id, source.name, "1.0")
    assert spec["attributes"]["isDraftModeSupported"] is True
    assert spec["attributes"]["isSource"] is (source.id != DATA_LAKE)
    assert ("targetSpec" in spec) is source.is_target
    assert ("sourceSpec" in spec) is (source.id != DATA_LAKE)
    assert bool(spec["attributes"]["uiAttributes"].get("isDeprecated")) is (source.end_of_life is not None)
    assert json.loads(json.dumps(spec)) == spec
    assert "x-rule" not in json.dumps(spec)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_is_served_could_be_sent(source: Source) -> None:
    assert judged(SPEC_RULES, connection_spec(source)) == []


@pytest.mark.parametrize(("source", "spec"), list(specs()))
def test_the_served_schema_takes_the_documented_params_and_misses_each_required_one(
    source: Source, spec: dict[str, Any]
) -> None:
    Draft7Validator.check_schema(spec["spec"])
    assert spec["spec"]["required"] == source.auth[spec["name"]].schema["required"]
    validator = Draft7Validator(spec["spec"])
    for example in source.examples:
        if example["auth"]["specName"] == spec["name"]:
            params = example["auth"]["params"]
            assert validator.is_valid(params)
            for name in spec["spec"]["required"]:
                assert not validator.is_valid({key: value for key, value in params.items() if key != name})


@given(data=st.data())
def test_what_is_served_is_what_is_enforced(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(WITH_AUTH))
    served = data.draw(st.sampled_from(connection_spec(source)["authSpec"]))
    enforced = source.auth[served["name"]]
    value = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))
    params = data.draw(st.dictionaries(st.sampled_from([*enforced.params, "other"]), value))
    assert Draft7Validator(served["spec"]).is_valid(params) == (not list(enforced.checker.iter_errors(params)))


@pytest.mark.parametrize(("source", "spec"), list(specs()))
def test_a_param_is_a_password_where_it_is_masked(source: Source, spec: dict[str, Any]) -> None:
    declared = spec["spec"]["properties"]
    secret = {name for name in declared if declared[name].get("format") == "password"}
    assert secret == set(declared) - source.auth[spec["name"]].open_params


def test_streaming_sources_have_the_streaming_provider() -> None:
    assert connection_spec(SOURCES["http-api"])["providerId"] == STREAMING
    assert connection_spec(SOURCES["zoho-crm"])["providerId"] == BATCH


def test_the_documented_three_filter_rows() -> None:
    filtering = [name for name, source in SOURCES.items() if "filterAtSource" in connection_spec(source)["attributes"]]
    assert sorted(filtering) == ["dynamics-online", "google-big-query", "salesforce"]


@pytest.mark.parametrize("document", [DOCUMENTED, STREAMING_SPEC], ids=["batch", "streaming"])
def test_documented_specs_are_accepted(document: dict[str, Any]) -> None:
    assert judged(SPEC_RULES, document) == []


def test_permissions_as_objects_are_accepted() -> None:
    """Two examples of flow-service.yaml print them so."""
    info = {"manage": {"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["write"]}}
    assert judged(SPEC_RULES, {**DOCUMENTED, "permissionsInfo": info}) == []


@pytest.mark.parametrize(
    ("rules", "change", "rule", "pointer"),
    [
        (SPEC_RULES, {"name": None}, "FS-SPEC-01", "/name"),
        (SPEC_RULES, {"name": ...}, "FS-SPEC-01", "/name"),
        (SPEC_RULES, {"providerId": ""}, "FS-SPEC-02", "/providerId"),
        (SPEC_RULES, {"providerId": ...}, "FS-SPEC-02", "/providerId"),
        (SPEC_RULES, {"attributes": []}, "FS-SPEC-03", "/attributes"),
        (SPEC_RULES, {"permissionsInfo": {"view": 1}}, "FS-SPEC-03", "/permissionsInfo/view"),
        (SPEC_RULES, {"authSpecs": []}, "FS-SPEC-04", "/authSpecs"),
        (SPEC_RULES, {"authSpec": {}}, "FS-SPEC-05", "/authSpec"),
        (SPEC_RULES, {"authSpec": [{"spec": {}}]}, "FS-SPEC-05", "/authSpec/0/name"),
        (SPEC_RULES, {"authSpec": [{"name": "a"}, {"name": "a"}]}, "FS-SPEC-05", "/authSpec/1/name"),
        (SPEC_RULES, {"sourceSpec": {"spec": {"type": "strin"}}}, "FS-SPEC-06", "/sourceSpec/spec/type"),
        (SPEC_RULES, {"targetSpec": {"spec": []}}, "FS-SPEC-06", "/targetSpec/spec"),
        (FLOW_SPEC_RULES, {"name": ...}, "FS-SPEC-01", "/name"),
        (FLOW_SPEC_RULES, {"sourceConnectionSpecIds": [1]}, "FS-SPEC-03", "/sourceConnectionSpecIds/0"),
        (FLOW_SPEC_RULES, {"transformationSpecs": 3}, "FS-SPEC-03", "/transformationSpecs"),
        (FLOW_SPEC_RULES, {"transformation": []}, "FS-SPEC-04", "/transformation"),
        (
            FLOW_SPEC_RULES,
            {"transformationSpecDTOS": [{"spec": {"type": 1}}]},
            "FS-SPEC-06",
            "/transformationSpecDTOS/0/spec/type",
        ),
    ],
)
def test_a_spec_with_one_mistake_is_told_where(rules: Any, change: dict[str, Any], rule: str, pointer: str) -> None:
    sound = {"name": "x", "providerId": BATCH}
    document = {name: value for name, value in {**sound, **change}.items() if value is not ...}
    assert [(found.rule.id, found.pointer) for found in judged(rules, document)] == [(rule, pointer)]


def test_an_unknown_key_is_only_warned_about() -> None:
    assert RULES["FS-SPEC-04"].severity("default") == "warning"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strin"},
        {"properties": {"a": {"pattern": "("}}},
        {"patternProperties": {"[": {}}},
        {"properties": {"a": {"$ref": "https://example.com/schema.json"}}},
        {"properties": {"a": {"$ref": "file:///etc/hostname"}}},
        {"properties": {"a": {"$ref": "#/definitions/none"}}},
        {"properties": {"a": {"$ref": "#/title"}}, "title": "no schema"},
        {"properties": {"a": {"$ref": "#/x"}}, "x": {"type": 3}},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"not": {"anyOf": [{}, {"$ref": "#"}]}},
        {"dependencies": {"a": ["b"], "c": {"$ref": "#"}}},
        {
            "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"if": {"$ref": "#/definitions/a"}}},
            "properties": {"p": {"$ref": "#/definitions/a"}},
        },
        "not a schema",
        [],
    ],
    ids=lambda schema: json.dumps(schema)[:60],
)
def test_a_schema_that_cant_be_enforced_is_refused_without_the_network(
    monkeypatch: pytest.MonkeyPatch, schema: Any
) -> None:
    monkeypatch.setattr(socket, "socket", _no_network)
    found = judged(SPEC_RULES, with_schema(schema))
    assert found
    assert {breach.rule.id for breach in found} <= {"FS-SPEC-05", "FS-SPEC-06"}


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("nothing is fetched")


def test_references_inside_of_a_schema_are_fine() -> None:
    tree = {"properties": {"child": {"$ref": "#"}, "$ref": {"type": "string"}, "key": {"$ref": "#/definitions/key"}}}
    schema = {"$id": "https://example.com/tree", "type": "object", **tree, "definitions": {"key": {"minLength": 3}}}
    assert judged(SPEC_RULES, with_schema(schema)) == []
    sources = Catalogue([source_of_spec(with_schema(schema), SPEC_ID)])
    assert judged(CREATE_RULES, connection("Key", {"child": {"child": {"key": "abc"}}}), sources) == []
    (found,) = judged(CREATE_RULES, connection("Key", {"child": {"child": {"key": "ab"}}}), sources)
    assert (found.rule.id, found.pointer) == ("FS-CON-12", "/auth/params/child/child/key")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"host": "h", "accessToken": "t"}, []),
        ({"host": "h"}, [("FS-CON-11", "/auth/params/accessToken")]),
        ({"host": "h", "accesstoken": "t"}, [("FS-CON-11", "/auth/params/accessToken")]),
        ({"host": 1, "accessToken": "t"}, [("FS-CON-12", "/auth/params/host")]),
        ({}, [("FS-CON-11", "/auth/params/host"), ("FS-CON-11", "/auth/params/accessToken")]),
        ([], [("FS-CON-10", "/auth/params")]),
    ],
)
def test_a_connection_is_judged_by_its_own_spec(params: Any, expected: list[tuple[str, str]]) -> None:
    sources = Catalogue([*catalogue().values(), source_of_spec(DOCUMENTED, SPEC_ID)])
    found = judged(CREATE_RULES, connection("OAuth2 Refresh Code", params), sources)
    errors = [breach for breach in found if breach.rule.severity("default") == "error"]
    assert [(breach.rule.id, breach.pointer) for breach in errors] == expected


def test_another_auth_spec_is_refused_and_the_nearest_told() -> None:
    sources = Catalogue([source_of_spec(DOCUMENTED, SPEC_ID)])
    (found,) = judged(CREATE_RULES, connection("Basic authentication", {"host": "h"}), sources)[:1]
    assert (found.rule.id, found.nearest) == ("FS-CON-09", "Basic Authentication")


def test_what_a_clients_schema_says_of_rules_means_nothing() -> None:
    schema = {"x-rule": "FS-NONE", "properties": {"a": {"type": "string", "x-rule": "FS-NONE"}}, "required": ["b"]}
    sources = Catalogue([source_of_spec(with_schema(schema), SPEC_ID)])
    found = judged(CREATE_RULES, connection("Key", {"a": 1}), sources)
    assert sorted(breach.rule.id for breach in found) == ["FS-CON-11", "FS-CON-12"]


@pytest.mark.parametrize(
    ("declared", "is_shown"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "format": "password"}, False),
        ({"$ref": "#/definitions/secret"}, False),
        ({"allOf": [{"format": "password"}]}, False),
        (True, True),
    ],
)
def test_a_param_is_masked_unless_its_schema_is_plainly_open(declared: Any, is_shown: bool) -> None:
    schema = {"properties": {"p": declared}, "definitions": {"secret": {"format": "password"}}}
    sources = Catalogue([source_of_spec(with_schema(schema), SPEC_ID)])
    shown = masked_connection(connection("Key", {"p": "the-value", "undeclared": "other"}), sources)
    assert shown["auth"]["params"] == {"p": "the-value" if is_shown else "xxxx", "undeclared": "xxxx"}


def test_a_custom_source_knows_what_it_is() -> None:
    source = source_of_spec(DOCUMENTED, SPEC_ID)
    assert (source.id, source.name, source.version) == (SPEC_ID, DOCUMENTED["name"], "1.0")
    assert source.explore_kinds == ("rest",)
    assert source_of_spec(STREAMING_SPEC, SPEC_ID).explore_kinds == ()
    assert source_of_spec({"name": "x", "providerId": BATCH}, SPEC_ID).auth == {}


KEYWORDS = st.sampled_from(
    ["type", "properties", "required", "$ref", "allOf", "not", "if", "then", "items", "definitions", "pattern", "enum"]
    + ["dependencies", "patternProperties", "additionalProperties", "$id", "minimum", "multipleOf", "format", "x-rule"]
)
VALUES = st.sampled_from(["string", "object", "#", "#/definitions/a", "http://example.com/x", "#/properties/a", "("])
SCHEMAS = st.recursive(
    st.dictionaries(KEYWORDS, VALUES | JSON, max_size=2),
    lambda inner: st.dictionaries(
        KEYWORDS, VALUES | JSON | inner | st.dictionaries(st.sampled_from("ab"), inner), max_size=4
    ),
    max_leaves=6,
)


@given(schema=SCHEMAS | JSON, params=st.dictionaries(st.sampled_from("ab"), JSON, max_size=2))
def test_whatever_a_client_declares_nothing_breaks(schema: Any, params: dict[str, Any]) -> None:
    document = with_schema(schema)
    if judged(SPEC_RULES, document):
        return
    sources = Catalogue([source_of_spec(document, SPEC_ID)])
    judged(CREATE_RULES, connection("Key", params), sources)
    masked_connection(connection("Key", params), sources)
    assert connection_spec(sources[SPEC_ID])["authSpec"][0]["spec"] == schema


@pytest.mark.parametrize("rules", [SPEC_RULES, FLOW_SPEC_RULES], ids=["connection", "flow"])
@given(data=st.data())
def test_any_json_is_judged(rules: Any, data: st.DataObject) -> None:
    keys = ["name", "providerId", "authSpec", "sourceSpec", "scheduleSpec", "transformationSpecs", "permissionsInfo"]
    judged(rules, data.draw(JSON | st.dictionaries(st.sampled_from(keys), JSON)))


MAPPING = {"name": "Mapping", "spec": {"type": "object"}}


@pytest.mark.parametrize(
    "given_as",
    [
        {"transformationSpecs": [MAPPING]},
        {"transformationSpec": [MAPPING]},
        {"transformationSpecDTOS": [MAPPING]},
        {"transformationSpecs": MAPPING},
    ],
    ids=["specs", "spec", "DTOS", "object"],
)
def test_all_four_spellings_of_the_transformations_are_one(given_as: dict[str, Any]) -> None:
    document = {"name": "x", "providerId": BATCH, **given_as}
    assert judged(FLOW_SPEC_RULES, document) == []
    served = with_transformation_specs(copy.deepcopy(document))
    assert served == {"name": "x", "providerId": BATCH, "transformationSpecs": [MAPPING]}


def test_a_flow_spec_without_transformations_is_left_alone() -> None:
    assert with_transformation_specs({"name": "x"}) == {"name": "x"}


def test_salesforce_filters_by_two_languages() -> None:
    """filter.md: SQL, and SOQL with OAuth 2 client credentials; a column may be null in both."""
    filtering = connection_spec(SOURCES["salesforce"])["attributes"]["filterAtSource"]
    other = filtering["v2"]["oAuth2ClientCredential"]
    assert (filtering["queryLanguage"], filtering["columnNameEscapeChar"]) == ("SQL", "`")
    assert (other["queryLanguage"], other["columnNameEscapeChar"]) == ("SOQL", "")
    assert {"isNull", "isNotNull"} <= {*filtering["comparisonOperators"]} & {*other["comparisonOperators"]}
