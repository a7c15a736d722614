"""What the written pages share: their first lines, tables, anchors."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from contracts.judging.rule import Severity
from contracts.reading.links import link_to

__all__ = ["BREACH", "code", "document", "page", "slug", "table"]

BREACH: Mapping[Severity, str] = {"error": "refused", "warning": "warned about", "off": "accepted"}
"""What becomes of a request that breaks a rule."""

_GENERATED = "<!-- Written by `python -m mockserver.control.docs docs`; not edited by hand. -->"


def page(title: str, introduction: str, lines: Iterable[str]) -> str:
    return "\n".join((f"# {title}", "", _GENERATED, "", introduction, *lines)) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield _line(head)
    yield "|" + "---|" * len(head)
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_BAR.sub(_code_with_bars, cell).replace("|", "&#124;") for cell in cells) + " |"


_BAR = re.compile(r"`([^`|]*\|[^`]*)`")


def _code_with_bars(found: re.Match[str]) -> str:
    """As HTML: GitHub and the site disagree about how a bar in code in a table is written."""
    return f"<code>{html.escape(found[1], quote=False)}</code>"


def code(names: Iterable[str]) -> str:
    """Each as code, with commas between them."""
    return ", ".join(f"`{name}`" for name in names)


def slug(heading: str) -> str:
    """The anchor that the site and GitHub make of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def document(name: str) -> str:
    """A document's name, as a link where it has an address."""
    link = link_to(name)
    return f"[{name}]({link})" if link.startswith("https:") else name
