"""A journal as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as browsers' tools open it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contracts.reading.forms import FORM_TYPES, media_type
from contracts.reading.urls import parts_of
from mockserver.version import version

__all__ = ["har_of"]

_JSON = "application/json"


def har_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The HAR of a journal's rows, whose secrets are masked already."""
    entries = [_entry(row) for row in rows]
    return {"log": {"version": "1.2", "creator": {"name": "mockserver", "version": version()}, "entries": entries}}


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    started = datetime.fromtimestamp(row["at"] / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    broken = "; ".join(f"{each['severity']} {each['rule']} {each['message']}" for each in row["violations"])
    entry = {
        "startedDateTime": started,
        "time": 0,
        "request": _request(row["request"]),
        "response": _response(row["response"]),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_operation": row["operation"],
        "_violations": row["violations"],
    }
    return {**entry, "comment": broken} if broken else entry


def _request(sent: Mapping[str, Any]) -> dict[str, Any]:
    kind = sent["headers"].get("content-type", _JSON)
    text = _text(sent["body"], kind)
    request = {
        "method": sent["method"],
        "url": sent["url"],
        **_COMMON,
        "headers": _headers(sent["headers"]),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(parts_of(sent["url"]).query, True)],
        "bodySize": len(text.encode("utf-8", "replace")),
    }
    return {**request, "postData": {"mimeType": kind, "text": text}} if text else request


def _response(received: Mapping[str, Any]) -> dict[str, Any]:
    text, status = _text(received["body"]), received["status"] or 0
    size = len(text.encode("utf-8", "replace"))
    kind = received["headers"].get("content-type", _JSON if text else "")
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in [*HTTPStatus] else "",
        **_COMMON,
        "headers": _headers(received["headers"]),
        "content": {"size": size, "mimeType": kind, "text": text},
        "redirectURL": received["headers"].get("location", ""),
        "bodySize": size,
    }


_COMMON: Mapping[str, Any] = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1}


def _headers(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(body: Any, kind: str = _JSON) -> str:
    """A body as it was sent, but for its blanks; of what wasn't kept a note."""
    if isinstance(body, dict) and media_type(kind) == FORM_TYPES[0]:
        return urlencode(body)
    return "" if body is None else body if isinstance(body, str) else json.dumps(body)
