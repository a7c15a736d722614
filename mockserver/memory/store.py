"""Where created resources live: per organisation and sandbox, in the order of their creation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contracts.judging.model import Tenant
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Keeper, Memory
from mockserver.memory.shelf import Author, Record, Shelf, Target

__all__ = ["MOST", "Author", "Full", "Record", "Store", "Target"]


MOST = 256 * 1024 * 1024
"""Bytes that the records of a mock take at most."""


class Full(Exception):
    """There is no room for another record."""


class Store:
    """Records by tenant, collection and id. They are never changed, only replaced."""

    def __init__(self, stamps: Stamps, keeper: Keeper | None = None) -> None:
        self._stamps = stamps
        keeper = keeper or Memory()
        self._note = keeper.note
        self._shelves: dict[tuple[Tenant, str], Shelf] = keeper.shelves()
        self._referrers: dict[tuple[Tenant, Target], dict[Target, None]] = {}
        self._last = 0
        self.size = 0
        """Bytes, roughly."""

    def insert(
        self,
        tenant: Tenant,
        collection: str,
        document: bytes,
        author: Author,
        state: str = "enabled",
        extra: Mapping[str, Any] | None = None,
        targets: Sequence[Target] = (),
        at: int | None = None,
        id: str | None = None,
    ) -> Record:
        """Store a new record; `Full` where that is one too many.

        ``at`` is the time of the write, now by default; ``id`` is made up by default.
        """
        now = self._stamps.clock.now() if at is None else at
        self._last += 1
        id, etag = id or self._stamps.id(), self._stamps.etag(now)
        row = id, self._last, tenant, document, state, etag, now, now, author, author, extra or {}, tuple(targets)
        record = tuple.__new__(Record, row)  # `Record` itself takes twice as long
        self._put(collection, record, None)
        if targets:
            self._refer(collection, record)
        return record

    def _put(self, collection: str, record: Record, before: Record | None) -> None:
        key = record.tenant, collection
        shelf = self._shelves.get(key)
        if shelf is None:
            shelf = self._shelves[key] = Shelf()
        self.size += shelf.put(record)
        self._note("records", (record.tenant, collection, record.id), record, before)
        if self.size > MOST:
            raise Full

    def get(self, tenant: Tenant, collection: str, id: str) -> Record | None:
        shelf = self._shelves.get((tenant, collection))
        return None if shelf is None else shelf.get(id)

    def update(
        self, collection: str, record: Record, author: Author | None = None, at: int | None = None, **changes: Any
    ) -> Record:
        """Replace ``record``; its etag changes with every write. ``at`` is the time of the write, now by default."""
        now = self._stamps.clock.now() if at is None else at
        etag = record.etag
        while etag == record.etag:
            etag = self._stamps.etag(now)
        author = author or record.updated_by
        changed = record._replace(etag=etag, updated_at=now, updated_by=author, **changes)
        self._forget(collection, record)
        self._refer(collection, changed)
        self._put(collection, changed, record)
        return changed

    def annotate(self, collection: str, record: Record, extra: Mapping[str, Any]) -> None:
        """Set further fields of the service's own; that is no write of a client's, so the etag stays."""
        changed = record._replace(extra={**record.extra, **extra})
        self._put(collection, changed, record)

    def delete(self, collection: str, record: Record) -> None:
        self._take_off(collection, record)
        self._note("records", (record.tenant, collection, record.id), None, record)

    def _take_off(self, collection: str, record: Record) -> None:
        shelf = self._shelves[record.tenant, collection]
        self.size -= shelf.size
        del shelf[record.id]
        self.size += shelf.size
        self._forget(collection, record)
        if not shelf:  # or whoever asks for ever new tenants would leave their names behind
            del self._shelves[record.tenant, collection]

    def apply(self, key: tuple[Tenant, str, str], record: Record | None) -> None:
        """What another process has written or, with ``None``, deleted; or what was there before a call that failed.

        New records come in the order of creation.
        """
        tenant, collection, id = key
        before = self.get(tenant, collection, id)
        if record is None:
            if before is not None:
                self._take_off(collection, before)
            return
        if before is not None:
            self._forget(collection, before)
        self._last = max(self._last, record.sequence)
        shelf = self._shelves.setdefault((tenant, collection), Shelf())
        self.size -= shelf.size
        shelf.put_back(record)
        self.size += shelf.size
        self._refer(collection, record)

    def fill(self, tenant: Tenant, collection: str, records: Sequence[Record]) -> None:
        """What another process has written, in the order of creation; none of it was there before."""
        shelf = self._shelves.setdefault((tenant, collection), Shelf())
        self.size -= shelf.size
        shelf.extend(records)
        self.size += shelf.size
        self._last = max(self._last, *(record.sequence for record in records))
        for record in records:
            if record.targets:
                self._refer(collection, record)

    def records(self, tenant: Tenant, collection: str) -> Iterable[Record]:
        """In the order of creation."""
        return self.shelf(tenant, collection).records()

    def of_any_tenant(self, collection: str, id: str) -> Record | None:
        """The record of that id, whoever has it."""
        for (_, name), shelf in list(self._shelves.items()):
            if name == collection and id in shelf:
                return shelf[id]
        return None

    def counts(self) -> dict[str, int]:
        """How many records each collection has, of all tenants."""
        found: Counter[str] = Counter()
        for (_, collection), shelf in self._shelves.items():
            found[collection] += len(shelf)
        return found

    def contents(self, most: int, in_all: int) -> Iterator[tuple[Tenant, str, int, list[Record]]]:
        """Of each tenant's collection the number of its records and the newest ``most``, in the order of creation.

        Once that were ``in_all`` records, the further collections come without.
        """
        left = in_all
        for (tenant, collection), shelf in self._shelves.items():
            newest = shelf.newest(min(most, left))
            left -= len(newest)
            yield tenant, collection, len(shelf), newest

    def standing(self, tenant: Tenant, collection: str) -> Shelf | None:
        """Where those records stand, to be read; ``None`` where there never were any."""
        return self._shelves.get((tenant, collection))

    def shelf(self, tenant: Tenant, collection: str) -> Shelf:
        """The same, an empty one where there are none."""
        shelf = self._shelves.get((tenant, collection))
        return Shelf() if shelf is None else shelf

    def referrers(self, tenant: Tenant, target: Target) -> list[Target]:
        """What refers to ``target``."""
        return list(self._referrers.get((tenant, target), ()))

    def empty(self, tenant: Tenant) -> None:
        """Delete everything of one tenant."""
        for key, shelf in self.forget(tenant).items():
            for record in shelf.values():
                self._note("records", (*key, record.id), None, record)

    def forget(self, tenant: Tenant) -> dict[tuple[Tenant, str], Shelf]:
        """Take everything of one tenant off, without telling anybody."""
        keys = [key for key in tuple(self._shelves.keys()) if key[0] == tenant]
        taken = {key: self._shelves.pop(key) for key in keys}
        self.size -= sum(shelf.size for shelf in taken.values())
        for target in [target for target in self._referrers if target[0] == tenant]:
            del self._referrers[target]
        return taken

    def snapshot(self) -> Any:
        shelves = {key: shelf.copy() for key, shelf in self._shelves.items()}
        return self._last, shelves, {key: dict(targets) for key, targets in self._referrers.items()}

    def restore(self, snapshot: Any) -> None:
        self._last, shelves, referrers = snapshot
        self._shelves.clear()
        self._shelves.update((key, shelf.copy()) for key, shelf in shelves.items())
        self.size = sum(shelf.size for shelf in shelves.values())
        self._referrers = {key: dict(targets) for key, targets in referrers.items()}
        for key, shelf in self._shelves.items():
            for record in shelf.values():
                self._note("records", (*key, record.id), record, None)

    def _refer(self, collection: str, record: Record) -> None:
        for target in record.targets:
            self._referrers.setdefault((record.tenant, target), {})[collection, record.id] = None

    def _forget(self, collection: str, record: Record) -> None:
        for target in record.targets:
            referrers = self._referrers.get((record.tenant, target), {})
            referrers.pop((collection, record.id), None)
            if not referrers:
                self._referrers.pop((record.tenant, target), None)
