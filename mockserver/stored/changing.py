"""What a turn has changed, as a store keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.memory.shelf import Record
from mockserver.stored.codec import encoded, encoded_key
from mockserver.stored.line import NEW, Changes, Entry
from mockserver.stored.parts import Parts
from mockserver.stored.turn import Turn, whose_part
from mockserver.stored.vault import Vault

__all__ = ["UNCHANGED", "changes_of"]

UNCHANGED = object()
"""Of what a turn hasn't changed before, among what it has noted."""

_STRIDE = 1 << 20  # places that one version of a part has for what it creates
_PURGED_EVERY = 1024  # versions of a part; whoever has seen less of it reads it anew
_PURGED_EVERY_OF_ALL = 1 << 13  # where the versions of all parts are counted together


def changes_of(turn: Turn, parts: Parts, vault: Vault) -> Changes:
    """New versions of parts, and the sealed entries that come with them."""
    rows: list[tuple[str, str, str, bool, int, int]] = []
    values: list[tuple[bytes, str]] = []
    versions: dict[str, int] = {}
    for kind, key, named_by, value in _written(turn):
        part = parts.of(whose_part(kind, key)).name
        version = versions.get(part)
        if version is None:
            version = versions[part] = _next(turn, part, len(versions))
        name = vault.name(kind, encoded_key(key))[:32]
        if named_by is not None:
            name = f"{named_by.sequence:016x}{name[:16]}"
        values.append((encoded(key, value), f"{part}/{kind}/{name}"))
        rows.append((part, name, kind, value is None, version * _STRIDE + len(rows), version))
    sealed = zip(rows, vault.seal_all(values), strict=True)
    entries = [
        Entry(part, name, kind, value, gone, place, changed)
        for (part, name, kind, gone, place, changed), value in sealed
    ]
    return Changes(versions, entries, dict(_purged(turn, versions)), turn.forgets)


def _next(turn: Turn, part: str, others: int) -> int:
    """The version of a part that comes after those of ``others``."""
    return turn.versions.get(part, NEW).version + 1 if turn.newest is None else turn.newest + 1 + others


def _purged(turn: Turn, versions: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Parts that have come so much further, and the versions up to which deletions are told no more."""
    every = _PURGED_EVERY if turn.newest is None else _PURGED_EVERY_OF_ALL
    for part, version in versions.items():
        before = turn.versions.get(part, NEW).version
        if before and before // every < version // every:
            yield part, min(before, version - every)


def _written(turn: Turn) -> Iterator[tuple[str, Any, Record | None, Any]]:
    """Kinds, keys and values of what a turn has changed.

    Of a record also which one its name begins with the number of, so that in a database new names stand side by side.
    """
    gone = {
        key: before
        for kind, key, before, handed_in in turn.noted
        if before is not None and handed_in is UNCHANGED and kind == "records"
    }
    for (kind, key), value in turn.changed.items():
        if kind != "records":
            yield kind, key, None, value
            continue
        before = gone.get(key)
        if before is not None and (value is None or value.sequence != before.sequence):
            yield kind, key, before, None
        if value is not None:
            yield kind, key, value, value
