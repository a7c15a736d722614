"""Requests and answers for the tests, and the ways in behind one signature."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import requests

from contracts import BASE_PATH, ZOHO_CRM, Request, documented_regions
from mockserver import Mock, ServerThread
from mockserver.adapters.httpx import FlowServiceTransport
from mockserver.adapters.responses import patched

HEADERS: Mapping[str, str] = {
    "Authorization": "Bearer test-token-0123456789",
    "x-api-key": "test-key",
    "x-gw-ims-org-id": "TEST@AdobeOrg",
    "x-sandbox-name": "prod",
    "Content-Type": "application/json",
}


def zoho(region: str = "eu", **params: Any) -> dict[str, Any]:
    """The documented body; keywords replace credentials, ``None`` leaves one out."""
    centre = documented_regions()[region]
    credentials = {
        "endpoint": centre.api_endpoint,
        "accountsUrl": centre.accounts_url,
        "clientId": "1000.CLIENT",
        "clientSecret": "s3cret-client-value",
        "accessToken": "1000.access-value",
        "refreshToken": "1000.refresh-value",
        **params,
    }
    return {
        "name": "Zoho CRM base connection",
        "description": "Base Connection for Zoho CRM",
        "auth": {
            "specName": "Basic Authentication",
            "params": {name: value for name, value in credentials.items() if value is not None},
        },
        "connectionSpec": {"id": ZOHO_CRM, "version": "1.0"},
    }


def with_headers(**changes: str | None) -> dict[str, str]:
    """The five headers; keywords (``_`` for ``-``) replace one, ``None`` leaves it out."""
    headers = dict(HEADERS)
    for name, value in changes.items():
        wire = next(
            (known for known in HEADERS if known.lower() == name.replace("_", "-").lower()), name.replace("_", "-")
        )
        headers.pop(wire, None)
        if value is not None:
            headers[wire] = value
    return headers


@dataclass(frozen=True)
class Answer:
    """What came back, the same whichever way it came."""

    status: int
    headers: Mapping[str, str]
    text: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The error's code, in whichever of the five shapes it stands."""
        body = self.json
        return str(body.get("error_code") or body.get("error") or body["type"].rpartition("/")[2])


Exchange = Callable[[str, str, Mapping[str, str], bytes], Answer]


class Sender:
    """One way into one mock."""

    def __init__(self, name: str, mock: Mock, exchange: Exchange, origin: str = "https://platform.adobe.io") -> None:
        self.name = name
        self.origin = origin
        self.mock = mock
        self._exchange = exchange

    def raw(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """``target`` from the root of the platform's host."""
        return self._exchange(method, target, HEADERS if headers is None else headers, body)

    def __call__(
        self, method: str, path: str, document: Any = ..., headers: Mapping[str, str] | None = None, **more: str
    ) -> Answer:
        """``path`` below the base path; keywords are more headers, ``_`` for ``-``."""
        sent = {
            **(HEADERS if headers is None else headers),
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        body = b"" if document is ... else json.dumps(document).encode()
        return self.raw(method, BASE_PATH + path, sent, body)

    def create(self, document: Any = None) -> tuple[str, str]:
        answer = self("POST", "/connections", document or zoho())
        assert answer.status == 201, answer.text
        return answer.json["id"], answer.json["etag"]

    def read(self, id: str) -> dict[str, Any]:
        answer = self("GET", f"/connections/{id}")
        assert answer.status == 200, answer.text
        (item,) = answer.json["items"]
        return copy.deepcopy(item)  # type: ignore[no-any-return]

    @property
    def violations(self) -> list[dict[str, Any]]:
        """Those of the last exchange."""
        return self.mock.journal.rows()[-1]["violations"]  # type: ignore[no-any-return]

    @property
    def rules(self) -> list[str]:
        return [row["rule"] for row in self.violations if row["severity"] == "error"]


def core(mock: Mock) -> Exchange:
    def exchange(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        lower = {name.lower(): value for name, value in headers.items()}
        response = mock.handle(Request(method, target, lower, body, "https://platform.adobe.io"))
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, response.body)

    return exchange


def over_requests(origin: str) -> Exchange:
    session = requests.Session()
    session.trust_env = False

    def exchange(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        found = session.request(
            method, origin + target, headers=dict(headers), data=body or None, timeout=20, allow_redirects=False
        )
        return Answer(found.status_code, {name.lower(): value for name, value in found.headers.items()}, found.content)

    return exchange


def over_httpx(mock: Mock) -> Exchange:
    client = httpx.Client(transport=FlowServiceTransport(mock.handle), base_url="https://platform.adobe.io")

    def exchange(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        found = client.request(method, target, headers=dict(headers), content=body)
        return Answer(found.status_code, {name.lower(): value for name, value in found.headers.items()}, found.content)

    return exchange


WAYS = ("core", "http", "responses", "httpx")
REPLICAS = "replicas"
"""Two mocks on one store that take turns; what the tests see must be the same."""


def in_turns(*mocks: Mock) -> Exchange:
    turns = itertools.cycle(core(mock) for mock in mocks)

    def exchange(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return next(turns)(method, target, headers, body)

    return exchange


@contextmanager
def served(mock: Mock, thread: ServerThread) -> Iterator[str]:
    """The origin of ``mock`` behind a socket."""
    server = thread.start(mock.handle)
    try:
        yield server.origin
    finally:
        thread.stop(server)


@contextmanager
def way_into(mock: Mock, name: str, thread: ServerThread) -> Iterator[Sender]:
    """A `Sender` that reaches ``mock`` that way."""
    if name == "http":
        with served(mock, thread) as origin:
            yield Sender(name, mock, over_requests(origin), origin)
    elif name == "responses":
        with patched(mock.handle):
            yield Sender(name, mock, over_requests("https://platform.adobe.io"))
    else:
        yield Sender(name, mock, over_httpx(mock) if name == "httpx" else core(mock))
