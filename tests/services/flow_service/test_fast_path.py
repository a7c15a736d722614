"""One compiled look at a body says what all the rules about it say, and never more."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import Call, Contract, Request, Source, catalogue, documented_regions
from contracts.judging.placeholders import may_hold_placeholders
from contracts.reading import json_text
from contracts.services.flow_service.fast_path import flawless_connection
from contracts.strategies import broken_requests, connections
from contracts.tables import OPERATIONS
from tests.kit.any_json import JSON
from tests.kit.connection import zoho
from tests.kit.depth import examples

CREATE = next(row for row in OPERATIONS if row.id == "createConnection")
CONTRACT = Contract()


def judged(body: bytes, contract: Contract = CONTRACT) -> tuple[bool, list[str]]:
    """What the one look says of ``body``, and what the rules find."""
    flawless = flawless_connection(body, contract.terms.catalogue)
    try:
        document = json_text.parse(body)
    except json_text.JsonProblem:
        return flawless is not None, ["not JSON"]
    assert flawless is None or same(flawless, document)
    call = Call(Request("POST", "/", {}, body), contract.terms, CREATE, CREATE.service, document=document)
    return flawless is not None, [found.rule.id for rule in CREATE.body_rules for found in rule(call)]


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if isinstance(one, dict) and type(one) is type(other):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    return type(one) is type(other) and bool(one == other)


def agree(document: Any) -> None:
    for strictness in ("default", "lenient", "strict"):
        flawless, broken = judged(json.dumps(document).encode(), Contract(strictness))
        assert not (flawless and broken)


@settings(max_examples=examples(200))
@given(connection=connections())
def test_what_it_says_of_a_valid_connection_the_rules_say_too(connection: dict[str, Any]) -> None:
    agree(connection)


@settings(max_examples=examples(300))
@given(connection=connections(), data=st.data())
def test_what_it_says_of_a_connection_with_one_value_changed_the_rules_say_too(
    connection: dict[str, Any], data: st.DataObject
) -> None:
    places = [connection, connection["connectionSpec"]]
    auth = connection.get("auth") or {}
    places += [auth, auth.get("params") or {}]
    place = data.draw(st.sampled_from([place for place in places if place]))
    name = data.draw(st.sampled_from([*sorted(place), "another"]))
    if data.draw(st.booleans()):
        place.pop(name, None)
    else:
        place[name] = data.draw(JSON)
    agree(connection)


JOTTINGS = (
    b"1e999",
    b"-1e400",
    b"1.5",
    b"NaN",
    b"[" * 70 + b"]" * 70,
    b'"\\ud800"',
    b'"\xff"',
    b"9" * 400,
    b"9" * 5000,
    b"01",
)


@settings(max_examples=examples(200))
@given(connection=connections(), jotting=st.sampled_from(JOTTINGS), data=st.data())
def test_what_is_no_json_of_ours_is_never_flawless(
    connection: dict[str, Any], jotting: bytes, data: st.DataObject
) -> None:
    """A value is put where one stands, or where none is looked for; a key stands twice; or there is more behind it."""
    text = json.dumps({**connection, "providerId": "P"}).encode()
    value = data.draw(st.sampled_from([json.dumps(value).encode() for value in leaves(connection)] + [b'"P"']))
    spoilt = data.draw(
        st.sampled_from(
            [text.replace(value, jotting, 1), b'{"name":"n",' + text[1:], text + b"]", b"\xef\xbb\xbf" + text]
        )
    )
    flawless, rules = judged(spoilt)
    assert not (flawless and rules)


def leaves(value: Any) -> list[Any]:
    return [leaf for child in value.values() for leaf in leaves(child)] if isinstance(value, dict) else [value]


@settings(max_examples=examples(200))
@given(broken=broken_requests())
def test_it_passes_no_broken_body(broken: Any) -> None:
    flawless, rules = judged(broken.request.body)
    assert not (flawless and rules)


@settings(max_examples=examples(200))
@given(data=st.data())
def test_it_passes_no_other_two_urls_of_zohos(data: st.DataObject) -> None:
    regions = list(documented_regions().values())
    accounts, api = data.draw(st.sampled_from(regions)), data.draw(st.sampled_from(regions))
    document = zoho()
    document["auth"]["params"] |= {"accountsUrl": accounts.accounts_url, "endpoint": api.api_endpoint}
    flawless, rules = judged(json.dumps(document).encode())
    assert flawless == (rules == []) == (accounts is api)


@pytest.mark.parametrize("source", catalogue().values(), ids=lambda source: source.name)
def test_it_passes_the_documented_body_of_every_source(source: Source) -> None:
    for example in source.examples:
        text = json.dumps(_filled(example))
        flawless, rules = judged(text.encode())
        assert flawless or rules or may_hold_placeholders(text.encode())


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63) + 1, 2**63, -(2**63), 10**400])
def test_it_passes_a_number_only_where_json_may_have_it(number: int) -> None:
    document = next(
        {**_filled(example), "auth": {**_filled(example["auth"]), "params": {**_filled(params), name: number}}}
        for source in catalogue().values()
        for example in source.examples
        for params in [(example.get("auth") or {}).get("params") or {}]
        for name, row in source.auth[example["auth"]["specName"]].schema["properties"].items()
        if name in params and "integer" in row["type"]
    )
    flawless, rules = judged(json.dumps(document).encode())
    assert flawless == (rules == []) == (abs(number) < 2**63)


@pytest.mark.parametrize("name", ["encryption", "encryptionSpecs"])
def test_encryption_is_for_the_rules(name: str) -> None:
    assert not judged(json.dumps({**zoho(), name: {}}).encode())[0]


def _filled(value: Any) -> Any:
    """``value`` without placeholders."""
    if isinstance(value, dict):
        return {name: _filled(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_filled(child) for child in value]
    return value.strip("{}") if isinstance(value, str) else value


@pytest.mark.deep
def test_without_the_compiled_libraries_the_answers_are_the_same() -> None:
    code = """
import json, sys
if sys.argv[1] == "without":
    sys.modules["jiter"] = sys.modules["jsonschema_rs"] = None
from contracts import BASE_PATH, Request
from mockserver import Mock
from tests.kit.connection import HEADERS, zoho
headers = {name.lower(): value for name, value in HEADERS.items()}
good, extra, wrong = zoho(), {**zoho(), "extra": 1}, {**zoho(), "name": ""}
mock = Mock(seed=1)
for body in (good, extra, wrong):
    answer = mock.handle(Request("POST", f"{BASE_PATH}/connections", headers, json.dumps(body).encode()))
    print(answer.status, answer.body.decode())
print(mock.journal.text().decode(), all(sys.modules[name] is not None for name in ("jiter", "jsonschema_rs")))
"""
    told = [
        subprocess.run([sys.executable, "-c", code, each], capture_output=True, encoding="utf-8", check=True).stdout
        for each in ("with", "without")
    ]
    assert told[0].removesuffix("True\n") == told[1].removesuffix("False\n")
    assert told[0].splitlines()[0].startswith("201")
