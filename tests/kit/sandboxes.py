"""Requests to the Sandbox API."""

from __future__ import annotations

import json
from typing import Any

from tests.kit.connection import with_headers
from tests.kit.sender import Answer, Sender

BASE = "/data/foundation/sandbox-management"


BARE = with_headers(x_sandbox_name=None, content_type=None)


DEV = {"name": "acme-dev", "title": "Acme Business Group dev", "type": "development"}
READY = 2.0


def call(send: Sender, method: str, path: str, document: Any = ..., headers: Any = None) -> Answer:
    """Below the Sandbox API's base path, with the headers that its pages print."""
    sent = headers or (BARE if document is ... else {**BARE, "Content-Type": "application/json"})
    body = b"" if document is ... else json.dumps(document).encode()
    return send.raw(method, BASE + path, sent, body)


def made(send: Sender, **changes: Any) -> str:
    document = {**DEV, **changes}
    assert call(send, "POST", "/sandboxes", document).status == 202
    send.mock.clock.advance(READY)
    return str(document["name"])
