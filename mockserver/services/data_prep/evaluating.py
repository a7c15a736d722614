"""What a mapping makes of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.reading import json_text
from contracts.reading.json_text import LARGEST_INTEGER
from contracts.reading.numbers import whole
from contracts.services.data_prep.expressions import Expression, ExpressionProblem, parsed
from contracts.services.data_prep.judges import MappingRow
from mockserver.memory.world import World

__all__ = ["TooMuchWork", "Work", "mapped"]

_STATIC = ("STATIC", "text/plain")
_LONGEST = 100_000  # characters of a text that is put together
_SOURCE, _VALUE, _TEXT = 20, 100, 1000  # characters to a step: of a source, of what is made, of what is worked with
_CALCULATED = ("EXPRESSION", "text/x.aep-xl")


class TooMuchWork(Exception):
    """A preview that takes more steps than it may."""


class Work:
    """The steps that a preview may still take; texts and answers count by their length."""

    def __init__(self, steps: int = 200_000) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooMuchWork


def mapped(world: World, row: MappingRow, record: Any, work: Work) -> Any:
    """The value at the mapping's destination; `ExpressionProblem` where it can't be had."""
    value = _made(world, row, record, work)
    work.spend(len(json_text.render(value)) // _VALUE)  # which many mappings may have
    return value


def _made(world: World, row: MappingRow, record: Any, work: Work) -> Any:
    work.spend(1 + len(row.source) // _SOURCE)  # which an answer may quote
    if row.kind in _STATIC:
        return row.source
    if row.kind not in _CALCULATED:
        return _at(record, row.source)
    try:
        return _value(world, parsed(row.source), record, work)
    except (TypeError, ValueError, ArithmeticError) as problem:
        raise ExpressionProblem(str(problem)) from None


def _at(record: Any, path: str) -> Any:
    """What stands at a dotted path; ``[0]`` is an element of an array, ``[*]`` each of them, in a list."""
    values, many = [record], False
    for name in path.removeprefix("$.").replace("[", ".").replace("]", "").split("."):
        if name == "*":
            values, many = [each for value in values if isinstance(value, list) for each in value], True
        else:
            values = [_below(value, name) for value in values]
    if many:
        return values if any(value is not None for value in values) else None
    return values[0]


def _below(value: Any, name: str) -> Any:
    if isinstance(value, list):
        place = whole(name, -1)
        return value[place] if 0 <= place < len(value) else None
    return value.get(name) if isinstance(value, Mapping) else None


def _value(world: World, node: Expression, record: Any, work: Work) -> Any:
    work.spend(1)
    if node.kind == "value":
        return node.of
    if node.kind == "path":
        return _at(record, node.of)
    values = [_value(world, part, record, work) for part in node.parts]
    work.spend(sum(map(_size, values)) // _TEXT)
    if node.kind == "sign":
        return _SIGNS[node.of](*values) if len(values) > 1 else _ALONE[node.of](*values)
    if node.of == "now":
        return world.now()
    if node.of == "uuid":
        return world.stamps.id()
    if node.of not in _FUNCTIONS:
        raise ExpressionProblem(f"what {node.of} gives is unknown to this mock")
    return _FUNCTIONS[node.of](*values)


def _size(value: Any) -> int:
    """Characters of a value that a function may hand on many times."""
    return (
        len(json_text.render(value)) if isinstance(value, list | dict) else len(value) if isinstance(value, str) else 0
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _joined(separator: Any, *values: Any) -> str:
    texts = [_text(value) for value in values]
    if sum(map(len, texts)) + len(texts) * len(_text(separator)) > _LONGEST:
        raise ExpressionProblem(f"a text of more than {_LONGEST} characters")
    return _text(separator).join(texts)


def _paired(*values: Any) -> dict[str, Any]:
    """Names and values in turn; a single argument is an object already."""
    if len(values) == 1 and isinstance(values[0], dict):
        return values[0]
    if len(values) % 2:
        raise ExpressionProblem("a name without a value")
    return {_text(name): value for name, value in zip(values[::2], values[1::2], strict=True)}


def _sum(left: Any, right: Any) -> Any:
    return (
        _joined("", left, right) if isinstance(left, str) and isinstance(right, str) else _number(left) + _number(right)
    )


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "coalesce": _first,
    "concat": lambda *values: _joined("", *values),
    "iif": lambda condition, then, other: then if condition else other,
    "join": _joined,
    "lower": lambda text: _text(text).lower(),
    "nvl": _first,
    "split": lambda text, separator: _text(text).split(separator),
    "to_array": lambda with_nulls, *values: [value for value in values if with_nulls or value is not None],
    "to_integer": lambda text: _whole(float(text)),
    "to_map": _paired,
    "to_object": _paired,
    "trim": lambda text: _text(text).strip(),
    "upper": lambda text: _text(text).upper(),
}

_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "&&": lambda left, right: bool(left and right),
    "||": lambda left, right: bool(left or right),
    "+": _sum,
    "-": lambda left, right: _number(left) - _number(right),
    "*": lambda left, right: _number(left) * _number(right),
    "/": lambda left, right: _number(left) / _number(right),
}


_ALONE: Mapping[str, Callable[[Any], Any]] = {
    "!": lambda value: not value,
    "-": lambda value: -_number(value),
    "~": lambda value: ~_whole(_number(value)),
}


def _whole(number: float) -> int:
    if abs(number) > LARGEST_INTEGER:
        raise ExpressionProblem("an integer that is too large")
    return int(number)


def _number(value: Any) -> float:
    """A number to calculate with; texts and lists would grow."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionProblem("only numbers are calculated with")
    return float(value) if abs(value) > 2**53 else value
