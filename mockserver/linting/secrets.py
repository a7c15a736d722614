"""A secret that one request names isn't told of another one either, in which it stands where none belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace

from mockserver.exchange.known import KnownSecrets, broken_without
from mockserver.linting.finding import Finding, Tally

__all__ = ["Secrets"]

_MOST = 100_000_000  # bytes of all, in all their spellings


class Secrets:
    """Those that the requests of files have named."""

    def __init__(self) -> None:
        self._known = KnownSecrets(_MOST)

    def add(self, texts: Iterable[str]) -> None:
        self._known.add(texts)

    def hide(self, tally: Tally, findings: int, operations: int) -> None:
        """Take them out of what ``tally`` tells, from so many findings and operations on."""
        tally.findings[findings:] = map(self._without, tally.findings[findings:])
        tally.operations[operations:] = map(self._known.masked, tally.operations[operations:])

    def _without(self, found: Finding) -> Finding:
        shown = broken_without(asdict(found), self._known.masked)
        return replace(found, **{**shown, "operation": self._known.masked(found.operation)})
