"""The records of the emulated CRM by module: a small default, or what a user's file says.

Every data centre holds the same (assumed), and so does every mock with the same file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

from contracts.reading.files import file_of
from mockserver.services.sources import Table, table_in

__all__ = [
    "Dataset",
    "Field",
    "Module",
    "default_dataset",
    "field_of",
    "fields_with",
    "json_type",
    "linked_value",
    "new_id",
    "zoho_data",
]

Row = Mapping[str, Any]

_AT = "2024-01-01T00:00:00+00:00"
"""When a record was made that doesn't say so."""


class Field(NamedTuple):
    """A column of a module; ``lookup`` names the module that its values point to."""

    api_name: str
    data_type: str
    lookup: str | None = None


@dataclass(frozen=True)
class Module:
    """One module; ``records`` are as the API answers them, all of the module's fields in each."""

    api_name: str
    number: int
    fields: Mapping[str, Field]
    records: tuple[Row, ...] = ()
    table: Table | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of its labels and mandatory fields."""
        facts: Mapping[str, Any] = zoho_data()["modules"].get(self.api_name, {})
        return facts

    @property
    def is_custom(self) -> bool:
        return bool(self.facts.get("custom", not self.facts))

    @property
    def singular(self) -> str:
        return str(self.facts.get("singular", self.api_name.replace("_", " ")))

    @property
    def plural(self) -> str:
        return str(self.facts.get("plural", self.api_name.replace("_", " ")))

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        return {row["id"]: row for row in self.records}

    @cached_property
    def explored(self) -> Table:
        """The module as Flow Service shows it: a table with flat values."""
        if self.table is not None:
            return self.table
        kinds = zoho_data()["explored"]
        columns = {"id": "string"} | {
            name: kinds.get(each.data_type, "string") for name, each in self.fields.items() if name != "id"
        }
        rows = tuple({name: _flat(row.get(name)) for name in columns} for row in self.records)
        return Table(self.api_name, self.api_name, "table", columns, rows)


@dataclass(frozen=True)
class Dataset:
    """Every module by its API name."""

    modules: Mapping[str, Module] = field(repr=False)

    def module(self, name: str) -> Module | None:
        """The module of that name; letter case is free, as clients take it to be (inferred)."""
        return self.modules.get(name) or next(
            (each for each in self.modules.values() if each.api_name.lower() == name.lower()), None
        )

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Of the modules that hold records: which of the others Adobe's source would show isn't known."""
        return {name: module.explored for name, module in self.modules.items() if module.table or module.records}

    def with_records(self, records: Mapping[str, Iterable[Row]]) -> Dataset:
        """The same with other records in the modules that are named; new names are custom modules."""
        modules = dict(self.modules)
        for name, rows in records.items():
            known = self.module(name) or Module(name, len(modules) + 1, {"id": Field("id", "text")})
            modules[known.api_name] = _filled(known, [dict(row) for row in rows])
        return Dataset(modules)


@cache
def default_dataset() -> Dataset:
    tables = [table_in(row) for row in _data("tables.json")]
    modules = {table.path: _module(table.path, number, table) for number, table in enumerate(tables, 1)}
    for name, facts in zoho_data()["modules"].items():
        if name not in modules:
            modules[name] = fresh = Module(name, len(modules) + 1, {})
            modules[name] = replace(fresh, fields=fields_with(fresh, [dict.fromkeys(facts["holds"])]))
    return Dataset({name: _linked(module, modules) for name, module in modules.items()})


@cache
def zoho_data() -> Any:
    """The facts about Zoho's standard modules, users and organisation."""
    return _data("zoho-modules.json")


def _data(name: str) -> Any:
    return json.loads(file_of("mockserver.services.zoho", f"data/{name}").read_text("utf-8"))


def field_of(module: str, name: str, plain: str) -> Field:
    """The field of that name, whose values are ``plain``: string, integer, ..."""
    facts = zoho_data()
    lookup = facts["lookups"].get(name)
    if lookup is not None and lookup != module:
        return Field(name, "lookup", lookup)
    return Field(name, facts["types"].get(name, facts["plain"].get(plain, plain)))


def json_type(data_type: str) -> str:
    return str(zoho_data()["json_types"].get(data_type, "string"))


def _module(name: str, number: int, table: Table) -> Module:
    fields = {column: field_of(name, column, kind) for column, kind in table.columns.items()}
    return Module(name, number, fields, tuple(dict(row) for row in table.rows), table)


def _linked(module: Module, modules: Mapping[str, Module]) -> Module:
    """Names in lookup fields become what the API answers: the name with the id of the record that has it."""
    return replace(module, records=tuple(_linked_row(module, row, modules) for row in module.records))


def _linked_row(module: Module, row: Row, modules: Mapping[str, Module]) -> Row:
    return {name: _value(module.fields[name], value, modules) for name, value in row.items()}


def _value(of: Field, value: Any, modules: Mapping[str, Module]) -> Any:
    if value is None:
        return None
    if of.data_type in ("bigint", "autonumber"):
        return str(value)
    if of.data_type == "ownerlookup":
        return _owner(value)
    if of.lookup is None:
        return value
    name = modules[of.lookup].facts["name"]
    found = next((row["id"] for row in modules[of.lookup].records if row[name] == value), None)
    return {"name": value, "id": found}


def _owner(name: Any) -> Any:
    users = zoho_data()["users"]
    user = next((each for each in users if each["full_name"] == name), users[0])
    return {"name": user["full_name"], "id": user["id"], "email": user["email"]}


def _filled(module: Module, rows: list[dict[str, Any]]) -> Module:
    """``rows`` as records of ``module``: with ids, times and an owner where they say nothing of that."""
    fields = fields_with(module, rows)
    records = []
    for number, row in enumerate(rows, 1):
        own = {"id": new_id(module, number), "Owner": _owner(None)}
        own |= {"Created_Time": _AT, "Modified_Time": row.get("Created_Time") or _AT}
        given = {name: value for name, value in row.items() if value is not None}
        record = {**dict.fromkeys(fields), **own, **given}
        records.append({**record, "id": str(record["id"]), "Owner": _as_owner(record["Owner"])})
    return replace(module, fields=fields, records=tuple(records), table=None)


def fields_with(module: Module, rows: Iterable[Row]) -> dict[str, Field]:
    """The module's fields, and those that ``rows`` have besides."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    fields = dict(module.fields)
    for name in ("id", *names, "Owner", "Created_Time", "Modified_Time"):
        if name not in fields:
            fields[name] = field_of(module.api_name, name, _kind(name, [row.get(name) for row in rows]))
    return fields


def new_id(module: Module, number: int) -> str:
    """The id of the module's record of that number."""
    return f"4876876{module.number:03}{number:09}"


def linked_value(data: Dataset, module: Module, name: str, value: Any) -> Any:
    """What a program sends for a field as the API answers it: an owner or a lookup with name and id."""
    field, id = module.fields.get(name), value.get("id") if isinstance(value, dict) else value
    if field is None or value is None:
        return value
    if field.data_type == "ownerlookup":
        return next((_owner(user["full_name"]) for user in zoho_data()["users"] if user["id"] == id), _as_owner(value))
    target = data.modules.get(field.lookup or "")
    row = None if target is None else target.by_id.get(str(id))
    return (
        value if target is None or row is None else {"name": row.get(target.facts.get("name", "Name")), "id": row["id"]}
    )


def _as_owner(value: Any) -> Any:
    return _owner(value) if isinstance(value, str) else value


def _kind(name: str, values: list[Any]) -> str:
    """What a field's values are: one of the plain kinds, or a data type where no plain one fits."""
    known = [value for value in values if value is not None]
    if name in ("Created_Time", "Modified_Time"):
        return "datetime"
    for type_, kind in _KINDS:
        if known and all(isinstance(value, type_) for value in known):
            return kind
    return "string"


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (int | float, "double"),
    (dict, "lookup"),
    (list, "subform"),
)


def _flat(value: Any) -> Any:
    """A lookup as the name that it shows, a list as its JSON (assumed)."""
    if isinstance(value, dict):
        return value.get("name", value.get("id"))
    return json.dumps(value) if isinstance(value, list) else value
