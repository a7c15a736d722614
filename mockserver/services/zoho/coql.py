"""COQL where it is simple: one module, no joins, no functions.

``select a, b from Module where (a = 'x' and b > 1) or c is not null order by a desc limit 10, 20``

The limits are those of COQL-Limitations.html and COQL-Overview.html of v2 to v8, and of Kaizen #183, which tells what
v7 raised. More than two conditions stand in pairs of parentheses; a quote in a text is doubled (Kaizen #171).
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

_QUOTED = r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*\""""
_TOKEN = re.compile(rf"""\s*(?:({_QUOTED})|(<=|>=|!=|[=<>(),])|([^\s'"=<>!(),]+))""")
_USUAL_LIMIT, _LARGEST_LIMIT, _MOST_CONDITIONS = 200, 2000, 25
_RAISED = 7.0  # the version from which columns are 500 instead of 50, and values of in 100 instead of 50
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


def parsed(text: str, version: float) -> Query:
    """The query that ``text`` spells; `Refused` as that version of the CRM refuses it."""
    return _Parser(text, version).query()


class _Parser:
    """Recursive descent over the query's words."""

    def __init__(self, text: str, version: float) -> None:
        self._words = _words(text)
        self._most_columns, self._most_choices = (500, 100) if version >= _RAISED else (50, 50)
        self._place = 0
        self._names: list[str] = []
        self._depth = self._values = 0

    def query(self) -> Query:
        self._expect("select")
        columns = self._list()
        self._expect("from")
        module = self._take()
        self._expect("where")
        test = self._pair()
        order = self._order() if self._skip("order") else ()
        limit, offset = self._range()
        if self._place < len(self._words):
            _broken(f"nothing is expected here: {shown(self._peek())}")
        _limit("columns", len(columns), self._most_columns)
        _limit("conditions", len(self._names), _MOST_CONDITIONS)
        return Query(columns, module, test, (*self._names, *(name for name, _ in order)), order, limit, offset)

    def _range(self) -> tuple[int, int]:
        limit, offset = _USUAL_LIMIT, 0
        if self._skip("limit"):
            limit = self._number()
            if self._skip(","):
                limit, offset = self._number(), limit
        if self._skip("offset"):
            offset = self._number()
        _limit("records", limit, _LARGEST_LIMIT)
        return limit, offset

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._expect("by")
        order = []
        while True:
            name = self._name()
            descends = self._skip("desc")
            if not descends:
                self._skip("asc")
            order.append((name, descends))
            if not self._skip(","):
                return tuple(order)

    def _pair(self) -> Test:
        """One condition, or two that are joined; more stand in parentheses."""
        left = self._condition()
        join = "and" if self._skip("and") else "or" if self._skip("or") else ""
        if not join:
            return left
        right = self._condition()
        if self._peek().lower() in ("and", "or"):
            _broken("more than two conditions stand in pairs: ((A and B) and C)")
        if join == "and":
            return lambda row: left(row) and right(row)
        return lambda row: left(row) or right(row)

    def _condition(self) -> Test:
        if self._skip("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                _broken(f"the mock itself reads {_DEEPEST} parentheses in each other, which is no limit of Zoho's")
            test = self._pair()
            self._depth -= 1
            self._expect(")")
            return test
        name = self._name()
        self._names.append(name)
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
            _limit("values", len(values), self._most_choices)
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
        names = [self._name()]
        while self._skip(","):
            names.append(self._name())
        return tuple(names)

    def _name(self) -> str:
        """A column; one that is a word of SQL stands in quotes (Kaizen #171)."""
        word = self._take()
        return _unquoted(word) if word[0] in "'\"" else word

    def _value(self) -> Any:
        self._values += 1
        if self._values > _MOST:
            _broken(f"the mock itself reads {_MOST} values, which is no limit of Zoho's")
        word = self._take()
        if word[0] in "'\"":
            return _unquoted(word)
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


def _unquoted(word: str) -> str:
    quote = word[0]
    return re.sub(rf"\\(.)|{quote}({quote})", r"\1\2", word[1:-1])


def _limit(what: str, count: int, most: int) -> None:
    if count > most:
        problem = f"too many {what}"
        raise Refused(violation("ZO-COQL-03", "/select_query", problem, found=str(count), allowed=[str(most)]))


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
