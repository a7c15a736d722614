"""Exchanges as rows, as a store holds them sealed, and back. Their secrets are masked when they are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts import Call, Contract, Request
from contracts.tables import OPERATIONS
from mockserver.exchange.journal import Exchange, Met, Showing
from mockserver.exchange.response import Response
from mockserver.stored.codec import compact

__all__ = ["KeptExchange", "KeptRow", "exchange_of", "packed", "row_of", "size_of", "unpacked"]

KeptRow = dict[str, Any] | list[Any]
"""What is masked already, or an exchange's fields."""
_OPERATIONS = {operation.id: operation for operation in OPERATIONS}
_ASKED, _ANSWERED, _BROKEN = 8, 11, 13
"""Where in a row the bodies are, and the violations."""
_HEAD, _VIOLATION = 1000, 500  # bytes


def packed(rows: Sequence[KeptRow]) -> bytes:
    """A line of JSON, in which bodies are numbers of bytes; behind it they stand as they are."""
    bodies = [row[place] for row in rows if isinstance(row, list) for place in (_ASKED, _ANSWERED)]
    heads = [_head(row) if isinstance(row, list) else row for row in rows]
    return b"%b\n%b" % (compact(heads), b"".join(bodies))


def size_of(row: KeptRow) -> int:
    """About how many bytes it takes, bodies most of all."""
    if isinstance(row, dict):
        return len(row["row"])
    return len(row[_ASKED]) + len(row[_ANSWERED]) + _HEAD + _VIOLATION * len(row[_BROKEN])


def _head(row: list[Any]) -> list[Any]:
    head = row.copy()
    head[_ASKED], head[_ANSWERED] = len(row[_ASKED]), len(row[_ANSWERED])
    return head


def unpacked(block: bytes) -> Iterator[KeptRow]:
    """`ValueError` or the like of what is no such block."""
    line, _, bodies = block.partition(b"\n")
    start = 0
    for row in json.loads(line):
        if isinstance(row, list):
            for place in (_ASKED, _ANSWERED):
                start, row[place] = start + row[place], bodies[start : start + row[place]]
        yield row


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
        request.body,
        response.status,
        dict(response.headers),
        response.body,
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
    request = Request(method, target, headers, body, origin)
    call = Call(request, contract.terms, operation, operation.service if operation else None)
    call.org_id, call.sandbox_name, call.tenant = org_id, sandbox_name, (org_id or "", sandbox_name or "")
    response = Response(status, answered, answer_body, error=error)
    one = Met(*met)
    return KeptExchange(id, at, call, response, one, sender, tuple(left_out), showing, failure, broken=broken)
