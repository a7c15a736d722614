"""How filters and orders compare what a view shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from math import inf, isnan
from typing import Any

from contracts.services.flow_service.filters import Filter
from mockserver.memory.keys import Key, Span, is_scalar, rank, values_at

__all__ = ["holds", "points", "spans"]


def holds(condition: Filter, view: Mapping[str, Any]) -> bool:
    """Whether any value at the condition's path fits any of its texts; with ``!=``, whether none equals any."""
    keys = [rank(value) for value in values_at(view, condition.path) if is_scalar(value)]
    if condition.folds:
        keys = [(kind, value.casefold() if kind == 3 else value) for kind, value in keys]
    if condition.operator == "!=":
        return not any(key in points(condition) for key in keys)
    return any(low <= key < high for key in keys for low, high in spans(condition))


@lru_cache(maxsize=128)
def points(condition: Filter) -> tuple[Key, ...]:
    """What equals one of the texts, in order: numbers and booleans by the field's type, strings letter for letter."""
    texts = [text.casefold() if condition.folds else text for text in condition.values]
    found: set[Key] = {(3, text) for text in texts}
    found |= {(2, number) for text in texts if (number := _number(text)) is not None}
    found |= {(1, text.lower() == "true") for text in texts if text.lower() in ("true", "false")}
    return tuple(sorted(found))


@lru_cache(maxsize=128)
def spans(condition: Filter) -> tuple[Span, ...]:
    """The keys of the values that fit, in order and apart from each other."""
    if condition.operator == "==":
        return tuple((key, (*key, inf)) for key in points(condition))
    if condition.operator == "!=":
        ends = [(), *(end for key in points(condition) for end in (key, (*key, inf))), (inf,)]
        return tuple(pairwise(ends))[::2]
    between = _BETWEEN[condition.operator]
    text = condition.values[0]
    number = _number(text)
    return tuple(between(key) for key in ((2, number), (3, text)) if key[1] is not None)


_BETWEEN: Mapping[str, Callable[[Key], Span]] = {
    ">": lambda key: ((*key, inf), (key[0] + 1,)),
    ">=": lambda key: (key, (key[0] + 1,)),
    "<": lambda key: (key[:1], key),
    "<=": lambda key: (key[:1], (*key, inf)),
}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if isnan(number) else number
