"""Where created resources live: per organisation and sandbox, in the order of their creation."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mockserver.stamps import Stamps

__all__ = ["Author", "Record", "Store", "Tenant"]

Tenant = tuple[str, str]
"""Organisation and sandbox."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: the user and the client of a request."""

    user: str
    client: str


@dataclass(frozen=True, slots=True)
class Record:
    """One stored resource. ``document`` is the JSON text that the client owns; the rest is the service's."""

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


class Store:
    """Records by tenant, collection and id. They are never changed, only replaced."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._shelves: dict[tuple[Tenant, str], dict[str, Record]] = {}
        self._sequence = itertools.count(1)

    def insert(
        self, tenant: Tenant, collection: str, document: bytes, author: Author, state: str = "enabled"
    ) -> Record:
        now = self._stamps.clock.now()
        record = Record(
            id=self._stamps.id(),
            sequence=next(self._sequence),
            tenant=tenant,
            document=document,
            state=state,
            etag=self._stamps.etag(now),
            created_at=now,
            updated_at=now,
            created_by=author,
            updated_by=author,
        )
        self._shelves.setdefault((tenant, collection), {})[record.id] = record
        return record

    def get(self, tenant: Tenant, collection: str, id: str) -> Record | None:
        return self._shelves.get((tenant, collection), {}).get(id)

    def update(self, collection: str, record: Record, document: bytes, state: str, author: Author) -> Record:
        """Replace ``record``; its etag changes with every write."""
        now = self._stamps.clock.now()
        etag = record.etag
        while etag == record.etag:
            etag = self._stamps.etag(now)
        changed = replace(record, document=document, state=state, etag=etag, updated_at=now, updated_by=author)
        self._shelves[record.tenant, collection][record.id] = changed
        return changed

    def delete(self, collection: str, record: Record) -> None:
        del self._shelves[record.tenant, collection][record.id]

    def records(self, tenant: Tenant, collection: str) -> Iterable[Record]:
        """In the order of creation."""
        return self._shelves.get((tenant, collection), {}).values()

    def snapshot(self) -> dict[tuple[Tenant, str], dict[str, Record]]:
        return {key: dict(shelf) for key, shelf in self._shelves.items()}

    def restore(self, snapshot: dict[tuple[Tenant, str], dict[str, Record]]) -> None:
        self._shelves = {key: dict(shelf) for key, shelf in snapshot.items()}
