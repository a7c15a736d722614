"""Which rows of the journal a query asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice, takewhile
from urllib.parse import parse_qsl

from contracts.reading.spelling import nearest
from mockserver.exchange.journal import JournalRow

__all__ = ["SelectionProblem", "selection"]


class SelectionProblem(ValueError):
    """A query that asks for nothing that is known."""


def selection(query: str) -> Callable[[Iterable[JournalRow]], list[JournalRow]]:
    """From rows, newest first, to the newest ``limit`` that have all that ``query`` names, oldest first.

    No more rows are asked for than it takes, since each is masked when it is first shown.
    `SelectionProblem` where a parameter or its value isn't known.
    """
    try:
        wanted = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST)
    except ValueError:
        raise SelectionProblem(f"more than {_MOST} parameters") from None
    for name, value in wanted:
        if name not in _CHECKS:
            near = nearest(name, _CHECKS)
            hint = f"; nearest: {near}" if near else ""
            raise SelectionProblem(f"no parameter {name[:80]!r}; there are: {', '.join(_CHECKS)}{hint}")
        if not _CHECKS[name](value):
            raise SelectionProblem(f"{name} is {_SAID[name]}, not {value[:80]!r}")
    most = min((int(value) for name, value in wanted if name == "limit"), default=None)
    tests = [(_TESTS[name], value) for name, value in wanted if name in _TESTS]

    since = max((int(value) for name, value in wanted if name == "since"), default=0)

    def chosen(rows: Iterable[JournalRow]) -> list[JournalRow]:
        later = takewhile(lambda row: row["id"] > since, rows)
        found = (row for row in later if all(holds(row, value) for holds, value in tests))
        return list(islice(found, most))[::-1]

    return chosen


_MOST = 50


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 15


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "status": lambda value: _is_number(value) and len(value) == 3,
    "operation": bool,
    "rule": bool,
    "severity": lambda value: value in ("error", "warning"),
    "since": _is_number,
    "limit": _is_number,
}
_SAID = {
    "status": "a status of three digits",
    "operation": "the id of an operation",
    "rule": "the id of a rule",
    "severity": "error or warning",
    "since": "the id of an exchange",
    "limit": "a number",
}
_TESTS: Mapping[str, Callable[[JournalRow, str], bool]] = {
    "status": lambda row, value: row["response"]["status"] == int(value),
    "operation": lambda row, value: row["operation"] == value,
    "rule": lambda row, value: any(each["rule"] == value.upper() for each in row["violations"]),
    "severity": lambda row, value: any(each["severity"] == value for each in row["violations"]),
}
