"""The searches of the CRM: by criteria, e-mail address, phone number or word (search-records.html of v2 to v8).

Criteria are conditions in parentheses, joined by ``and`` and ``or`` to any depth; ``and`` binds more tightly where no
parentheses say otherwise (assumed). They are read and tested without recursion, so that no nesting is too deep.

``equals`` finds a text that holds the value: ABC Inc by ABC. The pages of v5 to v8 say so of any criteria, those of v2
to v4 of several conditions only. All allow ten conditions; what more of them is answered is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.reading.times import instant_of
from mockserver.services.zoho.dataset import Field

__all__ = ["Condition", "CriteriaProblem", "criteria_test", "search_test"]

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

_ORDERING = ("greater_than", "greater_equal", "less_than", "less_equal", "between")
_OPERATORS = ("equals", "not_equal", "in", "starts_with", "contains", *_ORDERING)
_NUMBERS = ("integer", "double", "currency", "percent", "bigint", "autonumber", "decimal")
_TIMES = ("date", "datetime")
_CONDITION = re.compile(r"([^:()]*):([^:()]*):((?:\\.|[^\\()])*)", re.DOTALL)
_JOIN = re.compile(r"(and|or)\s*(?=[^\s])", re.IGNORECASE)
_TEXTS = ("text", "textarea")
_LOOSE_FROM, _MOST = 5.0, 10
_BINDS = {"(": 0, ")": 0, "or": 1, "and": 2}


class CriteriaProblem(ValueError):
    """Criteria that Zoho refuses: ``reason``, and the field and operator that it is about, if any."""

    def __init__(self, reason: str, api_name: str = "", operator: str = "") -> None:
        super().__init__(reason)
        self.reason, self.api_name, self.operator = reason, api_name, operator


@dataclass(frozen=True, slots=True)
class Condition:
    """``field operator values``."""

    field: Field
    operator: str
    values: tuple[Any, ...]

    def loose(self) -> Condition:
        """The same, where ``equals`` looks for a text in a text."""
        is_loose = self.operator == "equals" and self.field.data_type in _TEXTS
        return replace(self, operator="contains") if is_loose else self

    def holds(self, row: Row) -> bool:
        cells = [_plain(cell) for cell in _cells(row.get(self.field.api_name))]
        if self.operator == "not_equal":
            return all(cell not in self.values for cell in cells)
        return any(_COMPARISONS[self.operator](cell, self.values) for cell in cells if cell is not None)


def criteria_test(text: str, fields: Mapping[str, Field], version: float) -> Test:
    """The test that ``((A:equals:x)and(B:starts_with:y))`` spells; `CriteriaProblem` where it can't be asked."""
    postfix = list(_postfix(text, fields))
    if len(postfix) >= 2 * _MOST:  # a join stands beside each condition but one
        raise CriteriaProblem(f"more than {_MOST} criteria")
    if version >= _LOOSE_FROM or len(postfix) > 1:
        postfix = [part.loose() if isinstance(part, Condition) else part for part in postfix]

    def test(row: Row) -> bool:
        found: list[bool] = []
        for part in postfix:
            if isinstance(part, Condition):
                found.append(part.holds(row))
                continue
            right, left = found.pop(), found.pop()
            found.append(left and right if part == "and" else left or right)
        return found[0]

    return test


def search_test(kind: str, text: str) -> Test:
    """Whether a record has that address, number or word."""
    text = text.lower()
    if kind == "word":
        return lambda row: any(text in _text(value) for value in row.values())
    ends = {"email": ("email",), "phone": ("phone", "mobile")}[kind]
    return lambda row: any(name.lower().endswith(ends) and _text(value) == text for name, value in row.items())


def _postfix(text: str, fields: Mapping[str, Field]) -> Iterator[Condition | str]:
    """The conditions, each join behind what it joins."""
    waiting: list[str] = []
    for part in _parts(text, fields):
        if isinstance(part, Condition):
            yield part
            continue
        while part != "(" and waiting and _BINDS[waiting[-1]] >= _BINDS[part] and waiting[-1] != "(":
            yield waiting.pop()
        if part != ")":
            waiting.append(part)
        elif waiting:
            waiting.pop()
        else:
            raise CriteriaProblem("a parenthesis is closed that wasn't opened")
    if "(" in waiting:
        raise CriteriaProblem("a parenthesis isn't closed")
    yield from reversed(waiting)


def _parts(text: str, fields: Mapping[str, Field]) -> Iterator[Condition | str]:
    """Conditions, joins and parentheses, each where it may stand."""
    at, wants_condition = 0, True
    while at < len(text):
        if text[at].isspace() or text[at] == ("(" if wants_condition else ")"):
            yield from text[at].strip()
            at += 1
            continue
        found = (_CONDITION if wants_condition else _JOIN).match(text, at)
        if found is None:
            raise CriteriaProblem(f"the criteria can't be read at {text[at : at + 20]!r}")
        if wants_condition:
            yield _condition(found[1].strip(), found[2].strip(), found[3], fields)
        else:
            yield found[1].lower()
        at, wants_condition = found.end(), not wants_condition
    if wants_condition:
        raise CriteriaProblem("the criteria end too early")


def _condition(name: str, operator: str, text: str, fields: Mapping[str, Field]) -> Condition:
    field = fields.get(name)
    if field is None:
        raise CriteriaProblem("invalid field found", name, operator)
    is_ordered = field.data_type in (*_NUMBERS, *_TIMES)
    if operator not in _OPERATORS or (operator in _ORDERING and not is_ordered):
        raise CriteriaProblem("invalid operator found", name, operator)
    texts = re.findall(r"(?:\\.|[^\\,])+", text) if operator in ("in", "between") else [text]
    values = tuple(_value(field, re.sub(r"\\(.)", r"\1", each.strip())) for each in texts)
    if not values or (operator == "between" and len(values) != 2) or any(value is None for value in values):
        raise CriteriaProblem("invalid value found", name, operator)
    return Condition(field, operator, values)


def _value(field: Field, text: str) -> Any:
    """The text as a value of the field's type, ``None`` where it is none."""
    if field.data_type in _NUMBERS:
        return float(text) if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text) else None
    if field.data_type == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    return text.lower() if field.data_type not in _TIMES or instant_of(text) is not None else None


def _cells(value: Any) -> list[Any]:
    """A lookup is found by its name and by its id."""
    return [value.get("name"), value.get("id")] if isinstance(value, dict) else [value]


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    return float(value) if isinstance(value, int | float) else str(value).lower()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return "" if value is None else str(value).lower()


def _as(cell: Any, wanted: Any) -> Any:
    """The cell as what it is compared with: a number may be kept as a text, a time is longer than a date."""
    if isinstance(wanted, float) and isinstance(cell, str):
        return _value(Field("", "double"), cell)
    return cell[: len(wanted)] if isinstance(cell, str) and isinstance(wanted, str) and instant_of(wanted) else cell


def _ordered(cell: Any, wanted: Any) -> int | None:
    cell = _as(cell, wanted)
    return None if type(cell) is not type(wanted) else (cell > wanted) - (cell < wanted)


_COMPARISONS: Mapping[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "equals": lambda cell, values: _as(cell, values[0]) == values[0],
    "in": lambda cell, values: any(_as(cell, value) == value for value in values),
    "starts_with": lambda cell, values: str(cell).startswith(str(values[0])),
    "contains": lambda cell, values: str(values[0]) in str(cell),
    "greater_than": lambda cell, values: _ordered(cell, values[0]) == 1,
    "greater_equal": lambda cell, values: _ordered(cell, values[0]) in (0, 1),
    "less_than": lambda cell, values: _ordered(cell, values[0]) == -1,
    "less_equal": lambda cell, values: _ordered(cell, values[0]) in (-1, 0),
    "between": lambda cell, values: _ordered(cell, values[0]) in (0, 1) and _ordered(cell, values[1]) in (-1, 0),
}
