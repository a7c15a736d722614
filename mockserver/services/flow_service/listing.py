"""Filtering, ordering and paging of records; the language is `contracts.services.flow_service.queries`.

A page costs what is on it: the ``==`` filters and the order together make an index (`indexes`) in which
a page's records stand side by side. What the other operators ask for is counted there; where few records fit, these
are sorted, and where many do, the order is followed and each record checked until the page is full.
"""

from __future__ import annotations

import base64
import binascii
import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Any

from contracts.reading import json_text
from contracts.services.flow_service.filters import Filter, Path, Place
from contracts.services.flow_service.queries import LARGEST_SEARCH, ListQuery, query_of
from contracts.services.flow_service.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.memory.indexes import EVERYTHING, Column, Entry, Index, by_signs
from mockserver.memory.keys import first_at, is_scalar, rank
from mockserver.memory.shelf import Record, Shelf
from mockserver.services.flow_service.conditions import holds, points, spans
from mockserver.services.flow_service.views import part_masked, shown_masked

__all__ = ["Page", "count", "page"]

View = Mapping[str, Any]

_NEWEST_FIRST = ((("updatedAt",), -1),)
"""The order that nobody asked for (destinations.yaml at four operations; recorded)."""
MOST_PREFIXES = 1000  # places of an index that one page is merged from


@dataclass(frozen=True, slots=True)
class Page:
    """The views of one page and, where more follow, the token that continues."""

    items: list[View]
    token: str | None


def count(shelf: Shelf, query: ListQuery, place: Place) -> int:
    """How many records the filters leave."""
    return _Search(shelf, query, place).count() if query.filters else len(shelf)


def page(shelf: Shelf, query: ListQuery, place: Place) -> Page:
    """One page. A token carries filter, order and page size and wins over what is sent beside it.

    A token names the last row of its page, not a number of rows, so that every record is met once
    whatever is written in between.
    """
    after: Entry | None = None
    if query.token is not None:
        query, after = _continued(query.token, place)
    ids = list(islice(_Search(shelf, query, place).ids(after), query.limit + 1))
    records = [shelf[id] for id in ids[: query.limit]]
    views = [shown_masked(record, place.collection.name, place.catalogue) for record in records]
    token = _token(query, place, views[-1], records[-1].sequence) if len(ids) > query.limit else None
    return Page([_projected(view, query.fields) for view in views], token)


class _Search:
    """One query on one shelf.

    ``equal`` are the filters that name places of an index, ``rest`` is checked record by record; ``bounded`` is one
    among the rest, if any, whose records stand between bounds of an index.
    """

    def __init__(self, shelf: Shelf, query: ListQuery, place: Place) -> None:
        self._shelf, self._limit, self._place = shelf, query.limit, place
        self._equal, self._rest = _divided(query.filters)
        self._bounded = next((each for each in self._rest if each.operator != "==" and not _has_many(each)), None)
        order = _order_of(query, place)
        # Among equals the order is that of creation, backwards where the newest come first.
        self._signs = (*(sign for _, sign in order), -1 if order is _NEWEST_FIRST else 1)
        self._order = tuple(Column(path) for path, _ in order)
        self._prefixes: list[Entry] = [
            tuple(chain.from_iterable(keys)) for keys in product(*(points(each) for each in self._equal))
        ]
        self._key = by_signs(self._signs)

    def ids(self, after: Entry | None) -> Iterator[str]:
        """The records that fit, in order, from ``after`` on."""
        if self._bounded is None:
            return self._fitting(self._walked(after), self._rest)
        if self._order[:1] == (_column(self._bounded),):
            return self._fitting(self._walked(after, self._bounded), self._others())
        if self._are_few(self._bounded):
            return self._fitting(self._collected(after, self._bounded), self._others())
        return self._fitting(self._walked(after), self._rest)

    def count(self) -> int:
        more = () if self._bounded is None else (_column(self._bounded),)
        index = self._index(*more)
        if not self._others() and not any(map(_has_many, self._equal)):
            return self._counted(index, self._bounded)
        return len(set(self._fitting(self._between(index, self._bounded), self._others())))

    def _counted(self, index: Index, bounded: Filter | None) -> int:
        places = product(self._prefixes, spans(bounded) if bounded else (EVERYTHING,))
        return sum(index.count(prefix, span) for prefix, span in places)

    def _others(self) -> list[Filter]:
        return [each for each in self._rest if each is not self._bounded]

    def _index(self, *more: Column) -> Index:
        return self._shelf.index((*map(_column, self._equal), *more), self._part, self._place.catalogue)

    def _part(self, record: Record, names: frozenset[str]) -> View:
        return part_masked(record, names, self._place.collection.name, self._place.catalogue)

    def _walked(self, after: Entry | None, bounded: Filter | None = None) -> Iterator[Entry]:
        """The index's entries in order; those that ``bounded`` leaves, where it bounds what they are ordered by."""
        index, signs = self._index(*self._order), self._signs
        bounds = spans(bounded) if bounded else (EVERYTHING,)
        bounds = bounds[::-1] if signs[:1] == (-1,) else bounds

        def way(prefix: Entry) -> Iterator[Entry]:
            return chain.from_iterable(index.walk(prefix, signs, after, span) for span in bounds)

        width = 2 * len(self._equal)
        ways = list(map(way, self._prefixes))
        return ways[0] if len(ways) == 1 else heapq.merge(*ways, key=lambda entry: self._key(entry[width:]))

    def _collected(self, after: Entry | None, bounded: Filter) -> Iterator[Entry]:
        """What ``bounded`` leaves, sorted by what is ordered by."""
        index = self._index(_column(bounded), *self._order)
        width = 2 * len(self._equal) + 2
        entries = self._between(index, bounded)
        found = [(self._key(entry[width:]), entry) for entry in entries]
        if after is not None:
            first = self._key(after)
            found = [row for row in found if row[0] >= first]
        heapq.heapify(found)
        while found:
            yield heapq.heappop(found)[1]

    def _between(self, index: Index, bounded: Filter | None) -> Iterator[Entry]:
        places = product(self._prefixes, spans(bounded) if bounded else (EVERYTHING,))
        return chain.from_iterable(index.between(prefix, span) for prefix, span in places)

    def _are_few(self, bounded: Filter) -> bool:
        """Whether it is less work to sort all that ``bounded`` leaves than to look for a page's worth in order."""
        index = self._index(_column(bounded), *self._order)
        few, many = self._counted(index, bounded), self._counted(index, None)
        return few * few <= (self._limit + 1) * many

    def _fitting(self, entries: Iterable[Entry], conditions: list[Filter]) -> Iterator[str]:
        """The ids of the entries' records, each once, that meet ``conditions``."""
        names = frozenset(_column(each).name for each in conditions)
        last = None
        for *_, sequence, id in entries:
            if sequence == last:
                continue
            last = sequence
            view = self._part(self._shelf[id], names) if conditions else {}
            if all(holds(each, view) for each in conditions):
                yield id


def _divided(filters: Iterable[Filter]) -> tuple[list[Filter], list[Filter]]:
    """The ``==`` filters that one index can answer together, and the others."""
    equal: list[Filter] = []
    rest: list[Filter] = []
    prefixes = 1
    for each in sorted(filters, key=lambda each: each.path):  # so that lists that differ in nothing else share an index
        prefixes *= len(points(each)) if each.operator == "==" else 1
        twice = each.path in [other.path for other in equal]
        arrays = sum(map(_has_many, [*equal, each]))  # of two, every value would be paired with every other
        fits = each.operator == "==" and prefixes <= MOST_PREFIXES and not twice and arrays <= 1
        (equal if fits else rest).append(each)
    return equal, rest


def _column(condition: Filter) -> Column:
    return Column(condition.path, _has_many(condition), condition.folds)


def _has_many(condition: Filter) -> bool:
    return any(name.endswith("[]") for name in condition.path)


def _order_of(query: ListQuery, place: Place) -> tuple[tuple[Path, int], ...]:
    """The fields to order by; documented specs were never written, so that specs stay in the order of creation."""
    return query.order or (() if place.collection.shared else _NEWEST_FIRST)


def _projected(view: View, fields: tuple[str, ...]) -> View:
    return {name: value for name, value in view.items() if name in fields or name == "id"} if fields else view


def _token(query: ListQuery, place: Place, last: View, sequence: int) -> str:
    """No ``=`` in it: a client in the wild (aepp) splits ``_links.next.href`` at that sign."""
    keys = [first_at(last, path) for path, _ in _order_of(query, place)]
    text = json_text.render([list(query.properties), query.orderby, query.limit, keys, sequence])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _continued(token: str, place: Place) -> tuple[ListQuery, Entry]:
    """The query of a token, and the first entry that its next page may have."""
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        properties, orderby, limit, keys, sequence = json_text.parse(text)
        if not (_are(str, properties) and _are(int, [limit, sequence]) and 1 <= limit <= LARGEST_SEARCH):
            raise ValueError
        if not ((orderby is None or isinstance(orderby, str)) and isinstance(keys, list) and all(map(is_scalar, keys))):
            raise ValueError
        query = query_of(tuple(properties), orderby, limit, place)
        order = _order_of(query, place)
        if len(keys) != len(order):
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise Refused(
            violation(
                "FS-QRY-05", "query/continuationToken", "not one that a list handed out", param="continuationToken"
            )
        ) from None
    # Newest first, the next entry is before the last one's sequence; else it is behind it.
    return query, (*chain.from_iterable(map(rank, keys)), sequence if order is _NEWEST_FIRST else sequence + 1)


def _are(kind: type, values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)
