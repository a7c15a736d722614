"""The files of ``docs/`` that are written from the tables: ``python -m mockserver.control.docs docs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mockserver.control.docs.catalogue import destinations, sources
from mockserver.control.docs.commands import commands, environment
from mockserver.control.docs.contradictions import contradictions
from mockserver.control.docs.controls import controls
from mockserver.control.docs.errors import errors, raisers
from mockserver.control.docs.numbers import numbers
from mockserver.control.docs.operations import operations
from mockserver.control.docs.pasted import error_texts
from mockserver.control.docs.plugin import plugin
from mockserver.control.docs.rules import rules

__all__ = ["PAGES", "main", "raisers"]

PAGES: Mapping[str, Callable[[], str]] = {
    "command-line.md": commands,
    "contradictions.md": contradictions,
    "control.md": controls,
    "destination-catalogue.md": destinations,
    "environment.md": environment,
    "error-texts.js": error_texts,
    "errors.md": errors,
    "fixtures.md": plugin,
    "numbers.md": numbers,
    "operations.md": operations,
    "rules.md": rules,
    "sources.md": sources,
}
"""Each page by its file's name."""


def main(folder: Path) -> None:
    """Write every page into ``folder``."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")
