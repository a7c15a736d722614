"""Adobe's pages print ``{ACCESS_TOKEN}`` or ``<Add secret key>`` where a value goes; such a request is accepted and
warned about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from contracts.reading.json_text import holds

__all__ = ["is_placeholder", "may_hold_placeholders", "placeholders"]

_PLACEHOLDER = re.compile(r"\{[A-Z][A-Z0-9_]*\}|<[A-Za-z][A-Za-z0-9 _-]{2,}>")


def is_placeholder(value: object) -> bool:
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


def may_hold_placeholders(body: bytes) -> bool:
    """Whether there may be one in that JSON text."""
    if _LESS in body or body.find(b'"{') >= 0:
        return True
    return _BACKSLASH in body and (holds(body, b"\\u007") or holds(body, b"\\u003"))


_LESS, _BACKSLASH = b"<\\"


def placeholders(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Each placeholder in a JSON value, with its pointer."""
    if is_placeholder(value):
        yield pointer, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from placeholders(child, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from placeholders(child, f"{pointer}/{index}")
