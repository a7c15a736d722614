"""The page of numbers, each with the command that counts it."""

from __future__ import annotations

from collections import Counter

from contracts import ERRORS, RULES
from contracts.promises import PROMISES
from contracts.services.flow_service.contradictions import CONTRADICTIONS
from contracts.sources import catalogue
from contracts.tables import OPERATIONS
from mockserver.control.docs.markdown import page

__all__ = ["numbers"]


def numbers() -> str:
    levels = Counter((*(rule.level for rule in RULES.values()), *(promise.level for promise in PROMISES.values())))
    rows = [
        ("rules and promises", len(RULES) + len(PROMISES), "mockserver rules -q | wc -l"),
        *((f"of these {level}", count, _of_level(level)) for level, count in sorted(levels.items())),
        ("sources", len(catalogue().of("source")), "mockserver sources --kind source -q | wc -l"),
        ("destinations", len(catalogue().of("destination")), "mockserver sources --kind destination -q | wc -l"),
        ("operations", len(OPERATIONS), _of_points("operations")),
        ("errors that are answered", len(ERRORS), _of_points("errors")),
        ("contradictions with a test", len(CONTRADICTIONS), "grep -c '^## ' docs/contradictions.md"),
    ]
    return page(
        "In numbers",
        "The commands run in a copy of the repository.",
        ["", *(f"- {count} {what}: `{command}`" for what, count, command in rows)],
    )


def _of_level(level: str) -> str:
    return f'mockserver rules --format json | grep -c \'"level": "{level}"\''


def _of_points(kind: str) -> str:
    return f'python -c "from contracts.tables import {kind.upper()}; print(len({kind.upper()}))"'
