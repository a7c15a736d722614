"""The nearest valid spelling of something that was misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(word: str, choices: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The choice most like ``word``, letter case and punctuation aside, or ``None``."""
    plain = {_plain(choice): choice for choice in choices}
    found = difflib.get_close_matches(_plain(word[:200]), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")
