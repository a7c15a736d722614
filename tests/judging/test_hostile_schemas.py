"""Whatever schema a client gives, looking at it and with it ends, soon, in faults or in none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from contracts.reading import custom_schemas
from contracts.reading.custom_schema_faults import MOST_VALUES, faults_in
from contracts.reading.custom_schemas import errors_of, given_validator, matcher
from mockserver import Mock
from tests.kit import chain
from tests.kit.chain import Chain
from tests.kit.depth import examples
from tests.kit.hostile_schemas import SCHEMAS, VALUES
from tests.kit.sender import Sender, core

LONG = "a" * 40 + "!"


def errors(schema: Any, value: Any) -> list[Any]:
    return list(errors_of(given_validator(schema), value))


@settings(max_examples=examples(240))
@given(SCHEMAS, VALUES)
def test_a_schema_is_refused_or_used(schema: Any, value: Any) -> None:
    if not faults_in(schema) and isinstance(schema, dict):
        errors(schema, value)


@pytest.fixture
def there() -> Chain:
    mock = Mock()
    return chain.chain(Sender("core", mock, core(mock)))


@settings(max_examples=examples(120))
@given(SCHEMAS, VALUES)
def test_what_is_made_of_a_spec_is_answered(schema: Any, value: Any) -> None:
    there = _there()
    spec = {"name": "c", "providerId": "p", "authSpec": [{"name": "A", "spec": schema}], "sourceSpec": {"spec": schema}}
    made = there.sent("POST", "/connectionSpecs", spec)
    assert made.status in (201, 400), made.text
    if made.status == 201:
        auth = {"specName": "A", "params": value}
        body = {"name": "c", "connectionSpec": {"id": made.json["id"], "version": "1.0"}, "auth": auth}
        assert there.sent("POST", "/connections", body).status < 500
    flow = {"name": "f", "providerId": "p", "scheduleSpec": {"spec": schema}, "runSpec": {"spec": schema}}
    made = there.sent("POST", "/flowSpecs", {**flow, "transformationSpecs": [{"name": "T", "spec": schema}]})
    assert made.status in (201, 400), made.text
    if made.status == 201:
        more = {"scheduleParams": value, "transformations": [{"name": "T", "params": value}]}
        more["flowSpec"] = {"id": made.json["id"], "version": "1.0"}
        assert there.sent("POST", "/flows", chain.flow(there.source, there.target, **more)).status < 500


def _there(made: list[Chain] = []) -> Chain:  # noqa: B006 -- one for all examples
    if not made:
        mock = Mock(journal=20)
        made.append(chain.chain(Sender("core", mock, core(mock))))
    return made[0]


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"pattern": "a{4294967295}"}}},
        {"minimum": 5, "properties": {"a": {"$ref": "#/minimum/x"}}},
        {"properties": {f"p{number}": {} for number in range(MOST_VALUES)}},
        {"properties": {f"p{number}": {"$ref": "#"} for number in range(300)}},
        {"properties": {f"p{number}": {"pattern": f"a{number}"} for number in range(60)}},
        {"pattern": "a" * 2000},
        {"patternProperties": {"(": {}}},
        {"required": [{"a": number} for number in range(1200)]},
        {"dependencies": {"a": [[number] for number in range(2000)]}},
    ],
    ids=lambda schema: json.dumps(schema)[:40],
)
def test_what_cant_be_enforced_is_told(there: Chain, schema: Any) -> None:
    spec = {"name": "c", "providerId": "p", "authSpec": [{"name": "A", "spec": schema}]}
    answer = there.sent("POST", "/connectionSpecs", spec)
    assert (answer.status, there.sent.rules[0]) == (400, "FS-SPEC-06")


DOUBLING = {
    "allOf": [{"$ref": "#/definitions/d0"}],
    "definitions": {
        f"d{level}": {"anyOf": [{"$ref": f"#/definitions/d{level + 1}"}] * 2} if level < 40 else {"type": "number"}
        for level in range(41)
    },
}
WIDE = {"items": {"properties": {f"p{number}": {} for number in range(1000)}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": LONG}),
        ({"properties": {"a": {"pattern": "(?=(a+)+$)b"}}}, {"a": LONG}),
        ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {LONG: 1}),
        (DOUBLING, "x"),
        (WIDE, [{}] * 10_000),
        ({"uniqueItems": True}, [[number] for number in range(20_000)]),
        ({"items": {"enum": list(range(2000))}}, list(range(20_000))),
    ],
    ids=["pattern", "looking around", "names", "doubling", "wide", "unique", "enum"],
)
def test_looking_with_a_schema_takes_no_more_steps_than_it_may(
    monkeypatch: pytest.MonkeyPatch, schema: Any, value: Any
) -> None:
    assert faults_in(schema) == []
    spent: list[int] = []
    spend = custom_schemas._spend
    monkeypatch.setattr(custom_schemas, "_spend", lambda steps: (spent.append(steps), spend(steps)))
    errors(schema, value)
    assert len(spent) < 200_000


@pytest.mark.parametrize(
    ("schema", "fits", "breaks"),
    [
        ({"pattern": "^a+$"}, "aaa", "b"),
        ({"pattern": "b"}, "abc", "ac"),
        ({"pattern": "^(?!x)"}, "a", "xa"),
        ({"patternProperties": {"^a": {"type": "number"}}}, {"a": 1, "b": "x"}, {"ab": "x"}),
        ({"properties": {"b": {}}, "patternProperties": {"^a": {}}, "additionalProperties": False}, {"a": 1}, {"c": 1}),
        ({"additionalProperties": {"type": "number"}}, {"a": 1}, {"a": "x"}),
        ({"uniqueItems": True}, [1, True, "1", [1], {"a": 1}], [1, 1.0]),
        ({"uniqueItems": True}, [{"a": 1}, {"a": True}], [{"a": [1]}, {"a": [1.0]}]),
    ],
)
def test_our_own_keywords_mean_what_they_mean(schema: Any, fits: Any, breaks: Any) -> None:
    assert errors(schema, fits) == []
    (error,) = errors(schema, breaks)
    assert not isinstance(error, str)


def test_a_pattern_is_read_once() -> None:
    assert matcher("^a$") is matcher("^a$")
