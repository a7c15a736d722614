"""Text that knows where in its file each of its characters stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

__all__ = ["Place", "Text", "joined", "made_up", "of_json"]


class Place(NamedTuple):
    """Line and column of a character, both from 1 on."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text:
    """``value`` is the text as it is meant, ``source`` the piece of the file that holds it, which starts at ``begin``.

    ``marks`` are pairs of an offset in the value and the offset in the source that it comes from, both rising: behind
    an escape sequence or a placeholder that was filled in, the two go on side by side.
    """

    value: str
    source: str
    begin: Place
    marks: tuple[tuple[int, int], ...] = ((0, 0),)

    def place(self, offset: int = 0) -> Place:
        """Where in the file the character at ``offset`` of the value stands."""
        end = self._from(offset)
        lines = self.source.count("\n", 0, end)
        if lines:
            return Place(self.begin.line + lines, end - self.source.rfind("\n", 0, end))
        return Place(self.begin.line, self.begin.column + end)

    def part(self, start: int, end: int) -> Text:
        """The value from ``start`` to ``end``."""
        return replace(self, value=self.value[start:end], marks=tuple(self._marks(start, end, 0)))

    def stripped(self) -> Text:
        """Without outer blanks."""
        start = len(self.value) - len(self.value.lstrip())
        return self.part(start, max(start, len(self.value.rstrip())))

    def replaced(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Text:
        """With each match of ``pattern`` replaced; what is new stands where the match stood."""
        pieces: list[str] = []
        marks: list[tuple[int, int]] = []
        at = length = 0
        for found in pattern.finditer(self.value):
            kept, text = self.value[at : found.start()], new(found)
            marks += self._marks(at, found.start(), length)
            marks.append((length + len(kept), self._from(found.start())))
            pieces += kept, text
            length += len(kept) + len(text)
            at = found.end()
        if not pieces:
            return self
        marks += self._marks(at, len(self.value), length)
        return replace(self, value="".join((*pieces, self.value[at:])), marks=tuple(marks))

    def _from(self, offset: int) -> int:
        """The offset in the source."""
        number = bisect_right(self.marks, (offset, len(self.source)))
        here, there = self.marks[max(number - 1, 0)]
        last = self.marks[number][1] if number < len(self.marks) else len(self.source)
        return min(there + offset - here, last)

    def _marks(self, start: int, end: int, shift: int) -> Iterator[tuple[int, int]]:
        """Those of the part from ``start`` to ``end``, for a value in which it starts at ``shift``."""
        yield shift, self._from(start)
        first = bisect_right(self.marks, (start, len(self.source)))
        for here, there in self.marks[first:]:
            if here >= end:
                return
            yield here - start + shift, there


def made_up(value: str, at: Text) -> Text:
    """A text that the file doesn't have as it is, all of which comes from where ``at`` stands."""
    return Text(value, "", at.place())


def joined(parts: Iterable[Text], at: Text) -> Text:
    """Parts of one source as one text; where there are none, an empty one at the begin of ``at``."""
    parts = list(parts)
    if not parts:
        return at.part(0, 0)
    marks: list[tuple[int, int]] = []
    length = 0
    for part in parts:
        marks += [(here + length, there) for here, there in part.marks]
        length += len(part.value)
    return replace(parts[0], value="".join(part.value for part in parts), marks=tuple(marks))


_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")


def of_json(text: Text, start: int, end: int) -> Text:
    """What the JSON string says that stands in ``text`` from its first quotation mark at ``start`` to ``end``."""
    return text.part(start + 1, end - 1).replaced(_ESCAPE, lambda found: str(json.loads(f'"{found[0]}"')))
