"""Schemas that have only some fields of a field group (xdm/tutorials/specific-fields-api.md)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.platform import CONTACTS, PERSON, made, mapping_set, prep, registry, schema
from tests.kit.sender import Sender

WHOLE = "application/vnd.adobe.xed-full+json; version=1"
EVENT = "https://ns.adobe.com/xdm/context/experienceevent"
CAMPAIGN = "https://ns.adobe.com/experience/campaign/experienceevent-"


def with_parts(*parts: dict[str, Any]) -> dict[str, Any]:
    body = schema("Leads")
    return {**body, "allOf": [*body["allOf"][:1], *parts]}


def fields(sent: Sender, alt_id: str) -> dict[str, Any]:
    return made(registry(sent, "GET", f"/tenant/schemas/{alt_id}", accept=WHOLE), 200)["properties"]  # type: ignore[no-any-return]


NAMED: list[tuple[Any, list[str]]] = [
    ("/person/name/firstName", ["firstName"]),
    (["/person/name/firstName", "/person/name/lastName"], ["firstName", "lastName"]),
    (["/person/name/lastName", "/person/name/nothing"], ["lastName"]),
]


@pytest.mark.parametrize(("named", "names"), NAMED)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_schema_has_only_the_fields_that_it_names(sent: Sender, method: str, named: Any, names: list[str]) -> None:
    part = {"$ref": PERSON, "meta:refProperty": named}
    body = with_parts(part)
    found = made(registry(sent, "POST", "/tenant/schemas", body if method == "POST" else with_parts()))
    path = f"/tenant/schemas/{found['meta:altId']}"
    if method == "PUT":
        found = made(registry(sent, "PUT", path, body), 200)
    if method == "PATCH":
        found = made(registry(sent, "PATCH", path, [{"op": "add", "path": "/allOf/-", "value": part}]), 200)
    assert found["allOf"][1:] == [{**part, "type": "object", "meta:xdmType": "object"}]
    person = fields(sent, found["meta:altId"])["person"]["properties"]
    assert (list(person), sorted(person["name"]["properties"])) == (["name"], names)
    assert sent.violations == []


def test_parts_of_one_field_group_come_together(sent: Sender) -> None:
    parts = [{"$ref": PERSON, "meta:refProperty": f"/person/{path}"} for path in ("name/firstName", "birthDate")]
    found = made(registry(sent, "POST", "/tenant/schemas", with_parts(*parts, {"$ref": CONTACTS})))
    resolved = fields(sent, found["meta:altId"])
    assert set(resolved["person"]["properties"]) == {"name", "birthDate"}
    assert "mobilePhone" in resolved


@pytest.mark.parametrize("named", [None, 1, {}, [], [1]])
def test_what_names_no_field_leaves_the_field_group_whole(sent: Sender, named: Any) -> None:
    found = made(registry(sent, "POST", "/tenant/schemas", with_parts({"$ref": PERSON, "meta:refProperty": named})))
    assert "birthDate" in fields(sent, found["meta:altId"])["person"]["properties"]


def test_fields_of_arrays_and_of_what_is_unknown(sent: Sender) -> None:
    """Of Campaign's field groups the registry knows hardly a field."""
    own_name = "_" + made(registry(sent, "GET", "/stats"), 200)["tenantId"]
    own = {
        "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}, "b": {}}}},
        "free": {"type": "object"},
        "other": {"type": "string"},
    }
    body = {
        "title": "Own",
        "type": "object",
        "meta:intendedToExtend": [EVENT],
        "properties": {own_name: {"type": "object", "properties": own}},
    }
    group = made(registry(sent, "POST", "/tenant/fieldgroups", body))["$id"]
    paths = [f"/{own_name}/{path}" for path in ("list/a", "free/x/y")] + ["/" * 5_000]
    parts = [{"$ref": group, "meta:refProperty": paths}]
    parts += [{"$ref": CAMPAIGN + "all", "meta:refProperty": "/_experience/campaign/message/id"}]
    event = {"title": "E", "type": "object", "allOf": [{"$ref": EVENT}, *parts]}
    found = made(registry(sent, "POST", "/tenant/schemas", event))
    resolved = fields(sent, found["meta:altId"])
    chosen = resolved[own_name]["properties"]
    assert (set(chosen), set(chosen["list"]["items"]["properties"])) == ({"list", "free"}, {"a"})
    assert resolved["_experience"]["properties"] == {"campaign": {"type": "object", "meta:xdmType": "object"}}


def test_a_mapping_to_a_field_that_wasnt_chosen_is_warned_about(sent: Sender) -> None:
    part = {"$ref": PERSON, "meta:refProperty": "/person/name/firstName"}
    id = made(registry(sent, "POST", "/tenant/schemas", with_parts(part)))["$id"]
    for name, rules in ("firstName", []), ("lastName", ["DP-NEW-08"]):
        mapping = {"sourceType": "ATTRIBUTE", "source": "x", "destination": f"person.name.{name}"}
        prep(sent, "POST", "/mappingSets", mapping_set(id, mappings=[mapping]))
        assert [row["rule"] for row in sent.violations] == rules


def test_the_schema_of_the_page_on_events(sent: Sender) -> None:
    """ingestion/tutorials/streaming-time-series-data.md"""
    groups = [f"{EVENT}-environment-details", f"{EVENT}-commerce", f"{CAMPAIGN}profile-work-details"]
    body = {"title": "E", "type": "object", "allOf": [{"$ref": each} for each in [EVENT, *groups]]}
    id = made(registry(sent, "POST", "/tenant/schemas", body))["$id"]
    assert sent.violations == []
    identity = {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": id,
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/_experience/campaign/message/profileSnapshot/workEmail/address",
        "xdm:namespace": "Email",
        "xdm:property": "xdm:code",
        "xdm:isPrimary": True,
    }
    made(registry(sent, "POST", "/tenant/descriptors", identity))
    assert sent.violations == []
