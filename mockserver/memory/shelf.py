"""Records as they are kept: the shelf of one tenant and collection, and the indexes that its lists asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from contracts.judging.model import Tenant
from contracts.reading import json_text
from mockserver.memory.indexes import Column, Index, Shown

__all__ = ["Author", "Part", "Record", "Shelf", "Target"]

Target = tuple[str, str]
"""Collection and id."""

MOST_INDEXES = 8  # of a shelf; the one that was asked for longest ago makes room


class Author(NamedTuple):
    """Who writes: the user and the client of a request."""

    user: str
    client: str


class Record(NamedTuple):
    """One stored resource. ``document`` is the JSON text that the client owns; the rest is the service's.

    ``extra`` are further fields that the service shows, never changed in place; ``targets`` is what the document
    refers to.
    """

    id: str
    sequence: int
    tenant: Tenant
    document: bytes
    state: str
    etag: str
    created_at: int
    updated_at: int
    created_by: Author
    updated_by: Author
    extra: Mapping[str, Any]
    targets: tuple[Target, ...]


Part = Callable[[Record, frozenset[str]], Mapping[str, Any]]
"""How a record is shown, as far as those of its fields go; always the same for the same record."""

# A record as plain tuples, texts and numbers: such a tuple the garbage collector looks at once and never again.
_Row = tuple[Any, ...]


class Shelf(MutableMapping[str, Record]):
    """Records by their ids, in the order of creation.

    An index is built when a list first needs it and kept from then on: a write notes which record it changed,
    and the next list brings the indexes up to date.
    """

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._rows: dict[str, _Row] = {}
        self._indexes: dict[tuple[Column, ...], Index] = {}
        self._changed: dict[str, _Row | None] = {}
        """What each record that was written since was when the indexes were up to date."""
        self._looks: object = None
        self.size = 0
        """Bytes, roughly."""
        for record in records:
            self[record.id] = record

    def __getitem__(self, id: str) -> Record:
        return _unpacked(self._rows[id])

    def __setitem__(self, id: str, record: Record) -> None:
        self.put(record)

    def put(self, record: Record) -> int:
        """Set a record under its id; by how many bytes the shelf has grown."""
        id, row = record.id, _packed(record)
        before = self._rows.get(id)
        if self._indexes:
            self._changed.setdefault(id, before)
        self._rows[id] = row
        grown = _size(row) if before is None else _size(row) - _size(before)
        self.size += grown
        return grown

    def extend(self, records: Iterable[Record]) -> None:
        """Add records that aren't here yet, in the order of creation; quicker than one by one."""
        newest = next(reversed(self._rows.values()), None)
        last = -1 if newest is None else newest[1]
        is_in_order = True
        for record in records:
            self._rows[record.id] = row = _packed(record)
            self.size += _size(row)
            is_in_order = is_in_order and last < record.sequence
            last = record.sequence
            if self._indexes:
                self._changed.setdefault(record.id, None)
        if not is_in_order:
            self._sort()

    def _sort(self) -> None:
        self._rows = dict(sorted(self._rows.items(), key=lambda item: item[1][1]))

    def put_back(self, record: Record) -> None:
        """Set ``record``, at its place in the order of creation."""
        newest = next(reversed(self._rows.values()), None)
        is_late = record.id not in self._rows and newest is not None and record.sequence < newest[1]
        self[record.id] = record
        if is_late:
            self._sort()

    def __delitem__(self, id: str) -> None:
        row = self._rows.pop(id)
        self.size -= _size(row)
        if self._indexes:
            self._changed.setdefault(id, row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def records(self) -> Iterator[Record]:
        return map(_unpacked, self._rows.values())

    def newest(self, most: int) -> list[Record]:
        """The newest ``most`` records, in the order of creation."""
        return [_unpacked(row) for row in islice(reversed(self._rows.values()), most)][::-1]

    def copy(self) -> Shelf:
        """The same records, without the indexes."""
        other = Shelf()
        other._rows, other.size = dict(self._rows), self.size
        return other

    def index(self, columns: tuple[Column, ...], part: Part, looks: object) -> Index:
        """The index by ``columns``, up to date. ``looks`` is what beside the record decides how ``part`` shows it."""
        if looks is not self._looks or 2 * len(self._changed) > len(self._rows):
            self._indexes.clear()
            self._changed.clear()
            self._looks = looks
        if self._changed:
            self._catch_up(part)
        index = self._indexes.pop(columns, None)
        if index is None:
            index = Index(columns)
            index.fill((part(record, index.names), record.sequence, record.id) for record in self.records())
        self._indexes[columns] = index
        if len(self._indexes) > MOST_INDEXES:
            del self._indexes[next(iter(self._indexes))]
        return index

    def _catch_up(self, part: Part) -> None:
        names = frozenset().union(*(index.names for index in self._indexes.values()))

        def seen(row: _Row | None) -> Shown | None:
            record = _unpacked(row) if row else None
            return (part(record, names), record.sequence, record.id) if record else None

        changes = [(seen(row), seen(self._rows.get(id))) for id, row in self._changed.items()]
        for index in self._indexes.values():
            index.change(changes)
        self._changed.clear()


def _packed(record: Record) -> _Row:
    id, sequence, tenant, document, state, etag, created_at, updated_at, created, updated, extra, targets = record
    (created_by, created_client), (updated_by, updated_client) = created, updated
    kept = json_text.render(extra) if extra else None
    head = id, sequence, tenant, document, state, etag, created_at, updated_at
    return (*head, created_by, created_client, updated_by, updated_client, kept, targets)


def _unpacked(row: _Row) -> Record:
    *head, created_by, created_client, updated_by, updated_client, extra, targets = row
    authors = _tuple(Author, (created_by, created_client)), _tuple(Author, (updated_by, updated_client))
    return _tuple(Record, (*head, *authors, {} if extra is None else json_text.unrendered(extra), targets))


_tuple = tuple.__new__  # what a named tuple's own constructor calls, without what stands around it


def _size(row: _Row) -> int:
    """The texts that a client determines, and what it takes to hold them."""
    tenant, document, client, extra, targets = _WEIGHTY(row)
    return _RECORD + len(document) + len(extra or b"") + _TARGET * len(targets) + len(tenant[0]) + 2 * len(client)


_WEIGHTY = itemgetter(2, 3, -3, -2, -1)


_RECORD, _TARGET = 1_000, 400  # bytes
