"""What the emulated sources hold: a few tables, files and records each, the same for every connection.

Names and types of Zoho's modules and fields are Zoho's own; all values are made up. That a lookup field
arrives as the name of what it points to is assumed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts import Source
from contracts.reading.files import file_of
from mockserver.memory.world import World
from mockserver.services.sources import Table, table_in

__all__ = ["File", "container_of", "copied_by", "files_of", "records_of", "tables_in", "tables_of"]


@dataclass(frozen=True, slots=True)
class File:
    """A file: a table in it, or records of any shape; ``compression`` and ``delimiter`` are what is detected of it."""

    path: str
    file_type: str
    table: Table | None
    records: tuple[Any, ...]
    compression: str | None
    delimiter: str | None


def tables_of(source: Source) -> Mapping[str, Table]:
    """The tables and views of a source by path."""
    if not {"table", "view"} & set(source.explore_kinds):
        return {}
    tables = _tables()
    return tables.get(source.name, tables["any"])


def tables_in(world: World, source: Source) -> Mapping[str, Table]:
    """The tables of a source as it stands in ``world``: its own where it has a life of its own."""
    tables, side = tables_of(source), world.sources.get(source.id)
    return side.tables(world) if tables and side else tables


def files_of(source: Source) -> Mapping[str, File]:
    """The files of a source by path."""
    if "file" not in source.explore_kinds:
        return {}
    files = _files()
    return files.get(source.name, files["any"])


def container_of(source: Source) -> str:
    """The folder that is a source's root: the landing zone's paths begin with its container (data-landing-zone.md)."""
    return "/dlz-user-container" if source.name == "landing-zone" else ""


def copied_by(source: Source, params: Mapping[str, Any], tables: Mapping[str, Table]) -> tuple[Any, ...]:
    """What a source connection with these params hands to a flow; ``tables`` are the source's."""
    table = tables.get(str(params.get("tableName") or params.get("path")))
    file = files_of(source).get(f"/{str(params.get('path')).strip('/')}")
    if table is None and file is not None:
        return file.table.rows if file.table else file.records
    if "rest" in source.explore_kinds:
        return records_of(source)
    # A table that isn't among the samples copies as much as the first that is, so that runs have something to tell.
    table = table or next(iter(tables.values()), None)
    return table.rows if table else ()


def records_of(source: Source) -> tuple[Any, ...]:
    """What a REST source answers."""
    records = _data("records.json")
    return tuple(records.get(source.name, records["any"]))


@cache
def _tables() -> Mapping[str, Mapping[str, Table]]:
    return {name: {row["path"]: table_in(row) for row in rows} for name, rows in _data("tables.json").items()}


@cache
def _files() -> Mapping[str, Mapping[str, File]]:
    return {name: {row["path"]: _file(row) for row in rows} for name, rows in _data("files.json").items()}


def _file(row: Mapping[str, Any]) -> File:
    table = table_in(row) if "columns" in row else None
    records = table.rows if table else tuple(row["records"])
    delimiter = row.get("columnDelimiter", ",") if row["fileType"] == "delimited" else None
    return File(row["path"], row["fileType"], table, records, row.get("compressionType"), delimiter)


@cache
def _data(name: str) -> Any:
    return json.loads(file_of("mockserver.services.flow_service", f"data/{name}").read_text("utf-8"))
