"""The rules, one row each: what a request must do, who says so, and what a broken one is answered with.

The order of the rows is the order of precedence: of several broken rules the first decides the answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.judging.rule import Level, Rule, Severity, Strictness
from contracts.rules import connections, ims, requests, resources, sandboxes, specs, updates, zoho

__all__ = ["RULES", "Level", "Rule", "Severity", "Strictness"]

_ROWS = (
    *requests.ROWS,
    *connections.ROWS,
    *resources.ROWS,
    *updates.ROWS,
    *specs.ROWS,
    *ims.ROWS,
    *sandboxes.ROWS,
    *zoho.ROWS,
)

RULES: Mapping[str, Rule] = {row.id: row for row in _ROWS}
