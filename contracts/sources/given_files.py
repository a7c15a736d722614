"""Files with rows for the catalogue, as a user gives them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.reading import json_text
from contracts.reading.schemas import checker

__all__ = ["SourcesFileError", "rows_in"]


class SourcesFileError(ValueError):
    """A ``--sources`` or ``--destinations`` file that can't be used; ``str()`` names it, the JSON pointer and why."""


def rows_in(path: Path, schema: str) -> list[dict[str, Any]]:
    """The rows of a file, which fit the schema of that name; `SourcesFileError` otherwise."""
    try:
        rows = json_text.parse(path.read_bytes())
    except OSError as problem:
        raise SourcesFileError(f"{path}: {problem.strerror or problem}") from None
    except json_text.JsonProblem as problem:
        raise SourcesFileError(f"{path}: not JSON: {problem}") from None
    misfits = checker(schema, "contracts.sources").iter_errors(rows)
    for error in sorted(misfits, key=lambda error: list(map(str, error.path))):
        pointer = "".join(f"/{part}" for part in error.absolute_path) or "the whole file"
        raise SourcesFileError(f"{path}: {pointer}: {error.message[:200]}")
    if schema == "destination-catalogue":
        for index, row in enumerate(rows):
            _target_is_enforceable(path, f"/{index}/targetSpec/spec", row)
    return list(rows)


def _target_is_enforceable(path: Path, pointer: str, row: Mapping[str, Any]) -> None:
    from contracts.reading.custom_schema_faults import faults_in

    for place, problem in faults_in((row.get("targetSpec") or {}).get("spec") or {}):
        raise SourcesFileError(f"{path}: {'/'.join((pointer, *map(str, place)))}: {problem}")
