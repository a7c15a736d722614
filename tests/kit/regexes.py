"""The project's own regular expressions, what makes each of them work hard, and how many steps that takes it.

Steps are counted, not timed: `Backtracking` walks an expression as Python's engine does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from tests.kit.paths import ROOT

__all__ = ["Regex", "attacks", "own_regexes", "steps"]

_WHOLE = {"match", "fullmatch"}
_CALLS = {*_WHOLE, "compile", "search", "sub", "split", "findall", "finditer"}


@dataclass(frozen=True)
class Regex:
    """``searches`` tells that it is looked for at every place of a text."""

    place: str
    pattern: str
    flags: int
    searches: bool


def own_regexes() -> list[Regex]:
    files = [
        file for package in ("contracts", "mockserver", "pytest_flowservice") for file in (ROOT / package).rglob("*.py")
    ]
    return [found for file in sorted(files) for found in _regexes_in(file, file.read_text("utf-8"))]


def _regexes_in(file: Path, source: str) -> Iterator[Regex]:
    if "re." not in source:
        return
    nodes = list(ast.walk(ast.parse(source)))
    methods: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.IfExp):
            for name in ast.walk(node.value):
                if isinstance(name, ast.Name):
                    methods.setdefault(name.id, set()).add(node.attr)
    names = {id(node.value): node.targets[0] for node in nodes if isinstance(node, ast.Assign)}
    for node in nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            continue
        text = _text_of(node.args[0])
        if text is None:
            continue
        flags = sum(
            getattr(re, each.attr) for each in ast.walk(node) if isinstance(each, ast.Attribute) and each.attr.isupper()
        )
        name = names.get(id(node))
        used = methods.get(name.id, set()) if isinstance(name, ast.Name) else {node.func.attr}
        searches = not (used & _CALLS and (used & _CALLS) <= _WHOLE)
        yield Regex(f"{file.relative_to(ROOT)}:{node.lineno}", text, flags, searches)


def _text_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):  # what is put in is a choice of words
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "word|other" for part in node.values)
    return None


class _Enough(Exception):
    """More steps than anything linear takes."""


class Backtracking:
    """One expression on one text; ``taken`` counts the pieces that were tried at a place."""

    def __init__(self, regex: Regex, text: str, most: int) -> None:
        self._tree = _parser.parse(regex.pattern, regex.flags)
        self._text = text.lower() if regex.flags & re.IGNORECASE else text
        self._searches = regex.searches
        self._most = most
        self._end = 0
        self.taken = 0

    def run(self) -> int:
        try:
            start = 0
            while start <= len(self._text) and (self._searches or start == 0):
                self._end = start
                self._at(list(self._tree), start, self._ends)
                start = max(start + 1, self._end)
        except _Enough:
            pass
        return self.taken

    def _ends(self, end: int) -> bool:
        self._end = end
        return self._searches or end == len(self._text)

    def _at(self, pieces: list[Any], place: int, then: Callable[[int], bool]) -> bool:
        self.taken += 1
        if self.taken > self._most:
            raise _Enough
        if not pieces:
            return then(place)
        (op, value), rest = pieces[0], pieces[1:]

        def go_on(end: int) -> bool:
            return self._at(rest, end, then)

        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            return self._repeated(*value, place, go_on)
        if op is c.SUBPATTERN:
            return self._at(list(value[-1]), place, go_on)
        if op is c.BRANCH:
            return any(self._at(list(branch), place, go_on) for branch in value[1])
        if op in (c.ASSERT, c.ASSERT_NOT):
            direction, inner = value
            begins = place if direction > 0 else place - inner.getwidth()[0]
            holds = begins >= 0 and self._at(list(inner), begins, lambda _: True)
            return holds == (op is c.ASSERT) and go_on(place)
        if op is c.AT:
            wrong = {c.AT_BEGINNING: place > 0, c.AT_END: place < len(self._text)}
            return not wrong.get(value, False) and go_on(place)
        return place < len(self._text) and _fits(op, value, self._text[place]) and go_on(place + 1)

    def _repeated(self, least: int, most: Any, inner: Any, place: int, then: Callable[[int], bool]) -> bool:
        pieces, width = list(inner), inner.getwidth()
        if len(pieces) == 1 and width == (1, 1) and pieces[0][0] not in (c.SUBPATTERN, c.BRANCH):
            return self._of_one(least, most, pieces[0], place, then)

        def more(count: int, at: int) -> bool:
            def again(end: int) -> bool:
                return end > at and more(count + 1, end)

            return (count < most and self._at(pieces, at, again)) or (count >= least and then(at))

        return more(0, place)

    def _of_one(self, least: int, most: Any, piece: Any, place: int, then: Callable[[int], bool]) -> bool:
        """A repeated character: the engine takes them all and gives them back one by one."""
        end = place
        while end < len(self._text) and end - place < most and _fits(*piece, self._text[end]):
            end += 1
            self.taken += 1
        return any(then(at) for at in range(end, place + least - 1, -1))


def _fits(op: Any, value: Any, char: str) -> bool:
    if op is c.LITERAL:
        return char in (chr(value), chr(value).lower())
    if op is c.NOT_LITERAL:
        return char != chr(value)
    if op is c.ANY:
        return char != "\n"
    return _in(value, char) if op is c.IN else False


def _in(members: list[Any], char: str) -> bool:
    negated = members[0][0] is c.NEGATE
    found = any(_is_member(op, value, char) for op, value in members if op is not c.NEGATE)
    return found != negated


_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_DIGIT: str.isdigit,
    c.CATEGORY_NOT_DIGIT: lambda char: not char.isdigit(),
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    c.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    c.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}


def _is_member(op: Any, value: Any, char: str) -> bool:
    if op is c.RANGE:
        return value[0] <= ord(char) <= value[1] or value[0] <= ord(char.upper()) <= value[1]
    return _CATEGORIES[value](char) if op is c.CATEGORY else ord(char) == value


def attacks(regex: Regex) -> Iterator[tuple[str, str, str]]:
    """What comes first, what is repeated, and an end at which it fails; from the expression's own characters."""
    tree = _parser.parse(regex.pattern, regex.flags)
    letters = list(dict.fromkeys([*_letters(tree), "a", "1", " "]))[:8]
    pieces = dict.fromkeys([*letters, *_examples(tree)])
    beginnings = dict.fromkeys(["", *_beginnings(tree)])
    for beginning in list(beginnings)[:4]:
        for piece in filter(None, pieces):
            for end in ("", "\0~"):
                yield beginning, piece, end


def _letters(tree: Any) -> Iterator[str]:
    """A character that each piece takes."""
    for op, value in tree:
        if op is c.LITERAL:
            yield chr(value)
        elif op in (c.IN, c.NOT_LITERAL, c.ANY):
            yield from (char for char in "a1/ ;=~'\"\\,.-_@:(" if _fits(op, value, char))
        for inner in _below(op, value):
            yield from _letters(inner)


def _below(op: Any, value: Any) -> Iterator[Any]:
    if op in (c.MAX_REPEAT, c.MIN_REPEAT):
        yield value[2]
    elif op is c.SUBPATTERN:
        yield value[-1]
    elif op is c.BRANCH:
        yield from value[1]
    elif op in (c.ASSERT, c.ASSERT_NOT):
        yield value[1]


def _examples(tree: Any) -> Iterator[str]:
    """A text for each part of the expression."""
    for op, value in tree:
        for inner in _below(op, value):
            yield _example(inner)
            yield from _examples(inner)


def _beginnings(tree: Any, before: str = "") -> Iterator[str]:
    """A text that leads up to each part."""
    for op, value in tree:
        for inner in _below(op, value):
            yield from _beginnings(inner, before)
        before += _example([(op, value)])
        yield before


def _example(tree: Any) -> str:
    text = ""
    for op, value in tree:
        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            text += _example(value[2]) * min(int(value[0]), 3)
        elif op is c.SUBPATTERN:
            text += _example(value[-1])
        elif op is c.BRANCH:
            text += _example(value[1][0])
        elif op not in (c.ASSERT, c.ASSERT_NOT, c.AT):
            text += next(_letters([(op, value)]), "")
    return text


def steps(regex: Regex, text: str, most: int) -> int:
    """How many steps the expression takes on ``text``; no more than ``most`` are counted."""
    return Backtracking(regex, text, most).run()
