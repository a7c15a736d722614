"""The rules and promises by what they are about, as the command and the docs list them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract import error_of
from contracts.judging.rule import Rule, help_of
from contracts.promises import PROMISES, Promise
from contracts.reading.links import link_to
from contracts.tables import ERRORS, RULES, SERVICES

__all__ = ["Row", "groups", "rule_as_json"]

Row = Rule | Promise


def groups() -> Mapping[str, list[Row]]:
    """The rules under the service that has them first, then the promises; each group in the order of the rules."""
    found: dict[str, list[Row]] = {service.id: [] for service in SERVICES}
    for rule in RULES.values():
        found[next(service.id for service in SERVICES if rule in service.rules)].append(rule)
    return {**{name: rows for name, rows in found.items() if rows}, "client contract": [*PROMISES.values()]}


def rule_as_json(row: Row) -> dict[str, Any]:
    """A row with its addresses; of a rule also what answers a breach, and whether one is refused."""
    link = link_to(row.document)
    told: dict[str, Any] = {
        "id": row.id,
        "demand": row.demand,
        "level": row.level,
        "document": row.document,
        "link": link if link.startswith("https:") else None,
        "help": help_of(row.id),
        "mend": row.mend,
    }
    if isinstance(row, Promise):
        return told
    service = next(service for service in SERVICES if row in service.rules)
    error = ERRORS[error_of(service, row).id]
    severities = {"default": row.default, "lenient": row.severity("lenient"), "strict": row.strict}
    return {**told, "error": error.id, "status": error.status, "severity": severities}
