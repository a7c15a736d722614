"""Contract coverage: which operations, rules, promises, errors and regions a test-suite has exercised.

A point is exercised where a test met it: an operation that was called, a region whose accounts URL was sent, an
error that was answered, a rule that was broken or that a test of the client contract checks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.promises import PROMISES
from contracts.sources.regions import documented_regions
from contracts.tables import ERRORS, OPERATIONS, RULES

__all__ = ["FORMATS", "POINTS", "Coverage"]

POINTS: Mapping[str, Mapping[str, str]] = {
    "operations": {row.id: f"{row.method} {row.path}" for row in OPERATIONS},
    "regions": {code: region.accounts_url for code, region in documented_regions().items()},
    "rules": {id: rule.demand for id, rule in RULES.items()},
    "promises": {id: promise.demand for id, promise in PROMISES.items()},
    "errors": {id: f"{error.status} {error.template}" for id, error in ERRORS.items()},
}
"""Every point by its kind: its id, and what it is."""


@dataclass(frozen=True)
class Coverage:
    """Which tests met each point: ``{"rules/FS-HDR-01": {"test id", ...}}``."""

    met: Mapping[str, set[str]]

    def exercised(self, kind: str) -> list[str]:
        return [id for id in POINTS[kind] if self.met.get(f"{kind}/{id}")]

    @property
    def percent(self) -> float:
        """Of all points, to one decimal, rounded down: only all of them are 100."""
        done, total = self._counts()
        return 1000 * done // total / 10

    def reaches(self, least: float) -> bool:
        """Whether ``least`` percent of all points were exercised."""
        done, total = self._counts()
        return 100 * done >= least * total

    def _counts(self) -> tuple[int, int]:
        rows = self.rows()
        return sum(done for _, done, _ in rows), sum(total for _, _, total in rows)

    def rows(self) -> list[tuple[str, int, int]]:
        """Kind, how many were exercised, and of how many."""
        return [(kind, len(self.exercised(kind)), len(points)) for kind, points in POINTS.items()]

    def as_json(self) -> dict[str, Any]:
        return {
            "percent": self.percent,
            "points": {
                kind: {
                    id: {"what": what, "tests": sorted(self.met.get(f"{kind}/{id}", ()))} for id, what in points.items()
                }
                for kind, points in POINTS.items()
            },
        }

    def write(self, path: Path) -> None:
        """Write the report in the format that the file's name ends in; `ValueError` for any other."""
        if path.suffix not in FORMATS:
            raise ValueError(f"{path.name}: a contract report ends in {', '.join(FORMATS)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FORMATS[path.suffix](self), "utf-8")

    def _json(self) -> str:
        return json.dumps(self.as_json(), indent=2) + "\n"

    def _markdown(self) -> str:
        lines = [
            "# Contract coverage",
            "",
            f"{self.percent} % of all points",
            "",
            "| kind | exercised | of |",
            "|---|--:|--:|",
        ]
        lines += [f"| {kind} | {done} | {total} |" for kind, done, total in self.rows()]
        for kind, points in POINTS.items():
            rows = [(f"`{id}` {what}", len(self.met.get(f"{kind}/{id}", ()))) for id, what in points.items()]
            missing = [f"- {text}" for text, tests in rows if not tests]
            met = [f"- {text} ({tests} {'test' if tests == 1 else 'tests'})" for text, tests in rows if tests]
            lines += ["", f"## {kind}: never touched", "", *(missing or ["none"])]
            lines += ["", f"## {kind}: exercised", "", *(met or ["none"])]
        return "\n".join(lines) + "\n"

    def _html(self) -> str:
        from jinja2 import Environment, PackageLoader

        template = Environment(loader=PackageLoader("contracts.reports"), autoescape=True).get_template("coverage.html")
        return template.render(coverage=self, report=self.as_json(), rows=self.rows()) + "\n"


FORMATS = {".html": Coverage._html, ".json": Coverage._json, ".md": Coverage._markdown}
"""The formats of a report by the end of its file's name."""
