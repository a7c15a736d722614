"""The errors of IMS, in the shape of RFC 6749."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error
from contracts.judging.rule import Level

__all__ = ["ROWS", "oauth"]


def oauth(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    return {"error": error.title, "error_description": message}


def _ims(error: str, status: int, description: str = "{description}", level: Level = "documented") -> Error:
    """The error names are documented, the descriptions are not."""
    return Error(f"{error}-{status}", status, oauth, error, description, level)


ROWS = (
    # adobe-dev-console, JWT/index.md; RFC 6749, 5.2
    _ims("invalid_client", 400),
    _ims("invalid_client", 401),
    _ims("invalid_token", 400),
    _ims("invalid_scope", 400),
    _ims("bad_request", 400),
    _ims("unsupported_grant_type", 400, level="assumed"),
    _ims("invalid_request", 400, level="assumed"),
    _ims("invalid_token", 401, "{message}", level="assumed"),
    _ims("internal_error", 500, "Please try again later", level="inferred"),
    _ims("temporarily_unavailable", 503, "Please try again later", level="assumed"),
)
