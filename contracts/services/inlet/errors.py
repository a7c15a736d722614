"""The errors of the streaming inlet: two are printed, the others have the shape of the first (assumed)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error
from contracts.judging.rule import Level

__all__ = ["ROWS", "collection", "validation"]


def collection(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    """http.md prints the status as text."""
    kind = f"https://ns.adobe.com/adobecloud/problem/{error.id}"
    return {"type": kind, "status": str(error.status), "title": error.title, "report": {"message": message}}


def validation(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    """ingestion/quality/streaming-validation.md prints this status as a number, and what doesn't fit as a list."""
    exceptions = json.loads(details["exceptions"]) if details.get("exceptions", "").startswith("[") else []
    told = f"{len(exceptions)} schema violation{'s' * (len(exceptions) != 1)} found"
    cause = {"schemaLocation": "#", "pointerToViolation": "#", "causingExceptions": exceptions, "message": told}
    return {
        "type": f"http://ns.adobe.com/adobecloud/problem/{error.id}",
        "status": error.status,
        "title": error.title,
        "report": {"message": message, "cause": {"_streamingValidation": [cause]}},
    }


def _collection(kind: str, status: int, title: str, template: str, level: Level = "assumed") -> Error:
    return Error(f"data-collection-service-{kind}", status, collection, title, template, level)


ROWS = (
    _collection("authorization", 401, "Authorization", "[{id}] Ims service token is empty", "documented"),
    _collection("validation", 400, "Invalid message", "{message}"),
    Error(
        "data-collection-service/inlet",
        400,
        validation,
        "Invalid XDM Message Format",
        "inletId: [{id}] imsOrgId: [{organisation}] Message is invalid",
        "documented",
    ),
    _collection("inlet", 404, "Inlet not found", "[{id}] There is no such inlet"),
)
