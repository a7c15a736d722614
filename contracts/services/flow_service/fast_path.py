"""Whether nothing can be said against a body, told by one compiled look instead of every rule about it.

Most bodies are flawless. A body that isn't, or of which this look can't tell, is judged rule by rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.placeholders import may_hold_placeholders
from contracts.reading import json_text
from contracts.reading.schemas import Checker
from contracts.services.flow_service.frames import schema
from contracts.sources.regions import documented_regions
from contracts.sources.source_catalogue import ZOHO_CRM, AuthSpec, Catalogue, Source

__all__ = ["flawless_connection"]

_Schema = Mapping[str, Any]


def flawless_connection(body: bytes, catalogue: Catalogue) -> dict[str, Any] | None:
    """The body of POST /connections if it keeps every rule of its row."""
    document = json_text.glanced_at(body)
    spec_id = object_at(document, "connectionSpec").get("id")
    if not isinstance(spec_id, str) or may_hold_placeholders(body):
        return None
    source = catalogue.get(spec_id)
    if source is None or source.given:
        return None
    return document if _checker(source).accepts(document) else None


@lru_cache(maxsize=256)
def _checker(source: Source) -> Checker:
    return Checker(_connection_of(source))


def _connection_of(source: Source) -> dict[str, Any]:
    """The frame without a key that isn't declared, with that source's id, version and credentials."""
    frame = schema("connection-create")
    declared = frame["properties"]
    spec = {"id": {"const": source.id}, "version": {"const": source.version}}
    narrowed = {"connectionSpec": _closed(declared["connectionSpec"], spec)}
    if source.auth:
        narrowed["auth"] = {"anyOf": [_auth_of(source, each, declared["auth"]) for each in source.auth.values()]}
    else:
        narrowed["auth"] = _closed(declared["auth"])
    required = [*frame["required"], *(["auth"] if source.auth else [])]
    return {**_closed(frame, narrowed), "required": required}


def _auth_of(source: Source, spec: AuthSpec, frame: _Schema) -> dict[str, Any]:
    params = _closed(spec.schema)
    if source.id == ZOHO_CRM:
        params["anyOf"] = _ZOHO_PAIRS
    required = ["specName", *(["params"] if spec.schema["required"] else [])]
    return {
        **_closed(frame, {"specName": {"const": spec.name}, "params": params}),
        "type": "object",
        "required": required,
    }


def _closed(declared: _Schema, narrowed: _Schema | None = None) -> dict[str, Any]:
    """``declared`` without undeclared keys, some of its properties ``narrowed``, and none of them open to anything."""
    properties = {name: row for name, row in declared["properties"].items() if name not in _JUDGED}
    typed = {name: {"type": "string", **row, **_READABLE} for name, row in properties.items()}
    return {**declared, "properties": {**typed, **(narrowed or {})}, "additionalProperties": False}


_JUDGED = ("encryption", "encryptionSpecs", "privateEndpointId")  # the rules ask more of them than a schema says
_READABLE = {"minimum": -json_text.LARGEST_INTEGER, "maximum": json_text.LARGEST_INTEGER}

# The two URLs of one data centre as the tutorial prints them; any other spelling is for the rules.
_ZOHO_PAIRS = [
    {"properties": {"accountsUrl": {"const": region.accounts_url}, "endpoint": {"const": region.api_endpoint}}}
    for region in documented_regions().values()
]
