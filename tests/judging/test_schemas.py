"""The compiled check and the explaining one agree, on whatever is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts import OPERATIONS, catalogue
from contracts.reading.schemas import Checker, schema
from contracts.strategies import connections
from tests.kit.connection import zoho
from tests.kit.depth import examples, few

FRAMES = sorted({(row.frame.schema, row.frame.package) for row in OPERATIONS if row.frame})
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.just(10**400), st.text(max_size=4)
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def keys_of(declared: Any) -> set[str]:
    """Every property that a schema names, at any depth."""
    if isinstance(declared, list):
        return set().union(*map(keys_of, declared))
    if not isinstance(declared, dict):
        return set()
    properties = declared.get("properties")
    here = set(properties) if isinstance(properties, dict) else set()
    return here.union(*map(keys_of, declared.values()))


@st.composite
def near_to(draw: Any, declared: dict[str, Any]) -> Any:
    """Documents with the schema's own keys and any values, so that many of them nearly fit."""
    keys = sorted(keys_of(declared)) or ["a"]
    inner = st.recursive(
        SCALARS, lambda each: st.lists(each, max_size=2) | st.dictionaries(st.sampled_from(keys), each, max_size=4)
    )
    document = draw(st.dictionaries(st.sampled_from(keys), inner, max_size=8))
    return draw(st.sampled_from([document, [document]]))


def agree(declared: dict[str, Any], value: Any) -> None:
    assert Checker(declared).accepts(value) == Draft202012Validator(declared).is_valid(value)


@pytest.mark.parametrize(("name", "package"), few(FRAMES, 10))
@settings(max_examples=examples(100))
@given(data=st.data())
def test_they_agree_on_any_json(name: str, package: str, data: st.DataObject) -> None:
    declared = schema(name, package)
    agree(declared, data.draw(st.one_of(JSON, near_to(declared))))


@settings(max_examples=examples(100))
@given(connection=connections(), data=st.data())
def test_they_agree_on_credentials(connection: dict[str, Any], data: st.DataObject) -> None:
    source = catalogue()[connection["connectionSpec"]["id"]]
    for spec in source.auth.values():
        params = dict((connection.get("auth") or {}).get("params") or {})
        name = data.draw(st.sampled_from(sorted(spec.params) or ["a"]))
        agree(spec.schema, {**params, name: data.draw(SCALARS)})


@settings(max_examples=examples(100))
@given(data=st.data())
def test_they_agree_on_a_connection_with_one_value_changed(data: st.DataObject) -> None:
    declared, document = schema("connection-create", "contracts.services.flow_service"), zoho()
    place = data.draw(st.sampled_from([document, document["auth"], document["connectionSpec"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    agree(declared, document)


def test_what_cannot_be_compared_is_explained_instead() -> None:
    deep: Any = "end"
    for _ in range(10_000):
        deep = [deep]
    declared = {"type": "array", "items": {"$ref": "#"}}
    assert not Checker(declared).accepts(deep)
