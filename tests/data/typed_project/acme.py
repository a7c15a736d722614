"""A client, and the mock without pytest."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from contracts import Contract, Region, Request, Violation, catalogue, documented_regions
from mockserver import Handler, Limits, Mock, Response, Server, ServerThread, StoredMock


def create(base_url: str, headers: Mapping[str, str], name: str, params: Mapping[str, str]) -> tuple[str, str]:
    body = {
        "name": name,
        "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"},
        "auth": {"specName": "Basic Authentication", "params": dict(params)},
    }
    answer = requests.post(f"{base_url}/connections", headers=dict(headers), json=body, timeout=2)
    answer.raise_for_status()
    made: dict[str, str] = answer.json()
    return made["id"], made["etag"]


def regions() -> list[Region]:
    return list(documented_regions().values())


def broken(request: Request) -> list[str]:
    found: tuple[Violation, ...] = tuple(Contract("strict").judge(request).violations)
    return [each.rule.id for each in found]


def first_source() -> str:
    return next(iter(catalogue().values())).display_name


def answered(mock: Mock) -> int:
    handle: Handler = mock.handle
    answer: Response = handle(Request("GET", "/data/foundation/flowservice/connections"))
    return answer.status


def stored(file: str) -> Mock:
    return StoredMock(f"sqlite:///{file}", Contract("lenient"))


def served(mock: Mock) -> str:
    thread = ServerThread()
    server: Server = thread.start(mock.handle, limits=Limits(max_body=1_000_000))
    try:
        return server.origin
    finally:
        thread.stop(server)
        thread.close()
