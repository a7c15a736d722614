"""The documented request of a source, with values that are plainly fake and yet accepted."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts import BASE_PATH, OPERATIONS, ZOHO_CRM, Operation, Region, Source
from contracts.reading.files import file_of
from mockserver.platform import FAKE, credentials

__all__ = [
    "FORMATS",
    "body_of",
    "documented_body",
    "headers",
    "operations_with_examples",
    "rendered",
    "rendered_operation",
]

FORMATS = ("curl", "json", "python")

_PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


def headers(sandbox: str = "prod") -> dict[str, str]:
    """The five headers of every documented call with a body."""
    return {
        "Authorization": f"Bearer {FAKE['access_token']}",
        "x-api-key": FAKE["api_key"],
        "x-gw-ims-org-id": FAKE["org_id"],
        "x-sandbox-name": sandbox,
        "Content-Type": "application/json",
    }


def body_of(source: Source, region: Region) -> dict[str, Any]:
    """The body of POST /connections as the source's page prints it, its placeholders filled in."""
    body: dict[str, Any] = _filled(documented_body(source))
    if source.id == ZOHO_CRM:
        body["auth"]["params"] = credentials(region)
    return body


def documented_body(source: Source) -> dict[str, Any]:
    """The same with its placeholders."""
    return source.examples[0] if source.examples else _composed(source)


def operations_with_examples() -> dict[str, Operation]:
    """The operations of the services around Flow Service that have an example, by their ids."""
    return {row.id: row for row in OPERATIONS if row.frame and row.id in _examples(row.frame.package)}


@cache
def _examples(package: str) -> Mapping[str, Any]:
    file = file_of(package, "examples.json")
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def rendered_operation(row: Operation, format: str, origin: str) -> str:
    """The documented request of an operation, in one of the three forms."""
    frame = row.frame
    body = _filled(_examples(frame.package)[row.id]) if frame else {}
    path = row.path.format(container="tenant", id="fake-id")
    return _rendered(body, f"{origin}{row.service.base_path}{path}", format)


def rendered(source: Source, region: Region, format: str, origin: str) -> str:
    """The request as a shell command, as JSON or as a Python program."""
    return _rendered(body_of(source, region), f"{origin}{BASE_PATH}/connections", format)


def _rendered(document: Any, url: str, format: str) -> str:
    body = json.dumps(document, indent=2)
    if format == "json":
        return body
    if format == "curl":
        lines = [f"curl -X POST {shlex.quote(url)}"]
        lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in headers().items()]
        return " \\\n".join([*lines, f"  -d {shlex.quote(body)}"])
    return _PYTHON.format(url=url, headers=_python(headers()), body=_python(json.loads(body)))


_PYTHON = """\
import requests

response = requests.post(
    "{url}",
    headers={headers},
    json={body},
    timeout=10,
)
response.raise_for_status()
print(response.json())"""


def _python(value: Mapping[str, Any]) -> str:
    """A Python literal, indented to stand as a keyword's value."""
    text = json.dumps(value, indent=4)
    text = re.sub(r"(?m)\btrue(,?)$", r"True\1", text)
    text = re.sub(r"(?m)\bfalse(,?)$", r"False\1", text)
    return text.replace("\n", "\n    ")


def _composed(source: Source) -> dict[str, Any]:
    """A body for a source whose page prints none."""
    spec = next(iter(source.auth.values()), None)
    body: dict[str, Any] = {
        "name": f"{source.display_name} base connection",
        "connectionSpec": {"id": source.id, "version": source.version},
    }
    if spec is not None:
        required = spec.schema["required"]
        body["auth"] = {"specName": spec.name, "params": {name: f"{{{name.upper()}}}" for name in required}}
    return body


# What these credentials look like their destination's spec says with a pattern.
_PATTERNED = {"{S3_ACCESS_KEY}": "FAKEACCESSKEYFORMOCK", "{S3_SECRET_KEY}": "fake/secret/key/that/opens/nothing/at+al"}


def _filled(value: Any) -> Any:
    if isinstance(value, str):
        if value in _PATTERNED:
            return _PATTERNED[value]
        return _PLACEHOLDER.sub(lambda match: "fake-" + match[1].lower().replace("_", "-"), value)
    if isinstance(value, dict):
        return {name: _filled(child) for name, child in value.items()}
    return [_filled(child) for child in value] if isinstance(value, list) else value
