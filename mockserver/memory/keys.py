"""The one order of all values, by which indexes and lists sort and compare what a view shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Key", "Path", "Span", "first_at", "is_scalar", "rank", "values_at"]

Path = tuple[str, ...]
"""The names from a view down to a field; one that ends in ``[]`` means each element of an array."""
Key = tuple[int, Any]
"""A value in the one order of all values: its type's rank and itself."""
Span = tuple[tuple[Any, ...], tuple[Any, ...]]
"""The keys from the first tuple on and before the second. Either may be cut short, or go on to an infinity."""


def values_at(value: Any, path: Path) -> Iterator[Any]:
    """What stands at ``path``; a segment with ``[]`` walks every element of an array."""
    if not path:
        yield value
        return
    name, rest = path[0], path[1:]
    child = value.get(name.removesuffix("[]")) if isinstance(value, dict) else None
    if name.endswith("[]"):
        for element in child if isinstance(child, list) else ():
            yield from values_at(element, rest)
    elif child is not None:
        yield from values_at(child, rest)


def first_at(view: Mapping[str, Any], path: Path) -> Any:
    """What ``view`` is ordered by: the first scalar at ``path``, or ``None``."""
    if len(path) == 1 and type(value := view.get(path[0])) in _SCALARS and not path[0].endswith("[]"):
        return value  # most of a big list's first page is spent here
    value = next(values_at(view, path), None)
    return value if is_scalar(value) else None


_SCALARS = frozenset((bool, int, float, str))


def is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str)


def rank(value: Any) -> Key:
    """Nothing, booleans, numbers, texts."""
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    return (3, value) if isinstance(value, str) else (2, value)
