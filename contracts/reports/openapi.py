"""The OpenAPI 3.1 document of what is enforced, put together from the rows and schemas that enforce it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from contracts.contract import error_of
from contracts.judging.error import Error
from contracts.judging.model import Operation
from contracts.judging.rule import Rule, Strictness
from contracts.reading.files import file_of
from contracts.reading.schemas import schema
from contracts.reports.rules_in_code import rules_reached
from contracts.services.flow_service.exploring import OBJECT_TYPES
from contracts.services.flow_service.queries import LARGEST_LIMIT
from contracts.tables import COLLECTIONS, FOLDERS, OPERATIONS, RULES

__all__ = ["ADOBES", "openapi"]

Json = dict[str, Any]

_JSON = "application/json"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


ADOBES = tuple(row for row in OPERATIONS if isinstance(row.service.hosts, re.Pattern))
"""The operations that the document shows: Zoho's are many hosts', and have no schemas here."""


def openapi(
    strictness: Strictness = "default",
    version: str = "0",
    rows: Iterable[Operation] = ADOBES,
) -> Json:
    """The document of ``rows``."""
    paths: Json = {}
    rows = list(rows)
    for row in rows:
        reached = [RULES[id] for id in rules_reached(row)]
        rules = [rule for rule in reached if rule.severity(strictness) != "off"]
        variables = _VARIABLE.findall(row.path)
        parameters = {"parameters": [_path_parameter(row, name) for name in variables]} if variables else {}
        item = paths.setdefault(_path(row), parameters)
        item[row.method.lower()] = _operation(row, rules, strictness)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Flow Service, the services around it and IMS as this mock enforces them",
            "version": version,
            "description": "x-rules are the rules that a request may break, x-errors the errors that answer it; "
            "x-complete says that all keys of an answer are named.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(row.service.id for row in rows)],
        "paths": paths,
        "components": {
            "schemas": _components(rows),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(row: Operation, rules: list[Rule], strictness: Strictness) -> Json:
    ids = {rule.id: rule.severity(strictness) == "error" for rule in rules}
    operation: Json = {
        "operationId": row.id,
        "tags": [row.service.id],
        "parameters": [*_headers(ids), *(_query_parameter(row, name) for name in row.query)],
        "responses": {**_successes(row), **_refusals(row, [rule for rule in rules if ids[rule.id]])},
        "x-rules": [{"id": rule.id, "level": rule.level} for rule in rules],
    }
    if row.body != "none":
        operation["requestBody"] = _body(row)
    if _TOKEN_RULE in ids:
        operation["security"] = [{"token": []}]
    return operation


# Path and parameters


_TOKEN_RULE = "FS-HDR-02"  # noqa: S105 -- a rule's id
# The rules that demand a header; the token's stands in the security scheme.
_HEADERS: Mapping[str, tuple[str, Json]] = {
    "FS-HDR-01": ("x-api-key", {"type": "string", "minLength": 1}),
    "FS-HDR-04": ("x-gw-ims-org-id", {"type": "string", "minLength": 1, "examples": ["XXXX@AdobeOrg"]}),
    "FS-HDR-07": ("x-sandbox-name", {"type": "string", "pattern": "^[a-z0-9-]+$", "examples": ["prod"]}),
    "FS-ETAG-01": ("if-match", {"type": "string", "minLength": 1}),
}
_OPTIONAL_ETAG = "FS-ETAG-03"


_VARIABLE = re.compile(r"\{(\w+)\}")
_CONTAINERS = {"type": "string", "enum": ["tenant", "global"]}


def _path(row: Operation) -> str:
    return row.service.base_path + _VARIABLE.sub(lambda found: f"{{{_variable(row, found[1])}}}", row.path)


def _variable(row: Operation, name: str) -> str:
    """What the document calls a variable segment of the path."""
    if name != "id":
        return f"{name.upper()}_ID"
    collection = COLLECTIONS.get(row.collection)
    return collection.id_name if collection else "ID"


def _path_parameter(row: Operation, name: str) -> Json:
    fitting = _CONTAINERS if name == "container" else {"type": "string", "minLength": 1}
    return {"name": _variable(row, name), "in": "path", "required": True, "schema": fitting}


def _headers(ids: Mapping[str, bool]) -> Iterable[Json]:
    """``ids`` are the rules' ids, and whether a breach is refused."""
    for id, (name, fitting) in _HEADERS.items():
        if id in ids:
            yield {"name": name, "in": "header", "required": ids[id], "schema": fitting}
        elif name == "if-match" and _OPTIONAL_ETAG in ids:
            yield {"name": name, "in": "header", "schema": fitting}


_QUERY: Mapping[str, Json] = {
    "property": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT},
    "offset": {"type": "integer", "minimum": 0},
    "start": {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "count": {"enum": ["true", "false"]},
    "mode": {"enum": ["draft"]},
    "objectType": {"enum": list(OBJECT_TYPES)},
    "validationOnly": {"enum": ["true", "false"]},
    "ignoreWarnings": {"enum": ["true", "false"]},
}


def _query_parameter(row: Operation, name: str) -> Json:
    parameter: Json = {"name": name, "in": "query", "schema": _QUERY.get(name, {"type": "string"})}
    effects = COLLECTIONS[row.collection].effects if row.collection in COLLECTIONS else {}
    if name == "op" and effects:
        return {**parameter, "required": True, "schema": {"enum": list(effects)}}
    return parameter


# Bodies and answers


def _body(row: Operation) -> Json:
    if row.body == "form":
        fields = {"type": "object", "properties": {name: {"type": "string", "minLength": 1} for name in row.query}}
        description = "Each parameter stands either here or in the query."
        return {"description": description, "content": {kind: {"schema": fields} for kind in _FORMS}}
    fitting = _ref(f"{_camel(row.frame.schema)}Request") if row.frame else {}
    return {"required": row.body == "json", "content": {_JSON: {"schema": fitting}}}


def _successes(row: Operation) -> Json:
    answer: Json = {"description": "Done."}
    if row.success != 204 and row.returns:
        answer["content"] = {_JSON: {"schema": _answer(row)}}
    if not row.file_type:
        return {str(row.success): answer}
    answer["content"] |= {row.file_type: {}}
    return {str(row.success): answer, "206": {"description": "A part.", "content": {row.file_type: {}}}}


def _answer(row: Operation) -> Json:
    """What the row's action answers."""
    parts = [_part(row, name) for name in row.returns]
    return parts[0] if len(parts) == 1 else {"anyOf": parts} if parts else {}


def _part(row: Operation, name: str) -> Json:
    if name not in _OF_ITEMS:
        return _item(row) if name == "Item" else _ref(name)
    # A search may ask for some fields alone.
    return _envelope(name, _ref(_resource_name(row.collection)) if row.action == "search" else _item(row))


_OF_ITEMS = ("Page", "Items", "One")


def _envelope(name: str, item: Json) -> Json:
    return {"allOf": [_ref(name)], "properties": {"items": {"items": item}}}


def _item(row: Operation) -> Json:
    """The whole resource. Of a documented spec only the id is the service's."""
    resource = COLLECTIONS[row.collection]
    needed = (
        ["id"] if resource.shared else [name for name in _ALWAYS if resource.fields.get(name) in ("string", "number")]
    )
    return {"allOf": [_ref(_resource_name(row.collection))], "required": needed}


_ALWAYS = ("id", "etag", "createdAt", "updatedAt", "createdBy", "updatedBy", "createdClient", "updatedClient") + (
    ("sandboxId", "sandboxName", "imsOrgId", "state", "version")
)


def _refusals(row: Operation, rules: Iterable[Rule]) -> Json:
    """One response for each status, with the errors that have it."""
    found: dict[int, dict[str, Error]] = {}
    for rule in rules:
        error = error_of(row.service, rule)
        found.setdefault(error.status, {})[error.id] = error
    return {str(status): _refusal(errors.values()) for status, errors in sorted(found.items())}


def _refusal(errors: Iterable[Error]) -> Json:
    shapes = [_ref(name) for name in dict.fromkeys(f"{error.shape.__name__.title()}Error" for error in errors)]
    return {
        "description": "Refused.",
        "content": {_JSON: {"schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes}}},
        "x-errors": [{"id": error.id, "level": error.level} for error in errors],
    }


# Components


def _components(rows: Iterable[Operation]) -> Json:
    """Every schema that an operation may refer to."""
    frames = dict.fromkeys((row.frame.schema, row.frame.package) for row in rows if row.frame)
    names = {f"{_camel(name)}Request": schema(name, package) for name, package in frames}
    requests = {name: _moved(given, name) for name, given in names.items()}
    views = {_resource_name(collection): _view(collection) for collection, row in COLLECTIONS.items() if row.fields}
    return dict(sorted({**requests, **views, **_answers()}.items()))


def _moved(given: Any, name: str) -> Any:
    """A schema as the component of that name: references that start at its root start at the document's."""
    if isinstance(given, list):
        return [_moved(each, name) for each in given]
    if not isinstance(given, dict):
        return given
    moved = {key: _moved(value, name) for key, value in given.items() if key != "$schema"}
    if isinstance(moved.get("$ref"), str):
        moved["$ref"] = moved["$ref"].replace("#", f"#/components/schemas/{name}", 1)
    return moved


def _view(collection: str) -> Json:
    """The fields of a resource; those of a type that a rule or the service itself sees to have it."""
    creation = next(row for row in OPERATIONS if row.method == "POST" and row.path == f"/{collection}")
    frame = creation.frame
    declared = schema(frame.schema, frame.package)["properties"] if frame else {}
    properties = {}
    for name, kind in COLLECTIONS[collection].fields.items():
        if "." in name or "[" in name or kind == "status":
            continue
        if name in (*COLLECTIONS[collection].own, "state"):
            properties[name] = _KINDS.get(kind, {})
        else:
            properties[name] = _declared_type(declared.get(name, {}))
    view: Json = {"type": "object", "properties": properties}
    # Of a spec the documents name only some of the keys.
    return view if COLLECTIONS[collection].shared or creation.service.id != _MAIN else {**view, "x-complete": True}


_MAIN = "flow-service"
_KINDS: Mapping[str, Json] = {"string": {"type": "string"}, "number": {"type": "integer"}}


def _declared_type(declared: Json) -> Json:
    rule = RULES.get(declared.get("x-rule", ""))
    enforced = rule is not None and rule.default == rule.severity("lenient") == "error"
    return {"type": declared["type"]} if enforced and "type" in declared else {}


@cache
def _answers() -> Json:
    """What the folders of the services and the gateway say of answers."""
    found: Json = {}
    for folder in ("gateway", *FOLDERS):
        file = file_of(f"contracts.services.{folder}", "answers.json")
        found |= json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _resource_name(collection: str) -> str:
    return collection[0].upper() + collection[1:].removesuffix("s")


def _camel(name: str | None) -> str:
    return "".join(word.capitalize() for word in (name or "").split("-"))
