"""The pages of ``docs/`` that are written from the tables: ``python -m mockserver.control.docs docs``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from contracts import ERRORS, RULES
from contracts.contract import error_of
from contracts.judging.rule import Severity
from contracts.reports.rule_groups import Row, groups, rule_as_json
from contracts.services.flow_service.contradictions import CONTRADICTIONS, OTHER_SIDES, Contradiction
from contracts.services.flow_service.not_imitated import NOT_IMITATED
from contracts.services.gateway.breaches import TROUBLES
from contracts.tables import SERVICES

__all__ = ["PAGES", "contradictions", "errors", "main", "raisers", "rules"]

_GENERATED = "<!-- Written by `python -m mockserver.control.docs docs`; not edited by hand. -->"
_BREACH: Mapping[Severity, str] = {"error": "refused", "warning": "warned about", "off": "accepted"}


def contradictions() -> str:
    """The page about Adobe's contradictions, in Markdown."""
    lines = [
        "# Where Adobe contradicts itself",
        "",
        _GENERATED,
        "",
        "Here Adobe's documents disagree. The mock takes one side by default, mostly the stricter one; "
        "the last column says how the other side is had. Each question has a test that shows its sides.",
        "",
        *_table(("question", "taken", "the other side"), map(_summary, CONTRADICTIONS.values())),
    ]
    for row in CONTRADICTIONS.values():
        lines += ["", *_section(row)]
    return "\n".join(lines) + "\n"


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
        yield from _table(
            ("rule", "demand", "level", "document", "a breach", "with `--lenient`", "with `--strict`"),
            map(_rule, row.rules),
        )


def _rule(id: str) -> tuple[str, ...]:
    rule = RULES[id]
    severities = (rule.default, rule.severity("lenient"), rule.strict)
    return (f"`{id}`", rule.demand, rule.level, rule.document, *(_BREACH[severity] for severity in severities))


def raisers() -> Mapping[str, list[str]]:
    """What each of Adobe's errors can answer: ids of rules, faults by their status, and what stands below a mock."""
    found: dict[str, list[str]] = {id: [] for id in _ADOBES}
    services = tuple(row for row in SERVICES if isinstance(row.hosts, re.Pattern))
    for rule in RULES.values():
        own = next((row for row in services if rule in row.rules), None)  # what all share is told of the first
        if own is not None:
            found[error_of(own, rule).id].append(f"`{rule.id}`")
    for status in TROUBLES:
        for error in dict.fromkeys(row.troubles[status] for row in services):
            found[error].append(f"fault {status}")
    for id, what in _BELOW.items():
        found[id].append(what)
    return found


_ADOBES = [id for id, row in ERRORS.items() if row.shape.__name__ not in ("accounts", "crm")]
_BELOW = {
    "400000": "what isn't HTTP",
    "431000": "what HTTP is too large to read",
    "403025": "the client contract, whose platform refuses a client",
}
_FAMILIES = {
    "gateway": "The API gateway",
    "unknown_path": "The API gateway",
    "problem": "Platform",
    "service": "Flow Service",
    "sandbox": "Sandbox API",
    "oauth": "IMS",
    "registry": "Schema Registry",
    "catalog": "Catalog",
    "collection": "Streaming inlet",
    "validation": "Streaming inlet",
    "detailed": "Services around Flow Service",
}
"""What the page calls those who answer in each shape."""
_MOST = 8  # rules that one cell names


def errors() -> str:
    """The page about the documented errors, in Markdown."""
    answered = raisers()
    lines = [
        "# Errors",
        "",
        _GENERATED,
        "",
        "Every documented error: what is answered with it, or why nothing is. A *fault* was asked for by its status. "
        "The numbers of connectors' errors (sources-errors.md) are never Flow Service's: their texts stand inside of "
        "FLOW-1100-400.",
        "",
        "## Answered",
        "",
        *_table(("error", "of", "text", "level", "answers"), (_error(id, answered[id]) for id in _ADOBES)),
        "",
        "## Not imitated",
        "",
        *_table(("error", "title", "why"), ((f"`{row.id}`", row.title, row.why) for row in NOT_IMITATED.values())),
    ]
    return "\n".join(lines) + "\n"


def rules() -> str:
    """The page about the rules, each with an anchor of its own, in Markdown."""
    lines = [
        "# Rules",
        "",
        _GENERATED,
        "",
        "What a request keeps, by the service that it is for; of several broken rules the first in this order decides "
        "the answer. *FC-...* are the promises of the client contract. `mockserver rules ID` shows one.",
    ]
    for name, rows in groups().items():
        head = ("rule", "demand", "mend", "level", "document", "answered")
        lines += ["", f"## {name}", "", *_table(head, map(_rule_row, rows))]
    return "\n".join(lines) + "\n"


def _rule_row(row: Row) -> tuple[str, ...]:
    told = rule_as_json(row)
    document = f"[{row.document}]({told['link']})" if told["link"] else row.document
    answered = "" if "error" not in told else f"{_BREACH[told['severity']['default']]}: {told['error']}"
    texts = (text.replace("<", "&lt;") for text in (row.demand, row.mend))
    return (f'<a id="{row.id.lower()}"></a>`{row.id}`', *texts, row.level, document, answered)


def _error(id: str, answers: list[str]) -> tuple[str, ...]:
    row = ERRORS[id]
    named = ", ".join(answers) if len(answers) <= _MOST else _shortened(answers)
    return (f"`{id}`", _FAMILIES[row.shape.__name__], row.template, row.level, named)


def _shortened(answers: list[str]) -> str:
    rules = [each for each in answers if each.startswith("`")]
    others = [each for each in answers if each not in rules]
    return ", ".join([f"{len(rules)} rules (`mockserver rules` tells each one's error)", *others])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield _line(head)
    yield "|" + "---|" * len(head)
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGES: Mapping[str, Callable[[], str]] = {"contradictions.md": contradictions, "errors.md": errors, "rules.md": rules}
"""Each page by its file's name."""


def main(folder: Path) -> None:
    """Write every page into ``folder``."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
