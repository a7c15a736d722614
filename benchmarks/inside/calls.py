"""One call, again and again, in this thread: microseconds of the processor a call."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from side_by_side.work import BODY, DOCUMENT, HEADERS, PATH, SCHEMA

from contracts import Request
from mockserver import Mock

_URL = f"https://platform.adobe.io{PATH}"
_ANSWER = {"id": "6b2ab2d3-5c4f-4d1b-9bc5-3b6a2d1f0c11", "etag": '"b100e2a4-0000-0200-0000-5fd1b4d40000"'}


def timed(call: Callable[[], Any], calls: int) -> float:
    for _ in range(max(1, calls // 20)):
        call()
    started = time.thread_time()
    for _ in range(calls):
        call()
    return (time.thread_time() - started) / calls * 1e6


def handle() -> float:
    mock = Mock()
    request = Request("POST", PATH, {name.lower(): value for name, value in HEADERS.items()}, BODY)
    assert mock.handle(request).status == 201
    return timed(lambda: mock.handle(request), 5000)


def jsonschema_alone() -> float:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(SCHEMA)
    return timed(lambda: list(validator.iter_errors(json.loads(BODY))), 2000)


def jsonschema_rs_alone() -> float:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(SCHEMA)
    return timed(lambda: validator.is_valid(DOCUMENT), 20000)


def requests_through_the_kit() -> float:
    from mockserver.adapters.responses import patched

    return _by_requests(patched(Mock().handle))


def requests_through_responses() -> float:
    import responses

    mock = responses.RequestsMock()
    mock.add_callback("POST", _URL, lambda _: (201, {"Content-Type": "application/json"}, json.dumps(_ANSWER)))
    return _by_requests(mock)


def _by_requests(mock: AbstractContextManager[Any]) -> float:
    import requests

    with mock, requests.Session() as session:
        assert session.post(_URL, headers=HEADERS, data=BODY, timeout=10).status_code == 201
        return timed(lambda: session.post(_URL, headers=HEADERS, data=BODY, timeout=10), 500)


def httpx_through_the_kit() -> float:
    import httpx

    from mockserver.adapters.httpx import FlowServiceTransport

    with httpx.Client(transport=FlowServiceTransport(Mock().handle)) as client:
        return _by_httpx(client)


def httpx_through_respx() -> float:
    import httpx
    import respx

    with respx.mock, httpx.Client() as client:
        respx.post(_URL).respond(201, json=_ANSWER)
        return _by_httpx(client)


def _by_httpx(client: Any) -> float:
    assert client.post(_URL, headers=HEADERS, content=BODY).status_code == 201
    return timed(lambda: client.post(_URL, headers=HEADERS, content=BODY), 500)


def strategy() -> float:
    """Examples a second."""
    from contracts import catalogue, documented_regions
    from contracts.strategies import connections

    return _drawn(connections(catalogue().named("zoho-crm"), documented_regions()["eu"]), 500)


def hypothesis_jsonschema() -> float:
    """Examples a second."""
    import hypothesis_jsonschema

    return _drawn(hypothesis_jsonschema.from_schema(SCHEMA), 50)


def _drawn(strategy: Any, examples: int) -> float:
    from hypothesis import HealthCheck, given, settings

    seen = []
    quiet = settings(
        max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck), derandomize=False
    )

    @quiet
    @given(strategy)
    def draws(value: Any) -> None:
        seen.append(value)

    started = time.thread_time()
    draws()
    return len(seen) / (time.thread_time() - started)
