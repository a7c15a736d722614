"""What a server was asked, in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mockserver.exchange.journal import Exchange, Journal

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)  # seconds
_NONE = "none"
"""In place of an operation and a service where a path leads to none."""


class Metrics:
    """Counts from the journal that it is made of, and then each exchange of this process as it comes.

    The time of an answer is known only of those that come later.
    """

    def __init__(self, journal: Journal) -> None:
        self._calls: Counter[tuple[str, str, str]] = Counter()
        self._broken: Counter[tuple[str, str]] = Counter()
        self._times: Counter[int] = Counter()
        self._seconds = 0.0
        for exchange in journal.entries():
            self._count(exchange)
        journal.listeners.append(self._hear)

    def _hear(self, exchange: Exchange, seconds: float) -> None:
        self._count(exchange)
        self._times[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds += seconds

    def _count(self, exchange: Exchange) -> None:
        call = exchange.call
        operation = call.operation.id if call.operation else _NONE
        service = call.service.id if call.service else _NONE
        self._calls[service, operation, str(exchange.response.status or _NONE)] += 1
        self._broken.update((each.rule.id, call.severity(each)) for each in call.violations)

    def text(self, stored: Mapping[str, int]) -> str:
        """All of it; ``stored`` is how many records there are of each collection."""
        return "\n".join(self._lines(stored)) + "\n"

    def _lines(self, stored: Mapping[str, int]) -> Iterator[str]:
        of_calls, of_rules = ("service", "operation", "status"), ("rule", "severity")
        words = "Calls that were answered."
        yield from _table("flowservice_calls_total", "counter", words, of_calls, self._calls.items())
        words = "Rules that calls broke."
        yield from _table("flowservice_broken_rules_total", "counter", words, of_rules, self._broken.items())
        records = (((name,), count) for name, count in stored.items())
        yield from _table("flowservice_stored_records", "gauge", "Records stored.", ("collection",), records)
        yield from self._histogram("flowservice_answer_seconds")

    def _histogram(self, name: str) -> Iterator[str]:
        yield from _head(name, "histogram", "The time that answers took, without the network.")
        below = 0
        for place, bound in enumerate(_BOUNDS):
            below += self._times[place]
            yield f'{name}_bucket{{le="{bound}"}} {below}'
        total = below + self._times[len(_BOUNDS)]
        yield f'{name}_bucket{{le="+Inf"}} {total}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {total}"


def _head(name: str, kind: str, words: str) -> tuple[str, str]:
    return f"# HELP {name} {words}", f"# TYPE {name} {kind}"


def _table(
    name: str, kind: str, words: str, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], int]]
) -> Iterator[str]:
    """The values come from the tables of the kit, so that none holds what would have to be escaped."""
    yield from _head(name, kind, words)
    for values, number in sorted(rows):
        told = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
        yield f"{name}{{{told}}} {number}"
