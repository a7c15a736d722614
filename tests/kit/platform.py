"""Requests to the services around Flow Service, and the documented way from a schema to a mapping set."""

from __future__ import annotations

import json
from typing import Any

from tests.kit.connection import with_headers
from tests.kit.sender import Answer, Sender

REGISTRY = "/data/foundation/schemaregistry"
PROFILE = "https://ns.adobe.com/xdm/context/profile"
PERSON = "https://ns.adobe.com/xdm/context/profile-person-details"
CONTACTS = "https://ns.adobe.com/xdm/context/profile-personal-details"
SHORT = "application/vnd.adobe.xed-id+json"
WHOLE = "application/vnd.adobe.xed-full+json;version=1"
PLAIN = "application/vnd.adobe.xed+json;version=1"


def ask(sent: Sender, method: str, path: str, document: Any = ..., **headers: str | None) -> Answer:
    """``path`` from the root; keywords replace headers."""
    body = b"" if document is ... else json.dumps(document).encode()
    return sent.raw(method, path, with_headers(**headers), body)


def registry(sent: Sender, method: str, path: str, document: Any = ..., accept: str | None = None) -> Answer:
    return ask(sent, method, REGISTRY + path, document, accept=accept)


def schema(title: str = "Leads", *groups: str, **changes: Any) -> dict[str, Any]:
    """collect/streaming.md: a schema of profiles with these field groups."""
    parts = [{"$ref": ref} for ref in (PROFILE, *(groups or (PERSON, CONTACTS)))]
    return {"title": title, "type": "object", "description": "Leads", "allOf": parts, **changes}


def made(answer: Answer, status: int = 201) -> Any:
    assert answer.status == status, answer.text
    return answer.json


def schema_made(sent: Sender, title: str = "Leads", *groups: str) -> str:
    """The ``$id`` of a new schema."""
    return made(registry(sent, "POST", "/tenant/schemas", schema(title, *groups)))["$id"]  # type: ignore[no-any-return]
