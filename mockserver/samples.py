"""The documented request of a source, with values that are plainly fake and yet accepted."""

from __future__ import annotations

import re
from typing import Any

from contracts import ZOHO_CRM, Region, Source
from contracts.sources import Kind
from mockserver.platform import FAKE, credentials

__all__ = ["body_of", "documented_body", "filled", "headers"]

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


def body_of(source: Source, region: Region, kind: Kind | None = None) -> dict[str, Any]:
    """The body of POST /connections as the source's page prints it, its placeholders filled in."""
    body: dict[str, Any] = filled(documented_body(source, kind))
    if source.id == ZOHO_CRM:
        body["auth"]["params"] = credentials(region)
    return body


def documented_body(source: Source, kind: Kind | None = None) -> dict[str, Any]:
    """The same with its placeholders; of what is a source and a destination the source's, unless ``kind`` says so."""
    if kind == "destination" and source.target.get("example"):
        return dict(source.target["example"])
    return source.examples[0] if source.examples else _composed(source)


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


def filled(value: Any) -> Any:
    """JSON whose placeholders, as ``{API_KEY}``, are filled in."""
    if isinstance(value, str):
        if value in _PATTERNED:
            return _PATTERNED[value]
        return _PLACEHOLDER.sub(lambda match: "fake-" + match[1].lower().replace("_", "-"), value)
    if isinstance(value, dict):
        return {name: filled(child) for name, child in value.items()}
    return [filled(child) for child in value] if isinstance(value, list) else value
