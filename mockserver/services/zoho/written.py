"""Records that programs have written, laid over those that the mock's CRM was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby, islice
from typing import Any, NamedTuple

from mockserver.services.zoho.dataset import Dataset, Field, Module, fields_with

__all__ = ["MOST_OWN", "Written", "overlaid"]

Row = Mapping[str, Any]


class Written(NamedTuple):
    """A record as it is since it was written ``at`` (ms); of a deleted one ``is_deleted``, and the row is its last."""

    module: str
    row: dict[str, Any]
    at: int
    is_deleted: bool = False


def overlaid(data: Dataset, written: Iterable[Written]) -> Dataset:
    """``data`` with what was written since; modules that nobody wrote to are the same objects."""
    by_module = groupby(sorted(written, key=_module), key=_module)
    return Dataset(
        {**data.modules, **{name: _module_with(data.modules[name], tuple(rows)) for name, rows in by_module}}
    )


def _module(written: Written) -> str:
    return written.module


def _module_with(module: Module, written: tuple[Written, ...]) -> Module:
    newest = {each.row["id"]: each for each in written}
    kept = [row for row in module.records if row["id"] not in newest]
    there = [each.row for each in newest.values() if not each.is_deleted]
    fields: Mapping[str, Field] = fields_with(module, _narrowed(module, there))
    blank = dict.fromkeys(fields)
    records = (blank | {name: value for name, value in row.items() if name in fields} for row in (*kept, *there))
    return replace(module, fields=fields, records=tuple(records), table=None)


def _narrowed(module: Module, rows: list[dict[str, Any]]) -> list[Row]:
    """The rows without what is one field of the organisation's own too many."""
    own = islice(dict.fromkeys(name for row in rows for name in row if name not in module.fields), MOST_OWN)
    names = {*module.fields, *own}
    return [{name: value for name, value in row.items() if name in names} for row in rows]


MOST_OWN = 100
"""Fields of an organisation's own that a module gets by writes: each record is shown with all of them."""
