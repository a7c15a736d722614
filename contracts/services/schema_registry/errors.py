"""The errors of the Schema Registry (xdm/troubleshooting-guide.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts.judging.error import Error
from contracts.judging.rule import Level

__all__ = ["ROWS", "registry"]


def registry(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:
    """The type begins with http, not https, and ``detail`` says the same as the report."""
    at = datetime.fromtimestamp(int(details.get("now") or 0) / 1000, UTC)
    return {
        "type": f"http://ns.adobe.com/aep/errors/{error.id}",
        "title": error.title,
        "status": error.status,
        "report": {
            "registryRequestId": str(uuid5(NAMESPACE_URL, request_id)),
            "timestamp": at.strftime("%m-%d-%Y %I:%M:%S"),
            "detailed-message": message,
            "sub-errors": [],
        },
        "detail": message,
    }


def _registry(code: str, title: str, template: str, level: Level = "documented") -> Error:
    return Error(f"XDM-{code}", int(code[-3:]), registry, title, template, level)


_ACCEPT = "Accept header invalid"
_SUPPLIED = "The supplied Accept header is not valid: {accept} - A valid Accept value should look like {like}"
_MISSING = "The requested {kind} resource {id} with version {version} is not found."

_UNION = "Union descriptor validation error"

ROWS = (
    # Of which kind a number is, is printed for classes and schemas; the other two are assumed.
    _registry("1010-404", "Resource not found", _MISSING),
    _registry("1011-404", "Resource not found", _MISSING, "assumed"),
    _registry("1012-404", "Resource not found", _MISSING),
    _registry("1013-404", "Resource not found", _MISSING, "assumed"),
    _registry("1521-400", "Title not unique", "Object titles must be unique. An object {id} already exists with the same title {title}."),
    _registry("1021-400", "Namespace validation error", "Custom fields must be defined under a top-level field named {namespace}. Found: {field}."),
    _registry("1006-400", _ACCEPT, _SUPPLIED),
    _registry("1007-400", _ACCEPT, _SUPPLIED),
    _registry("1007-406", "Not acceptable", "The resource has no version {version}.", "assumed"),
    _registry("1008-400", _ACCEPT, _SUPPLIED),
    _registry("1009-400", _ACCEPT, _SUPPLIED),
    _registry("1528-400", _UNION, "The schema {id} cannot be enabled for Profile: it has no primary identity."),
    _registry("1526-400", _UNION, "To participate in a union, the property {property} with a relationship needs an xdm:descriptorReferenceIdentity."),
    _registry("1527-400", _UNION, "The xdm:identityNamespace {namespace} of {property} differs from {other}, the xdm:namespace of {id}."),
    _registry("1413-400", "Merge Schema Error", "Cannot merge incompatible data types. The path {path} is defined in the schema {id} with another type. Types: {types}."),
    _registry("3005-400", "Import Resource Failed", "Failed to import resources. Error: {message}"),
    _registry("1400-400", "Bad request", "{message}", "assumed"),
    _registry("1405-405", "Method not allowed", "Resources of the global container cannot be changed.", "assumed"),
)  # fmt: skip
