"""What a session that used the kit tells at its end: skips, findings on GitHub, contract coverage and its gate."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.reports.coverage import Coverage

__all__ = ["NOTE", "Session", "note"]

NOTE = "flow_service"
"""The attribute of a report that holds its note; unlike a property it stays out of JUnit files."""


def note(item: Any, report: Any, mock: Any, stage: Any) -> None:
    """Write on a phase's ``report`` what the session has to know of it."""
    noted: dict[str, Any] = {}
    if hasattr(item, "flow_service_finding") and report.when == "call":
        noted["finding"] = item.flow_service_finding
        noted["known"] = getattr(item, "flow_service_known", [])
    if stage is not None and report.skipped and not hasattr(report, "wasxfail"):
        item.flow_service_skipped = True
        noted["skipped"] = report.longrepr[2].removeprefix("Skipped: ")
    if report.when == "teardown":
        noted["points"] = sorted(_points(item, mock, stage))
    report.__dict__[NOTE] = noted


def _points(item: Any, mock: Any, stage: Any) -> set[str]:
    points: set[str] = mock.journal.points() if mock is not None else set()
    if stage is not None:
        points = points | stage.points()
    rule = getattr(item, "flow_service_rule", None)
    if rule is None and stage is not None and hasattr(item, "callspec"):
        rule = item.callspec.params.get("rule")
    return points if rule is None or hasattr(item, "flow_service_skipped") else points | {_point(rule)}


def _point(rule: str) -> str:
    return f"{'promises' if rule.startswith('FC-') else 'rules'}/{rule}"


class Session:
    """Gathers the notes of all tests, of every worker. ``report`` is a file's name or empty, ``least`` a percentage."""

    def __init__(self, report: str, least: float) -> None:
        self._report = report
        self._least = least
        self._met: dict[str, set[str]] = {}
        self._skips: Counter[str] = Counter()
        self._annotations: dict[tuple[str, str, str], str] = {}
        self._known: set[str] = set()
        self._found: set[str] = set()
        self._problem = ""

    def add(self, report: Any) -> None:
        noted = getattr(report, NOTE)
        for point in noted.get("points", ()):
            self._met.setdefault(point, set()).add(report.nodeid)
        if "skipped" in noted:
            self._skips[noted["skipped"]] += 1
        self._known.update(noted.get("known", ()))
        finding = noted.get("finding")
        if finding:
            self._found.add(finding["rule"])
        if finding and report.failed:
            rule, line, place, text = (finding[name] for name in ("rule", "line", "place", "text"))
            # Of many that say the same of one line GitHub shows one; whichever test came first, it is the same one.
            where = (rule, line or "", place)
            self._annotations[where] = min(text, self._annotations.get(where, text))

    def close(self) -> bool:
        """Write the report; whether all is well with it and with the gate."""
        if self._report:
            try:
                self._coverage.write(Path(self._report))
            except OSError as error:
                self._problem = f"the contract report {self._report} can't be written: {error.strerror or error}"
        return not self._problem and self._coverage.reaches(self._least)

    def tell(self, terminal: Any) -> None:
        """The lines at the end of the session."""
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for finding, text in sorted(self._annotations.items()):
                terminal.write_line(_annotation(*finding, text))
        lines = [*self._skipped(), *self._found_no_more()]
        if lines:
            terminal.section("Client contract")
        for line in lines:
            terminal.write_line(line)
        terminal.section("Contract coverage")
        for kind, done, total in self._coverage.rows():
            terminal.write_line(f"{kind:<12}{done:>4} of {total:>3}")
        terminal.write_line(f"{'all':<12}{self._coverage.percent:>5} %")
        if not self._report:
            terminal.write_line("--contract-report=FILE names what no test has touched")
        elif not self._problem:
            terminal.write_line(f"written to {self._report}")
        for problem in self._problems():
            terminal.write_line(f"FAIL: {problem}", red=True, bold=True)

    @property
    def _coverage(self) -> Coverage:
        return Coverage(self._met)

    def _skipped(self) -> Iterator[str]:
        for reason, count in sorted(self._skips.items()):
            yield f"{count:>4} skipped  {reason}"

    def _found_no_more(self) -> Iterator[str]:
        for rule in sorted(self._known - self._found):
            if _point(rule) in self._met:
                yield f"known finding {rule}: no test has found it again; take it off the list"

    def _problems(self) -> Iterator[str]:
        if self._problem:
            yield self._problem
        if not self._coverage.reaches(self._least):
            yield f"contract coverage is {self._coverage.percent} %, less than {self._least:g} %"


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
