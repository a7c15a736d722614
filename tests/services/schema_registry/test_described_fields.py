"""What descriptors change of the fields that a look-up shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.platform import CONTACTS, PERSON, made, registry, schema, schema_made
from tests.kit.platform_errors import described
from tests.kit.sender import Sender


def fields(sent: Sender, id: str, words: str) -> dict[str, Any]:
    accept = f"application/vnd.adobe.xed-{words}+json; version=1"
    found = made(registry(sent, "GET", "/tenant/schemas/" + id.replace("/", "%2F"), accept=accept), 200)
    return found["properties"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", ["/mobilePhone", ["/person/name", "/mobilePhone"]])
def test_a_deprecated_field_is_told_of_where_that_is_asked_for(sent: Sender, path: str | list[str]) -> None:
    """xdm/tutorials/field-deprecation-api.md"""
    id = schema_made(sent, "Leads", PERSON, CONTACTS)
    described(sent, id, "Deprecated", path)
    for words in ("deprecatefield", "full-deprecatefield"):
        found = fields(sent, id, words)
        assert found["mobilePhone"]["meta:status"] == "deprecated"
        assert ("meta:status" in found["person"]["properties"]["name"]) == isinstance(path, list)
        assert "meta:status" not in found["person"]
    assert "meta:status" not in fields(sent, id, "full")["mobilePhone"]


def test_a_field_has_another_name_and_suggested_values(sent: Sender) -> None:
    """xdm/tutorials/suggested-values.md: new values are added to the field's own."""
    id = schema_made(sent, "Leads", PERSON, CONTACTS)
    texts = {"xdm:title": {"en_us": "Given name"}, "xdm:description": {"en_us": "As on the card"}}
    for value, label in ("a", "First"), ("b", "Second"):
        body = {"@type": "xdm:alternateDisplayInfo", "xdm:sourceSchema": id, "xdm:sourceVersion": 1}
        body |= {"xdm:sourceProperty": "/person/name/firstName", "meta:enum": {value: {"en_us": label}}, **texts}
        made(registry(sent, "POST", "/tenant/descriptors", body))
        found = fields(sent, id, "full")["person"]["properties"]["name"]["properties"]["firstName"]
        assert (found["title"], found["description"], found["type"]) == ("Given name", "As on the card", "string")
        assert found["meta:enum"][value] == label
    assert "title" not in fields(sent, id, "full-notext")["person"]["properties"]["name"]["properties"]["firstName"]


def test_a_field_that_isnt_there_or_lies_too_deep_changes_nothing(sent: Sender) -> None:
    id = schema_made(sent, "Leads", PERSON, CONTACTS)
    before = fields(sent, id, "deprecatefield")
    for path in ("/nothing/here", "/person/name/firstName/more", "/" + "person/" * 5_000, "//"):
        described(sent, id, "Deprecated", path)
        assert fields(sent, id, "deprecatefield") == before


def test_items_of_a_list_are_described_too(sent: Sender) -> None:
    tenant = made(registry(sent, "GET", "/stats"), 200)["tenantId"]
    item = {"type": "object", "properties": {"size": {"type": "integer"}}}
    own = {f"_{tenant}": {"type": "object", "properties": {"rooms": {"type": "array", "items": item}}}}
    group = {"title": "Rooms", "type": "object", "definitions": {"own": {"properties": own}}}
    ref = made(registry(sent, "POST", "/tenant/fieldgroups", {**group, "allOf": [{"$ref": "#/definitions/own"}]}))
    id = made(registry(sent, "POST", "/tenant/schemas", schema("Hotels", ref["$id"])))["$id"]
    described(sent, id, "Deprecated", f"/_{tenant}/rooms[*]/size")
    rooms = fields(sent, id, "deprecatefield")[f"_{tenant}"]["properties"]["rooms"]
    assert rooms["items"]["properties"]["size"].items() >= {"type": "integer", "meta:status": "deprecated"}.items()
