"""The errors of the Sandbox API. Their shape and statuses are documented, their numbers are this project's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error

__all__ = ["ROWS", "sandbox"]


def sandbox(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    return {"status": error.status, "title": message, "type": f"http://ns.adobe.com/aep/errors/{error.id}"}


def _sandbox(code: str, title: str) -> Error:
    """sandboxes.md documents the shape, sandbox.yaml the statuses; these numbers are this project's (assumed)."""
    return Error(f"SMS-{code}", int(code[-3:]), sandbox, "", title, "assumed")


ROWS = (
    # The sentence is the one that Flow Service quotes in 2101-404.
    _sandbox("2000-404", "Sandbox with name '{name}' not present. Please check if resource exists."),
    _sandbox("2001-400", "{message}"),
    _sandbox("2002-409", "Sandbox with name '{name}' already exists."),
    _sandbox("2003-400", "Sandbox `{name}` cannot be deleted. It is the default sandbox."),
    _sandbox("2004-400", "Sandbox `{name}` cannot be {action}. Its state is {state}."),
)
