"""Lines of a text file, each with its number, which can be put back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mockserver.readers.text import Place, Text

__all__ = ["Line", "Lines", "as_text"]


class Line(NamedTuple):
    """``text`` has its line end."""

    number: int
    text: str


class Lines:
    """An iterator over lines; some that were read too far go back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._back: deque[Line] = deque()

    @classmethod
    def of(cls, stream: Iterable[str]) -> Lines:
        return cls(Line(number, text) for number, text in enumerate(stream, 1))

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self._back.popleft() if self._back else next(self._lines)

    def put_back(self, lines: Sequence[Line]) -> None:
        self._back.extendleft(reversed(lines))


def as_text(lines: Sequence[Line]) -> Text:
    """Lines that stand one below the other as one text."""
    value = "".join(line.text for line in lines)
    return Text(value, value, Place(lines[0].number if lines else 1, 1))
