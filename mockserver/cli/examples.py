"""The documented requests, ready to run: a source's, and those of the services around Flow Service."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from contracts import BASE_PATH, OPERATIONS, Operation, Region, Source
from contracts.reading.files import file_of
from contracts.sources import Kind
from contracts.tables import FOLDERS
from mockserver.samples import body_of, filled, headers

__all__ = ["FORMATS", "operations_with_examples", "rendered", "rendered_operation"]

FORMATS = ("curl", "json", "python")


def operations_with_examples() -> dict[str, Operation]:
    """The operations of the services around Flow Service, by their ids."""
    services = {row.service for row in OPERATIONS if row.id in _examples()}
    return {row.id: row for row in OPERATIONS if row.service in services}


@cache
def _examples() -> Mapping[str, Any]:
    """By the ids of operations: the body of one that has to have one, and of others the query, headers and body."""
    files = (file_of(f"contracts.services.{folder}", "examples.json") for folder in FOLDERS)
    return {id: value for file in files if file.is_file() for id, value in json.loads(file.read_text("utf-8")).items()}


def rendered_operation(row: Operation, format: str, origin: str) -> str:
    """The documented request of an operation, in one of the three forms."""
    given = filled(_examples().get(row.id, {}))
    if row.body == "json":
        given = {"body": given or filled(_examples()[_create_of(row).id])}
    parts = dict.fromkeys(re.findall(r"\{(\w+)\}", row.path), "fake-id") | {"container": "tenant"}
    query = "".join(f"?{urlencode(asked)}" for asked in [given.get("query")] if asked)
    url = f"{origin}{row.service.base_path}{row.path.format(**parts)}{query}"
    sent = headers() | given.get("headers", {})
    if "body" not in given:
        del sent["Content-Type"]
    return _Sent(row.method, url, sent, given.get("body")).rendered(format)


def _create_of(row: Operation) -> Operation:
    """What makes that which ``row`` replaces, with the same body."""
    above = row.path.removesuffix("/{id}") or "/"
    return next(each for each in OPERATIONS if (each.service, each.method, each.path) == (row.service, "POST", above))


def rendered(source: Source, region: Region, format: str, origin: str, kind: Kind | None = None) -> str:
    """The request as a shell command, as JSON or as a Python program."""
    url = f"{origin}{BASE_PATH}/connections"
    return _Sent("POST", url, headers(), body_of(source, region, kind)).rendered(format)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request; ``body`` is JSON, or ``None``."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any = None

    def rendered(self, format: str) -> str:
        return {"json": self._json, "curl": self._curl, "python": self._python}[format]()

    def _json(self) -> str:
        return json.dumps(self.body, indent=2)

    def _curl(self) -> str:
        lines = [f"curl -X {self.method} {shlex.quote(self.url)}"]
        lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in self.headers.items()]
        return " \\\n".join([*lines, *([] if self.body is None else [f"  -d {shlex.quote(self._json())}"])])

    def _python(self) -> str:
        sent = "" if self.body is None else f"    json={_python(self.body)},\n"
        told = "response.json()" if self.method != "DELETE" else "response.status_code"
        return _PYTHON.format(
            verb=self.method.lower(), url=self.url, headers=_python(self.headers), body=sent, told=told
        )


_PYTHON = """\
import requests

response = requests.{verb}(
    "{url}",
    headers={headers},
{body}    timeout=10,
)
response.raise_for_status()
print({told})"""


def _python(value: Mapping[str, Any]) -> str:
    """A Python literal, indented to stand as a keyword's value."""
    text = json.dumps(value, indent=4)
    text = re.sub(r"(?m)\btrue(,?)$", r"True\1", text)
    text = re.sub(r"(?m)\bfalse(,?)$", r"False\1", text)
    return text.replace("\n", "\n    ")
