"""Sixty-four tenants at once over sockets: each is judged by a model of its own, so that none sees another's."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
import requests

from contracts import BASE_PATH
from mockserver import Mock, ServerThread
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import examples
from tests.kit.ways import served

ORGANISATIONS, SANDBOXES, STEPS = 8, 8, examples(20)


class Tenant:
    """What one organisation has in one sandbox, as it has been told: documents and etags by id."""

    def __init__(self, origin: str, number: int) -> None:
        self.url = f"{origin}{BASE_PATH}/connections"
        organisation, sandbox = divmod(number, SANDBOXES)
        self.name = f"{organisation}-{sandbox}"
        self.headers = {**HEADERS, "x-gw-ims-org-id": f"ORG{organisation}@AdobeOrg", "x-sandbox-name": f"box-{sandbox}"}
        self.random = Random(number)
        self.known: dict[str, tuple[str, str]] = {}
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method: str, path: str = "", document: Any = None, **headers: str) -> requests.Response:
        body = None if document is None else json.dumps(document)
        sent = {**self.headers, **headers}
        return self.session.request(method, self.url + path, data=body, headers=sent, timeout=30)

    def create(self) -> None:
        name = f"{self.name}-{self.random.randrange(10**6)}"
        answer = self.ask("POST", "", {**zoho(), "name": name, "description": self.name})
        assert answer.status_code == 201, answer.text
        self.known[answer.json()["id"]] = (name, answer.json()["etag"])

    def rename(self) -> None:
        id, (_, etag) = self.random.choice(list(self.known.items()))
        name = f"{self.name}-renamed-{self.random.randrange(10**6)}"
        patch = [{"op": "replace", "path": "/name", "value": name}]
        answer = self.ask("PATCH", f"/{id}", patch, **{"If-Match": etag})
        assert answer.status_code == 200, answer.text
        self.known[id] = (name, answer.json()["etag"])

    def delete(self) -> None:
        id = self.random.choice(list(self.known))
        assert self.ask("DELETE", f"/{id}").status_code == 204
        del self.known[id]

    def read(self) -> None:
        id, expected = self.random.choice(list(self.known.items()))
        (item,) = self.ask("GET", f"/{id}").json()["items"]
        assert (item["name"], item["etag"]) == expected

    def look(self) -> None:
        """Every list and every search shows exactly what is this tenant's."""
        assert self.listed("?limit=3") == self.known
        assert self.listed(f"?property=description=={self.name}&limit=100") == self.known
        found = self.ask("POST", "/search", {"queryString": "name!=x", "limit": 100}).json()["items"]
        assert {item["id"] for item in found} == set(self.known)
        assert self.ask("GET", "?count=true").json()["count"] == len(self.known)

    def listed(self, query: str) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        page: dict[str, Any] = {"_links": {"next": {"href": f"/connections{query}"}}}
        while "next" in page["_links"]:
            page = self.ask("GET", page["_links"]["next"]["href"].partition("/connections")[2]).json()
            found |= {item["id"]: (item["name"], item["etag"]) for item in page["items"]}
        return found

    def pry(self, others: list[Tenant]) -> None:
        """What another has is not there, whatever is asked of it."""
        theirs = self.random.choice(others).known
        for id in list(theirs)[:1]:
            patch = [{"op": "replace", "path": "/name", "value": "stolen"}]
            asked = (
                self.ask("GET", f"/{id}"),
                self.ask("PATCH", f"/{id}", patch, **{"If-Match": "*"}),
                self.ask("DELETE", f"/{id}"),
            )
            assert {answer.status_code for answer in asked} == {404}

    def live(self, others: list[Tenant], start: threading.Barrier) -> None:
        start.wait(30)
        for _ in range(STEPS):
            step = self.random.choice(["create", "rename", "delete", "read", "look", "pry"])
            if step == "create" or not self.known:
                self.create()
            elif step == "pry":
                self.pry(others)
            else:
                getattr(self, step)()
        self.look()


@pytest.mark.deep
def test_tenants_never_see_each_other(mock: Mock, thread: ServerThread) -> None:
    with served(mock, thread) as origin:
        tenants = [Tenant(origin, number) for number in range(ORGANISATIONS * SANDBOXES)]
        start = threading.Barrier(len(tenants))
        with ThreadPoolExecutor(len(tenants)) as pool:
            living = [pool.submit(each.live, [one for one in tenants if one is not each], start) for each in tenants]
            for each in living:
                each.result()
        for tenant in tenants:  # and once more when all have come to rest
            tenant.look()
            tenant.session.close()
    assert sum(len(tenant.known) for tenant in tenants) > 64
    assert len({tenant.name for tenant in tenants}) == 64
