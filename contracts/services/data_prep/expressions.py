"""Calculated fields: what Data Prep's language is, as far as Adobe's pages print it (data-prep/functions.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from contracts.reading.spelling import beginning

__all__ = ["FUNCTIONS", "LONGEST", "Expression", "ExpressionProblem", "functions_in", "parsed"]

LONGEST = 4096  # characters
_DEEPEST = 50

FUNCTIONS = (
    *("coalesce", "concat", "iif", "join", "lower", "now", "nvl", "split"),
    *("to_array", "to_integer", "to_map", "to_object", "trim", "upper", "uuid"),
)
"""Those whose values the mock makes; what an expression with any other gives is unknown."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')|(?P<number>\d{1,30}(?:\.\d{1,30})?)"""
    r"""|(?P<name>\$\{[^{}]{1,500}\}|[A-Za-z_@][\w@:.\-\[\]*]{0,500})|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/<>!~(),?:]))""",
    re.DOTALL,
)


class ExpressionProblem(ValueError):
    """The text is no expression; says why."""


class Expression(NamedTuple):
    """A node: ``kind`` is value, path, call or sign; ``of`` is the value, name or sign, which has one part or two."""

    kind: str
    of: Any
    parts: tuple[Expression, ...] = ()


def parsed(text: str) -> Expression:
    """The expression that ``text`` is."""
    if len(text) > LONGEST:
        raise ExpressionProblem(f"longer than {LONGEST} characters")
    reader = _Reader(list(_tokens(text)))
    found = reader.compared()
    if reader.next[1] != "":
        raise ExpressionProblem(f"{reader.next[1]!r} was not expected")
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise ExpressionProblem(f"{beginning(text[place:].strip(), 20)!r} can't be read")
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()


_BINARY = ("==", "!=", "<=", ">=", "<", ">", "&&", "||", "+", "-", "*", "/")
_ALONE = {"!": "!", "not": "!", "-": "-", "~": "~"}  # data-prep/api/functions.md


class _Reader:
    """Reads tokens from left to right; operators have no order among them, as none of the printed ones needs it."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def _take(self, *expected: str) -> tuple[str, str]:
        token = self.next
        if expected and token[1] not in expected:
            raise ExpressionProblem(f"{expected[0]!r} was expected, found {token[1] or 'the end'!r}")
        self._at += 1
        return token

    def compared(self) -> Expression:
        self._enter()
        found = self._single()
        while self.next[0] == "sign" and self.next[1] in _BINARY:
            sign = self._take()[1]
            found = Expression("sign", sign, (found, self._single()))
        self._depth -= 1
        return found

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionProblem("brackets are nested too deeply")

    def _single(self) -> Expression:
        if self._is_alone():
            self._enter()
            found = Expression("sign", _ALONE[self._take()[1]], (self._single(),))
            self._depth -= 1
            return found
        kind, text = self._take()
        if kind == "text":
            return Expression("value", text[1:-1].replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\"))
        if kind == "number":
            return Expression("value", float(text) if "." in text else int(text))
        if text == "(":
            found = self.compared()
            self._take(")")
            return found
        if kind != "name":
            raise ExpressionProblem(f"a value was expected, found {text or 'the end'!r}")
        if self.next[1] == "(":
            return Expression("call", text, tuple(self._arguments()))
        if text in ("true", "false", "null"):
            return Expression("value", {"true": True, "false": False, "null": None}[text])
        return Expression("path", text.removeprefix("${").removesuffix("}"))

    def _is_alone(self) -> bool:
        """A sign that stands before a value; the word is a field's name where no value follows."""
        kind, text = self.next
        if kind == "name":
            following = self._tokens[self._at + 1]
            return text == "not" and (following[0] in ("name", "text", "number") or following[1] in ("(", "!"))
        return kind == "sign" and text in _ALONE

    def _arguments(self) -> Iterator[Expression]:
        self._take("(")
        while self.next[1] != ")":
            yield self.compared()
            if self.next[1] != ")":
                self._take(",")
        self._take(")")


def functions_in(expression: Expression) -> Iterator[str]:
    """The names of the functions that it calls."""
    if expression.kind == "call":
        yield expression.of
    for part in expression.parts:
        yield from functions_in(part)
