"""A source that the mock emulates too, as Zoho CRM: what Flow Service asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from contracts.judging.body_schemas import object_at
from contracts.judging.violations import Violation
from mockserver.exchange.refusal import Refused
from mockserver.memory.world import World

__all__ = ["SourceSide", "Table", "alike", "source_side", "table_in"]


class Table(NamedTuple):
    """A table or view: its columns' types by name, and its rows."""

    path: str
    name: str
    type: str
    columns: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]


def table_in(row: Mapping[str, Any]) -> Table:
    """A table as a file of samples has it."""
    columns = dict(row["columns"])
    rows = tuple(dict(zip(columns, values, strict=True)) for values in row["rows"])
    return Table(row["path"], row.get("name", row["path"]), row.get("type", "table"), columns, rows)


class SourceSide(NamedTuple):
    """A source with a life of its own.

    ``learn`` is told of each base connection that is written, ``problems`` says why one doesn't work, ``refusal`` how
    Flow Service answers where it needs one that doesn't; ``tables`` are what can be explored.
    """

    learn: Callable[[World, Mapping[str, Any]], None]
    problems: Callable[[World, Mapping[str, Any]], tuple[Violation, ...]]
    refusal: Callable[[tuple[Violation, ...]], Refused]
    tables: Callable[[World], Mapping[str, Table]]


def source_side(world: World, connection: Mapping[str, Any]) -> SourceSide | None:
    """The side of a connection's source; ``None`` where the source is samples alone."""
    return world.sources.get(str(object_at(connection, "connectionSpec").get("id")))


def alike(text: str, pattern: str, many: str = "%", one: str = "") -> bool:
    """Whether ``text`` fits ``pattern``, in which ``many`` stands for any characters and ``one`` for any single one.

    A regular expression would try every way to share out the text among many wildcards.
    """
    place, mark, back = 0, -1, 0  # back: where in the text the newest wildcard has been stretched to
    at = 0
    while at < len(text):
        char = pattern[place : place + 1]
        if char and char == many:
            mark, back, place = place, at, place + 1
        elif char and (char == text[at] or char == one):
            place, at = place + 1, at + 1
        elif mark < 0:
            return False
        else:
            place, back = mark + 1, back + 1
            at = back
    return pattern[place:].strip(many) == ""
