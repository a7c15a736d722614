"""A finding: one paragraph whose first line says what to mend, and which findings are known already."""

from __future__ import annotations

import inspect
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contracts.judging.violations import Violation, printable
from contracts.promises import PROMISES
from contracts.reading.links import link_to
from contracts.tables import RULES

__all__ = ["Finding", "KnownFindingsError", "in_words", "known_findings", "tell"]


class KnownFindingsError(ValueError):
    """A file of known findings can't be read, names an unknown rule, or gives no reason."""


@dataclass(frozen=True)
class Finding:
    """What a test found: at ``place`` this was ``expected`` and that was ``found``, or a ``sentence`` of its own.

    ``rule`` is empty where the contract isn't broken but the test's own class. ``line`` is where in the client to look,
    ``raised`` which error came from which lines.
    """

    rule: str
    place: str
    expected: str = ""
    found: str = ""
    sentence: str = ""
    nearest: str | None = None
    line: str | None = None
    exchange: Any = None
    raised: str = ""

    @property
    def first_line(self) -> str:
        """Enough to know what to mend."""
        told = self.sentence or f"{self.place}: expected {self.expected}, found {self.found}"
        where = f" ({self.line})" if self.line and self.line not in told else ""
        return printable(f"{self.rule} {told}{where}".strip())

    def text(self, item: pytest.Item) -> str:
        """The whole paragraph; ``item`` is the test that found it."""
        rows = [("nearest", self.nearest), *self._about_the_rule(), *self._about_the_exchange()]
        rows += [("raised", self.raised), ("replay", _replay(item))]
        told = [f"  {name:<9} {value}" for name, value in rows if value]
        return "\n".join([self.first_line, *told])

    def _about_the_rule(self) -> Iterator[tuple[str, str]]:
        row: Any = PROMISES.get(self.rule) or RULES.get(self.rule)
        if row is not None:
            yield "rule", f"{row.demand} ({row.level})"
            yield "document", link_to(row.document)
            yield "mend", row.mend

    def _about_the_exchange(self) -> Iterator[tuple[str, str]]:
        if self.exchange is not None:
            if self.exchange.sender and self.exchange.sender != self.line:
                yield "sent by", self.exchange.sender
            yield "sent", self.exchange.curl().replace("\n", "\n" + " " * 10)
            yield "answered", self.exchange.answered()


def in_words(broken: Violation) -> tuple[str, str]:
    """What was expected and what was found where a rule of requests is broken."""
    found = broken.found or broken.problem
    if broken.is_absence:
        return broken.allowed[0] if broken.allowed else broken.rule.demand, found
    if broken.problem == _MISFIT and broken.allowed:
        return " or ".join(map(_with_article, broken.allowed)), found
    told = found if broken.found is None else f"{broken.found}: {broken.problem}"
    if broken.nearest:
        return broken.nearest, told
    return (", ".join(broken.allowed) if 0 < len(broken.allowed) <= _MOST else broken.rule.demand), told


_MISFIT = "not what is documented"
_MOST = 3  # allowed values that a first line lists


def _with_article(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def tell(item: pytest.Item, finding: Finding, known: Mapping[str, str] | None = None) -> NoReturn:
    """End the test ``item`` with a finding, expected where ``known`` has its rule."""
    text = finding.text(item)
    # The plugin hands it to the report.
    item.flow_service_finding = {  # type: ignore[attr-defined]
        "rule": finding.rule,
        "line": finding.line or _line_of(item),
        "place": printable(finding.place),
        "expected": printable(finding.expected),
        "found": printable(finding.found or finding.sentence),
        "curl": finding.exchange.curl() if finding.exchange is not None else "",
        "text": text,
        "case": _case_of(item),
    }
    if known and finding.rule in known:
        pytest.xfail(f"known finding {finding.rule}: {known[finding.rule]}")
    pytest.fail(text, pytrace=False)


def _case_of(item: Any) -> list[str]:
    """The test in words, and which of its cases this is; empty where there is but one."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    case = " ".join(str(value) for name, value in params.items() if name in _CASES)
    return [re.sub(r"^test_|\[.*", "", item.name).replace("_", " "), case]


_CASES = ("method", "trouble", "code", "name", "odd", "shared", "told_first", "region", "hours")


def known_findings(client: type) -> Mapping[str, str]:
    """The rules that the client's file of known findings lists, each with its reason; read once for a class."""
    if client not in _KNOWN:
        _KNOWN[client] = _read_known_findings(client)
    return _KNOWN[client]


_KNOWN: dict[type, Mapping[str, str]] = {}


def _read_known_findings(client: type) -> Mapping[str, str]:
    named: str | Path | None = client.known_findings  # type: ignore[attr-defined]
    if named is None:
        return {}
    file = Path(inspect.getfile(client)).parent / named
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownFindingsError(f"the known findings {file} can't be read: {_why(error)}") from None
    known: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        rule, _, reason = line.strip().partition(" ")
        if not rule or rule.startswith("#"):
            continue
        if rule not in PROMISES and rule not in RULES:
            raise KnownFindingsError(f"{file}:{number}: there is no rule {rule!r}; `mockserver rules` lists them")
        if not reason.strip():
            raise KnownFindingsError(f"{file}:{number}: {rule} needs a reason beside it")
        known[rule] = reason.strip()
    return known


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it isn't UTF-8"


def _replay(item: pytest.Item) -> str:
    """The command that runs this test alone, from where pytest was started."""
    here = str(item.config.invocation_params.dir)
    file = str(item.path) if item.path.drive != Path(here).drive else os.path.relpath(item.path, here)
    return f"pytest {shlex.quote('::'.join([file, *item.nodeid.split('::')[1:]]))}"


def _line_of(item: pytest.Item) -> str | None:
    """Where the client's class begins, for a finding about what it didn't send."""
    node = item.getparent(pytest.Class)
    try:
        return f"{inspect.getfile(node.obj)}:{inspect.getsourcelines(node.obj)[1]}" if node is not None else None
    except (OSError, TypeError):
        return None
