"""Finds which of many texts, the *forms*, stand in another text: however many there are, and however alike they begin.

Of each form the hashes of some beginnings are kept. The first beginning is `SHORTEST` characters long, and each further
one twice as long as the one before; the rest of the form is divided as in a binary search, by pieces that halve. So the
longest form that stands at a place is found in a number of steps that grows with the logarithm of its length. Where
the search has followed the beginnings of a longer form that isn't there, it goes back to the shorter ones; what it
found there is remembered, so that no beginning is followed twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from mockserver.exchange.texts import CUT, MASK, SHORTEST

__all__ = ["Spelt"]


class Spelt:
    """Forms that are looked for; one that was added twice is gone when it was removed twice."""

    def __init__(self) -> None:
        self._begun: dict[str, int] = {}
        """How many forms begin so."""
        self._passed: dict[int, int] = {}
        """How many have this hash on their way."""
        self._ends: dict[int, int] = {}
        """How many end with it."""

    def add(self, forms: Iterable[str]) -> None:
        for form in set(forms):
            self._count(form, 1)

    def remove(self, forms: Iterable[str]) -> None:
        for form in set(forms):
            self._count(form, -1)

    def _count(self, form: str, by: int) -> None:
        _add(self._begun, form[:SHORTEST], by)
        key, at = hash(form[:SHORTEST]), SHORTEST
        for end in _way(len(form)):
            key, at = hash((key, form[at:end])), end
            _add(self._passed, key, by)
        _add(self._ends, key, by)

    def begin_in(self, text: str) -> list[int]:
        """The places where some may begin."""
        begun = self._begun
        return [at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in begun]

    def masked(self, text: str, documented: str = "") -> str:
        """``text`` with `MASK` in place of each form that stands there, or that begins there and is cut (`CUT`).

        What begins is judged by its first half or more. A form that stands in ``documented`` is left there.
        """
        starts = self.begin_in(text)
        if not starts:
            return text
        shown: list[str] = []
        told = 0
        """So much of the text is shown or masked."""
        cut = text.find(CUT)
        turns: dict[int, int] = {}
        for start in starts:
            while 0 <= cut < start + SHORTEST:
                cut = text.find(CUT, cut + 1)
            end = self._end(text, start, turns)
            if documented and text[start:end] in documented:
                end = start
            if cut > end and self._may_begin(text, start, cut):
                end = cut
            if end > start >= told:
                shown += [text[told:start], MASK]
            told = max(told, end) if end > start else told
        return "".join([*shown, text[told:]])

    def _end(self, text: str, start: int, turns: dict[int, int]) -> int:
        """Where the longest ends that begins there; ``start`` if there is none."""
        beginning = hash(text[start : start + SHORTEST])
        return start + self._onward(text, start, beginning, SHORTEST, SHORTEST, turns)

    def _onward(self, text: str, start: int, key: int, at: int, size: int, turns: dict[int, int]) -> int:
        """The length of the longest that goes on behind ``at`` characters with pieces up to ``size``; else 0."""
        passed: list[tuple[int, int, int, int]] = []
        known, left = self._passed, len(text) - start
        while size:
            reached = at + size
            longer = hash((key, text[start + at : start + reached])) if reached <= left else 0
            if longer in known:
                passed.append((longer, key, at, size))
                key, at, size = longer, reached, (reached if size == at else size >> 1)
            else:
                size = _smaller(at, size)
        if key in self._ends:
            return at
        for longer, key, at, size in reversed(passed):
            if longer not in turns:
                turns[longer] = self._onward(text, start, key, at, _smaller(at, size), turns)
            if turns[longer]:
                return turns[longer]
        return 0

    def _may_begin(self, text: str, start: int, end: int) -> bool:
        """Whether that stretch begins as a form does, as far as lengths were doubled."""
        key, at = hash(text[start : start + SHORTEST]), SHORTEST
        while start + 2 * at <= end:
            key = hash((key, text[start + at : start + 2 * at]))
            if key not in self._passed:
                return False
            at *= 2
        return True


def _smaller(at: int, size: int) -> int:
    """The next piece that is tried behind ``at`` characters; 0 where there is none."""
    return 1 << (at.bit_length() - 1) if size == at else size // 2


@cache
def _way(length: int) -> tuple[int, ...]:
    """The lengths behind `SHORTEST` at which a form so long is met."""
    ends = []
    at = SHORTEST
    while 2 * at <= length:
        at *= 2
        ends.append(at)
    size = _smaller(at, at)
    while size:
        if at + size <= length:
            at += size
            ends.append(at)
        size //= 2
    return tuple(ends)


def _add(counts: dict[Any, int], key: Any, by: int) -> None:
    counts[key] = counts.get(key, 0) + by
    if not counts[key]:
        del counts[key]
