"""Answers as they are written to a socket where no ASGI server writes them."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from contracts import Error
from contracts.json_text import render
from mockserver.response import AS_IT_IS, JSON, Response

__all__ = ["head_of", "refusal", "refusing"]


def head_of(response: Response, keep_alive: bool) -> bytes | None:
    """The head of an answer that goes out in one piece; ``None`` where it is to travel in another way, or can't."""
    if response.delivery is not AS_IT_IS or response.status not in STATUS_LINE:
        return None
    values = "".join(response.headers.values())
    if not (values.isascii() and values.isprintable()):
        return None
    lines = [f"{name.lower()}: {value}\r\n" for name, value in response.headers.items()]
    if response.status != 204:
        lines.append(f"content-length: {len(response.body)}\r\n")
    if not keep_alive and "Connection" not in response.headers:
        lines.append("connection: close\r\n")
    return STATUS_LINE[response.status] + "".join([*lines, "\r\n"]).encode("ascii")


def refusal(error: Error) -> bytes:
    """The whole answer that ends a connection."""
    body = _body(error)
    head = head_of(Response(error.status, JSON, body), keep_alive=False)
    assert head is not None
    return head + body


def refusing(error: Error) -> Any:
    """An ASGI application that answers ``error`` and reads nothing."""

    async def refuse(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 -- ASGI's signature
        body = _body(error)
        fields = {**JSON, "Content-Length": str(len(body)), "Connection": "close"}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return refuse


def _body(error: Error) -> bytes:
    return render(error.body({}, ""))
