"""What ``--connections`` files say: a base connection's id, whose it is, and to which source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts import Contract, documented_regions, zoho_regions
from contracts.reading import json_text
from mockserver.cli.examples import body_of
from mockserver.cli.options import source_named
from mockserver.cli.problems import WrongUse, cant_use
from mockserver.memory.existing import Existing

__all__ = ["connections_of"]

_EXPECTED = '[{"id": "...", "org_id": "...@AdobeOrg", "sandbox_name": "prod", "source": "zoho-crm"}]'
_REQUIRED = ("id", "org_id", "source")
_KNOWN = (*_REQUIRED, "sandbox_name", "name", "description")


def connections_of(files: tuple[Path, ...], contract: Contract) -> tuple[Existing, ...]:
    """The rows of those files; one line, and wrong use, where one is broken."""
    return tuple(_existing(row, place, contract) for file in files for place, row in _rows_of(file))


def _rows_of(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row, and where it stands."""
    try:
        rows = json_text.parse(file.read_bytes())
    except (OSError, json_text.JsonProblem) as problem:
        cant_use(f"{file}: {problem}")
    if not isinstance(rows, list):
        cant_use(f"{file}: expected a list of connections, as {_EXPECTED}")
    for number, row in enumerate(rows):
        place = f"{file}: /{number}"
        if not isinstance(row, dict) or any(name not in row for name in _REQUIRED):
            cant_use(f"{place}: expected an object with {', '.join(_REQUIRED)}, as {_EXPECTED}")
        for name, value in row.items():
            if name not in _KNOWN:
                cant_use(f"{place}/{name}: no such key; there are {', '.join(_KNOWN)}")
            if not isinstance(value, str) or not value:
                cant_use(f"{place}/{name}: expected a text")
        yield place, row


def _existing(row: Mapping[str, str], place: str, contract: Contract) -> Existing:
    try:
        source = source_named(contract, row["source"])
    except WrongUse as problem:
        cant_use(f"{place}/source: {problem.message}")
    try:
        UUID(row["id"])
    except ValueError:
        cant_use(f'{place}/id: expected a UUID, as of every connection, found "{row["id"]}"')
    region = zoho_regions()[next(iter(documented_regions()))]
    document = {**body_of(source, region), **{name: row[name] for name in ("name", "description") if name in row}}
    return Existing((row["org_id"], row.get("sandbox_name", "prod")), row["id"], document)
