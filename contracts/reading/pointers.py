"""JSON Pointers (RFC 6901) into a document: what stands there, and what a misspelt one may have meant."""

from __future__ import annotations

from typing import Any

from contracts.reading.numbers import whole
from contracts.reading.spelling import nearest

__all__ = ["nearest_pointer", "value_at"]

_NOWHERE = object()


def value_at(document: Any, pointer: str) -> Any:
    """What stands there, ``None`` where nothing does."""
    for part in pointer.split("/")[1:]:
        document = _below(document, part)
    return None if document is _NOWHERE else document


def nearest_pointer(document: Any, pointer: str) -> str | None:
    """``pointer`` with the first name of it that isn't there spelt as one that is, or ``None``."""
    parts = pointer.split("/")
    for place, part in enumerate(parts[1:], 1):
        below = _below(document, part)
        if below is _NOWHERE:
            found = nearest(_name(part), document) if isinstance(document, dict) else None
            spelt = found and found.replace("~", "~0").replace("/", "~1")
            return "/".join([*parts[:place], spelt, *parts[place + 1 :]]) if spelt else None
        document = below
    return None


def _below(document: Any, part: str) -> Any:
    if isinstance(document, dict):
        return document.get(_name(part), _NOWHERE)
    place = whole(part, -1) if isinstance(document, list) else -1
    return document[place] if 0 <= place < len(document) else _NOWHERE


def _name(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
