"""The documented request of a source, with values that are plainly fake and yet accepted."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from contracts import BASE_PATH, ZOHO_CRM, Region, Source
from mockserver.platform import FAKE, credentials

__all__ = ["FORMATS", "body_of", "headers", "rendered"]

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
    documented = source.examples[0] if source.examples else _composed(source)
    body: dict[str, Any] = _filled(documented)
    if source.id == ZOHO_CRM:
        body["auth"]["params"] = credentials(region)
    return body


def rendered(source: Source, region: Region, format: str, origin: str) -> str:
    """The request as a shell command, as JSON or as a Python program."""
    body = json.dumps(body_of(source, region), indent=2)
    url = f"{origin}{BASE_PATH}/connections"
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


def _filled(value: Any) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: "fake-" + match[1].lower().replace("_", "-"), value)
    if isinstance(value, dict):
        return {name: _filled(child) for name, child in value.items()}
    return [_filled(child) for child in value] if isinstance(value, list) else value
