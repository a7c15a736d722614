"""The errors of the streaming inlet: that of a missing token is printed, the others have its shape (assumed)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error
from contracts.judging.rule import Level

__all__ = ["ROWS", "collection"]


def collection(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    """http.md prints the status as text."""
    kind = f"https://ns.adobe.com/adobecloud/problem/{error.id}"
    return {"type": kind, "status": str(error.status), "title": error.title, "report": {"message": message}}


def _collection(kind: str, status: int, title: str, template: str, level: Level = "assumed") -> Error:
    return Error(f"data-collection-service-{kind}", status, collection, title, template, level)


ROWS = (
    _collection("authorization", 401, "Authorization", "[{id}] Ims service token is empty", "documented"),
    _collection("validation", 400, "Invalid message", "{message}"),
    _collection("inlet", 404, "Inlet not found", "[{id}] There is no such inlet"),
)
