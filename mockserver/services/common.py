"""What most actions begin and end with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from contracts import Call, Violation
from contracts.contract import in_order, worth_telling
from contracts.tables import COLLECTIONS
from mockserver.exchange.refusal import Refused
from mockserver.memory.store import Author, Record, Target
from mockserver.memory.world import World

__all__ = ["author_of", "refuse", "stored", "targets_of"]


def stored(
    world: World,
    call: Call,
    extra: Mapping[str, Any],
    at: int | None = None,
    document: bytes | None = None,
    id: str | None = None,
) -> Record:
    """The body as a new record.

    ``at`` is the time of the write, now by default; ``document`` takes the body's place; ``id`` is made up by default.
    """
    collection = call.collection
    stored = world.store.insert(
        world.shelf(call.tenant, collection),
        collection,
        call.request.body if document is None else document,
        author_of(call),
        "draft" if call.is_draft else "enabled",
        extra,
        targets_of(collection, call.document),
        at,
        id,
    )
    return world.written(collection, stored, call.document)


def refuse(call: Call, breaches: Iterator[Violation]) -> None:
    """Raise what is an error among ``breaches``; the rest is written down."""
    found = worth_telling(call, breaches)
    if any(call.severity(each) == "error" for each in found):
        raise Refused(*found)
    if found:
        call.violations = in_order(call, [*call.violations, *found])


def author_of(call: Call) -> Author:
    client = call.request.headers.get("x-api-key", "")
    return _remembered(client) if len(client) <= _USUAL else _author(client)


def _author(client: str) -> Author:
    return Author(f"{client}@techacct.adobe.com", client)


_USUAL = 300  # characters of a client's name that is remembered
_remembered = lru_cache(maxsize=128)(_author)


def targets_of(collection: str, document: Mapping[str, Any]) -> list[Target]:
    """What a document refers to."""
    targets: list[Target] = []
    for reference in COLLECTIONS[collection].references:
        value = document.get(reference.field)
        ids = value if isinstance(value, list) else [value]
        targets += [(reference.collection, id) for id in ids if isinstance(id, str)]
    return targets
