"""A secret that one request of a file names isn't told of another one either, in which it stands where none belongs.

A file may name more secrets than findings have words. So the findings' texts are indexed, by every few characters that
stand in them, and of the secrets only those are spelt out whose beginning is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from mockserver.exchange.masking import MASK, SHORTEST
from mockserver.exchange.texts import spellings, without, without_beginnings
from mockserver.linting.finding import Finding, Tally

__all__ = ["Secrets"]

_LONGEST = 1_000  # characters of one; what is told of a request is shorter
_MOST = 8_000_000  # characters of all


class Secrets:
    """Those that the requests of one file have named."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._room = _MOST

    def add(self, texts: Iterable[str]) -> None:
        for text in texts:
            kept = text[:_LONGEST]
            if kept not in self._texts and self._room > 0:
                self._texts.add(kept)
                self._room -= len(kept)

    def hide(self, tally: Tally, findings: int, operations: int) -> None:
        """Take them out of what ``tally`` tells, from so many findings and operations on."""
        told = tally.findings[findings:]
        quoted = [text for found in told for text in _quoting(found).values() if text]
        forms = self._forms_in((*quoted, *tally.operations[operations:]))
        if forms:
            tally.findings[findings:] = [_without(found, forms) for found in told]
            tally.operations[operations:] = [_masked(text, forms) for text in tally.operations[operations:]]

    def _forms_in(self, told: Iterable[str]) -> list[str]:
        """The spellings of secrets that stand in what is told, or begin there where it was cut; the longest first."""
        grams = {text[at : at + SHORTEST] for text in set(told) for at in range(len(text) - SHORTEST + 1)}
        if not grams:
            return []
        spelt = {form for text in self._texts for form in spellings(text) if form[:SHORTEST] in grams}
        return sorted(spelt, key=len, reverse=True)


def _quoting(found: Finding) -> dict[str, str | None]:
    """What of a finding may quote the request."""
    return {name: getattr(found, name) for name in ("operation", "pointer", "message", "found", "nearest")}


def _without(found: Finding, forms: Sequence[str]) -> Finding:
    """What a rule allows is documented, and no secret."""
    documented = "\n".join(found.allowed)
    secret = [form for form in forms if form not in documented]
    shown: dict[str, Any] = {name: _masked(text, secret) for name, text in _quoting(found).items() if text}
    return replace(found, **shown)


def _masked(text: str, forms: Sequence[str]) -> str:
    return without_beginnings(without(text, forms, MASK), forms, SHORTEST, MASK)
