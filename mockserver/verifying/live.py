"""The answers of a live endpoint: what is read, what costs nothing to get wrong, and, if asked for, one short life."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from contracts import BASE_PATH, OPERATIONS, documented_regions
from contracts.tables import ROUTES
from mockserver.platform import credentials
from mockserver.verifying.facts import Facts

__all__ = ["Endpoint", "facts_of"]

_TIMEOUT = 60  # seconds
_NOWHERE = "00000000-0000-4000-8000-000000000000"
"""An id that no service gives."""


@dataclass(frozen=True)
class Endpoint:
    """Where Platform is, and the headers of every call; these are secret."""

    origin: str
    headers: Mapping[str, str]


def facts_of(endpoint: Endpoint, *, write: bool = False) -> Facts:
    """What the answers have shown; `requests.RequestException` where none comes."""
    facts = Facts()
    with requests.Session() as session:
        session.auth = _as_it_is  # else a .netrc would write the header Authorization
        caller = _Caller(session, endpoint, facts)
        _read(caller)
        _mistakes(caller)
        if write:
            _life(caller)
    return facts


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@dataclass
class _Caller:
    session: requests.Session
    endpoint: Endpoint
    facts: Facts

    def __call__(self, method: str, path: str, body: Any = None, **changes: str | None) -> Any:
        """The answer's JSON, which is noted; ``None`` where it is none. A header that is ``None`` isn't sent."""
        headers = {**self.endpoint.headers, **{name.replace("_", "-"): value for name, value in changes.items()}}
        sent = {name: value for name, value in headers.items() if value is not None}
        data = None if body is None else json.dumps(body)
        if data is not None:
            sent["Content-Type"] = "application/json"
        url = f"{self.endpoint.origin}{BASE_PATH}{path}"
        answer = self.session.request(method, url, headers=sent, data=data, timeout=_TIMEOUT, allow_redirects=False)
        below, _, query = path.partition("?")
        row = ROUTES.find(BASE_PATH + below).operations.get(method)
        self.facts.take(row, query, answer.status_code, answer.content)
        try:
            return answer.json() if answer.ok else None
        except ValueError:
            return None


def _read(call: _Caller) -> None:
    """Each list, in its default order and in one that is asked for, and the first item of each."""
    for path in _lists():
        first = _first(call("GET", f"{path}?limit=20"))
        if "Specs" not in path:
            call("GET", f"{path}?orderby=-createdAt&limit=20")
            call("GET", f"{path}?count=true")
        if first is not None:
            call("GET", f"{path}/{first}")


def _lists() -> Iterator[str]:
    rows = (row for row in OPERATIONS if row.service.id == "flow-service" and row.method == "GET")
    yield from (row.path for row in rows if row.path.count("/") == 1)


def _first(page: Any) -> str | None:
    items = page.get("items") if isinstance(page, dict) else None
    first = items[0].get("id") if isinstance(items, list) and items and isinstance(items[0], dict) else None
    return first if isinstance(first, str) else None


def _mistakes(call: _Caller) -> None:
    """The documented errors of reading, which change nothing."""
    call("GET", "/connections", Authorization=None)
    call("GET", "/connections", x_api_key=None)
    call("GET", "/connections", x_gw_ims_org_id=None)
    call("GET", "/connections?limit=0")
    call("GET", "/connections?property=nothing")
    for path in _lists():
        call("GET", f"{path}/{_NOWHERE}")


def _life(call: _Caller) -> None:
    """Create a base connection, read, change and delete it. It is deleted too where anything stops that in between."""
    name = f"flowservice-kit verify {uuid.uuid4()}"
    made: Any = None
    try:
        made = call("POST", "/connections", _body(name))
        if _id(made) is not None:
            _changes(call, made)
    finally:
        for id in [_id(made)] if _id(made) else _named(call, name):
            call("DELETE", f"/connections/{id}")


def _changes(call: _Caller, made: Mapping[str, Any]) -> None:
    path = f"/connections/{made['id']}"
    operations = [{"op": "replace", "path": "/description", "value": "to be deleted"}]
    call("GET", path)
    call("PATCH", path, operations, if_match='"0000-0000"')
    call("PATCH", path, operations, if_match=str(made.get("etag", "")))


def _body(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": "made by mockserver verify, which deletes it again",
        "auth": {"specName": "Basic Authentication", "params": credentials(documented_regions()["us"])},
        "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"},
    }


def _id(made: Any) -> str | None:
    return made["id"] if isinstance(made, dict) and isinstance(made.get("id"), str) else None


def _named(call: _Caller, name: str) -> list[str]:
    """The ids of what was created although nobody heard of it."""
    page = call("GET", f"/connections?property=name=={quote(name)}")
    items = page.get("items", ()) if isinstance(page, dict) else ()
    return [item["id"] for item in items if isinstance(item, dict) and item.get("name") == name and _id(item)]
