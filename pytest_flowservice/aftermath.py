"""What a test is judged by at its end, beside its own assertions: real hosts that it asked, faults and stubs that
nobody met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from mockserver.mock import Mock
from pytest_flowservice.leaving import Attempt

__all__ = ["judge"]

_NEAR = 5  # calls that are listed


def judge(item: pytest.Item, outcome: Any, mock: Mock | None, attempts: Sequence[Attempt]) -> None:
    """Let a test fail that passed though it tried to reach a real host, or though a fault or stub was never met."""
    if outcome.excinfo is not None:
        return
    try:
        if attempts:
            _tell(item, attempts[0])
        if mock is not None:
            _require_all_met(mock)
    except pytest.fail.Exception as failure:
        outcome.force_exception(failure)


def _tell(item: pytest.Item, attempt: Attempt) -> None:
    from contracts.battery.findings import Finding, tell

    tell(item, Finding("FC-NET-01", attempt.address, sentence=attempt.told, line=attempt.line))


def _require_all_met(mock: Mock) -> None:
    unmet = [*mock.faults.unmet(), *mock.stubs.unmet()]
    if unmet:
        told = "; ".join(map(repr, unmet))
        near = "\n".join(_near(mock)) or "  no call reached the mock"
        text = f"never met: {told}\ncalls that came near:\n{near}\noptional=True lets it be"
        pytest.fail(text, pytrace=False)


def _near(mock: Mock) -> Iterator[str]:
    """The newest calls, with what they met."""
    for row in mock.journal.rows()[-_NEAR:]:
        request, response = row["request"], row["response"]
        path = "/" + request["url"].partition("://")[2].partition("/")[2].partition("?")[0]
        sender = f" ({row['sender']})" if row["sender"] else ""
        yield f"  {request['method']} {path} {response['status'] or 'no answer'}{sender}"
