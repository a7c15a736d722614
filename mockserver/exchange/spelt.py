"""Finds which of many texts, the *forms*, stand in another text: however many there are, and however alike they begin.

The forms are sorted. Those that stand at a place of the text are not behind what follows there, as sorting goes, and
the longest of them is the last such one; unless that one only begins as the text does. Then it is looked for again in
what both have in common, and what was found there is remembered, so that nothing is looked for twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence

from mockserver.exchange.texts import CUT, MASK, SHORTEST

__all__ = ["Spelt"]

_MANY = 2_000  # new ones, or such as are to go, until all are sorted anew


class Spelt:
    """Forms that are looked for; one that was added twice is gone when it was removed twice, a while later."""

    def __init__(self) -> None:
        self._forms: tuple[list[str], list[str]] = ([], [])
        """Most of them, and the newest, both sorted; never changed in place, for another thread may be looking."""
        self._gone: list[str] = []
        """What was removed, and is looked for still."""
        self._begun = Counter[str]()
        """How many forms begin so."""
        self._longest = 0
        """At least the length of each."""

    def add(self, forms: Collection[str]) -> None:
        self._begun.update(form[:SHORTEST] for form in forms)
        self._longest = max(self._longest, max(map(len, forms), default=0))
        most, newest = self._forms
        self._forms = most, sorted([*newest, *forms])
        self._settle()

    def remove(self, forms: Collection[str]) -> None:
        self._gone += forms
        self._settle()

    def _settle(self) -> None:
        most, newest = self._forms
        if max(len(newest), len(self._gone)) < _MANY:
            return
        for form in self._gone:
            beginning = form[:SHORTEST]
            self._begun[beginning] -= 1
            if not self._begun[beginning]:
                del self._begun[beginning]
        gone, self._gone = Counter(self._gone), []
        self._forms = [form for form in sorted([*most, *newest]) if form not in gone or not _taken(gone, form)], []

    def masked(self, text: str, documented: str = "") -> str:
        """``text`` with `MASK` in place of each form that stands there, or that begins there and is cut (`CUT`).

        Forms that overlap have one mask. One that stands in ``documented`` is left there.
        """
        begun = self._begun
        starts = [at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in begun]
        if not starts:
            return text
        shown: list[str] = []
        told = 0
        """So much of the text is shown or masked."""
        cut = text.find(CUT)
        sorted_ones = [(forms, dict[tuple[int, int], int]()) for forms in self._forms]
        for start in starts:
            while 0 <= cut < start + SHORTEST:
                cut = text.find(CUT, cut + 1)
            here = text[start : start + self._longest]
            end = start + max(_length(here, forms, found) for forms, found in sorted_ones)
            if documented and text[start:end] in documented:
                end = start
            if cut > end and self._may_begin(text, start, cut):
                end = cut
            if end <= start:
                continue
            if start >= told:
                shown += [text[told:start], MASK]
            told = max(told, end)
        return "".join([*shown, text[told:]])

    def _may_begin(self, text: str, start: int, end: int) -> bool:
        """Whether a form begins as that part of ``text``."""
        part = text[start : min(end, start + self._longest + 1)]
        places = [(forms, bisect_left(forms, part)) for forms in self._forms]
        return any(form.startswith(part) for forms, place in places for form in forms[place : place + 1])


def _length(text: str, forms: Sequence[str], found: dict[tuple[int, int], int]) -> int:
    """Of the longest form that ``text`` begins with; 0 if there is none.

    ``found`` are the lengths found so far, by the place of a form and how much of it a text begins with.
    """
    before = []
    while True:
        place = bisect_right(forms, text)
        last = forms[place - 1] if place else ""
        if text.startswith(last):
            length = len(last)
            break
        key = place, _in_common(text, last)
        if key in found:
            length = found[key]
            break
        before.append(key)
        text = text[: key[1]]
    found.update(dict.fromkeys(before, length))
    return length


def _taken(counts: Counter[str], form: str) -> bool:
    """Whether there was one left of it."""
    counts[form] -= 1
    return counts[form] >= 0


def _in_common(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
