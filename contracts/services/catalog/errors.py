"""The errors of Catalog. catalog.yaml names their statuses and prints no body, so the shape and the words are assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error

__all__ = ["ROWS", "catalog"]


def catalog(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    return {"status": error.status, "title": error.title, "detail": message}


def _catalog(status: int, title: str, template: str) -> Error:
    return Error(f"{title}-{status}", status, catalog, title, template, "assumed")


ROWS = (
    _catalog(400, "BadRequestError", "{message}"),
    _catalog(404, "NotFoundError", "The {type} {id} was not found."),
    _catalog(412, "PreconditionFailedError", "The version {version} of {entity} has passed."),
)
