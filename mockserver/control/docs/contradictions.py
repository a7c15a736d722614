"""The page about Adobe's contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts import RULES
from contracts.services.flow_service.contradictions import CONTRADICTIONS, OTHER_SIDES, Contradiction
from mockserver.control.docs.markdown import BREACH, page, slug, table

__all__ = ["contradictions"]


def contradictions() -> str:
    return page(
        "Where Adobe contradicts itself",
        "Here Adobe's documents disagree. The mock takes one side by default, mostly the stricter one; "
        "the last column says how the other side is had. Each question has a test that shows its sides.",
        _lines(),
    )


def _lines() -> Iterator[str]:
    yield ""
    yield from table(("question", "taken", "the other side"), map(_summary, CONTRADICTIONS.values()))
    for row in CONTRADICTIONS.values():
        yield ""
        yield from _section(row)


def _summary(row: Contradiction) -> tuple[str, str, str]:
    return f"[{row.question}](#{row.id})", row.taken, OTHER_SIDES[row.other]


def _section(row: Contradiction) -> Iterable[str]:
    yield f'## <a id="{row.id}"></a>{row.question}'
    yield ""
    yield from (f"- {document}: {says}" for document, says in row.sides)
    yield ""
    yield f"Taken: {row.taken}. The other side: {OTHER_SIDES[row.other]}."
    if row.rules:
        yield ""
        head = ("rule", "demand", "level", "a breach", "with `--lenient`", "with `--strict`")
        yield from table(head, map(_rule, row.rules))


def _rule(id: str) -> tuple[str, ...]:
    rule = RULES[id]
    severities = (rule.default, rule.severity("lenient"), rule.strict)
    return (f"[{id}](rules.md#{slug(id)})", rule.demand, rule.level, *(BREACH[severity] for severity in severities))
