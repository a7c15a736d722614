"""What a server was asked, in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mockserver.exchange.journal import Exchange, Journal

__all__ = ["CONTENT_TYPE", "Counts", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)  # seconds
_NONE = "none"
"""In place of an operation and a service where a path leads to none."""
_CALLS, _BROKEN, _TIMES, _SECONDS = "calls", "broken", "times", "seconds"

Counts = dict[tuple[str | int, ...], float]
"""What has been counted, by what it is and its labels, so that those of several processes can be added up."""


class Metrics:
    """Counts from the journal that it is made of, and then each exchange of this process as it comes.

    The time of an answer is known only of those that come later. ``others`` is what the processes beside this one
    have counted.
    """

    def __init__(self, journal: Journal) -> None:
        self._own: Counter[tuple[str | int, ...]] = Counter()
        self._seconds = 0.0
        self.others: Counts = {}
        for exchange in journal.entries():
            self._count(exchange)
        journal.listeners.append(self._hear)

    def _hear(self, exchange: Exchange, seconds: float) -> None:
        self._count(exchange)
        self._own[_TIMES, bisect_left(_BOUNDS, seconds)] += 1
        self._seconds += seconds

    def counts(self) -> Counts:
        """What this process has counted."""
        return {**self._own, (_SECONDS,): self._seconds}

    def _count(self, exchange: Exchange) -> None:
        call = exchange.call
        operation = call.operation.id if call.operation else _NONE
        service = call.service.id if call.service else _NONE
        self._own[_CALLS, service, operation, str(exchange.response.status or _NONE)] += 1
        for broken in call.violations:
            self._own[_BROKEN, broken.rule.id, call.severity(broken)] += 1

    def text(self, stored: Mapping[str, int]) -> str:
        """All of it; ``stored`` is how many records there are of each collection."""
        total: Counter[tuple[str | int, ...]] = Counter(self.counts())
        total.update(self.others)
        return "\n".join(_lines(total, stored)) + "\n"


def _lines(total: Mapping[tuple[str | int, ...], float], stored: Mapping[str, int]) -> Iterator[str]:
    def rows(kind: str) -> Iterator[tuple[tuple[str | int, ...], float]]:
        return ((key[1:], number) for key, number in total.items() if key[0] == kind)

    of_calls, of_rules = ("service", "operation", "status"), ("rule", "severity")
    words = "Calls that were answered."
    yield from _table("flowservice_calls_total", "counter", words, of_calls, rows(_CALLS))
    words = "Rules that calls broke."
    yield from _table("flowservice_broken_rules_total", "counter", words, of_rules, rows(_BROKEN))
    records = (((name,), count) for name, count in stored.items())
    yield from _table("flowservice_stored_records", "gauge", "Records stored.", ("collection",), records)
    yield from _histogram("flowservice_answer_seconds", dict(rows(_TIMES)), total[_SECONDS,])


def _histogram(name: str, times: Mapping[tuple[str | int, ...], float], seconds: float) -> Iterator[str]:
    yield from _head(name, "histogram", "The time that answers took, without the network.")
    below = 0.0
    for place, bound in enumerate(_BOUNDS):
        below += times.get((place,), 0)
        yield f'{name}_bucket{{le="{bound}"}} {below:.0f}'
    total = below + times.get((len(_BOUNDS),), 0)
    yield f'{name}_bucket{{le="+Inf"}} {total:.0f}'
    yield f"{name}_sum {seconds:.6f}"
    yield f"{name}_count {total:.0f}"


def _head(name: str, kind: str, words: str) -> tuple[str, str]:
    return f"# HELP {name} {words}", f"# TYPE {name} {kind}"


def _table(
    name: str, kind: str, words: str, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str | int, ...], float]]
) -> Iterator[str]:
    """The values come from the tables of the kit, so that none holds what would have to be escaped."""
    yield from _head(name, kind, words)
    for values, number in sorted(rows):
        told = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
        yield f"{name}{{{told}}} {number:.0f}"
