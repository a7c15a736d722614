"""Tests as a user types them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import acme
import pytest
import requests

from contracts import ClientContract
from pytest_flowservice import Connection, FlowService, JournalRow, Platform, Region


@pytest.mark.flow_service(strictness="lenient", faults=[{"status": 503, "optional": True}])
def test_created(flow_service: FlowService, zoho_region: Region, zoho_credentials: dict[str, str]) -> None:
    id, etag = acme.create(flow_service.url, flow_service.headers, "acme", zoho_credentials)
    row: JournalRow = flow_service.requests[0]
    assert (row["violations"], row["response"]["status"]) == ([], 201)
    assert id != etag
    assert zoho_credentials["accountsUrl"] == zoho_region.accounts_url


def test_trouble(flow_service_session: FlowService) -> None:
    flow_service_session.faults.add(status=429, retry_after=1, method="POST", path="/connections", times=2)
    flow_service_session.stubs.add(host="api.example.com", path="/v1", json={"a": 1}, optional=True)
    flow_service_session.clock.advance(60)
    flow_service_session.reset()


class TestAcme(ClientContract):
    regions = ("eu",)
    max_examples = 5

    def create_connection(self, platform: Platform, connection: Connection) -> tuple[str, str]:
        return acme.create(platform.url, platform.headers, connection.name, connection.params)

    def get_connection(self, platform: Platform, id: str) -> Mapping[str, Any] | None:
        answer = requests.get(f"{platform.url}/connections/{id}", headers=platform.headers, timeout=2)
        return answer.json() if answer.ok else None
