"""The documented requests as a Postman collection 2.1, with a variable for whatever is a user's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from contracts import BASE_PATH, OPERATIONS, Operation, Source
from mockserver.samples import documented_body

__all__ = ["postman_of"]

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")
_HEADERS = {
    "Authorization": "Bearer {{ACCESS_TOKEN}}",
    "x-api-key": "{{API_KEY}}",
    "x-gw-ims-org-id": "{{ORG_ID}}",
    "x-sandbox-name": "{{SANDBOX_NAME}}",
}
_PRESET = {"SANDBOX_NAME": "prod"}
_ID, _ETAG = "BASE_CONNECTION_ID", "ETAG"
_REMEMBER = (
    "const answer = pm.response.json();",
    f'if (answer.id) pm.collectionVariables.set("{_ID}", answer.id);',
    f'if (answer.etag) pm.collectionVariables.set("{_ETAG}", answer.etag);',
)


def postman_of(sources: Iterable[Source], origin: str) -> dict[str, Any]:
    """A folder for each source: the life of a base connection. Below ``origin`` is Platform, real or mocked."""
    folders = [{"name": source.display_name, "item": [*_life(source)]} for source in sources]
    shared = {"name": "Lists", "item": [*_lists()]}
    items = [*folders, shared]
    names = dict.fromkeys(re.findall(r"\{\{(\w+)\}\}", json.dumps(items)))
    given = {"ORIGIN": origin, **_PRESET}
    variables = [{"key": name, "value": given.get(name, ""), "type": "string"} for name in names]
    return {"info": {"name": "Flow Service", "schema": _SCHEMA}, "item": items, "variable": variables}


def _life(source: Source) -> Iterator[dict[str, Any]]:
    body = _PLACEHOLDER.sub(r"{{\1}}", json.dumps(documented_body(source), indent=2))
    create = _item("Create a base connection", _row("createConnection"), body)
    create["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": [*_REMEMBER]}}]
    yield create
    yield _item("Retrieve the base connection", _row("retrieveConnection"))
    yield _item("Test the base connection", _row("testConnection"))
    patch = json.dumps([{"op": "replace", "path": "/description", "value": "updated"}], indent=2)
    update = _item("Update the base connection", _row("patchConnection"), patch)
    update["request"]["header"].append({"key": "If-Match", "value": f"{{{{{_ETAG}}}}}", "type": "text"})
    yield update
    yield _item("Delete the base connection", _row("deleteConnection"))


def _lists() -> Iterator[dict[str, Any]]:
    for row in OPERATIONS:
        if row.service.id == "flow-service" and row.method == "GET" and row.path.count("/") == 1:
            yield _item(f"List {row.path[1:]}", row)


def _row(id: str) -> Operation:
    return next(row for row in OPERATIONS if row.id == id)


def _item(name: str, row: Operation, body: str | None = None) -> dict[str, Any]:
    path = (BASE_PATH + row.path).replace("{id}", f"{{{{{_ID}}}}}")
    header = [{"key": key, "value": value, "type": "text"} for key, value in _HEADERS.items()]
    url = {"raw": f"{{{{ORIGIN}}}}{path}", "host": ["{{ORIGIN}}"], "path": path.strip("/").split("/")}
    request: dict[str, Any] = {"method": row.method, "header": header, "url": url}
    if body is not None:
        header.append({"key": "Content-Type", "value": "application/json", "type": "text"})
        request["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    return {"name": name, "request": request, "response": []}
