"""Records that a user gives: a JSON object of modules, or a table (JSON or CSV) named after its module."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from mockserver.services.zoho.dataset import Dataset, default_dataset, field_of, zoho_data

__all__ = ["dataset_from"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def dataset_from(given: str | Path | Mapping[str, Any]) -> Dataset:
    """The default records, replaced in the modules that ``given`` names; `ValueError` says what was expected."""
    records = given if isinstance(given, Mapping) else _in_file(Path(given))
    for module, rows in records.items():
        _check(module, rows)
    return default_dataset().with_records(records)


def _in_file(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8-sig")
        value = _csv(text, path) if path.suffix.lower() == ".csv" else json.loads(text)
    except (OSError, ValueError, csv.Error) as problem:
        raise ValueError(f"{path}: {problem}") from None
    except RecursionError:
        raise ValueError(f"{path}: nested too deeply") from None
    if not isinstance(value, list | dict):
        raise ValueError(f"{path}: records are a list of objects, or an object of such lists")
    return {path.stem: value} if isinstance(value, list) else value


def _check(module: str, rows: Any) -> None:
    if not _NAME.fullmatch(module):
        raise ValueError(f"{module!r} isn't the API name of a Zoho module; a table's file is named after its module")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError(f"the records of {module} are a list of objects")
    ids = [str(row["id"]) for row in rows if row.get("id") is not None]
    if len(ids) != len(set(ids)):
        raise ValueError(f"two records of {module} have one id")


def _csv(text: str, path: Path) -> list[dict[str, Any]]:
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    if not rows:
        return []
    if any(None in row or None in row.values() for row in rows):
        raise ValueError("a row has more or fewer cells than the header")
    columns = {name: _typed(path.stem, name, [row[name] for row in rows]) for name in rows[0]}
    return [{name: values[number] for name, values in columns.items()} for number in range(len(rows))]


def _typed(module: str, name: str, cells: list[str]) -> list[Any]:
    """The cells of a column as its field's type has them; of an unknown field, as all of them can be read."""
    read = _READERS.get(_data_type(module, name) or _guessed(cells), str)
    try:
        return [read(cell) if cell != "" else None for cell in cells]
    except (KeyError, ValueError):
        raise ValueError(f"column {name}: a cell can't be read as {_data_type(module, name)}") from None


def _data_type(module: str, name: str) -> str | None:
    known = default_dataset().module(module)
    if known is not None and name in known.fields:
        return known.fields[name].data_type
    is_known = name in zoho_data()["types"] or name in zoho_data()["lookups"] or name == "id"
    return field_of(module, name, "string").data_type if is_known else None


def _guessed(cells: Iterable[str]) -> str:
    known = [cell for cell in cells if cell != ""]
    for data_type, form in _FORMS.items():
        if known and all(form.fullmatch(cell) for cell in known):
            return data_type
    return "text"


# A number with zeros before it is a code or a postal district.
_FORMS = {
    "boolean": re.compile("true|false", re.IGNORECASE),
    "integer": re.compile(r"-?(0|[1-9][0-9]{0,17})"),
    "double": re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"),
}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda cell: {"true": True, "false": False}[cell.lower()],
    "integer": int,
    "double": float,
    "currency": float,
    "lookup": lambda cell: {"name": cell, "id": None},
}
