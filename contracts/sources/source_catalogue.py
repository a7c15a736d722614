"""The catalogue of sources: rows of data, from which the JSON Schemas of their credentials are made.

A source is never code. The built-in rows are ``data/sources.json`` and, for what the
reference names beside them, ``data/further-sources.json``; files in the same format add to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.reading import json_text
from contracts.reading.custom_schemas import given_validator
from contracts.reading.files import file_of
from contracts.reading.schemas import Checker, checker
from contracts.reading.spelling import nearest

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["DATA_LAKE", "ZOHO_CRM", "AuthSpec", "Catalogue", "Source", "SourcesFileError", "catalogue"]

ZOHO_CRM = "929e4450-0237-4ed2-9404-b7e1e0a00309"
"""The connectionSpec.id of Zoho CRM."""

DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
"""The connectionSpec.id of the data lake, the target of every source flow."""


class SourcesFileError(ValueError):
    """A ``--sources`` file that can't be used; ``str()`` names the file, the JSON pointer and what is wrong there."""


@dataclass(frozen=True)
class AuthSpec:
    """One way to authenticate: ``auth.specName`` and the params that go with it.

    ``given`` is the JSON Schema of a custom connection spec; without one the schema is made from the params' rows.
    """

    name: str
    params: Mapping[str, Mapping[str, Any]]
    given: Mapping[str, Any] | None = None

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of ``auth.params``."""
        if self.given is not None:
            return {"properties": {}, "required": [], **self.given}
        return {
            "type": "object",
            "x-rule": "FS-CON-10",
            "properties": {name: _param_schema(row) for name, row in self.params.items()},
            "required": [name for name, row in self.params.items() if row.get("required")],
        }

    @cached_property
    def checker(self) -> Checker | Validator:
        return Checker(self.schema) if self.given is None else given_validator(self.schema)

    @cached_property
    def open_params(self) -> frozenset[str]:
        """The params that the page declares and that aren't secret: the only ones ever shown."""
        return frozenset(name for name, row in self.params.items() if not row.get("secret"))


@dataclass(frozen=True, eq=False)  # so that one can be remembered
class Source:
    """One row of the catalogue; ``given`` are the JSON Schemas of a custom spec's params by specName."""

    row: Mapping[str, Any]
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The connectionSpec.id."""
        return str(self.row["connectionSpecId"])

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def display_name(self) -> str:
        return str(self.row.get("displayName") or self.name)

    @property
    def version(self) -> str:
        return str(self.row["version"])

    @property
    def category(self) -> str:
        return str(self.row.get("category") or "")

    @property
    def explore_kinds(self) -> tuple[str, ...]:
        """What there is to explore: ``table``, ``view``, ``folder``, ``file``, ``rest``, or nothing."""
        return tuple(self.row.get("exploreKinds") or ())

    @property
    def is_target(self) -> bool:
        """Whether target connections are made of it."""
        return self.id == DATA_LAKE or bool(self.row.get("targetSpec"))

    @property
    def flow_spec_id(self) -> str | None:
        """The flow spec that takes this source's data, where a page names one."""
        return self.row.get("flowSpecId")

    @cached_property
    def auth(self) -> Mapping[str, AuthSpec]:
        """The ways to authenticate by specName; empty for a source without credentials."""
        return {
            row["specName"]: AuthSpec(
                row["specName"], {param["name"]: param for param in row["params"]}, self.given.get(row["specName"])
            )
            for row in self.row["auth"]
        }

    @cached_property
    def secret_source_params(self) -> frozenset[str]:
        """The params of a source connection that a custom spec declares to be passwords."""
        rows = self._declared_source_params.items()
        return frozenset(name for name, row in rows if isinstance(row, dict) and row.get("format") == "password")

    @cached_property
    def open_source_params(self) -> frozenset[str]:
        """Those that it declares to be texts, numbers or switches, and no passwords."""
        rows = self._declared_source_params.items()
        kinds = ("string", "number", "integer", "boolean")
        return frozenset(
            name for name, row in rows if isinstance(row, dict) and row.get("type") in kinds and "format" not in row
        )

    @property
    def _declared_source_params(self) -> Mapping[str, Any]:
        part = self.row.get("sourceSpec")
        spec = part.get("spec") if isinstance(part, dict) else None
        declared = spec.get("properties") if isinstance(spec, dict) else None
        return declared if isinstance(declared, dict) else {}

    @property
    def examples(self) -> list[dict[str, Any]]:
        """The documented POST /connections bodies, placeholders kept."""
        first = self.row.get("example")
        return ([first] if first else []) + list(self.row.get("otherExamples") or ())

    @cached_property
    def end_of_life(self) -> Mapping[str, Any] | None:
        """``{"date", "note", "level"}`` of a source that Adobe has retired or is about to."""
        return self.row.get("endOfLife") or _end_of_life().get(self.id)


class Catalogue(Mapping[str, Source]):
    """Sources by connectionSpec.id."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {source.id: source for source in sources}

    def __getitem__(self, spec_id: str) -> Source:
        return self._sources[spec_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    # What is made of a catalogue is kept by its identity.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def named(self, name: str) -> Source | None:
        """The source with that machine name, display name or connectionSpec.id, letter case aside."""
        wanted = name.casefold()
        for source in self._sources.values():
            if wanted in (source.name.casefold(), source.display_name.casefold(), source.id):
                return source
        return None

    def nearest(self, name: str) -> str | None:
        """The machine name most like ``name``."""
        return nearest(name, [source.name for source in self._sources.values()])

    @cached_property
    def open_params(self) -> frozenset[str]:
        """The params that are secret in no source: all that may be shown where the source isn't known."""
        specs = [spec for source in self._sources.values() for spec in source.auth.values()]
        secret = {name for spec in specs for name in spec.params if name not in spec.open_params}
        return frozenset(name for spec in specs for name in spec.open_params if name not in secret)

    @cached_property
    def secret_source_params(self) -> frozenset[str]:
        return frozenset(name for source in self._sources.values() for name in source.secret_source_params)

    @cached_property
    def open_source_params(self) -> frozenset[str]:
        """Those that a custom spec declares to be anything but passwords."""
        return frozenset(name for source in self._sources.values() for name in source.open_source_params)

    @cached_property
    def param_names(self) -> frozenset[str]:
        """The name of every credential of every source."""
        return frozenset(
            name for source in self._sources.values() for spec in source.auth.values() for name in spec.params
        )

    def with_files(self, paths: Iterable[str | Path]) -> Catalogue:
        """This catalogue and the rows of ``paths``; a row with a known id replaces it."""
        rows = [source for path in paths for source in _read(Path(path))]
        return Catalogue([*self._sources.values(), *rows]) if rows else self


@cache
def catalogue() -> Catalogue:
    """The documented sources; Zoho CRM is the first row."""
    sources = [Source(row) for row in (*_data("sources.json"), *_data("further-sources.json"))]
    return Catalogue(sorted(sources, key=lambda source: source.id != ZOHO_CRM))


@cache
def _end_of_life() -> Mapping[str, Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = _data("end-of-life.json")
    return rows


def _data(name: str) -> Any:
    return json.loads(file_of("contracts.sources", f"data/{name}").read_text("utf-8"))


def _read(path: Path) -> list[Source]:
    try:
        rows = json_text.parse(path.read_bytes())
    except OSError as problem:
        raise SourcesFileError(f"{path}: {problem.strerror or problem}") from None
    except json_text.JsonProblem as problem:
        raise SourcesFileError(f"{path}: not JSON: {problem}") from None
    misfits = checker("source-catalogue", "contracts.sources").iter_errors(rows)
    for error in sorted(misfits, key=lambda error: list(map(str, error.path))):
        pointer = "".join(f"/{part}" for part in error.absolute_path) or "the whole file"
        raise SourcesFileError(f"{path}: {pointer}: {error.message[:200]}")
    return [Source(row) for row in rows]


def _param_schema(row: Mapping[str, Any]) -> dict[str, Any]:
    """A non-empty string, or the JSON type that the page's example has (a port number, a switch)."""
    schema: dict[str, Any] = {
        "type": ["string", *_EXAMPLE_TYPES.get(type(row.get("example")), ())],
        "x-rule": "FS-CON-12",
        "x-rule-required": "FS-CON-11",
    }
    if row.get("required"):
        schema["minLength"] = 1
    return schema


_EXAMPLE_TYPES: Mapping[type, tuple[str, ...]] = {bool: ("boolean",), int: ("integer",), float: ("number",)}
