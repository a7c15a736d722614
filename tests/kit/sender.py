"""What sends to a mock, and the answers that come back, whichever way they came."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import requests

from contracts import BASE_PATH, Contract, Request
from mockserver import Mock
from mockserver.adapters.httpx import FlowServiceTransport
from tests.kit.connection import HEADERS, zoho
from tests.kit.printed import plant

AROUND = ("FS-REF-05", "FS-REF-06", "FS-REF-07", "FS-REF-08", "FS-REF-09")
"""The rules about datasets, schemas, mapping sets, keys and private endpoints: tests of their own look at them."""


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
        """The error's code, in whichever of the shapes it stands; ad hoc activation's have none."""
        body = self.json
        kind = body.get("type") or body.get("title") or "adhocrun"
        return str(body.get("error_code") or body.get("error") or kind.rpartition("/")[2])


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
        """Those of the last exchange, but for ids of the services around: the chain sends the printed ones."""
        return [row for row in self.every_violation if row["rule"] not in AROUND]

    @property
    def every_violation(self) -> list[dict[str, Any]]:
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


def is_documented(body: dict[str, object]) -> bool:
    """Whether a refusal has one of the documented shapes."""
    gateway = {"error_code", "message"}
    unknown = {*gateway, "type", "title", "status", "detail"}
    service = {"type", "title", "status", "report", "errorMessage", "errorDetails"}
    problem = {"type", "status", "title", "detail"}
    sandbox = {"status", "title", "type"}
    oauth = {"error", "error_description"}
    catalog = {"status", "title", "detail"}
    inlet, around = {"type", "title", "status", "report"}, {"type", "title", "status", "report", "detail"}
    ad_hoc = {"message"}
    return set(body) in (gateway, unknown, service, problem, sandbox, oauth, catalog, inlet, around, ad_hoc)


def under(strictness: Any) -> Sender:
    """The shortest way into a mock of that strictness."""
    mock = Mock(Contract(strictness=strictness))
    if strictness == "strict":
        plant(mock)
    return Sender(strictness, mock, core(mock))
