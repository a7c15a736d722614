"""Filtering, ordering and paging of records; the language is `contracts.queries`."""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts import json_text
from contracts.filters import Filter, Path, Place
from contracts.queries import LARGEST_SEARCH, ListQuery, query_of
from contracts.violations import violation
from mockserver.refusal import Refused
from mockserver.store import Record

__all__ = ["Page", "count", "page"]

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The views of one page and, where more follow, the token that continues."""

    items: list[View]
    token: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    """One record in order: the values it is ordered by, and its place among equals."""

    keys: tuple[Any, ...]
    sequence: int
    view: View


def count(records: Iterable[Record], view: Callable[[Record], View], query: ListQuery) -> int:
    """How many records the filters leave."""
    return sum(1 for _ in _matching(records, view, query))


def page(records: Iterable[Record], view: Callable[[Record], View], query: ListQuery, place: Place) -> Page:
    """One page. A token carries filter, order and page size and wins over what is sent beside it.

    A token names the last row of its page, not a number of rows, so that every record is met once
    whatever is written in between.
    """
    after: _Row | None = None
    if query.token is not None:
        query, after = _continued(query.token, place)
    compare = functools.partial(_compare, [sign for _, sign in query.order])
    rows = [
        _Row(tuple(_key(shown, path) for path, _ in query.order), record.sequence, shown)
        for record, shown in _matching(records, view, query)
    ]
    rows = sorted((row for row in rows if after is None or compare(row, after) > 0), key=functools.cmp_to_key(compare))
    chosen = rows[: query.limit]
    token = _token(query, chosen[-1]) if len(rows) > query.limit else None
    return Page([_projected(row.view, query.fields) for row in chosen], token)


def _matching(
    records: Iterable[Record], view: Callable[[Record], View], query: ListQuery
) -> Iterator[tuple[Record, View]]:
    for record in records:
        shown = view(record)
        if all(_holds(each, shown) for each in query.filters):
            yield record, shown


def _holds(condition: Filter, view: View) -> bool:
    found = list(_values(view, condition.path))
    if condition.folds:
        found = [value.casefold() if isinstance(value, str) else value for value in found]
        condition = replace(condition, values=tuple(text.casefold() for text in condition.values))
    if condition.operator == "!=":
        return not any(_equal(value, text) for value in found for text in condition.values)
    test = _TESTS[condition.operator]
    return any(test(value, text) for value in found for text in condition.values)


def _values(value: Any, path: Path) -> Iterator[Any]:
    """What stands at ``path``; a segment with ``[]`` walks every element of an array."""
    if not path:
        yield value
        return
    name, rest = path[0], path[1:]
    child = value.get(name.removesuffix("[]")) if isinstance(value, dict) else None
    if name.endswith("[]"):
        for element in child if isinstance(child, list) else ():
            yield from _values(element, rest)
    elif child is not None:
        yield from _values(child, rest)


def _equal(value: Any, text: str) -> bool:
    """Numbers and booleans compare by the field's type, strings letter for letter."""
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    if isinstance(value, int | float):
        return _number(text) == value
    return bool(value == text)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, str], bool]:
    def compared(value: Any, text: str) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return False
        limit = text if isinstance(value, str) else _number(text)
        return limit is not None and test(value, limit)

    return compared


_TESTS: Mapping[str, Callable[[Any, str], bool]] = {
    "==": _equal,
    ">": _ordered(lambda value, limit: value > limit),
    "<": _ordered(lambda value, limit: value < limit),
    ">=": _ordered(lambda value, limit: value >= limit),
    "<=": _ordered(lambda value, limit: value <= limit),
}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _key(view: View, path: Path) -> Any:
    value = next(_values(view, path), None)
    return value if value is None or isinstance(value, bool | int | float | str) else None


def _rank(value: Any) -> tuple[int, Any]:
    """Values of different types in one order: nothing, booleans, numbers, texts."""
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    return (3, value) if isinstance(value, str) else (2, value)


def _compare(signs: list[int], one: _Row, other: _Row) -> int:
    for sign, left, right in zip(signs, one.keys, other.keys, strict=True):
        a, b = _rank(left), _rank(right)
        if a != b:
            return sign if a > b else -sign
    return one.sequence - other.sequence


def _projected(view: View, fields: tuple[str, ...]) -> View:
    return {name: value for name, value in view.items() if name in fields or name == "id"} if fields else view


def _token(query: ListQuery, last: _Row) -> str:
    """No ``=`` in it: a client in the wild (aepp) splits ``_links.next.href`` at that sign."""
    text = json_text.render([list(query.properties), query.orderby, query.limit, list(last.keys), last.sequence])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _continued(token: str, place: Place) -> tuple[ListQuery, _Row]:
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        properties, orderby, limit, keys, sequence = json_text.parse(text)
        if not (_are(str, properties) and _are(int, [limit, sequence]) and 1 <= limit <= LARGEST_SEARCH):
            raise ValueError
        if not (
            (orderby is None or isinstance(orderby, str)) and isinstance(keys, list) and all(map(_is_scalar, keys))
        ):
            raise ValueError
        query = query_of(tuple(properties), orderby, limit, place)
        if len(keys) != len(query.order):
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise Refused(
            violation(
                "FS-QRY-05", "query/continuationToken", "not one that a list handed out", param="continuationToken"
            )
        ) from None
    return query, _Row(tuple(keys), sequence, {})


def _are(kind: type, values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str)
