"""The pages of ``docs/`` that are written from the tables: ``python -m mockserver.pages docs``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from contracts import RULES
from contracts.contradictions import CONTRADICTIONS, OTHER_SIDES, Contradiction
from contracts.rules import Severity

__all__ = ["PAGES", "contradictions", "main"]

_GENERATED = "<!-- Written by `python -m mockserver.pages docs`; not edited by hand. -->"
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


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield _line(head)
    yield "|" + "---|" * len(head)
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGES: Mapping[str, Callable[[], str]] = {"contradictions.md": contradictions}
"""Each page by its file's name."""


def main(folder: Path) -> None:
    """Write every page into ``folder``."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
