"""Field groups that add fields of one's own to those of Adobe's: they lie below a standard field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.platform import made, registry
from tests.kit.sender import Answer, Sender

ORDERS = "https://ns.adobe.com/xdm/context/experienceevent-commerce"
OWN = {"_acme": {"type": "object", "properties": {"model": {"type": "string"}}}}


def posted(sent: Sender, fields: dict[str, Any], *refs: str) -> Answer:
    all_of = [{"$ref": ref} for ref in (*refs, "#/definitions/own")]
    body = {"title": "Orders", "type": "object", "definitions": {"own": {"properties": fields}}, "allOf": all_of}
    return registry(sent, "POST", "/tenant/fieldgroups", body)


@pytest.mark.parametrize(
    "field",
    [
        {"type": "object", "properties": OWN},
        {"type": "array", "items": {"type": "object", "properties": OWN}},
        {"type": "object", "properties": {"price": {"type": "object", "properties": OWN}, **OWN}},
    ],
)
def test_own_fields_may_lie_deeper_where_a_group_is_extended(sent: Sender, field: dict[str, Any]) -> None:
    made(posted(sent, {"productListItems": field, **OWN}, ORDERS))
    assert "SR-NS-01" not in [row["rule"] for row in sent.violations]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string"},
        {"type": "object", "properties": {}},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "properties": {"model": {"type": "string"}, **OWN}},
        *({"type": "array", "items": 5}, {"properties": 5}, 5, None),
    ],
)
def test_fields_of_ones_own_without_the_tenant_are_refused(sent: Sender, field: Any) -> None:
    assert posted(sent, {"productListItems": field}, ORDERS).status == 400


def test_a_group_that_extends_none_has_no_standard_fields(sent: Sender) -> None:
    assert posted(sent, {"productListItems": {"type": "object", "properties": OWN}}).status == 400
    assert sent.rules == ["SR-NS-01"]


def test_no_depth_is_too_deep_to_be_answered(sent: Sender) -> None:
    field: dict[str, Any] = {"type": "object", "properties": OWN}
    for _ in range(60):
        field = {"type": "object", "properties": {"more": field}}
    assert posted(sent, {"productListItems": field}, ORDERS).status == 400
