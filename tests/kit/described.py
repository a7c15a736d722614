"""Whether what a mock answered is what its OpenAPI document says."""

from __future__ import annotations

from functools import cache

from contracts.judging.rule import Strictness
from mockserver import Mock
from mockserver.control.description import description
from mockserver.verifying.drift import Drift
from mockserver.verifying.facts import Facts

__all__ = ["drifts", "undescribed"]


def undescribed(mock: Mock) -> set[str]:
    """Statuses and broken rules in the journal that the document doesn't name.

    Answers to faults and of stubs don't count, nor what isn't described: operations of Zoho's, addresses that are none,
    and the rules of Zoho's that a connection's credentials break.
    """
    found = set()
    for entry in mock.journal.entries():
        row, status = entry.call.operation, entry.response.status
        described = _described(entry.call.terms.strictness)
        if row is None or row.id not in described or any(entry.met):
            continue
        statuses, rules = described[row.id]
        if str(status) not in statuses:
            found.add(f"{row.id}: {status}")
        broken = {each.rule.id for each in entry.call.violations if not each.rule.id.startswith("ZO-")}
        found |= {f"{row.id}: {rule}" for rule in broken - rules}
    return found


def drifts(mock: Mock) -> list[Drift]:
    """What `mockserver verify` would say of the answers in the journal."""
    facts = Facts()
    for entry in mock.journal.entries():
        body = None if entry.left_out[1] else entry.response.body
        facts.take(entry.call.operation, entry.call.request.query, entry.response.status, body)
    return facts.drifts()


@cache
def _described(strictness: Strictness) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    items = description(strictness)["paths"].values()
    return {
        row["operationId"]: (frozenset(row["responses"]), frozenset(rule["id"] for rule in row["x-rules"]))
        for item in items
        for key, row in item.items()
        if key != "parameters"
    }
