"""Every exchange with the mock, newest last, bounded, secrets masked, broken rules attached."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from contracts import Call, Catalogue, Request
from mockserver.masking import Masker
from mockserver.response import Response

__all__ = ["Exchange", "Journal"]

_LARGEST_BODY = 64 * 1024  # bytes of a body that an entry keeps


@dataclass(frozen=True, slots=True)
class Exchange:
    """One entry. ``heard`` is false where the client never got the answer; ``sender`` is a line of the user's code."""

    id: int
    at: int
    operation: str | None
    org_id: str | None
    sandbox_name: str | None
    request: Request
    left_out: int
    response: Response
    violations: tuple[dict[str, Any], ...]
    fault: str | None
    sender: str | None

    def as_json(self, catalogue: Catalogue) -> dict[str, Any]:
        """The row that ``/__admin/requests`` shows."""
        masker = Masker(catalogue)
        sent = {
            "method": self.request.method,
            "url": masker.url(self.request.url),
            "headers": masker.headers(self.request.headers),
            "body": f"({self.left_out} bytes or more, not kept)" if self.left_out else masker.body(self.request.body),
        }
        answered = {
            "status": self.response.status,
            "headers": {name.lower(): value for name, value in self.response.headers.items()},
            "body": masker.body(self.response.body),
        }
        return {
            "id": self.id,
            "at": self.at,
            "operation": self.operation,
            "org_id": self.org_id,
            "sandbox_name": self.sandbox_name,
            "request": masker.again(sent),
            "response": masker.again(answered),
            "violations": [self._broken(row, masker) for row in self.violations],
            "fault": self.fault,
            "sender": self.sender,
        }

    def _broken(self, row: dict[str, Any], masker: Masker) -> dict[str, Any]:
        """The parts that quote the request are masked; what the rule itself says stays."""
        pointer = "/".join(masker.again(row["pointer"].split("/")))
        return {
            **row,
            **{name: masker.again(row[name]) for name in ("message", "found", "nearest")},
            "pointer": pointer,
        }


class Journal:
    """The newest ``size`` exchanges."""

    def __init__(self, size: int, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entries: deque[Exchange] = deque(maxlen=size)
        self._ids = itertools.count(1)
        self.sender: Callable[[], str | None] | None = None
        """Finds the line that sent the current request; set by the pytest fixtures."""

    def record(self, at: int, call: Call, response: Response, fault: str | None) -> None:
        request, body = call.request, call.request.body
        self._entries.append(
            Exchange(
                id=next(self._ids),
                at=at,
                operation=call.operation.id if call.operation else None,
                org_id=call.org_id,
                sandbox_name=call.sandbox_name,
                request=request if len(body) <= _LARGEST_BODY else replace(request, body=b""),
                left_out=len(body) if len(body) > _LARGEST_BODY else 0,
                response=response,
                violations=tuple(found.as_json(call.severity(found)) for found in call.violations),
                fault=fault,
                sender=self.sender() if self.sender else None,
            )
        )

    def rows(self) -> list[dict[str, Any]]:
        """The entries as JSON, oldest first."""
        return [entry.as_json(self._catalogue) for entry in self.entries()]

    def entries(self) -> list[Exchange]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
