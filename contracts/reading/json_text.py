"""JSON as RFC 8259 writes it, read more strictly than the standard library reads it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NoReturn

__all__ = [
    "LARGEST_INTEGER",
    "MAX_DEPTH",
    "JsonProblem",
    "RepeatedKey",
    "glanced_at",
    "has_too_many",
    "holds",
    "is_too_deep",
    "most_values",
    "parse",
    "render",
    "unrendered",
]

MAX_DEPTH = 64  # assumed; no document gives a limit, and no documented body is deeper than eight

_MOST_VALUES = 50_000  # assumed; what a real client sends has more than 20 bytes for each value, its key among them
_BYTES_OF_A_VALUE = 20

LARGEST_INTEGER = 2**63 - 1
"""Beyond it JSON's readers don't agree on a number any more (RFC 8259, 6); assumed."""
_LONGEST_INTEGER = 20  # characters, a sign among them


class JsonProblem(ValueError):
    """Why a text isn't JSON; ``str()`` is one sentence without the text itself (it may hold secrets)."""


class RepeatedKey(JsonProblem):
    """A key stands twice in one object; ``value`` is what the body spells all the same, the last of them counting."""

    def __init__(self, problem: str, value: Any = None) -> None:
        super().__init__(problem)
        self.value = value


def parse(body: bytes) -> Any:
    """The value that ``body`` spells, or `JsonProblem`.

    Refused beyond what `json.loads` refuses: a key that stands twice in an object (readers disagree on which counts),
    ``NaN`` and ``Infinity`` (not JSON), numbers that a double or 64 bits can't hold, and nesting too deep to walk.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonProblem(f"the body isn't UTF-8: byte {error.start} can't be decoded") from None
    try:
        return _parsed(body, text, _decoded)
    except RepeatedKey as problem:
        raise RepeatedKey(str(problem), _parsed(body, text, _LAST_COUNTS.decode)) from None


def _parsed(body: bytes, text: str, decode: Callable[[str], Any]) -> Any:
    try:
        value = decode(text)
    except JsonProblem:
        raise
    except json.JSONDecodeError as error:
        raise JsonProblem(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise JsonProblem("the body is nested too deeply") from None
    if is_too_deep(body, value):
        raise JsonProblem(f"the body is nested more than {MAX_DEPTH} levels deep")
    return value


def most_values(largest: int) -> int:
    """How many values a body may have where it may have ``largest`` bytes."""
    return max(_MOST_VALUES, largest // _BYTES_OF_A_VALUE)


def has_too_many(body: bytes, largest: int) -> bool:
    """Whether ``body`` has more values than `most_values`.

    It is told from the commas and brackets outside of texts, before anything is made of them.
    """
    return len(body) > _MOST_VALUES and _has_more(body, most_values(largest))


def _has_more(body: bytes, most: int) -> bool:
    return _marks(body) > most and _marks(_TEXT.sub(b"", body)) > most


def _marks(body: bytes) -> int:
    return body.count(b",") + body.count(b"[") + body.count(b"{")


# One without an end matches too, else each quote behind it would be tried.
_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)


def holds(text: bytes, part: bytes) -> bool:
    """Whether ``part`` stands in ``text``. ``in`` says the same, and makes an exception first each time (CPython)."""
    return text.find(part) >= 0


def glanced_at(body: bytes) -> Any:
    """What `parse` makes of ``body``, in half the time; ``None`` where there is more to it than a glance shows.

    How deep it is and how large an integer isn't looked at, and a number with a fraction is no `float`.
    """
    try:
        return _glance()(body)
    except ValueError:
        return None


@cache
def _glance() -> Callable[[bytes], Any]:
    try:
        from jiter import from_json
    except ImportError:
        return parse
    # Of its floats one couldn't tell whether they were too large for a double.
    return partial(from_json, allow_inf_nan=False, catch_duplicate_keys=True, float_mode="lossless-float")


def _decoded(text: str) -> Any:
    if text.startswith(("{", "[")):  # `decode` spends a quarter of its time on a look for outer blanks
        value, end = _DECODER.raw_decode(text)
        if end == len(text):
            return value
    return _DECODER.decode(text)


def unrendered(text: bytes) -> Any:
    """The value of a text that is stored: `render` wrote it, or `parse` has taken it.

    Nothing of it is refused, since the mock may have put it deeper than it came.
    """
    value, _ = _PLAIN.raw_decode(text.decode("utf-8").lstrip())  # what follows the value is blank
    return value


def render(value: Any) -> bytes:
    """The JSON text of ``value``; ASCII only, so that lone surrogates survive. `ValueError` of what JSON can't hold."""
    return _ENCODER.encode(value).encode("ascii")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise RepeatedKey(f'the key "{_repeated(pairs)[:80]}" stands twice in one object')
    return value


def _repeated(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def is_too_deep(body: bytes, value: Any) -> bool:
    """Whether ``value``, whose text is ``body``, has more objects and lists one in the other than a body may have."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _constant(name: str) -> NoReturn:
    raise JsonProblem(f"{name} isn't a JSON value")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise JsonProblem("the body holds a number that is too large")
    return number


def _integer(text: str) -> int:
    number = int(text) if len(text) <= _LONGEST_INTEGER else LARGEST_INTEGER + 1
    if abs(number) > LARGEST_INTEGER:
        raise JsonProblem("the body holds a number that is too large")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer)
_LAST_COUNTS = json.JSONDecoder(parse_constant=_constant, parse_float=_float, parse_int=_integer)
_PLAIN = json.JSONDecoder()
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
