"""Text that knows where in its file each of its characters stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

__all__ = ["Place", "Text", "joined", "made_up", "of_json"]


class Place(NamedTuple):
    """Line and column of a character, both from 1 on."""

    line: int
    column: int


class _Origin(NamedTuple):
    source: str
    begin: Place
    marks: tuple[tuple[int, int], ...]


class Text:
    """``value`` is the text as it is meant, ``source`` the piece of the file that holds it, which starts at ``begin``.

    ``marks`` are pairs of an offset in the value and the offset in the source that it comes from, both rising: behind
    an escape sequence or a placeholder that was filled in, the two go on side by side. Never changed.
    """

    __slots__ = ("_make", "_origin", "value")

    def __init__(self, value: str, source: str, begin: Place, marks: tuple[tuple[int, int], ...] = ((0, 0),)) -> None:
        self.value = value
        self._origin: _Origin | None = _Origin(source, begin, marks)
        self._make: Callable[[], Text] | None = None

    @classmethod
    def later(cls, value: str, make: Callable[[], Text]) -> Text:
        """One whose place is looked for when somebody asks: of most texts nobody does."""
        text = cls.__new__(cls)
        text.value, text._origin, text._make = value, None, make
        return text

    @property
    def origin(self) -> _Origin:
        """Where it comes from."""
        if self._origin is None:
            assert self._make is not None
            self._origin = self._make().origin
        return self._origin

    def place(self, offset: int = 0) -> Place:
        """Where in the file the character at ``offset`` of the value stands."""
        source, begin, _ = self.origin
        end = self._from(offset)
        lines = source.count("\n", 0, end)
        if lines:
            return Place(begin.line + lines, end - source.rfind("\n", 0, end))
        return Place(begin.line, begin.column + end)

    def part(self, start: int, end: int) -> Text:
        """The value from ``start`` to ``end``."""
        source, begin, _ = self.origin
        return Text(self.value[start:end], source, begin, tuple(self._marks(start, end, 0)))

    def stripped(self) -> Text:
        """Without outer blanks."""
        start = len(self.value) - len(self.value.lstrip())
        return self.part(start, max(start, len(self.value.rstrip())))

    def replaced(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> Text:
        """With each match of ``pattern`` replaced; what is new stands where the match stood."""
        if pattern.search(self.value) is None:
            return self
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
        marks += self._marks(at, len(self.value), length)
        source, begin, _ = self.origin
        return Text("".join((*pieces, self.value[at:])), source, begin, tuple(marks))

    def _from(self, offset: int) -> int:
        """The offset in the source."""
        source, _, marks = self.origin
        number = bisect_right(marks, (offset, len(source)))
        here, there = marks[max(number - 1, 0)]
        last = marks[number][1] if number < len(marks) else len(source)
        return min(there + offset - here, last)

    def _marks(self, start: int, end: int, shift: int) -> Iterator[tuple[int, int]]:
        """Those of the part from ``start`` to ``end``, for a value in which it starts at ``shift``."""
        yield shift, self._from(start)
        source, _, marks = self.origin
        for here, there in marks[bisect_right(marks, (start, len(source))) :]:
            if here >= end:
                return
            yield here - start + shift, there


def made_up(value: str, at: Text | Callable[[], Text]) -> Text:
    """A text that the file doesn't have as it is, all of which comes from where ``at`` stands."""
    return Text.later(value, lambda: Text(value, "", (at if isinstance(at, Text) else at()).place()))


def joined(parts: Iterable[Text], at: Text) -> Text:
    """Parts of one source as one text; where there are none, an empty one at the begin of ``at``."""
    parts = list(parts)
    if not parts:
        return at.part(0, 0)
    marks: list[tuple[int, int]] = []
    length = 0
    for part in parts:
        marks += [(here + length, there) for here, there in part.origin.marks]
        length += len(part.value)
    source, begin, _ = parts[0].origin
    return Text("".join(part.value for part in parts), source, begin, tuple(marks))


_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")


def of_json(text: Text, start: int, end: int) -> Text:
    """What the JSON string says that stands in ``text`` from its first quotation mark at ``start`` to ``end``."""
    return text.part(start + 1, end - 1).replaced(_ESCAPE, lambda found: str(json.loads(f'"{found[0]}"')))
