"""Which rows a row filter keeps. A comparison with a missing value is neither true nor false, as in SQL."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from contracts.services.flow_service.pql import OF_ONE
from mockserver.services.sources import alike

__all__ = ["kept"]

Row = Mapping[str, Any]


def kept(rows: Iterable[Row], condition: Mapping[str, Any]) -> list[Row]:
    """The rows that meet ``condition``, the ``value`` of a filter in which no rule of `contracts` finds a breach."""
    return [row for row in rows if _holds(condition, {name.casefold(): value for name, value in row.items()})]


def _holds(node: Mapping[str, Any], row: Row) -> bool | None:
    name, params = node["fnName"].lower(), node["params"]
    if name == "not":
        inner = _holds(params[0], row)
        return None if inner is None else not inner
    if name in ("and", "or"):
        return _joined([_holds(child, row) for child in params], decisive=name == "or")
    cell = row.get(params[0]["fieldName"].casefold())
    if name in OF_ONE:
        return (cell is None) is (name == "isnull")
    if cell is None:
        return None
    wanted = params[1]["value"]
    if name == "in":
        return any(_compared(operator.eq, cell, item) for item in wanted)
    return _like(cell, wanted) if name == "like" else _compared(_OPERATORS[name], cell, wanted)


def _joined(found: list[bool | None], decisive: bool) -> bool | None:
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _compared(compare: Callable[[Any, Any], bool], cell: Any, wanted: Any) -> bool | None:
    """Numbers may be written in a text column (filter.md compares ``age``, a string, with 20)."""
    if _is_number(wanted) and isinstance(cell, str):
        try:
            cell = float(cell)
        except ValueError:
            return None
    if isinstance(cell, bool) != isinstance(wanted, bool) or isinstance(cell, str) != isinstance(wanted, str):
        return None
    return compare(cell, wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _like(cell: Any, pattern: Any) -> bool:
    return alike(str(cell), str(pattern), one="_")


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
