"""The report of a session that tested a client: the verdict, what it broke, and what of the contract was exercised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.judging.rule import help_of
from contracts.promises import PROMISES
from contracts.reading.links import link_to
from contracts.reports.coverage import Coverage
from contracts.tables import RULES

__all__ = ["FORMATS", "SessionReport"]

_ORDER = {id: place for place, id in enumerate((*RULES, *PROMISES))}


@dataclass(frozen=True)
class SessionReport:
    """``findings`` are rows with ``rule``, ``line``, ``place``, ``expected``, ``found``, ``curl`` and ``test``; one
    that is ``known`` was expected. ``outcomes`` counts tests by ``passed``, ``failed`` and ``skipped``; ``about`` are
    facts by their names, in the order in which they are told. ``problem`` is what fails the session beside its tests.
    """

    coverage: Coverage
    findings: Iterable[Mapping[str, Any]] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def broken(self) -> list[dict[str, Any]]:
        """The rules that were broken, the basics first: each with its places, the client's lines."""
        rules: dict[str, dict[Any, dict[str, Any]]] = {}
        for row in sorted(self.findings, key=lambda row: (row["line"] or "", row["place"], row["test"])):
            place = rules.setdefault(row["rule"], {}).setdefault((row["line"], row["place"]), _place(row))
            place["tests"].append(row["test"])
        return [_rule(id, list(rules[id].values())) for id in sorted(rules, key=lambda id: _ORDER.get(id, -1))]

    @property
    def is_kept(self) -> bool:
        """Whether no rule was broken but those whose findings are known."""
        return all(rule["is_known"] for rule in self.broken)

    @property
    def is_good(self) -> bool:
        return self.is_kept and not self.outcomes.get("failed") and not self.problem

    @property
    def verdict(self) -> str:
        """One sentence."""
        new = [rule for rule in self.broken if not rule["is_known"]]
        if new:
            return f"The contract is broken: {_count(len(new), 'rule')} in {_count(_tests(new), 'test')}"
        failed = self.outcomes.get("failed", 0)
        if failed:
            return f"No rule of the contract was broken, but {_count(failed, 'test')} failed"
        if self.problem:
            return f"No rule of the contract was broken, but {self.problem}"
        return f"The contract is kept: {_count(self.outcomes.get('passed', 0), 'test')} passed"

    def as_json(self) -> dict[str, Any]:
        verdict = {"good": self.is_good, "says": self.verdict, "problem": self.problem or None, **self.outcomes}
        return {
            "verdict": verdict,
            "about": dict(self.about),
            "findings": self.broken,
            **self.coverage.as_json(),
        }

    def write(self, path: Path) -> None:
        """Write the report in the format that the file's name ends in; `ValueError` for any other."""
        if path.suffix not in FORMATS:
            raise ValueError(f"{path.name}: a contract report ends in {', '.join(FORMATS)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FORMATS[path.suffix](self), "utf-8")

    def _json(self) -> str:
        return json.dumps(self.as_json(), indent=2) + "\n"

    def _html(self) -> str:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        loader = PackageLoader("contracts.reports")
        environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        marked = {rule["rule"] for rule in self.broken}
        return environment.get_template("report.html").render(report=self, coverage=self.coverage, broken=marked) + "\n"

    def _markdown(self) -> str:
        lines = [f"# {self.verdict}", "", *(f"- {name}: {value}" for name, value in self.about.items())]
        lines += [f"- tests: {', '.join(f'{count} {name}' for name, count in self.outcomes.items())}"]
        lines += [f"- {self.problem}"] if self.problem else []
        for rule in self.broken:
            lines += ["", f"## `{rule['rule']}` {rule['demand']}", ""]
            lines += [f"- {rule['level']}: {rule['document']}"] if rule["document"] else []
            lines += [f"- mend: {rule['mend']}"] if rule["mend"] else []
            lines += ["- known: it was expected"] if rule["is_known"] else []
            for place in rule["places"]:
                lines += ["", f"### {place['line'] or 'the client'}: {place['place']}", ""]
                lines += [f"- expected: {place['expected']}"] if place["expected"] else []
                lines += [f"- found: {place['found']}", f"- {_count(len(place['tests']), 'test')}"]
                lines += ["", "```sh", place["curl"], "```"] if place["curl"] else []
        return "\n".join([*lines, "", self.coverage.markdown()])


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("line", "place", "expected", "found", "curl")
    return {**{name: row[name] for name in names}, "known": bool(row.get("known")), "tests": []}


def _rule(id: str, places: list[dict[str, Any]]) -> dict[str, Any]:
    row: Any = PROMISES.get(id) or RULES.get(id)
    return {
        "rule": id,
        "demand": row.demand if row else "the test's own class works",
        "level": row.level if row else "",
        "document": row.document if row else "",
        "link": link_to(row.document) if row else "",
        "help": help_of(id) if row else "",
        "mend": row.mend if row else "Mend the test's own class.",
        "is_known": all(place["known"] for place in places),
        "places": places,
    }


def _tests(rules: Iterable[Mapping[str, Any]]) -> int:
    return len({test for rule in rules for place in rule["places"] for test in place["tests"]})


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


FORMATS: Mapping[str, Callable[[SessionReport], str]] = {
    ".html": SessionReport._html,
    ".json": SessionReport._json,
    ".md": SessionReport._markdown,
}
"""The formats of a report by the end of its file's name."""
