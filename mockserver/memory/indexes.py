"""Records in an order that answers filters and pages without looking at all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cmp_to_key
from itertools import chain, islice, product
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.memory.keys import Key, Path, Span, first_at, is_scalar, rank, values_at

if TYPE_CHECKING:
    from sortedcontainers import SortedList

__all__ = ["EVERYTHING", "Column", "Entry", "Index", "Shown", "by_signs"]

Entry = tuple[Any, ...]
"""The rank and the value of each column, then a record's sequence and id. Flat, so that it takes little room."""

Shown = tuple[Mapping[str, Any], int, str]
"""How a record is shown, its sequence and its id."""

MOST_VALUES = 1_000
"""Of an array so many values can be found by a filter, the first ones."""

EVERYTHING: Span = ((), (inf,))


class Column(NamedTuple):
    """The field at ``path``; of an array ``every`` value or the first one; ``folds``: letter case doesn't count."""

    path: Path
    every: bool = False
    folds: bool = False

    @property
    def name(self) -> str:
        """The field of a view that the path begins at."""
        return self.path[0].removesuffix("[]")

    def key(self, view: Mapping[str, Any]) -> Key:
        """Of the first value."""
        kind, value = rank(first_at(view, self.path))
        return (kind, value.casefold()) if self.folds and kind == 3 else (kind, value)

    def keys(self, view: Mapping[str, Any]) -> list[Key]:
        if not self.every:
            return [self.key(view)]
        found = [rank(value) for value in islice(values_at(view, self.path), MOST_VALUES) if is_scalar(value)]
        return [(kind, value.casefold()) if self.folds and kind == 3 else (kind, value) for kind, value in found]


class Index:
    """Entries sorted by the columns and, among equals, in the order of creation."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        from sortedcontainers import SortedList  # which a mock without lists needn't wait for

        self._columns = columns
        self._entries: SortedList[Entry] = SortedList()
        self._is_plain = not any(column.every for column in columns)
        self.names = frozenset(column.name for column in columns)

    def fill(self, records: Iterable[Shown]) -> None:
        if self._is_plain:
            self._entries.update(map(self._only, records))
        else:
            self._entries.update(entry for shown in records for entry in self._of(shown))

    def change(self, changes: Iterable[tuple[Shown | None, Shown | None]]) -> None:
        """Records have changed from the first to the second; ``None`` is one that isn't there."""
        old: set[Entry] = set()
        new: set[Entry] = set()
        for before, after in changes:
            old |= self._of(before) if before else set()
            new |= self._of(after) if after else set()
        for entry in old - new:
            self._entries.remove(entry)
        self._entries.update(new - old)

    def count(self, prefix: Entry, span: Span = EVERYTHING) -> int:
        """How many entries begin with ``prefix`` and go on within ``span``."""
        low, high = span
        first: int = self._entries.bisect_left(prefix + low)
        end: int = self._entries.bisect_left(prefix + high)
        return end - first

    def between(self, prefix: Entry, span: Span = EVERYTHING) -> Iterator[Entry]:
        low, high = span
        return self._from_to(prefix + low, prefix + high)

    def walk(
        self, prefix: Entry, signs: tuple[int, ...], after: Entry | None = None, span: Span = EVERYTHING
    ) -> Iterator[Entry]:
        """The entries that begin with ``prefix`` in the order of the columns that follow it, -1 for a falling one.

        The last sign is that of the order of creation. ``after`` is where the first one stands at the earliest;
        ``span`` bounds the first column that follows.
        """
        low, high = span
        if all(sign > 0 for sign in signs):
            first = prefix + (low if after is None else max(low, after))
            return self._from_to(first, prefix + high)
        if all(sign < 0 for sign in signs):
            return self._from_to(prefix + low, prefix + (high if after is None else min(high, after)), falls=True)
        return self._grouped(prefix, signs, after, span)

    def _grouped(self, prefix: Entry, signs: tuple[int, ...], after: Entry | None, span: Span) -> Iterator[Entry]:
        """One group for each value of the first column, since the order within may be another than of the groups."""
        low, high = span
        key = after and after[:2]
        if after and key and low <= (*key, -inf) < high:
            yield from self.walk(prefix + key, signs[1:], after[2:])
        while True:
            if key and signs[0] > 0:
                low = max(low, (*key, inf))
            elif key:
                high = min(high, key)
            key = self._first_key(prefix, low, high, falls=signs[0] < 0)
            if key is None:
                return
            yield from self.walk(prefix + key, signs[1:])

    def _first_key(self, prefix: Entry, low: Entry, high: Entry, falls: bool) -> Entry | None:
        """The next value that the column after ``prefix`` has."""
        found = next(self._from_to(prefix + low, prefix + high, falls), None)
        return None if found is None else found[len(prefix) : len(prefix) + 2]

    def _from_to(self, low: Entry, high: Entry, falls: bool = False) -> Iterator[Entry]:
        return iter(()) if low >= high else self._entries.irange(low, high, reverse=falls)

    def _only(self, shown: Shown) -> Entry:
        """The entry of one record, where no column takes every value of an array."""
        view, sequence, id = shown
        if len(self._columns) == 1:
            return (*self._columns[0].key(view), sequence, id)
        return (*chain.from_iterable(column.key(view) for column in self._columns), sequence, id)

    def _of(self, shown: Shown) -> set[Entry]:
        """The entries of one record: more than one where a column takes every value of an array."""
        if self._is_plain:
            return {self._only(shown)}
        view, sequence, id = shown
        keys = islice(product(*(column.keys(view) for column in self._columns)), MOST_VALUES)
        return {(*(part for key in combined for part in key), sequence, id) for combined in keys}


def by_signs(signs: tuple[int, ...]) -> Callable[[Entry], Any]:
    """The sort key of what follows a prefix in an entry; the last sign is that of the order of creation."""
    if all(sign > 0 for sign in signs):
        return tuple

    def compare(one: Entry, other: Entry) -> int:
        for at, sign in enumerate(signs[:-1]):
            left, right = one[2 * at : 2 * at + 2], other[2 * at : 2 * at + 2]
            if left != right:
                return sign if left > right else -sign
        left, right = one[2 * len(signs) - 2 :], other[2 * len(signs) - 2 :]
        return signs[-1] * ((left > right) - (left < right))

    return cmp_to_key(compare)
