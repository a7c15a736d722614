"""The page about the rules, each with an anchor of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.reports.rule_groups import Row, groups, rule_as_json
from mockserver.control.docs.errors import anchor
from mockserver.control.docs.markdown import BREACH, document, page

__all__ = ["rules"]


def rules() -> str:
    return page(
        "Rules",
        "What a request keeps, by the service that it is for; of several broken rules the first in this order decides "
        "the answer. *FC-...* are the promises of the [client contract](test-your-client.md). `mockserver rules ID` "
        "shows one. [What is imitated](what-is-imitated.md) says what the levels mean.",
        _lines(),
    )


def _lines() -> Iterator[str]:
    for name, rows in groups().items():
        yield from ("", f"## {name}")
        for row in rows:
            yield from ("", *_section(row))


def _section(row: Row) -> Iterator[str]:
    told = rule_as_json(row)
    yield f"### {row.id}"
    yield ""
    yield f"- *Demand:* {_text(row.demand)}."
    yield f"- *Mend:* {_text(row.mend)}"
    yield f"- *{row.level.capitalize()}:* {document(row.document)}"
    if "error" in told:
        error = told["error"]
        yield f"- *A breach* is {_breach(told['severity'])}. Error: [`{error}`](errors.md#{anchor(error)})"


def _breach(severity: Any) -> str:
    """The default, and a switch where it makes a difference."""
    others = [
        f"{BREACH[severity[switch]]} with `--{switch}`"
        for switch in ("lenient", "strict")
        if severity[switch] != severity["default"]
    ]
    return "; ".join((BREACH[severity["default"]], *others))


def _text(text: str) -> str:
    return text.replace("<", "&lt;")
