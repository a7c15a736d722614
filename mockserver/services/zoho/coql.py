"""COQL where it is simple: one module, no joins, no functions.

``select a, b from Module where (a = 'x' and b > 1) or c is not null order by a desc limit 10, 20``
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from contracts.judging.violations import shown
from contracts.services.zoho.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.services.sources import alike

__all__ = ["Query", "parsed"]

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*')|(<=|>=|!=|[=<>(),])|([^\s'=<>!(),]+))")
_MOST_COLUMNS, LARGEST_LIMIT = 50, 200
_DEEPEST, _LONGEST, _MOST = 25, 100, 1000  # parentheses in each other, digits of a number, values; assumed


@dataclass(frozen=True, slots=True)
class Query:
    """``order`` are fields, each with whether it descends."""

    columns: tuple[str, ...]
    module: str
    test: Test
    names: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    limit: int
    offset: int


def parsed(text: str) -> Query:
    """The query that ``text`` spells; `Refused` as the CRM refuses it."""
    return _Parser(text).query()


class _Parser:
    """Recursive descent over the query's words."""

    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self._place = 0
        self._names: list[str] = []
        self._depth = self._values = 0

    def query(self) -> Query:
        self._expect("select")
        columns = self._list()
        self._expect("from")
        module = self._take()
        self._expect("where")
        test = self._either()
        order = self._order() if self._skip("order") else ()
        limit, offset = self._range()
        if self._place < len(self._words):
            _broken(f"nothing is expected here: {shown(self._peek())}")
        if len(columns) > _MOST_COLUMNS:
            raise Refused(violation("ZO-COQL-03", "/select_query", "too many columns", found=str(len(columns))))
        return Query(columns, module, test, (*self._names, *(name for name, _ in order)), order, limit, offset)

    def _range(self) -> tuple[int, int]:
        limit, offset = LARGEST_LIMIT, 0
        if self._skip("limit"):
            limit = self._number()
            if self._skip(","):
                limit, offset = self._number(), limit
        if self._skip("offset"):
            offset = self._number()
        if limit > LARGEST_LIMIT:
            found, allowed = str(limit), [str(LARGEST_LIMIT)]
            raise Refused(violation("ZO-COQL-03", "/select_query", "limit is too large", found=found, allowed=allowed))
        return limit, offset

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._expect("by")
        order = []
        while True:
            name = self._take()
            descends = self._skip("desc")
            if not descends:
                self._skip("asc")
            order.append((name, descends))
            if not self._skip(","):
                return tuple(order)

    def _either(self) -> Test:
        tests = [self._both()]
        while self._skip("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._condition()]
        while self._skip("and"):
            tests.append(self._condition())
        return lambda row: all(test(row) for test in tests)

    def _condition(self) -> Test:
        if self._skip("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                _broken(f"the mock itself reads {_DEEPEST} parentheses in each other, which is no limit of Zoho's")
            test = self._either()
            self._depth -= 1
            self._expect(")")
            return test
        name = self._take()
        self._names.append(name)
        if len(self._names) > _MOST:
            _broken(f"the mock itself reads {_MOST} conditions, which is no limit of Zoho's")
        if self._skip("is"):
            wanted = not self._skip("not")
            self._expect("null")
            return lambda row: (_of(row, name) is None) == wanted
        negated = self._skip("not")
        test = self._comparison(name)
        return (lambda row: not test(row)) if negated else test

    def _comparison(self, name: str) -> Test:
        operator = self._take().lower()
        if operator == "in":
            self._expect("(")
            values = [self._value()]
            while self._skip(","):
                values.append(self._value())
            self._expect(")")
            return lambda row: any(_compared(_of(row, name), "=", value) for value in values)
        if operator == "between":
            low = self._value()
            self._expect("and")
            high = self._value()
            return lambda row: _compared(_of(row, name), ">=", low) and _compared(_of(row, name), "<=", high)
        if operator not in ("=", "!=", "<", "<=", ">", ">=", "like"):
            _invalid(f"{shown(operator)} is no operator")
        value = self._value()
        return lambda row: _compared(_of(row, name), operator, value)

    def _list(self) -> tuple[str, ...]:
        names = [self._take()]
        while self._skip(","):
            names.append(self._take())
        return tuple(names)

    def _value(self) -> Any:
        self._values += 1
        if self._values > _MOST:
            _broken(f"the mock itself reads {_MOST} values, which is no limit of Zoho's")
        word = self._take()
        if word.startswith("'"):
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        plain = {"true": True, "false": False}.get(word.lower(), word)
        if plain is word and len(word) <= _LONGEST and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", word):
            return float(word) if "." in word else int(word)
        return plain

    def _number(self) -> int:
        word = self._take()
        if not re.fullmatch(r"[0-9]{1,9}", word):
            _broken(f"{shown(word)} is no number")
        return int(word)

    def _peek(self) -> str:
        return self._words[self._place] if self._place < len(self._words) else ""

    def _take(self) -> str:
        word = self._peek()
        if not word:
            _broken("the query ends too early")
        self._place += 1
        return word

    def _skip(self, word: str) -> bool:
        found = self._peek().lower() == word
        self._place += found
        return found

    def _expect(self, word: str) -> None:
        if not self._skip(word):
            _broken(f"{word} is expected, not {shown(self._peek())}")


def _words(text: str) -> list[str]:
    words, place = [], 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            _broken("a text isn't closed")
        words.append(match[1] or match[2] or match[3])
        place = match.end()
    return words


def _of(row: Row, name: str) -> Any:
    """A field's value; of a lookup its id, and by a dotted name the name that it shows."""
    first, dot, _ = name.partition(".")
    value = row.get(first)
    return value.get("name" if dot else "id") if isinstance(value, dict) else value


def _compared(value: Any, operator: str, wanted: Any) -> bool:
    if value is None:
        return operator == "!="
    if operator == "like":
        return alike(str(value).casefold(), str(wanted).casefold())
    if isinstance(value, bool) or isinstance(wanted, bool):
        return _ordered(str(value).lower(), operator, str(wanted).lower())
    if isinstance(value, int | float):
        return isinstance(wanted, int | float) and _ordered(value, operator, wanted)
    return _ordered(str(value), operator, str(wanted))


def _ordered(value: Any, operator: str, wanted: Any) -> bool:
    return bool(
        {
            "=": value == wanted,
            "!=": value != wanted,
            "<": value < wanted,
            "<=": value <= wanted,
            ">": value > wanted,
            ">=": value >= wanted,
        }[operator]
    )


def _broken(problem: str) -> NoReturn:
    raise Refused(violation("ZO-COQL-01", "/select_query", problem))


def _invalid(problem: str) -> NoReturn:
    raise Refused(violation("ZO-COQL-02", "/select_query", problem))
