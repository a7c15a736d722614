"""The rule about placeholders that stand in a body, of whatever service."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from contracts.judging.model import Call
from contracts.judging.placeholders import may_hold_placeholders, placeholders
from contracts.judging.violations import Violation, shown
from contracts.services.gateway.rules import violation

__all__ = ["placeholders_are_filled_in"]

_MOST = 20  # reported of one body


def placeholders_are_filled_in(call: Call) -> Iterator[Violation]:
    """One violation for each placeholder among the strings of the body."""
    is_json = call.operation is None or call.operation.body != "form"
    if is_json and not may_hold_placeholders(call.request.body):  # as most bodies
        return
    for pointer, value in islice(placeholders(call.document), _MOST):
        yield violation("FS-FILL-01", pointer, "still a placeholder", found=shown(value))
