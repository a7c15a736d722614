"""What exploring a source answers: its root, tables, folders, files and records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts import Call, Source
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.exploring import explore_fits, explore_query
from contracts.services.flow_service.pql import columns_fit, decoded
from contracts.services.flow_service.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.services.flow_service.row_filters import kept
from mockserver.services.flow_service.samples import File, container_of, files_of, records_of, tables_of
from mockserver.services.sources import Table

__all__ = ["configs", "explore", "explored"]

Tables = Mapping[str, Table]


def explored(call: Call, source: Source, via_spec: bool = False, tables: Tables | None = None) -> Any:
    """The answer to an accepted explore call; what ``source`` itself doesn't allow is refused or written down.

    ``tables`` are the source's, its samples by default.
    """
    query = explore_query(call.query)
    breaches = list(explore_fits(source, query, via_spec))
    if any(call.severity(found) == "error" for found in breaches):
        raise Refused(*breaches)
    call.violations += breaches
    return explore(source, query, tables)


def explore(source: Source, query: Mapping[str, str], tables: Tables | None = None) -> Any:
    """The answer to the parameters of a call that keeps the contract, names as `explore_query` gives them."""
    kind = query.get("objectType", "root").lower()
    tables = tables_of(source) if tables is None else tables
    if kind in ("table", "view"):
        return _table(source, query, tables)
    if "rest" in source.explore_kinds:
        return _hierarchy(records_of(source), query) if kind in ("rest", "file") else _REST_LISTING
    if kind == "file":
        return _file(source, query)
    if kind == "folder":
        return _folder(source, query["object"])
    root = [_entry(table.type, table.name, table.path) for table in tables.values()]
    return root or _listing(source, container_of(source))


def configs(source: Source, query: Mapping[str, str]) -> dict[str, Any]:
    """Nothing is configured, in the shape that destinations.yaml's clients read, but the role by which S3 is read.

    create/cloud-storage/s3.md prints the latter; the role's name is made up.
    """
    if source.id == _S3 and query.get("authType", "").lower() == "iambasedauthentication":
        return {"configParams": {"IAMRole": "arn:aws:iam::123456789012:role/mock-experience-platform-sources"}}
    return {"items": [], "pageInfo": {"hasNext": False}}


_S3 = "ecadc60c-7455-4d87-84dc-2a0e293d997b"


# The pages of REST sources go on with object=json, whatever the source.
_REST_LISTING = [{"type": "file", "name": "json", "path": "json", "canPreview": True, "canFetchSchema": True}]


def _table(source: Source, query: Mapping[str, str], tables: Tables) -> dict[str, Any]:
    name = query["object"]
    table = tables.get(name)
    if table is None:
        raise Refused(
            violation(
                "FS-EXP-18",
                "query/object",
                "no such table",
                found=shown(name),
                allowed=list(tables),
                near=name,
                answer=f"No columns were found for table {name}. Please provide a valid table name and try again.",
            )
        )
    answer = _flat(table, with_original_types=source.category == "crm")
    rows: Iterable[Mapping[str, Any]] = table.rows
    if "filters" in query:
        document = decoded(query["filters"])
        breaches = list(columns_fit(document, table.columns, "query/filters"))
        if breaches:
            raise Refused(*breaches)
        rows = kept(rows, document["value"])
    return {**answer, "data": _data(rows)} if _is_true(query.get("preview")) else answer


def _flat(table: Table, with_original_types: bool = False) -> dict[str, Any]:
    """explore/crm.md shows ``meta.originalType``, the newer pages ``xdm``; a CRM's columns have both."""
    columns = [_column(name, kind, with_original_types) for name, kind in table.columns.items()]
    return {"format": "flat", "schema": {"columns": columns}}


def _column(name: str, kind: str, with_original_type: bool) -> dict[str, Any]:
    type_, xdm, original = _TYPES[kind]
    column: dict[str, Any] = {"name": name, "type": type_}
    if "format" in xdm:
        column["meta:xdmType"] = xdm["format"]
    column["xdm"] = dict(xdm)
    if with_original_type:
        column["meta"] = {"originalType": original}
    return column


# The source's type: what a column's type, its XDM type and its original type are.
_TYPES: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "string": ("string", {"type": "string"}, "String"),
    "integer": ("integer", {"type": "integer"}, "Int32"),
    "long": ("long", {"type": "integer"}, "Int64"),
    "double": ("double", {"type": "number"}, "Double"),
    "boolean": ("boolean", {"type": "boolean"}, "Boolean"),
    "date": ("string", {"type": "string", "format": "date"}, "Date"),
    "datetime": ("string", {"type": "string", "format": "date-time"}, "DateTime"),
}


def _data(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as filter.md shows them: a missing value's key is left out (assumed)."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _file(source: Source, query: Mapping[str, str]) -> dict[str, Any]:
    path = _absolute(query["object"])
    file = files_of(source).get(path)
    if file is None:
        raise Refused(_not_there("file", query["object"], [_told(source, each) for each in files_of(source)]))
    wanted = query.get("fileType", file.file_type).lower()
    if wanted != file.file_type:
        raise Refused(
            violation(
                "FS-EXP-22",
                "query/fileType",
                f"the file is {file.file_type}",
                found=shown(wanted),
                allowed=[file.file_type],
                answer="A matching format could not be found. Please provide a matching format and try again.",
            )
        )
    if file.table is None:
        answer = _hierarchy(file.records, query)
    else:
        answer = _flat(file.table)
        if _is_true(query.get("preview")):
            answer["data"] = _data(file.table.rows)
    return {**answer, "properties": _properties(file, query)}


def _properties(file: File, query: Mapping[str, str]) -> dict[str, Any]:
    """The landing zone's page: what was detected or given comes back."""
    detected = _is_true(query.get("determineProperties"))
    given = query.get("columnDelimiter", ",") if file.file_type == "delimited" else None
    return {
        "fileType": file.file_type,
        "compressionType": file.compression if detected else query.get("compressionType"),
        "columnDelimiter": file.delimiter if detected else given,
    }


def _folder(source: Source, path: str) -> list[dict[str, Any]]:
    # data-landing-zone.md: objectType=folder&object=root means the root too.
    folder = container_of(source) if path.strip("/") in ("", "root") else _absolute(path)
    found = _listing(source, folder)
    if not found:
        raise Refused(_not_there("folder", path, [_told(source, each, is_folder=True) for each in _folders(source)]))
    return found


def _listing(source: Source, folder: str) -> list[dict[str, Any]]:
    """The files and folders right below ``folder``."""
    found: dict[str, dict[str, Any]] = {}
    for path in files_of(source):
        if path.startswith(f"{folder}/"):
            name, slash, _ = path[len(folder) + 1 :].partition("/")
            told = _told(source, f"{folder}/{name}", is_folder=bool(slash))
            found[name] = _entry("folder" if slash else "file", name, told)
    return list(found.values())


def _told(source: Source, path: str, is_folder: bool = False) -> str:
    """A path as the source answers it: in a container without the slash before it, a folder's with one behind."""
    if not container_of(source):
        return path
    return path.removeprefix("/") + ("/" if is_folder else "")


def _folders(source: Source) -> list[str]:
    parents = [path.rpartition("/")[0] for path in files_of(source)]
    parts = [parent.split("/") for parent in parents]
    return list(dict.fromkeys("/".join(part[: depth + 1]) for part in parts for depth in range(1, len(part))))


def _entry(kind: str, name: str, path: str) -> dict[str, Any]:
    is_folder = kind == "folder"
    return {"type": kind, "name": name, "path": path, "canPreview": not is_folder, "canFetchSchema": not is_folder}


def _absolute(path: str) -> str:
    inside = path.strip("/")
    return f"/{inside}" if inside else ""


def _not_there(kind: str, path: str, allowed: list[str]) -> Violation:
    return violation(
        "FS-EXP-22",
        "query/object",
        f"no such {kind}",
        found=shown(path),
        allowed=allowed,
        near=path,
        answer=f"The request could not be processed. Error message: The {kind} {path} does not exist.",
    )


def _hierarchy(records: Iterable[Any], query: Mapping[str, str]) -> dict[str, Any]:
    records = list(records)
    answer: dict[str, Any] = {"format": "hierarchical", "schema": _schema_of(records)}
    return {**answer, "data": records} if _is_true(query.get("preview")) else answer


_LARGEST = 2**53 - 1  # sugarcrm-accounts-contacts.md prints it as the bounds of every integer


def _schema_of(values: list[Any]) -> dict[str, Any]:
    """The JSON Schema that the samples fit; of what is nowhere known, an empty one."""
    known = [value for value in values if value is not None]
    if not known:
        return {}
    first = known[0]
    if isinstance(first, dict):
        names = dict.fromkeys(name for value in known for name in value)
        properties = {name: _schema_of([value.get(name) for value in known]) for name in names}
        return {"type": "object", "properties": properties}
    if isinstance(first, list):
        return {"type": "array", "items": _schema_of([item for value in known for item in value])}
    if isinstance(first, bool):
        return {"type": "boolean"}
    if isinstance(first, int):
        return {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST}
    return {"type": "number"} if isinstance(first, float) else {"type": "string"}


def _is_true(value: str | None) -> bool:
    return value is not None and value.lower() == "true"
