"""Which rules a call may break, read from the code that judges it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

from contracts.contract import judges_of, words_of
from contracts.judging.model import Frame, Operation
from contracts.reading.schemas import schema
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.tables import OPERATIONS, RULES

__all__ = ["rules_reached"]

_TABLES = (RULES, OPERATIONS)  # they name every rule and mean none


@cache
def rules_reached(row: Operation) -> tuple[str, ...]:
    """The ids of the rules that a request for ``row`` may break, in their order.

    What the machinery tells and what the action refuses stands in the rows. Of a rule's function the ids are constants
    of its code. What a function calls is read as well: one that is shared may name a rule that this operation never
    comes to, none that it breaks is left out.
    """
    told = {row.service.breaches.get(word) for word in words_of(row)}
    found = _Reading(row).ids((*judges_of(row), *row.judges_again)) | told | set(row.refuses)
    return tuple(id for id in RULES if id in found)


class _Reading:
    def __init__(self, row: Operation) -> None:
        self._row = row
        self._seen: dict[int, Any] = {id(table): table for table in _TABLES}

    def ids(self, roots: Iterable[Any]) -> set[str]:
        waiting, found = list(roots), set()
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, str) and thing in RULES:
                found.add(thing)
            elif id(thing) not in self._seen:
                self._seen[id(thing)] = thing  # kept, so that its id stays its own
                waiting += self._below(thing)
        return found

    def _below(self, thing: Any) -> Iterable[Any]:
        """What ``thing`` leads to."""
        if thing is COLLECTIONS:
            resource = COLLECTIONS.get(self._row.collection)
            return (resource.frame, resource.rules) if resource else ()
        if isinstance(thing, Frame):
            return (schema(thing.schema, thing.package), thing.judge)
        if isinstance(thing, partial):
            return (thing.func, thing.args, thing.keywords)
        if isinstance(thing, Mapping):
            return thing.values()
        if isinstance(thing, list | tuple | set | frozenset):
            return thing
        thing = getattr(thing, "__wrapped__", thing)  # of a cache
        if isinstance(thing, FunctionType) and _is_ours(thing):
            return _of_function(thing)
        return vars(thing).values() if isinstance(thing, type) and _is_ours(thing) else ()


@cache
def _of_function(function: FunctionType) -> tuple[Any, ...]:
    return tuple(_named_in(function))


def _named_in(function: FunctionType) -> Iterator[Any]:
    yield from (function.__defaults__ or (), function.__kwdefaults__ or {})
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    for code in _codes(function.__code__):
        yield code.co_consts
        used = [function.__globals__[name] for name in code.co_names if name in function.__globals__]
        yield [each for each in used if each is not COLLECTIONS or _asks_for_rules(code)]
        modules = [each for each in used if isinstance(each, ModuleType) and each.__name__.startswith(_OURS)]
        yield [getattr(module, name, None) for module in modules for name in code.co_names]


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of what is defined inside of it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _asks_for_rules(code: CodeType) -> bool:
    """Whether it looks at what a resource must keep, and not only at whose fields are whose."""
    return not {"frame", "rules"}.isdisjoint(code.co_names)


_OURS = ("contracts",)


def _is_ours(thing: FunctionType | type) -> bool:
    return thing.__module__.startswith(_OURS)
