"""An exchange as ``GET /__admin/requests`` and ``flow_service.requests`` tell it."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

__all__ = ["JournalRow", "Received", "RowViolation", "Sent"]


class Sent(TypedDict):
    """A request, secrets masked; a body that is JSON is parsed."""

    method: str
    url: str
    headers: dict[str, str]
    body: Any


class Received(TypedDict):
    """Its answer; ``status`` is ``None`` where none came."""

    status: int | None
    headers: dict[str, str]
    body: Any


class RowViolation(TypedDict):
    """A broken rule."""

    rule: str
    level: str
    severity: str
    pointer: str
    message: str
    found: str | None
    allowed: list[str]
    nearest: str | None
    document: str
    help: str


class JournalRow(TypedDict):
    """One exchange, as ``GET /__admin/requests`` shows it; ``at`` is in milliseconds, ``sender`` ``file:line``.

    ``fault`` and ``stub`` say which of those that a user set up the call met: a stub by its method, host and path.
    ``failure`` is there where the mock itself has failed: the line of its code.
    """

    id: int
    at: int
    operation: str | None
    org_id: str
    sandbox_name: str
    request: Sent
    response: Received
    violations: list[RowViolation]
    fault: str | None
    stub: str | None
    sender: str | None
    failure: NotRequired[str]
