"""A prepared 201 as an ASGI application: it reads the body and looks at nothing."""

from __future__ import annotations

from typing import Any

BODY = rb'{"id":"6b2ab2d3-5c4f-4d1b-9bc5-3b6a2d1f0c11","etag":"\"b100e2a4-0000-0200-0000-5fd1b4d40000\""}'
HEADERS = [
    (b"content-type", b"application/json;charset=UTF-8"),
    (b"etag", b'"b100e2a4-0000-0200-0000-5fd1b4d40000"'),
    (b"content-length", b"%d" % len(BODY)),
]


async def app(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 201, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
