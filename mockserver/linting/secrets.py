"""A secret that one request names isn't told of another one either, in which it stands where none belongs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from mockserver.exchange.known import KnownSecrets, broken_without, masked
from mockserver.linting.finding import Finding, Tally

__all__ = ["Secrets"]

_MOST = 8_000_000  # characters of all


class Secrets:
    """Those that the requests of files have named."""

    def __init__(self) -> None:
        self._known = KnownSecrets(_MOST)
        self._forms: dict[str, Sequence[str]] = {}
        """Of the texts that were looked at: many findings say the same."""

    def add(self, texts: Iterable[str]) -> None:
        self._known.add(texts)

    def hide(self, tally: Tally, findings: int, operations: int) -> None:
        """Take them out of what ``tally`` tells, from so many findings and operations on."""
        self._forms.clear()
        tally.findings[findings:] = map(self._without, tally.findings[findings:])
        tally.operations[operations:] = [masked(each, self._forms_in(each)) for each in tally.operations[operations:]]

    def _without(self, found: Finding) -> Finding:
        told = (found.operation, found.pointer, found.message, found.found or "", found.nearest or "")
        forms = self._forms_in("\n".join(told))
        if not forms:
            return found
        shown = broken_without(asdict(found), forms)
        return replace(found, **{**shown, "operation": masked(found.operation, forms)})

    def _forms_in(self, text: str) -> Sequence[str]:
        if text not in self._forms:
            self._forms[text] = self._known.forms_in(text)
        return self._forms[text]
