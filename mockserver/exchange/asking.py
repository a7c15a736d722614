"""What faults and stubs have in common: a row that a user asks for, and which calls it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from contracts import BASE_PATH
from contracts.reading.schemas import checker, schema
from contracts.reading.spelling import nearest

__all__ = ["AskedProblem", "Asking", "is_about"]

_PACKAGE = "mockserver.exchange"
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


class AskedProblem(ValueError):
    """A row that can't be set up: ``str()`` says what was expected, ``pointer`` where in the row (JSON Pointer)."""

    def __init__(self, text: str, pointer: str = "") -> None:
        super().__init__(text)
        self.pointer = pointer


class Asking:
    """One kind of row, which the schema of that ``name`` describes; ``problem`` is raised where one doesn't fit."""

    def __init__(self, name: str, problem: type[AskedProblem]) -> None:
        self._name = name
        self._problem = problem

    @property
    def keys(self) -> Mapping[str, Any]:
        """What a row may hold, in the order in which it is shown."""
        properties: Mapping[str, Any] = schema(self._name, _PACKAGE)["properties"]
        return properties

    def misspellings_told(self, add: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
        """An unknown keyword is a problem that names the nearest known one."""

        @wraps(add)
        def adding(*args: _Given.args, **row: _Given.kwargs) -> _Made:
            self._refuse_unknown(row)
            return add(*args, **row)

        return adding

    def check(self, row: Mapping[str, Any]) -> None:
        """Raise the problem where a row isn't what the schema says."""
        self._refuse_unknown(row)
        error = next(checker(self._name, _PACKAGE).iter_errors(dict(row)), None)
        if error is not None:
            where = "/".join(map(str, error.absolute_path))
            text = f"a {self._name}'s {where}: " if where else f"a {self._name}: "
            raise self._problem(text + error.message[:200], "".join(f"/{part}" for part in error.absolute_path))

    def _refuse_unknown(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.keys:
                near = nearest(str(name), self.keys)
                hint = f"; nearest: {near}" if near else ""
                text = f"a {self._name} has no {name!r}; allowed: {', '.join(self.keys)}{hint}"
                raise self._problem(text, f"/{name}")


def is_about(pattern: str, path: str) -> bool:
    """Whether the pattern of a row means the call to ``path``.

    It is below the base path or the host, or whole; ``*`` and ``{id}`` stand for any text within a segment, ``**`` for
    any rest, and a single segment as ``/connections`` for what is below it, too.
    """
    path, pattern = path.rstrip("/"), pattern.rstrip("/")
    whole, below = pattern.split("/"), pattern.removeprefix(BASE_PATH).split("/")
    if len(below) == 2 and not set("*{") & set(below[1]):  # a collection, and what is below it
        below = [*below, "**"]
    first, _, rest = path[1:].partition("/")
    own = f"/{rest}" if "." in first else path.removeprefix(BASE_PATH)
    return _segments_fit(path.split("/"), whole) or _segments_fit(own.rstrip("/").split("/"), below)


def _segments_fit(segments: list[str], parts: list[str]) -> bool:
    if parts[-1] == "**":
        return len(segments) >= len(parts) - 1 and _segments_fit(segments[: len(parts) - 1], parts[:-1])
    return len(segments) == len(parts) and all(map(fnmatchcase, segments, map(_any_segment, parts)))


def _any_segment(part: str) -> str:
    return "*" if part.startswith("{") and part.endswith("}") else part
