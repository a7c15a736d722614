"""Base connections that a sandbox has already, as a user tells of them: an id, whose it is, and to which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts import Catalogue, Source, documented_regions, zoho_regions
from contracts.reading import json_text
from mockserver.memory.existing import Existing
from mockserver.samples import body_of

__all__ = ["ExistingProblem", "absence", "existing_in"]

_EXPECTED = '[{"id": "...", "org_id": "...@AdobeOrg", "sandbox_name": "prod", "source": "zoho-crm"}]'
_REQUIRED = ("id", "org_id", "source")
_KNOWN = (*_REQUIRED, "sandbox_name", "name", "description")


class ExistingProblem(ValueError):
    """Rows that can't be used; ``str()`` says where one is broken, and what was expected."""


def existing_in(
    given: str | Path | Iterable[Mapping[str, Any]], catalogue: Catalogue, org_id: str | None = None
) -> tuple[Existing, ...]:
    """The connections of a file (a JSON list), or of a list itself; ``org_id`` is whose those are that name nobody."""
    rows, place = (_read(Path(given)), f"{given}: ") if isinstance(given, str | Path) else (given, "connections: ")
    if not isinstance(rows, Iterable) or isinstance(rows, Mapping | str | bytes):
        raise ExistingProblem(f"{place}expected a list of connections, as {_EXPECTED}")
    return tuple(
        _existing(_checked(row, f"{place}/{number}", org_id), f"{place}/{number}", catalogue)
        for number, row in enumerate(rows)
    )


def _read(file: Path) -> Any:
    try:
        return json_text.parse(file.read_bytes())
    except (OSError, json_text.JsonProblem) as problem:
        raise ExistingProblem(f"{file}: {problem}") from None


def _checked(row: Any, place: str, org_id: str | None) -> Mapping[str, str]:
    if isinstance(row, Mapping) and org_id is not None:
        row = {"org_id": org_id, **row}
    if not isinstance(row, Mapping) or any(name not in row for name in _REQUIRED):
        raise ExistingProblem(f"{place}: expected an object with {', '.join(_REQUIRED)}, as {_EXPECTED}")
    for problem in _broken(row):
        raise ExistingProblem(f"{place}/{problem}")
    return row


def _broken(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        if name not in _KNOWN:
            yield f"{name}: no such key; there are {', '.join(_KNOWN)}"
        if not isinstance(value, str) or not value:
            yield f"{name}: expected a text"
    try:
        UUID(row["id"])
    except ValueError:
        yield f'id: expected a UUID, as of every connection, found "{row["id"]}"'


def _existing(row: Mapping[str, str], place: str, catalogue: Catalogue) -> Existing:
    region = zoho_regions()[next(iter(documented_regions()))]
    source = _source(row["source"], place, catalogue)
    document = {**body_of(source, region), **{name: row[name] for name in ("name", "description") if name in row}}
    return Existing((row["org_id"], row.get("sandbox_name", "prod")), row["id"], document)


def _source(name: str, place: str, catalogue: Catalogue) -> Source:
    source = catalogue.named(name)
    if source is None:
        raise ExistingProblem(f"{place}/source: {absence(catalogue, name)}")
    return source


def absence(catalogue: Catalogue, name: str) -> str:
    """What a user is told where the catalogue has no such source."""
    near = catalogue.nearest(name)
    hint = f" Did you mean {near!r}?" if near else ""
    return f"No source named {name!r}.{hint} `mockserver sources` lists them."
