"""What is told of a command at its end: whom it called, which rules it broke, and where it wanted to go."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import SplitResult

from contracts.judging.violations import printable
from contracts.reading.json_text import render
from contracts.reading.urls import parts_of
from contracts.tables import NOT_IMITATED
from mockserver.exchange.journal import Exchange
from mockserver.exchange.known import Row
from mockserver.http.way_out import WayOut
from mockserver.mock import Mock

if TYPE_CHECKING:
    from contracts.reports.coverage import Coverage
    from contracts.reports.session import SessionReport

__all__ = ["Verdict"]

_MOST = 200  # different breaches that are told
_PATHS = 20  # different ones that no operation has; what comes then counts with the first
_ADVICE = {
    ("FS-REF-01", "/baseConnectionId"): "Where your sandbox has it already, name it in a file for --connections FILE.",
}
"""What `run` can do about a breach of that rule at that place."""
_TRUST = "the program has a list of its own, to which the file that SSL_CERT_FILE names has to be added"
_ELSEWHERE, _STUBS = "not imitated", "stubs"


@dataclass
class _Breach:
    """Requests that broke one rule at one place; the first of them stands for all, but for its ``agents``."""

    row: Mapping[str, Any]
    violation: Mapping[str, Any]
    count: int = 0
    agents: dict[str, None] = field(default_factory=dict)


class Verdict:
    """Watches ``mock`` from now on; ``out`` knows which hosts were refused."""

    def __init__(self, mock: Mock, out: WayOut) -> None:
        self._mock = mock
        self._out = out
        self._calls: Counter[str] = Counter()
        self._broke: Counter[str] = Counter()
        self._breaches: dict[tuple[Any, ...], _Breach] = {}
        self._paths: dict[tuple[str, str], None] = {}
        self._met: set[str] = set()
        mock.journal.listeners.append(self._watch)

    def _watch(self, exchange: Exchange, _: float) -> None:
        call = exchange.call
        service = _ELSEWHERE if call.service is None else call.service.id
        self._calls[service if exchange.met.stub is None else _STUBS] += 1
        self._met |= exchange.points()
        if not call.violations:
            return
        row = json.loads(exchange.text)
        self._broke.update({violation["severity"] for violation in row["violations"]})
        for violation in row["violations"]:
            self._keep(row, violation)

    def _keep(self, row: Mapping[str, Any], violation: Mapping[str, Any]) -> None:
        key = *self._which(row), violation["rule"], violation["pointer"], violation["severity"]
        if key not in self._breaches and len(self._breaches) >= _MOST:
            return
        breach = self._breaches.setdefault(key, _Breach(row, violation))
        breach.count += 1
        breach.agents.setdefault(row["request"]["headers"].get("user-agent", "a client without a User-Agent"))

    def _which(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The operation; where there is none method and path, as far as there are few."""
        if row["operation"] is not None:
            return (row["operation"],)
        path = row["request"]["method"], parts_of(row["request"]["url"]).path
        if path in self._paths or len(self._paths) < _PATHS:
            self._paths[path] = None
            return path
        return next(iter(self._paths))

    def _hide(self) -> None:
        """Take out what calls that came later have named as a secret."""
        known = self._mock.journal.known
        before = [breach.row for breach in self._breaches.values()]
        shown = {id(row): json.loads(known.out_of_row(Row(render(row), 0)).text) for row in before}
        for breach in self._breaches.values():
            place = breach.row["violations"].index(breach.violation)
            breach.row = shown[id(breach.row)]
            breach.violation = breach.row["violations"][place]

    def fails(self, on: Literal["error", "warning", "none"]) -> bool:
        """Whether a request broke the contract as seriously as that."""
        return on != "none" and bool(self._broke["error"] or (on == "warning" and self._broke["warning"]))

    @property
    def coverage(self) -> Coverage:
        """What of the contract the calls have met; ``run`` stands for the test that did."""
        from contracts.reports.coverage import Coverage, scope_of  # at the end: it takes a while, and COMMAND waits

        met = {point: {"run"} for point in self._met}
        return Coverage(met, scope_of(met))

    @property
    def report(self) -> SessionReport:
        """The same for a file."""
        from contracts.reports.session import SessionReport

        self._hide()
        found = [_finding(breach) for breach in self._breaches.values() if breach.violation["severity"] == "error"]
        return SessionReport(self.coverage, found, {"calls": sum(self._calls.values())}, {"command": "mockserver run"})

    def lines(self) -> Iterator[str]:
        """The verdict as text, without an end of line."""
        self._hide()
        yield self._counts()
        before = None
        for breach in sorted(self._breaches.values(), key=_urgency):
            yield from _told(breach, before)
            before = breach
        yield from _stubs_for(self._breaches.values())
        for host, count in self._out.refused.most_common(_MOST):
            way_out = f"--allow {host} lets it through, a stub of that host answers it"
            yield printable(f"  refused {host}, {_times(count)}: {way_out}")
        for host, count in self._out.distrusted.most_common(_MOST):
            yield printable(f"  the certificate for {host} wasn't taken, {_times(count)}: {_TRUST}")
        for each in self._unmet():
            yield f"  never met: {each!r}"
        yield f"contract coverage: {self.coverage.in_short()}"

    def _unmet(self) -> Iterator[object]:
        yield from self._mock.faults.unmet()
        yield from self._mock.stubs.unmet()

    def _counts(self) -> str:
        total = sum(self._calls.values())
        if not total:
            return "mockserver: no call reached the mock"
        told = ", ".join(f"{service} {count}" for service, count in self._calls.most_common())
        broke = [f"{self._broke[each]} with {each}s" for each in ("error", "warning") if self._broke[each]]
        return f"mockserver: {_calls(total)} ({told}), {' and '.join(broke) or 'all as the contract wants them'}"


def _finding(breach: _Breach) -> dict[str, Any]:
    """As the report of a session has one; in place of a test stands the request."""
    violation, request = breach.violation, breach.row["request"]
    return {
        "rule": violation["rule"],
        "line": None,
        "place": violation["pointer"],
        "expected": ", ".join(violation["allowed"]),
        "found": violation["found"] or violation["message"],
        "curl": "",
        "test": f"{request['method']} {request['url']}",
    }


def _told(breach: _Breach, before: _Breach | None) -> Iterator[str]:
    """Requests aren't told again where they are those of the breach ``before``."""
    violation, request = breach.violation, breach.row["request"]
    if before is not None and before.row is breach.row and before.count == breach.count:
        yield f"  {violation['severity']} {violation['rule']}, in the same request{'s' * (breach.count > 1)}"
        yield _indented(violation["message"])
        return
    status = breach.row["response"]["status"] or "no answer"
    yield f"  {violation['severity']} {violation['rule']}, {_times(breach.count)}"
    yield f"    {request['method']} {printable(request['url'])[:_LONGEST]} -> {status}"
    yield _indented("sent by " + ", ".join(agent[:_LONGEST_AGENT] for agent in list(breach.agents)[:_AGENTS]))
    yield _indented(violation["message"])
    if advice := _ADVICE.get((violation["rule"], violation["pointer"])):
        yield _indented(advice)


def _urgency(breach: _Breach) -> tuple[str, bool]:
    """Errors before warnings; what is wrong with the client before what the mock lacks."""
    return breach.violation["severity"], breach.violation["rule"] in NOT_IMITATED


def _stubs_for(breaches: Iterable[_Breach]) -> Iterator[str]:
    """A file to begin with, which answers what the mock has no answer for."""
    requests = [breach.row["request"] for breach in breaches if breach.violation["rule"] in NOT_IMITATED]
    rows = dict.fromkeys(_stub(request["method"], parts_of(request["url"])) for request in requests)
    if rows:
        yield "  a stub for each path that isn't imitated, to be filled in, for --stubs FILE:"
        yield "    [" + ",\n     ".join(rows) + "]"


def _stub(method: str, url: SplitResult) -> str:
    return json.dumps({"method": method, "host": url.hostname, "path": printable(url.path)[:_LONGEST], "json": {}})


_LONGEST, _LONGEST_AGENT, _AGENTS = 200, 60, 5


def _indented(text: str) -> str:
    return f"    {printable(text)}"


def _calls(count: int) -> str:
    return f"{count} call{'s' * (count != 1)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
