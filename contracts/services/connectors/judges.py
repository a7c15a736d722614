"""What requests for landing zone, encryption keys and private endpoints must keep."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from contracts.judging.body_schemas import frames_of, object_at
from contracts.judging.model import Call
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.services.connectors.rules import violation
from contracts.services.gateway.placeholders import placeholders_are_filled_in

__all__ = [
    "AUTHORING_RULES",
    "CUSTOMER_KEY_RULES",
    "ENABLE_RULES",
    "ENDPOINT_LIST_RULES",
    "ENDPOINT_RULES",
    "KEY_RULES",
    "PACKAGE",
    "REFRESH_RULES",
    "ZONE_RULES",
    "spec_asked_for",
]

PACKAGE = "contracts.services.connectors"
ZONES = ("user_drop_zone", "dlz_destination")
# private-link.md: Azure Blob, ADLS Gen2, Azure File Storage, Snowflake
SPECS = (
    *("4c10e202-c428-4796-9208-5f1f5732b1cf", "b3ba5556-48be-44b7-8b85-ff2b69b46dc4"),
    *("be5ec48c-5b78-49d5-b8fa-7c89ec4569b8", "51ae16c2-bdad-42fd-9fce-8d5dfddaf140"),
)


def zone_is_known(call: Call) -> Iterator[Violation]:
    value = call.parameter("type")
    if value not in ZONES:
        found = "nothing" if value is None else shown(value)
        yield violation("CN-LZ-01", "query/type", "no landing zone", found=found, allowed=ZONES, near=value)


def refresh_is_asked_for(call: Call) -> Iterator[Violation]:
    value = call.parameter("action")
    if value != "refresh":
        found = "nothing" if value is None else shown(value)
        yield violation("CN-LZ-02", "query/action", "not refresh", found=found, allowed=["refresh"], near=value)


def key_is_base64(call: Call) -> Iterator[Violation]:
    key = call.document.get("publicKey") if isinstance(call.document, dict) else None
    if not isinstance(key, str) or not key or is_placeholder(key):
        return
    try:
        base64.b64decode("".join(key.split()), validate=True)
    except (binascii.Error, ValueError):
        yield violation("CN-KEY-03", "/publicKey", "not base64", found="a text")


def source_supports_endpoints(call: Call) -> Iterator[Violation]:
    id = object_at(call.document, "connectionSpec").get("id")
    if isinstance(id, str) and id and id not in SPECS and not is_placeholder(id):
        yield violation(
            "CN-PE-03",
            "/connectionSpec/id",
            "no source with private endpoints",
            found=shown(id),
            allowed=SPECS,
            near=id,
        )


def endpoints_are_filtered_by_spec(call: Call) -> Iterator[Violation]:
    for text in call.parameters("property"):
        if spec_asked_for(text) is None:
            yield violation(
                "CN-PE-06", "query/property", "no such filter", found=shown(text), allowed=["connectionSpec.id==..."]
            )
    op = call.parameter("op")
    if op not in (None, "autoResolve"):
        yield violation("CN-PE-04", "query/op", "no such op", found=shown(op), allowed=["autoResolve"], near=op)


def spec_asked_for(text: str) -> str | None:
    """The id in ``connectionSpec.id==ID``."""
    name, operator, id = text.partition("==")
    return id if operator and name.strip() == "connectionSpec.id" and id else None


def authoring_is_enabled(call: Call) -> Iterator[Violation]:
    op = call.parameter("op")
    if op != "enable":
        found = "nothing" if op is None else shown(op)
        yield violation("CN-PE-04", "query/op", "no such op", found=found, allowed=["enable"], near=op)


frame_of = frames_of(PACKAGE, violation, unknown="CN-KEYS-01")

ZONE_RULES = (zone_is_known,)
REFRESH_RULES = (zone_is_known, refresh_is_asked_for)
KEY_RULES = (frame_of("key"), placeholders_are_filled_in)
CUSTOMER_KEY_RULES = (frame_of("customer-key"), key_is_base64, placeholders_are_filled_in)
ENDPOINT_RULES = (frame_of("private-endpoint"), source_supports_endpoints, placeholders_are_filled_in)
ENDPOINT_LIST_RULES = (endpoints_are_filtered_by_spec,)
ENABLE_RULES = (authoring_is_enabled,)
AUTHORING_RULES = (frame_of("interactive-authoring"),)
