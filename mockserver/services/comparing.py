"""The operators by which lists of the services around Flow Service compare a field with a value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from contracts.reading.custom_schemas import matcher

__all__ = ["COMPARISONS"]


def _matches(text: Any, pattern: str) -> bool:
    """A regular expression; what is none, or too large a one, is looked for as it is written."""
    try:
        return matcher(pattern)(str(text))
    except ValueError:
        return pattern in str(text)


COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "~": _matches,
}
