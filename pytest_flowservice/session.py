"""What a session that used the kit tells at its end: skips, findings on GitHub, contract coverage and its gate."""

from __future__ import annotations

import os
import shlex
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.promises import PROMISES
from contracts.reports.coverage import Coverage, scope_of
from contracts.reports.session import SessionReport
from contracts.tables import RULES
from mockserver.version import version
from pytest_flowservice.grouping import Group, groups_of, place_in_order, same_failure
from pytest_flowservice.quiet import TOLD_LATER

__all__ = ["NOTE", "Session", "about", "note"]

NOTE = "flow_service"
"""The attribute of a report that holds its note; unlike a property it stays out of JUnit files."""


def note(item: Any, report: Any, mock: Any, stage: Any) -> None:
    """Write on a phase's ``report`` what the session has to know of it."""
    noted: dict[str, Any] = {}
    if report.when == "call":
        noted["known"] = getattr(item, "flow_service_known", [])
    if getattr(item, "flow_service_finding", None) is not None and report.when == "call":
        noted["finding"] = item.flow_service_finding
    elif mock is not None and report.failed and (same := same_failure(item, report)) is not None:
        noted["same"] = same
    if stage is not None and report.skipped and not hasattr(report, "wasxfail"):
        item.flow_service_skipped = True
        noted["skipped"] = report.longrepr[2].removeprefix("Skipped: ")
    if report.when == "teardown":
        noted["points"] = sorted(_points(item, mock, stage))
        noted["warned"] = sorted(TOLD_LATER)
    report.__dict__[NOTE] = noted


def _points(item: Any, mock: Any, stage: Any) -> set[str]:
    points: set[str] = set(getattr(item, "flow_service_met", ())) or (mock.journal.points() if mock else set())
    if stage is not None:
        points = points | stage.points()
    rule = getattr(item, "flow_service_rule", None)
    if rule is None and stage is not None and hasattr(item, "callspec"):
        rule = item.callspec.params.get("rule")
    return points if rule is None or hasattr(item, "flow_service_skipped") else points | {_point(rule)}


def _point(rule: str) -> str:
    return f"{'promises' if rule.startswith('FC-') else 'rules'}/{rule}"


class Session:
    """Gathers the notes of all tests, of every worker.

    ``reports`` are names of files, ``least`` a percentage, ``scope`` what coverage is to be about, nothing for
    what was called, ``about`` what the report tells of the session.
    """

    def __init__(
        self, reports: Sequence[str], least: float, scope: Sequence[str] = (), about: Mapping[str, str] | None = None
    ) -> None:
        self._about = about or {}
        self._findings_met: list[dict[str, Any]] = []
        self._outcomes = {"passed": 0, "failed": 0, "skipped": 0}
        self._reports = reports
        self._least = least
        self._scope = scope
        self._met: dict[str, set[str]] = {}
        self._skips: Counter[str] = Counter()
        self._groups: list[Group] = []
        self._shown: list[Any] = []
        self._known: set[str] = set()
        self._found: set[str] = set()
        self._warned: set[str] = set()
        self._unwritten: dict[str, str] = {}

    def add(self, report: Any) -> None:
        noted = getattr(report, NOTE)
        for point in noted.get("points", ()):
            self._met.setdefault(point, set()).add(report.nodeid)
        if "skipped" in noted:
            self._skips[noted["skipped"]] += 1
        self._known.update(noted.get("known", ()))
        self._warned.update(noted.get("warned", ()))
        if "finding" in noted:
            self._found.add(noted["finding"]["rule"])
            known = report.outcome == "skipped"
            self._findings_met.append({**noted["finding"], "test": report.nodeid, "known": known} | _place_of(noted))
        self._count(report)

    def _count(self, report: Any) -> None:
        """A test counts once: by its call, or by the phase that it never came out of."""
        if report.when == "call" or report.outcome != "passed":
            self._outcomes[report.outcome] += 1

    def close(self) -> bool:
        """Write the reports; whether all is well with it and with the gate."""
        for report in self._reports:
            try:
                self._written.write(Path(report))
            except OSError as error:
                self._unwritten[report] = f"the contract report {report} can't be written: {error.strerror or error}"
        return not self._unwritten and self._coverage.reaches(self._least)

    def grouped(self, failed: list[Any], style: str) -> list[Any]:
        """The reports to be shown, in pytest's ``style``, for those that ``failed``: one where several say the same."""
        self._groups = groups_of(failed, lambda report: getattr(report, NOTE, None))
        self._shown = [group.shown(style) for group in self._groups]
        return self._shown

    def tell(self, terminal: Any) -> None:
        """The lines at the end of the session."""
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for rule, line, place, text in sorted(group.annotated() for group in self._findings):
                terminal.write_line(_annotation(rule, line, place, text))
        lines = [*self._first_lines(terminal), *self._table(), *self._skipped(), *self._found_no_more()]
        if lines:
            terminal.section("Client contract")
        for line in lines:
            terminal.write_line(line)
        if terminal.verbosity >= 0:
            for text in sorted(self._warned):
                terminal.write_line(text)
            terminal.write_line(f"contract coverage: {self._coverage.in_short()}")
            if not self._reports:
                terminal.write_line("--contract-report=FILE names what no test has touched")
        written = [report for report in self._reports if report not in self._unwritten]
        if written:
            terminal.write_line(f"contract coverage: {self._coverage.percent} %, written to {', '.join(written)}")
        for problem in self._problems():
            terminal.write_line(f"FAIL: {problem}", red=True, bold=True)
        self._name_in_full()

    def _name_in_full(self) -> None:
        """In the short summary, which is written next, the first line of a finding stands in the test's brackets:
        pytest cuts what stands behind a name, but no name.
        """
        for group, report in zip(self._groups, self._shown, strict=True):
            if group.finding is not None:
                path, _, test = report.nodeid.partition("::")
                report.nodeid = f"{path}::{test.partition('[')[0]}[{group.first_line}]"

    @property
    def _written(self) -> SessionReport:
        problem = "" if self._coverage.reaches(self._least) else self._too_little
        return SessionReport(self._coverage, self._findings_met, self._outcomes, self._about, problem)

    @property
    def _too_little(self) -> str:
        return f"contract coverage is {self._coverage.percent} %, less than {self._least:g} %"

    @property
    def _coverage(self) -> Coverage:
        return Coverage(self._met, scope_of(self._met, self._scope))

    @property
    def _findings(self) -> list[Any]:
        return [group for group in self._groups if group.finding is not None]

    def _first_lines(self, terminal: Any) -> Iterator[str]:
        """Where the reports themselves aren't shown."""
        if terminal.config.option.tbstyle == "no":
            yield from (group.first_line for group in self._findings)

    def _table(self) -> Iterator[str]:
        """A line a rule: how often it was broken, where in the client, and what to do."""
        counts: Counter[str] = Counter()
        lines: dict[str, list[str]] = {}
        for group in self._findings:
            counts[group.finding["rule"]] += group.count
            lines.setdefault(group.finding["rule"], []).append(_in_short(group.finding["line"]))
        where = {rule: _some(dict.fromkeys(places)) for rule, places in lines.items()}
        width = max(map(len, where.values()), default=0)
        for rule in sorted(counts, key=place_in_order):
            yield f"{rule or 'its own':<10}{counts[rule]:>4} x  {where[rule]:<{width}}  {_mend(rule)}"

    def _skipped(self) -> Iterator[str]:
        for reason, count in sorted(self._skips.items()):
            yield f"{count:>4} skipped  {reason}"

    def _found_no_more(self) -> Iterator[str]:
        for rule in sorted(self._known - self._found):
            if _point(rule) in self._met:
                yield f"known finding {rule}: no test has found it again; take it off the list"

    def _problems(self) -> Iterator[str]:
        yield from self._unwritten.values()
        if not self._coverage.reaches(self._least):
            yield self._too_little


def _place_of(noted: Mapping[str, Any]) -> dict[str, str]:
    """Where in the client, as people read it."""
    return {"line": _in_short(noted["finding"]["line"])}


def about(config: Any) -> dict[str, str]:
    """What a report tells of its session; ``SOURCE_DATE_EPOCH`` stands in for the time."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    at = int(seconds) if seconds.isascii() and seconds.isdecimal() else time.time()
    seed = config.getoption("randomly_seed", None)
    hypothesis = config.getoption("hypothesis_seed", None)
    told = {
        "project": config.rootpath.name,
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at)),
        "command": shlex.join(["pytest", *map(str, config.invocation_params.args)]),
        "seed": str(hypothesis if hypothesis is not None else seed) if seed is not None or hypothesis else "",
        "flowservice-kit": version(),
    }
    return {name: value for name, value in told.items() if value}


def _some(places: Collection[str]) -> str:
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    return ", ".join([*places][:_MOST_PLACES]) + more


_MOST_PLACES = 3  # of one rule, in the table


def _in_short(line: str | None) -> str:
    """A file below the current folder by its path, any other by its name."""
    file, _, number = (line or "").rpartition(":")
    path = Path(file)
    if not path.is_absolute():
        return line or ""
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path.name}:{number}"


def _mend(rule: str) -> str:
    row: Any = PROMISES.get(rule) or RULES.get(rule)
    return row.mend if row is not None else "Mend the test's own class."


def _annotation(rule: str, line: str, place: str, text: str) -> str:
    """The workflow command that shows a finding beside the client's line."""
    file, _, number = line.rpartition(":")
    where = f"file={_property(_in_repository(file))},line={number}," if file else ""
    return f"::error {where}title={_property(f'{rule} {place}')}::{_data(text)}"


def _in_repository(file: str) -> str:
    """GitHub takes a relative path for one from the repository's root, wherever pytest was started."""
    root, path = Path(os.environ.get("GITHUB_WORKSPACE", ".")).absolute(), Path(file).absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
