"""What other services ask of the registry, and Adobe's own resources in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from contracts import Contract
from contracts.judging.model import Tenant
from contracts.reading import json_text
from contracts.services.schema_registry.names import FOLDERS, id_in_path
from contracts.services.schema_registry.standard import standard
from mockserver.memory.store import Author, Record
from mockserver.memory.world import EVERYBODY, World
from mockserver.services.platform import document_of
from mockserver.services.schema_registry.views import full, shown

__all__ = ["STANDING", "Registry", "finder"]


def finder(world: World, tenant: Tenant) -> Callable[[str], Mapping[str, Any] | None]:
    """What finds the document of a ``$id`` among all that this tenant sees."""

    def find(id: str) -> Mapping[str, Any] | None:
        for collection in (*FOLDERS, "behaviors"):
            record = world.get(tenant, collection, id)
            if record is not None:
                return document_of(record)
        return None

    return find


class Registry:
    """The schemas of a tenant, whole; they themselves are records."""

    def __init__(self, world: World) -> None:
        self._world = world

    def schema(self, tenant: Tenant, id: str) -> Mapping[str, Any] | None:
        record = self._world.get(tenant, "schemas", id_in_path(id))
        return None if record is None else full(shown(record, "schemas"), finder(self._world, tenant))

    def ids(self, tenant: Tenant) -> tuple[str, ...]:
        return tuple(record.id for record in self._world.store.records(tenant, "schemas"))

    def clear(self) -> None:
        pass

    def snapshot(self) -> Any:
        return None

    def restore(self, snapshot: Any) -> None:
        pass


@cache
def _records(collection: str) -> Mapping[str, Record]:
    nobody, rows = Author("", ""), standard(collection)
    return {
        id: Record(id, number - len(rows), EVERYBODY, json_text.render(row), "", "", 0, 0, nobody, nobody, {}, ())
        for number, (id, row) in enumerate(rows.items())
    }


def _standing(collection: str) -> Callable[[Contract], Mapping[str, Record]]:
    return lambda contract: _records(collection)  # noqa: ARG005 -- the same under any terms


STANDING = {collection: _standing(collection) for collection in (*FOLDERS, "behaviors")}
