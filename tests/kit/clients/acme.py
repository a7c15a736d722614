"""A correct client over requests; the mutants change one thing each."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import requests

log = logging.getLogger("acme")
SPEC = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}


class AcmeError(Exception):
    """The platform refused, or gave no answer that makes sense."""


class Acme:
    """One platform's client."""

    timeout: Any = 1.0

    def __init__(self, platform: Any) -> None:
        self.url = platform.url
        self.platform = platform

    def headers(self, body: bool) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {self.platform.access_token}",
            "x-api-key": self.platform.api_key,
            "x-gw-ims-org-id": self.platform.org_id,
            "x-sandbox-name": self.platform.sandbox_name,
        }
        return {**headers, "Content-Type": "application/json"} if body else headers

    def body(self, connection: Any) -> dict[str, Any]:
        body = {
            "name": connection.name,
            "auth": {"specName": "Basic Authentication", "params": dict(connection.params)},
            "connectionSpec": dict(SPEC),
        }
        if connection.description is not None:
            body["description"] = connection.description
        return body

    def serialised(self, document: Any) -> bytes:
        return json.dumps(document).encode()

    def path(self, *parts: str) -> str:
        return "/".join((self.url, "connections", *parts))

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        headers = self.headers(document is not None)
        if etag is not None:
            headers["If-Match"] = etag
        data = None if document is None else self.serialised(document)
        try:
            return requests.request(
                method, url, headers=headers, data=data, timeout=self.timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            raise AcmeError(f"{method} failed: {type(error).__name__}") from None

    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.status_code not in expected:
            raise AcmeError(f"refused: {response.status_code}")
        try:
            return response.json()
        except ValueError:
            raise AcmeError("the answer isn't JSON") from None

    def receipt(self, answer: Any) -> dict[str, str]:
        if not isinstance(answer, dict) or "id" not in answer or "etag" not in answer:
            raise AcmeError("the answer lacks id or etag")
        return {"id": answer["id"], "etag": answer["etag"]}

    def create(self, connection: Any) -> Any:
        response = self.send("POST", self.path(), self.body(connection))
        return self.receipt(self.answer(response, 201))

    def get(self, id: str) -> Any:
        answer = self.answer(self.send("GET", self.path(id)), 200)
        try:
            return answer["items"][0]
        except (KeyError, IndexError, TypeError):
            raise AcmeError("the answer has no items") from None

    def list(self) -> Iterator[Any]:
        url: str | None = self.path()
        while url:
            page = self.answer(self.send("GET", url), 200)
            try:
                yield from page["items"]
                next_page = page["_links"].get("next")
            except (KeyError, TypeError, AttributeError):
                raise AcmeError("the answer is no list") from None
            url = self.url + next_page["href"] if next_page else None

    def update(self, id: str, etag: str, operations: Any) -> Any:
        return self.receipt(self.answer(self.send("PATCH", self.path(id), operations, etag), 200))

    def delete(self, id: str) -> Any:
        response = self.send("DELETE", self.path(id))
        if response.status_code != 204:
            raise AcmeError(f"refused: {response.status_code}")

    def check(self, id: str) -> bool:
        answer = self.answer(self.send("GET", self.path(id, "test")), 200)
        try:
            return bool(answer["result"])
        except (KeyError, TypeError):
            raise AcmeError("the answer has no result") from None
