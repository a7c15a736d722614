"""JSON that is read piece by piece, so that a file of any size needs no more memory than its largest piece.

ijson and json-stream read so too, but don't say where in the file a value stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.readers.read_request import Unreadable
from mockserver.readers.text import Place, Text

__all__ = ["JsonStream", "Piece"]

_CHUNK = 1 << 16  # characters
_LARGEST = 1 << 26  # characters of one piece
_DEEPEST = 200
_BLANK = re.compile(r"[ \t\n\r]*")
_NEAR_THE_END = 16  # characters; a token that is cut is no error yet


@dataclass(frozen=True, slots=True)
class Piece:
    """One value, and its text."""

    value: Any
    text: Text


class Readable(Protocol):
    """What text is read from; nothing is its end."""

    def read(self, size: int, /) -> str: ...


class JsonStream:
    """A cursor that walks over a JSON text; whoever walks consumes each value that it comes to.

    ``begin`` is where in the file the text begins.
    """

    def __init__(self, stream: Readable, begin: Place = Place(1, 1)) -> None:  # noqa: B008 -- never changed
        self._stream = stream
        self._buffer = ""
        self._at = 0
        self._line, self._column = begin
        self._is_whole = False

    @property
    def place(self) -> Place:
        """Where the cursor stands."""
        return Place(self._line, self._column)

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            found = _BLANK.match(self._buffer, self._at)
            self._go_to(found.end() if found else self._at)
            if self._at < len(self._buffer) or not self._more():
                return self._buffer[self._at : self._at + 1]

    def names(self) -> Iterator[str]:
        """The names of the object that starts here."""
        self.take("{")
        while self.peek() != "}":
            name = self.piece().value
            if not isinstance(name, str):
                raise self._wrong("a name is no string")
            self.take(":")
            yield name
            if self.peek() != "}":
                self.take(",")
        self.take("}")

    def elements(self) -> Iterator[int]:
        """The numbers of the elements of the array that starts here."""
        self.take("[")
        number = 0
        while self.peek() != "]":
            yield number
            number += 1
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def piece(self) -> Piece:
        """The value that starts here, whole."""
        self.peek()
        begin = self.place
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self._buffer) - _NEAR_THE_END
                if is_cut and self._more():
                    continue
                raise self._wrong(error.msg, error.pos) from None
            except (RecursionError, ValueError):
                raise self._wrong("it is nested too deeply, or has a number that is too large") from None
            if end == len(self._buffer) and self._more():  # a number may go on
                continue
            text = self._buffer[self._at : end]
            self._go_to(end)
            return Piece(value, Text(text, text, begin))

    def skip(self, depth: int = 0) -> None:
        """Pass over the value that starts here, however large it is."""
        first = self.peek()
        if first in "{[" and self._is_passed():
            return
        if depth > _DEEPEST:
            raise self._wrong("it is nested too deeply")
        if first == "{":
            for _ in self.names():
                self.skip(depth + 1)
        elif first == "[":
            for _ in self.elements():
                self.skip(depth + 1)
        else:
            self.piece()

    def _is_passed(self) -> bool:
        """Whether the value ends within what is read so far; then it is behind us."""
        try:
            _, end = _DECODER.raw_decode(self._buffer, self._at)
        except (ValueError, RecursionError):  # if it is really wrong, its parts tell where
            return False
        self._go_to(end)
        return True

    def ends(self) -> None:
        """Nothing may follow."""
        if self.peek():
            raise self._wrong("more follows behind the end")

    def take(self, char: str) -> None:
        """Pass over that character."""
        if self.peek() != char:
            raise self._wrong(f"expected {char!r}")
        self._go_to(self._at + 1)

    def _go_to(self, end: int) -> None:
        lines = self._buffer.count("\n", self._at, end)
        if lines:
            self._line += lines
            self._column = end - self._buffer.rfind("\n", self._at, end)
        else:
            self._column += end - self._at
        self._at = end

    def _more(self) -> bool:
        """Read on: as much again as there is, so that what is tried again and again stays in proportion."""
        if self._is_whole:
            return False
        rest = self._buffer[self._at :]
        if len(rest) > _LARGEST:
            raise self._wrong(f"a value is longer than {_LARGEST} characters")
        chunk = self._stream.read(max(_CHUNK, len(rest)))
        self._buffer, self._at = rest + chunk, 0
        self._is_whole = not chunk
        return bool(chunk)

    def _wrong(self, why: str, at: int | None = None) -> Unreadable:
        if at is not None:
            self._go_to(min(at, len(self._buffer)))
        return Unreadable(f"no JSON: line {self._line}, column {self._column}: {why}")


_DECODER = json.JSONDecoder()
