"""The catalogue of sources and destinations: rows of data, from which the JSON Schemas of their credentials are made.

A source is never code. The built-in rows are ``data/sources.json`` and, for what the reference names beside them,
``data/further-sources.json``; those of destinations, ``data/destinations.json``, are read when one is asked for. Files
in the same formats add to them. One id may be a source's and a destination's: then it is one spec with two sides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from contracts.reading.custom_schemas import given_validator
from contracts.reading.files import file_of
from contracts.reading.schemas import Checker
from contracts.reading.spelling import nearest
from contracts.sources.given_files import SourcesFileError, rows_in

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = [
    "DATA_LAKE",
    "EXPORT_SOURCE",
    "KINDS",
    "PROFILE_STORE",
    "ZOHO_CRM",
    "AuthSpec",
    "Catalogue",
    "Kind",
    "Source",
    "SourcesFileError",
    "catalogue",
]

Kind = Literal["source", "destination", "export source"]

KINDS: tuple[Kind, ...] = ("source", "destination", "export source")
"""What a row of the catalogue may be: where data comes from, where it goes, and what of the platform is exported."""

ZOHO_CRM = "929e4450-0237-4ed2-9404-b7e1e0a00309"
"""The connectionSpec.id of Zoho CRM."""

DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
"""The connectionSpec.id of the data lake, the target of every source flow."""

PROFILE_STORE = "8a9c3494-9708-43d7-ae3f-cda01e5030e1"
"""The connectionSpec.id of the Profile Store, the source of every flow of audiences."""

EXPORT_SOURCE = "23598e46-f560-407b-88d5-ea6207e49db0"
"""The connectionSpec.id of the data lake as the source of every flow of datasets to a destination."""

_TWO_SIDED = frozenset(("86043421-563b-46ec-8e6c-e23184711bf6", "bf9f5905-92b7-48bf-bf20-455bc6b60a4e"))
"""The ids that are printed for a source and for a destination: Amazon Kinesis and Azure Event Hubs."""


@dataclass(frozen=True)
class AuthSpec:
    """One way to authenticate: ``auth.specName`` and the params that go with it.

    ``given`` is the JSON Schema of a custom connection spec; without one the schema is made from the params' rows.
    ``one_of`` are groups of params of which one at least is sent; ``type`` is the documented one, where there is one.
    """

    name: str
    params: Mapping[str, Mapping[str, Any]]
    given: Mapping[str, Any] | None = None
    one_of: tuple[tuple[str, ...], ...] = ()
    type: str | None = None

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of ``auth.params``."""
        if self.given is not None:
            return {"properties": {}, "required": [], **self.given}
        groups = [
            {"anyOf": [{"required": [name]} for name in group], "x-rule": "FS-CON-18", "x-printed": " or ".join(group)}
            for group in self.one_of
        ]
        return {
            **({"allOf": groups} if groups else {}),
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
    """One row of the catalogue; ``given`` are the JSON Schemas of a custom spec's params by specName.

    ``target`` is the row of its side as a destination; a pure destination has no other row.
    """

    row: Mapping[str, Any]
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    target: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The connectionSpec.id."""
        return str(self.row["connectionSpecId"])

    @property
    def key(self) -> str:
        """The name that no other row has; names as Amazon S3 and SFTP are a source's and a destination's."""
        return str(self.row.get("key") or self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its key and, of one with two sides, that of the destination."""
        return tuple(dict.fromkeys((self.key, str(self.target.get("key") or self.key))))

    @property
    def name(self) -> str:
        """As its connection spec has it."""
        return str(self.row["name"])

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """One or, where one id is a source's and a destination's, two of `KINDS`."""
        if not self.target:
            return (self.row.get("kind", "source"),)
        return ("destination",) if self.row is self.target else ("source", "destination")

    @property
    def is_destination(self) -> bool:
        """Whether target connections are made to it."""
        return bool(self.target)

    @property
    def is_export_source(self) -> bool:
        """Whether it is what a destination gets data of: the Profile Store, or the data lake's datasets."""
        return self.row.get("kind") == "export source"

    @property
    def display_name(self) -> str:
        """As people read it, ``Zoho CRM`` for example."""
        return str(self.row.get("displayName") or self.name)

    @property
    def version(self) -> str:
        """Of its connection spec."""
        return str(self.row["version"])

    @property
    def category(self) -> str:
        """As the catalogue sorts it; empty where a file says nothing."""
        return str(self.row.get("category") or "")

    @property
    def explore_kinds(self) -> tuple[str, ...]:
        """What there is to explore: ``table``, ``view``, ``folder``, ``file``, ``rest``, or nothing."""
        return tuple(self.row.get("exploreKinds") or ())

    @property
    def is_target(self) -> bool:
        """Whether target connections are made of it."""
        return self.id == DATA_LAKE or bool(self.target or self.row.get("targetSpec"))

    @property
    def flow_spec_id(self) -> str | None:
        """The flow spec that takes this source's data, where a page names one."""
        return self.row.get("flowSpecId")

    @cached_property
    def auth(self) -> Mapping[str, AuthSpec]:
        """The ways to authenticate by specName; empty for a source without credentials."""
        rows = {row["specName"]: row for row in self.row["auth"]}
        if self.target and self.target is not self.row:
            rows |= {row["specName"]: _both(rows.get(row["specName"]), row) for row in self.target["auth"]}
        return {name: _auth_spec(row, self.given.get(name)) for name, row in rows.items()}

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
        rows = (self.row,) if self.target in ({}, self.row) else (self.row, self.target)
        found = [body for row in rows for body in (row.get("example"), *(row.get("otherExamples") or ()))]
        return [body for body in found if body]

    @cached_property
    def end_of_life(self) -> Mapping[str, Any] | None:
        """``{"date", "note", "level"}`` of a source that Adobe has retired or is about to."""
        return self.row.get("endOfLife") or _end_of_life().get(self.id)


class Catalogue(Mapping[str, Source]):
    """Sources and destinations by connectionSpec.id.

    What reads them is called when one is asked for; ``later`` where it isn't found without.
    """

    def __init__(
        self,
        sources: Iterable[Source] | Callable[[], Iterable[Source]],
        later: Callable[[], Iterable[Source]] | None = None,
    ) -> None:
        self._given = sources if callable(sources) else tuple(sources)
        self._later = later

    @cached_property
    def _rows(self) -> tuple[Source, ...]:
        return tuple(self._given() if callable(self._given) else self._given)

    @cached_property
    def _first(self) -> Mapping[str, Source]:
        """Those that are found without the others."""
        rows = _by_id(self._rows)
        return rows if self._later is None else {id: row for id, row in rows.items() if id not in _TWO_SIDED}

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        """All of them: what the others were read for, if need be."""
        return self._first if self._later is None else _by_id((*self._rows, *self._later()))

    def __getitem__(self, spec_id: str) -> Source:
        return self._first.get(spec_id) or self._sources[spec_id]

    def get(self, spec_id: str, default: Source | None = None) -> Source | None:  # type: ignore[override]
        """As of any mapping, whose own would raise and catch an error where there is none."""
        return self._first.get(spec_id) or self._sources.get(spec_id, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    # What is made of a catalogue is kept by its identity.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def of(self, kind: Kind) -> list[Source]:
        """The rows of that kind."""
        return [source for source in self._sources.values() if kind in source.kinds]

    def named(self, name: str, kind: Kind | None = None) -> Source | None:
        """The row with that key, connectionSpec.id, machine name or display name, letter case aside.

        Of a source and a destination of one name it is the source, or the one of ``kind``.
        """
        wanted, rows = name.casefold(), self.of(kind) if kind else self._sources.values()
        found = [row for row in rows if wanted in (row.id, *map(str.casefold, row.keys))]
        found += [row for row in rows if wanted in (row.name.casefold(), row.display_name.casefold())]
        return found[0] if found else None

    def nearest(self, name: str) -> str | None:
        """The key most like ``name``."""
        return nearest(name, [source.key for source in self._sources.values()])

    @cached_property
    def open_params(self) -> frozenset[str]:
        """The params that are open in some source and secret in none."""
        specs = [spec for source in self._sources.values() for spec in source.auth.values()]
        secret = {name for spec in specs for name in spec.params if name not in spec.open_params}
        return frozenset(name for spec in specs for name in spec.open_params if name not in secret)

    @cached_property
    def documented_open_params(self) -> frozenset[str]:
        """Those of `open_params` that a custom spec isn't alone with: all that may be shown of an unknown source."""
        return self.open_params & Catalogue(row for row in self._sources.values() if not row.given).open_params

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

    def with_files(self, sources: Iterable[str | Path], destinations: Iterable[str | Path] = ()) -> Catalogue:
        """This catalogue and the rows of the files; a row with a known id replaces that side of it."""
        rows = [Source(row) for path in sources for row in rows_in(Path(path), "source-catalogue")]
        rows += [_destination(row) for path in destinations for row in rows_in(Path(path), "destination-catalogue")]
        return Catalogue([*self._sources.values(), *rows]) if rows else self


@cache
def catalogue() -> Catalogue:
    """The documented sources and, after them, destinations; Zoho CRM is the first row."""
    return Catalogue(_documented_sources, _documented_destinations)


def _documented_sources() -> list[Source]:
    sources = [Source(row) for row in (*_data("sources.json"), *_data("further-sources.json"))]
    return sorted(sources, key=lambda source: source.id != ZOHO_CRM)


def _documented_destinations() -> list[Source]:
    rows = _data("destinations.json")
    return [*map(_destination, rows["destinations"]), *map(Source, rows["exportSources"])]


def _destination(row: Mapping[str, Any]) -> Source:
    return Source(row, target=row)


def _by_id(sources: Iterable[Source]) -> dict[str, Source]:
    """The later one of two with one id, with the other side of the earlier one."""
    found: dict[str, Source] = {}
    for source in sources:
        earlier = found.get(source.id)
        found[source.id] = source if earlier is None else _joined(earlier, source)
    return found


def _joined(earlier: Source, later: Source) -> Source:
    if "source" in earlier.kinds and later.kinds == ("destination",):
        return Source(earlier.row, earlier.given, later.target)
    if "destination" in earlier.kinds and later.kinds == ("source",):
        return Source(later.row, later.given, earlier.target)
    return later


@cache
def _end_of_life() -> Mapping[str, Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = _data("end-of-life.json")
    return rows


def _data(name: str) -> Any:
    return json.loads(file_of("contracts.sources", f"data/{name}").read_text("utf-8"))


def _auth_spec(row: Mapping[str, Any], given: Mapping[str, Any] | None) -> AuthSpec:
    groups = tuple(tuple(group) for group in row.get("oneOf") or ())
    return AuthSpec(row["specName"], {param["name"]: param for param in row["params"]}, given, groups, row.get("type"))


def _both(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> Mapping[str, Any]:
    """An auth spec of a source and of a destination: a param is required where both sides require it."""
    if one is None:
        return other
    params = {row["name"]: row for row in other["params"]}
    for row in one["params"]:
        same = params.get(row["name"], row)
        params[row["name"]] = {**same, **row, "required": row.get("required") and same.get("required")}
    return {**other, **one, "params": list(params.values())}


def _param_schema(row: Mapping[str, Any]) -> dict[str, Any]:
    """A non-empty string, or the JSON type that the page's example has (a port number, a switch)."""
    schema: dict[str, Any] = {
        "type": ["string", *_EXAMPLE_TYPES.get(type(row.get("example")), ())],
        "x-rule": "FS-CON-12",
        "x-rule-required": "FS-CON-11",
    }
    if row.get("required"):
        schema["minLength"] = 1
    if row.get("pattern"):
        schema |= {"pattern": row["pattern"], "x-rule-pattern": "FS-CON-19"}
    return schema


_NUMBERS = {int: ("integer",), float: ("number",)}
_EXAMPLE_TYPES: Mapping[type, tuple[str, ...]] = {bool: ("boolean",), dict: ("object",), **_NUMBERS}
