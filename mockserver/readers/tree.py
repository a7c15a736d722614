"""One JSON value whose parts are asked for by their names, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from mockserver.readers.json_places import places_of
from mockserver.readers.json_stream import Piece
from mockserver.readers.text import Text, of_json

__all__ = ["Tree"]

_Path = tuple[str | int, ...]


class Tree:
    """A piece of JSON, or the part of one at ``path``; the places are looked for when they are first asked for."""

    def __init__(self, piece: Piece, path: _Path = (), root: Tree | None = None) -> None:
        self._piece = piece
        self._path = path
        self._root = root or self

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        return places_of(self._piece.text.value)

    def at(self, *path: str | int) -> Tree:
        """The part at ``path``; its value is ``None`` where there is none."""
        return Tree(self._piece, self._path + path, self._root)

    @property
    def value(self) -> Any:
        value = self._piece.value
        for name in self._path:
            if isinstance(name, int):
                value = value[name] if isinstance(value, list) and name < len(value) else None
            else:
                value = value.get(name) if isinstance(value, dict) else None
        return value

    def items(self) -> Iterator[Tree]:
        """The parts of an array; of anything else none."""
        value = self.value
        if isinstance(value, list):
            yield from (self.at(number) for number in range(len(value)))

    @property
    def raw(self) -> Text:
        """The value's own JSON text; where there is none that of what it would stand in."""
        path = self._path
        while path and _pointer(path) not in self._root._places:
            path = path[:-1]
        start, end = self._root._places.get(_pointer(path), (0, len(self._piece.text.value)))
        return self._piece.text.part(start, end)

    @property
    def text(self) -> Text | None:
        """What a string says; ``None`` where this is none."""
        value = self.value
        return Text.later(value, self._unescaped) if isinstance(value, str) else None

    def _unescaped(self) -> Text:
        raw = self.raw
        return of_json(raw, 0, len(raw.value))


def _pointer(path: _Path) -> str:
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in path)
