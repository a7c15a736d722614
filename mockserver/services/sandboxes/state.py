"""The sandboxes of an organisation: those that the terms name, and those that were made here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts import Call
from contracts.reading import json_text
from mockserver.memory.identifiers import sandbox_id
from mockserver.memory.store import Author, Record
from mockserver.memory.world import World

__all__ = ["SandboxStates", "brief_view", "changed", "created", "find", "listed", "view"]

COLLECTION = "sandboxes"

_SET_UP_AT = 1_567_573_044_000  # when sandboxes.md says that its production sandbox was created
_NOBODY = Author("", "")


class SandboxStates:
    """What other services ask of sandboxes; they themselves are resources, stored under their names."""

    def __init__(self, world: World) -> None:
        self._world = world

    def state(self, org_id: str, name: str) -> str | None:
        record = self._world.store.get((org_id, ""), COLLECTION, name)
        return None if record is None else record.state

    def clear(self) -> None:
        pass

    def snapshot(self) -> Any:
        return None

    def restore(self, snapshot: Any) -> None:
        pass


def listed(world: World, call: Call) -> list[Record]:
    """Those of the terms, then those that were made, in the order of creation."""
    made = {record.id: record for record in world.store.records(_shelf(call), COLLECTION)}
    standing = {name: _standing(call, name) for name in _names(call)}
    return list({**standing, **made}.values())


def find(world: World, call: Call, name: str) -> Record | None:
    made = world.store.get(_shelf(call), COLLECTION, name)
    return made or (_standing(call, name) if name in _names(call) else None)


def created(world: World, call: Call, author: Author) -> Record:
    """The body as a new sandbox."""
    document = json_text.render({name: call.document[name] for name in ("name", "title", "type")})
    name = call.document["name"]
    return world.store.insert(_shelf(call), COLLECTION, document, author, "creating", {"eTag": 1}, id=name)


def changed(
    world: World, record: Record, author: Author | None = None, at: int | None = None, **changes: Any
) -> Record:
    """``record`` after a write, which counts its eTag up; one of the terms is stored with that."""
    stored = world.store.get(record.tenant, COLLECTION, record.id) or world.store.insert(
        record.tenant, COLLECTION, record.document, _NOBODY, record.state, record.extra, at=_SET_UP_AT, id=record.id
    )
    extra = {"eTag": stored.extra["eTag"] + 1}
    return world.store.update(COLLECTION, stored, author, at, extra=extra, **changes)


def view(record: Record, call: Call) -> dict[str, Any]:
    """As a list and a retrieval show it. No page prints the id here; aepp reads it."""
    return {
        **brief_view(record, with_id=True),
        "isDefault": record.id == call.terms.default_sandbox,
        "eTag": record.extra["eTag"],
        "createdDate": _date(record.created_at),
        "lastModifiedDate": _date(record.updated_at),
        "createdBy": record.created_by.user,
        "modifiedBy": record.updated_by.user,
    }


def brief_view(record: Record, with_id: bool = False) -> dict[str, Any]:
    """As a change answers it; sandboxes.md prints the id of a sandbox that is reset and of no other."""
    document: Mapping[str, Any] = json_text.unrendered(record.document)
    shown = {
        "name": record.id,
        "title": document["title"],
        "state": record.state,
        "type": document["type"],
        "region": "VA7",
    }
    return {"id": sandbox_id(record.tenant[0], record.id), **shown} if with_id else shown


def _names(call: Call) -> list[str]:
    """The default one leads."""
    return list(dict.fromkeys((call.terms.default_sandbox, *call.terms.sandboxes)))


def _shelf(call: Call) -> tuple[str, str]:
    return call.org_id or "", ""


def _standing(call: Call, name: str) -> Record:
    """A sandbox that was there before anybody called; only the default one is for production (assumed)."""
    kind = "production" if name == call.terms.default_sandbox else "development"
    title = "Production" if name == "prod" else name.replace("-", " ").title()
    document = json_text.render({"name": name, "title": title, "type": kind})
    at = _SET_UP_AT
    return Record(name, 0, _shelf(call), document, "active", "", at, at, _NOBODY, _NOBODY, {"eTag": 1}, ())


def _date(at: int) -> str:
    """``YYYY-MM-DD HH:MM:SS``, taken to be UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
