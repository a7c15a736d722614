"""The nearest valid spelling of something that was misspelt, and how a long text is told."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from itertools import islice

__all__ = ["beginning", "nearest"]

_LONGEST = 200  # characters that are compared
_MOST = 1_000  # choices that are looked at
_FEW = 50  # that are compared letter by letter: those with about the same letters


def nearest(word: str, choices: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The choice most like ``word``, letter case and punctuation aside, or ``None``."""
    plain = {_plain(choice[:_LONGEST]): choice for choice in islice(choices, _MOST)}
    if not plain:
        return None
    wanted = _plain(word[:_LONGEST])
    if len(plain) > _FEW:
        letters = set(wanted)
        plain = dict(
            nlargest(_FEW, plain.items(), key=lambda pair: len(letters & set(pair[0])) - len(set(pair[0]) - letters))
        )
    from difflib import get_close_matches  # 2 ms of a start, for whoever makes a mistake

    found = get_close_matches(wanted, plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")


def beginning(text: str, most: int) -> str:
    """No more than so many characters of it; where it is cut a mark says so, and what masks secrets looks there."""
    return text if len(text) <= most else f"{text[:most]}…"
