"""An exchange as a row of scalars, as a store holds it sealed, and back. Its secrets are masked when it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contracts import Call, Contract, Request
from contracts.tables import OPERATIONS
from mockserver.exchange.journal import Exchange, Met, Showing
from mockserver.exchange.response import Response

__all__ = ["KeptExchange", "exchange_of", "row_of"]

_OPERATIONS = {operation.id: operation for operation in OPERATIONS}


def row_of(exchange: Exchange) -> list[Any]:
    call, response = exchange.call, exchange.response
    request = call.request
    return [
        exchange.at,
        call.operation.id if call.operation else None,
        call.org_id,
        call.sandbox_name,
        request.method,
        request.target,
        request.origin,
        dict(request.headers),
        request.body.decode("latin-1"),
        response.status,
        dict(response.headers),
        response.body.decode("latin-1"),
        response.error,
        exchange.violations if call.violations else [],
        exchange.met,
        exchange.sender,
        exchange.left_out,
        exchange.failure,
    ]


@dataclass(slots=True)
class KeptExchange(Exchange):
    """One whose violations are written down already."""

    broken: list[dict[str, Any]] = field(default_factory=list)

    @property
    def violations(self) -> list[dict[str, Any]]:
        return self.broken


def exchange_of(id: int, row: list[Any], contract: Contract, showing: Showing) -> KeptExchange:
    """`ValueError` or the like of what is no such row."""
    at, operation_id, org_id, sandbox_name, method, target, origin, headers, body, *answer = row
    status, answered, answer_body, error, broken, met, sender, left_out, failure = answer
    operation = _OPERATIONS.get(operation_id)
    request = Request(method, target, headers, body.encode("latin-1"), origin)
    call = Call(request, contract.terms, operation, operation.service if operation else None)
    call.org_id, call.sandbox_name, call.tenant = org_id, sandbox_name, (org_id or "", sandbox_name or "")
    response = Response(status, answered, answer_body.encode("latin-1"), error=error)
    one = Met(*met)
    return KeptExchange(id, at, call, response, one, sender, tuple(left_out), showing, failure, broken=broken)
