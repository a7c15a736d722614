"""One report for failures that say the same: of one rule at one line of a client, or of one test in several regions."""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.promises import PROMISES
from contracts.sources.regions import documented_regions
from contracts.tables import RULES

__all__ = ["Group", "groups_of", "place_in_order", "same_failure"]

_ORDER = {id: place for place, id in enumerate(("", "FC-ALL-01", "FC-NET-01", *RULES, *PROMISES))}
_MOST = 20  # cases that a report lists
_WIDTH = 100
_LABEL = re.compile(r"  (\w[\w ]{0,8}) +(.*)")


def place_in_order(rule: str) -> int:
    """The basics first: the request, then the answer, errors, retries, reading, updating, tenants, secrets."""
    return _ORDER.get(rule, -1)


@dataclass
class Group:
    """Failures that say the same. ``report`` is the first of them."""

    report: Any
    note: Mapping[str, Any]
    others: list[tuple[Any, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def finding(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.note.get("finding")
        return found

    @property
    def count(self) -> int:
        return 1 + len(self.others)

    def shown(self, style: str) -> Any:
        """The report that stands for all of them; in the style ``line`` pytest prints its crash line alone."""
        report = copy.copy(self.report)
        also = self._also()
        if self.finding is not None:
            vars(report).pop("node", None)  # pytest-xdist's: which of its workers found it says nothing about a client
            text = "" if style == "line" else _with(self.finding["text"], also)
            report.longrepr = _Paragraph(text, _Crash(str(getattr(self.report.longrepr, "reprcrash", ""))))
        elif also and style != "line":
            report.longrepr = _Longer(self.report.longrepr, f"also in: {also}")
        return report

    @property
    def first_line(self) -> str:
        """Of its finding."""
        return str(self.finding["text"]).partition("\n")[0] if self.finding is not None else ""

    def annotated(self) -> tuple[str, str, str, str]:
        """Rule, line, place and text for a page that shows one of them, the same whichever came first."""
        findings = [note["finding"] for note in (self.note, *(note for _, note in self.others))]
        least = min(findings, key=lambda each: str(each["text"]))
        return least["rule"], least["line"] or "", least["place"], least["text"]

    def _also(self) -> str:
        """The cases of the others: of the same test first, then of each other one."""
        if not self.others:
            return ""
        cases: dict[str, list[str]] = {}
        for _, note in self.others:
            test, case = _case(note)
            cases.setdefault(test, []).append(case)
        first, _ = _case(self.note)
        told = [", ".join(_in_short(cases.pop(first)))] if first in cases else []
        return "; ".join(told + [_of_another(test, each) for test, each in cases.items()])


def _case(note: Mapping[str, Any]) -> tuple[str, str]:
    test, case = note["finding"]["case"] if "finding" in note else note["same"][1]
    return test, case


def _in_short(cases: list[str]) -> list[str]:
    return cases if len(cases) <= _MOST else [*cases[:_MOST], f"{len(cases) - _MOST} more"]


def _of_another(test: str, cases: list[str]) -> str:
    named = _in_short([case for case in cases if case])
    return f"{test} ({', '.join(named)})" if named else test


def _with(text: str, also: str) -> str:
    if not also:
        return text
    lines = text.split("\n")
    rows = textwrap.wrap(
        also, _WIDTH, initial_indent="  also in   ", subsequent_indent=" " * 12, break_on_hyphens=False
    )
    at = next((place for place, line in enumerate(lines) if line.startswith("  mend ")), 0)
    return "\n".join([*lines[: at + 1], *rows, *lines[at + 1 :]])


@dataclass
class _Crash:
    """The line of the style ``line``. It has no message, which pytest's short summary would cut to a terminal's width:
    the test's name says it there.
    """

    line: str

    def __str__(self) -> str:
        return self.line


@dataclass
class _Paragraph:
    """A finding's text on a terminal."""

    text: str
    reprcrash: _Crash

    def toterminal(self, terminal: Any) -> None:
        first, *lines = self.text.split("\n")
        if first:
            terminal.line(first, bold=True, red=True)
        for line in lines:
            label = _LABEL.fullmatch(line)
            if label is None:
                terminal.line(line)
            else:
                name = label[1].rstrip()
                terminal.write(f"  {name:<9} ", green=name == "mend", cyan=name != "mend")
                terminal.line(label[2])

    def __str__(self) -> str:
        return self.text


@dataclass
class _Longer:
    """What pytest made of a failure, and a line below it."""

    inner: Any
    line: str

    @property
    def reprcrash(self) -> Any:
        return getattr(self.inner, "reprcrash", None)

    def toterminal(self, terminal: Any) -> None:
        self.inner.toterminal(terminal)
        terminal.line(self.line, bold=True)

    def __str__(self) -> str:
        return f"{self.inner}\n{self.line}"


def groups_of(reports: Iterable[Any], note_of: Any) -> list[Group]:
    """The groups of failed ``reports``: what is no finding first, then the findings of each class, the basics first."""
    groups: dict[object, Group] = {}
    for report in reports:
        note = note_of(report) or {}
        key = _key(report, note)
        if key in groups:
            groups[key].others.append((report, note))
        else:
            groups[key] = Group(report, note)
    classes: dict[str, int] = {}
    return sorted(groups.values(), key=lambda group: _place(group, classes))


def _key(report: Any, note: Mapping[str, Any]) -> object:
    finding = note.get("finding")
    if finding is not None:
        return (_class_of(report), finding["rule"], finding["line"])
    return tuple(note["same"][0]) if "same" in note else report.nodeid, report.when


def _class_of(report: Any) -> str:
    return str(report.nodeid).rsplit("::", 1)[0]


def _place(group: Group, classes: dict[str, int]) -> tuple[int, int]:
    if group.finding is None:
        return -1, 0
    return classes.setdefault(_class_of(group.report), len(classes)), place_in_order(group.finding["rule"])


def same_failure(item: Any, report: Any) -> list[Any] | None:
    """What a failure in one region has in common with the same in another, and its test and region."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    region = documented_regions().get(params.get("zoho_region", ""))
    crash = getattr(report.longrepr, "reprcrash", None)
    if region is None or crash is None:
        return None
    others = "-".join(f"{name}={value}" for name, value in params.items() if name != "zoho_region")
    test = item.nodeid.partition("[")[0]
    message = crash.message
    for own in (region.api_endpoint, region.accounts_url):
        message = message.replace(own, "…")
    message = re.sub(rf"\b{region.code}\b|:\d{{4,5}}\b|0x[0-9a-f]+|\b[0-9a-f]{{8}}-[0-9a-f-]{{27}}\b", "…", message)
    return [[test, others, str(crash.path), crash.lineno, message], [test.rpartition("::")[2], region.code]]
