"""Contract coverage: which operations, rules, promises, errors and regions a test-suite has exercised.

A point is exercised where a test met it: an operation that was called, a region whose accounts URL was sent, an
error that was answered, a rule that was broken or that a test of the client contract checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from contracts.judging.model import Operation
from contracts.promises import PROMISES
from contracts.reports.rules_in_code import rules_reached
from contracts.sources.regions import documented_regions
from contracts.tables import ERRORS, OPERATIONS, RULES

__all__ = ["POINTS", "Area", "Coverage", "Share", "area_of", "areas", "scope_of"]

POINTS: Mapping[str, Mapping[str, str]] = {
    "operations": {row.id: f"{row.method} {row.path}" for row in OPERATIONS},
    "regions": {code: region.accounts_url for code, region in documented_regions().items()},
    "rules": {id: rule.demand for id, rule in RULES.items()},
    "promises": {id: promise.demand for id, promise in PROMISES.items()},
    "errors": {id: f"{error.status} {error.template}" for id, error in ERRORS.items()},
}
"""Every point by its kind: its id, and what it is."""

_WHOLE = {"regions", "promises"}
"""Kinds that count whole where any of them was met."""


def area_of(row: Operation) -> str:
    """What an operation belongs to: a collection of Flow Service's, or a service."""
    return f"/{row.path.split('/')[1]}" if row.service.id == _MAIN else row.service.id


_MAIN = "flow-service"


def areas() -> Mapping[str, Sequence[Operation]]:
    """The operations of each area."""
    found: dict[str, list[Operation]] = {}
    for row in OPERATIONS:
        found.setdefault(area_of(row), []).append(row)
    return found


def scope_of(met: Iterable[str], named: Sequence[str] = ()) -> tuple[str, ...]:
    """The areas that are ``named`` (a service names all of its own), else those that were ``met``; `ValueError` for
    what is none.
    """
    services = {row.service.id for row in OPERATIONS}
    for name in named:
        if name not in services and name not in areas():
            raise ValueError(f"no service or collection {name!r}; allowed: {', '.join(sorted({*services, *areas()}))}")
    points = set(met)
    return tuple(
        area
        for area, rows in areas().items()
        if (area in named or rows[0].service.id in named)
        or (not named and any(f"operations/{row.id}" in points for row in rows))
    )


@cache
def _rules_of(area: str) -> frozenset[str]:
    return frozenset(rule for row in areas()[area] for rule in rules_reached(row))


class Share(NamedTuple):
    """Points of one kind, by their ids."""

    exercised: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def total(self) -> int:
        return len(self.exercised) + len(self.missing)


class Area(NamedTuple):
    """What counts of an area: its operations, and the rules that a request to one of them may break."""

    name: str
    service: str
    operations: Share
    rules: Share


@dataclass(frozen=True)
class Coverage:
    """Which tests met each point: ``{"rules/FS-HDR-01": {"test id", ...}}``.

    ``scope`` are the areas that count: their operations, the rules that a request to them may break and the errors that
    answer those, and beside them what was met elsewhere. Without one, everything counts.
    """

    met: Mapping[str, set[str]]
    scope: tuple[str, ...] | None = None

    @cached_property
    def points(self) -> Mapping[str, Mapping[str, str]]:
        """Those that count, as in `POINTS`."""
        if self.scope is None:
            return POINTS
        rules = {rule for area in self.scope for rule in _rules_of(area)}
        wanted = {f"operations/{row.id}" for area in self.scope for row in areas()[area]}
        wanted |= {f"rules/{rule}" for rule in rules} | {f"errors/{RULES[rule].error}" for rule in rules}
        kinds = {point.partition("/")[0] for point in self.met}
        return {
            kind: {
                id: what
                for id, what in points.items()
                if (point := f"{kind}/{id}") in wanted or point in self.met or kind in _WHOLE & kinds
            }
            for kind, points in POINTS.items()
        }

    def exercised(self, kind: str) -> list[str]:
        return [id for id in self.points[kind] if self.met.get(f"{kind}/{id}")]

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Those that count. Every report takes its numbers of operations and rules from here."""
        return tuple(
            Area(
                area,
                rows[0].service.id,
                self._share("operations", (row.id for row in rows)),
                self._share("rules", (id for id in RULES if id in _rules_of(area))),
            )
            for area, rows in areas().items()
            if self.scope is None or area in self.scope
        )

    def _share(self, kind: str, ids: Iterable[str]) -> Share:
        met: dict[bool, list[str]] = {True: [], False: []}
        for id in ids:
            met[bool(self.met.get(f"{kind}/{id}"))].append(id)
        return Share(tuple(met[True]), tuple(met[False]))

    def in_short(self) -> str:
        """One line: each area, and the promises."""
        told = [
            f"{area.name}: {len(area.operations.exercised)} of {area.operations.total} operations, "
            f"{len(area.rules.exercised)} of {area.rules.total} rules"
            for area in self.areas
        ]
        if any(point.startswith("promises/") for point in self.met):
            told.append(f"promises: {len(self.exercised('promises'))} of {len(self.points['promises'])}")
        return "; ".join(told) or "nothing was called"

    @property
    def percent(self) -> float:
        """Of all points, to one decimal, rounded down: only all of them are 100."""
        done, total = self._counts()
        return 1000 * done // max(total, 1) / 10

    def reaches(self, least: float) -> bool:
        """Whether ``least`` percent of all points were exercised."""
        done, total = self._counts()
        return 100 * done >= least * max(total, 1)

    def _counts(self) -> tuple[int, int]:
        rows = self.rows()
        return sum(done for _, done, _ in rows), sum(total for _, _, total in rows)

    def rows(self) -> list[tuple[str, int, int]]:
        """Kind, how many were exercised, and of how many."""
        return [(kind, len(self.exercised(kind)), len(points)) for kind, points in self.points.items()]

    def as_json(self) -> dict[str, Any]:
        return {
            "percent": self.percent,
            "areas": self.areas_as_json(),
            "points": {
                kind: {
                    id: {"what": what, "tests": sorted(self.met.get(f"{kind}/{id}", ()))} for id, what in points.items()
                }
                for kind, points in self.points.items()
            },
        }

    def areas_as_json(self) -> dict[str, Any]:
        """Each area that counts with its service, and the ids of its operations and rules."""
        return {
            area.name: {
                "service": area.service,
                "operations": area.operations._asdict(),
                "rules": area.rules._asdict(),
            }
            for area in self.areas
        }

    def sections(self) -> Mapping[str, tuple[list[Area], Mapping[str, Mapping[str, str]]]]:
        """By service its areas that count, with the points of all of them; then the points of the other kinds."""
        found: dict[str, tuple[list[Area], Mapping[str, Mapping[str, str]]]] = {}
        for service in dict.fromkeys(area.service for area in self.areas):
            here = [area for area in self.areas if area.service == service]
            found[service] = (here, self._points_of(here))
        own = self._points_of(self.areas)
        for kind, points in self.points.items():
            others = {id: what for id, what in points.items() if id not in own.get(kind, ())}
            if others:  # of operations and rules what was met outside of the areas
                found[f"other {kind}" if kind in own else kind] = ([], {kind: others})
        return found

    def _points_of(self, here: Iterable[Area]) -> Mapping[str, Mapping[str, str]]:
        ids = {
            "operations": {id for area in here for ids in area.operations for id in ids},
            "rules": {id for area in here for ids in area.rules for id in ids},
        }
        return {kind: {id: what for id, what in self.points[kind].items() if id in ids[kind]} for kind in ids}

    def markdown(self) -> str:
        """What was exercised and what wasn't, below a heading of its own."""
        lines = [
            "## Contract coverage",
            "",
            f"{self.percent} % of all points",
            "",
            "| kind | exercised | of |",
            "|---|--:|--:|",
        ]
        lines += [f"| {kind} | {done} | {total} |" for kind, done, total in self.rows()]
        lines += ["", "| called | operations | of | rules | of |", "|---|--:|--:|--:|--:|"]
        for name, _, operations, rules in self.areas:
            counts = (len(operations.exercised), operations.total, len(rules.exercised), rules.total)
            lines.append(f"| {name} | {' | '.join(map(str, counts))} |")
        for kind, points in self.points.items():
            rows = [(f"`{id}` {what}", len(self.met.get(f"{kind}/{id}", ()))) for id, what in points.items()]
            missing = [f"- {text}" for text, tests in rows if not tests]
            met = [f"- {text} ({tests} {'test' if tests == 1 else 'tests'})" for text, tests in rows if tests]
            lines += ["", f"## {kind}: never touched", "", *(missing or ["none"])]
            lines += ["", f"## {kind}: exercised", "", *(met or ["none"])]
        return "\n".join(lines) + "\n"
