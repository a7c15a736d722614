"""Files with requests as people have them: recordings, collections, scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts import BASE_PATH
from tests.kit.connection import HEADERS

__all__ = ["CONNECTIONS", "collection", "copied_for_cmd", "entry", "har", "item"]

CONNECTIONS = f"https://platform.adobe.io{BASE_PATH}/connections"


def entry(
    method: str = "GET",
    url: str = CONNECTIONS,
    body: str | None = None,
    headers: Mapping[str, str] = HEADERS,
    answer: Any = None,
    status: int = 200,
    **more: Any,
) -> dict[str, Any]:
    """One entry of a HAR file, with what HAR 1.2 demands."""
    text = "" if answer is None else json.dumps(answer)
    request = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "queryString": [],
        "headersSize": -1,
        "bodySize": -1,
    }
    if body is not None:
        request["postData"] = {"mimeType": "application/json", "text": body}
    response = {
        "status": status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": {"size": len(text), "mimeType": "application/json", "text": text},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }
    timings = {"send": 0, "wait": 0, "receive": 0}
    started = "2025-06-15T00:00:00.000Z"
    shell = {"startedDateTime": started, "time": 1, "request": request, "response": response, "cache": {}}
    return {**shell, "timings": timings, **more}


def har(*entries: Mapping[str, Any]) -> dict[str, Any]:
    """A HAR file."""
    return {"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": list(entries)}}


def item(name: str, method: str, url: Any, body: str | None = None, **more: Any) -> dict[str, Any]:
    """A request of a Postman collection, in the shape that Adobe's own collections have."""
    names = ("Authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name")
    values = ("Bearer {{ACCESS_TOKEN}}", "{{API_KEY}}", "{{IMS_ORG}}", "{{SANDBOX_NAME}}")
    header: list[dict[str, Any]] = [
        {"key": key, "value": value, "type": "string"} for key, value in zip(names, values, strict=True)
    ]
    header.append({"key": "Content-Type", "value": "application/json"})
    filled = {"mode": "formdata", "formdata": []} if body is None else {"mode": "raw", "raw": body}
    request = {"method": method, "header": header, "body": filled, "url": url, **more}
    return {"name": name, "event": [], "request": request, "response": []}


def collection(*items: Mapping[str, Any], variables: Sequence[Mapping[str, str]] = (), **more: Any) -> dict[str, Any]:
    """A Postman collection 2.1 with one folder."""
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    folder = {"name": "Connections", "item": list(items)}
    return {"info": {"name": "Flow Service API", "schema": schema}, "item": [folder], "variable": variables, **more}


def copied_for_cmd(url: str, body: str, headers: Mapping[str, str] = HEADERS) -> str:
    """What Chrome's developer tools copy as *cURL (cmd)*."""
    words = [_word(url), *(f"-H {_word(f'{name}: {value}')}" for name, value in headers.items())]
    return f"curl {_BREAK.join([*words, f'--data-raw {_word(body)}'])}"


_BREAK = " ^\n  "


def _word(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    text = re.sub(r"[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]", r"^\g<0>", text)
    text = re.sub(r"%(?=\w)", "%^", text)
    return '^"' + text.replace("\n", "^\n\n") + '^"'
