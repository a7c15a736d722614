"""Correct clients in other styles: every one of them keeps the whole contract."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx

from tests.kit.clients.acme import SPEC, Acme, AcmeError

TIMEOUT = 1.0


def headers(platform: Any, body: bool = False) -> dict[str, str]:
    return {**platform.headers} if body else {n: v for n, v in platform.headers.items() if n != "Content-Type"}


def body(connection: Any) -> bytes:
    return json.dumps(connection.body(), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Receipt:
    id: str
    etag: str


def receipt(status: int, text: bytes, expected: int) -> Receipt:
    if status != expected:
        raise AcmeError(f"refused: {status}")
    try:
        answer = json.loads(text)
        return Receipt(answer["id"], answer["etag"])
    except (ValueError, KeyError, TypeError):
        raise AcmeError("no receipt") from None


def document(status: int, text: bytes) -> Any:
    if status != 200:
        raise AcmeError(f"refused: {status}")
    try:
        return json.loads(text)
    except ValueError:
        raise AcmeError("not JSON") from None


class HttpxClient:
    """httpx, objects as answers, a retry of what is safe to send again."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    def ask(self, method: str, url: str, content: bytes | None = None, etag: str | None = None) -> httpx.Response:
        sent = headers(self.platform, content is not None) | ({"If-Match": etag} if etag else {})
        for attempt in (1, 2):
            try:
                with httpx.Client(timeout=TIMEOUT, verify=False, trust_env=False) as client:
                    found = client.request(method, url, headers=sent, content=content)
            except httpx.HTTPError as error:
                raise AcmeError(type(error).__name__) from None
            if method == "GET" and found.status_code in (500, 503) and attempt == 1:
                continue
            return found
        raise AssertionError

    def create(self, connection: Any) -> Receipt:
        found = self.ask("POST", f"{self.platform.url}/connections", body(connection))
        return receipt(found.status_code, found.content, 201)

    def get(self, id: str) -> Any:
        found = self.ask("GET", f"{self.platform.url}/connections/{id}")
        return None if found.status_code == 404 else document(found.status_code, found.content)

    def list(self) -> list[Any]:
        items, url = [], f"{self.platform.url}/connections?limit=100"
        while url:
            found = self.ask("GET", url)
            page = document(found.status_code, found.content)
            items += page["items"]
            href = page["_links"].get("next", {}).get("href")
            url = self.platform.url + href if href else ""
        return items

    def update(self, id: str, etag: str, operations: Any) -> Receipt:
        found = self.ask("PATCH", f"{self.platform.url}/connections/{id}/", json.dumps(operations).encode(), etag)
        return receipt(found.status_code, found.content, 200)


class AsyncClient:
    """httpx, async, pairs as answers, an async generator as list."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    async def ask(self, method: str, path: str, content: bytes | None = None) -> httpx.Response:
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, verify=False, trust_env=False) as client:
                url = self.platform.url + path
                return await client.request(
                    method, url, headers=headers(self.platform, content is not None), content=content
                )
        except httpx.HTTPError as error:
            raise AcmeError(type(error).__name__) from None

    async def create(self, connection: Any) -> tuple[str, str]:
        found = await self.ask("POST", "/connections", body(connection))
        got = receipt(found.status_code, found.content, 201)
        return got.id, got.etag

    async def list(self) -> AsyncIterator[Any]:
        path = "/connections"
        while path:
            found = await self.ask("GET", path)
            page = document(found.status_code, found.content)
            for item in page["items"]:
                yield item
            path = page["_links"].get("next", {}).get("href", "")


class AiohttpClient:
    """aiohttp, create and check; the library raises where it is refused, with the request in the error."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    async def ask(self, method: str, path: str, content: bytes | None = None) -> tuple[int, bytes]:
        limit = aiohttp.ClientTimeout(total=TIMEOUT)
        sent = headers(self.platform, content is not None)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, raise_for_status=True) as session,
                session.request(method, self.platform.url + path, data=content, headers=sent) as found,
            ):
                return found.status, await found.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AcmeError(type(error).__name__) from None

    async def create(self, connection: Any) -> Receipt:
        return receipt(*await self.ask("POST", "/connections", body(connection)), 201)

    async def check(self, id: str) -> bool:
        answer = document(*await self.ask("GET", f"/connections/{id}/test"))
        if not isinstance(answer, dict) or "result" not in answer:
            raise AcmeError("no result")
        return answer["result"] is True


class UrllibClient:
    """urllib, create only."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    def create(self, connection: Any) -> dict[str, Any]:
        url = f"{self.platform.url}/connections/"
        sent = urllib.request.Request(url, data=body(connection), headers=headers(self.platform, True), method="POST")
        try:
            with urllib.request.urlopen(sent, timeout=TIMEOUT) as found:
                status, text = found.status, found.read()
        except (OSError, http.client.HTTPException) as error:
            raise AcmeError(type(error).__name__) from None
        got = receipt(status, text, 201)
        return {"id": got.id, "etag": got.etag, "extra": True}


class HttpClientClient:
    """http.client, one connection, 429 waited for."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    def create(self, connection: Any) -> dict[str, str]:
        status, retry_after, text = self.ask(connection)
        if status == 429 and retry_after:
            time.sleep(int(retry_after))
            status, _, text = self.ask(connection)
        got = receipt(status, text, 201)
        return {"id": got.id, "etag": got.etag}

    def ask(self, connection: Any) -> tuple[int, str | None, bytes]:
        url = urlsplit(self.platform.url)
        wire = http.client.HTTPConnection(url.netloc, timeout=TIMEOUT)
        try:
            wire.request("POST", f"{url.path}/connections", body(connection), headers(self.platform, True))
            found = wire.getresponse()
            return found.status, found.getheader("Retry-After"), found.read()
        except (OSError, http.client.HTTPException) as error:
            raise AcmeError(type(error).__name__) from None
        finally:
            wire.close()


class LookingClient(Acme):
    """Looks a name up after a lost answer, and derives the URLs from the region."""

    def body(self, connection: Any) -> dict[str, Any]:
        tld = {"us": "com", "au": "com.au", "eu": "eu", "in": "in", "cn": "com.cn"}[connection.region.code]
        urls = {"endpoint": f"https://www.zohoapis.{tld}", "accountsUrl": f"https://accounts.zoho.{tld}"}
        made = super().body(connection)
        made["auth"]["params"] = {**connection.params, **urls}
        return {**made, "connectionSpec": dict(SPEC)}

    def create(self, connection: Any) -> Any:
        try:
            return super().create(connection)
        except AcmeError as error:
            for item in self.named(connection.name):
                return {"id": item["id"], "etag": item["etag"]}
            raise error from None

    def named(self, name: str) -> Iterator[Any]:
        try:
            return iter([item for item in self.list() if item["name"] == name])
        except AcmeError:
            return iter(())


class BareErrors(Acme):
    """Raises requests' own errors; the class attribute `errors` stays at its default."""

    def create(self, connection: Any) -> Any:
        import requests

        sent = {"headers": self.headers(True), "data": self.serialised(self.body(connection)), "timeout": TIMEOUT}
        found = requests.post(self.path(), allow_redirects=False, **sent)
        found.raise_for_status()
        if found.status_code != 201:
            raise RuntimeError(found.status_code)
        answer = found.json()
        return {"id": answer["id"], "etag": answer["etag"]}


class PatientClient(Acme):
    """One request at a time, backing off as often as is sensible, waiting as long as it is told to."""

    turn = threading.Lock()

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> Any:
        for attempt in range(3):
            with self.turn:
                response = super().send(method, url, document, etag)
            if response.status_code == 429:
                time.sleep(float(response.headers["Retry-After"]) + 0.01)
            elif response.status_code >= 500 and method == "GET":
                time.sleep(0.05 * 2**attempt)
            else:
                break
        return response


class StubbornClient(LookingClient):
    """Sends a creation again once it has seen that there is none, and keeps a client for each platform."""

    def create(self, connection: Any) -> Any:
        try:
            return super().create(connection)
        except AcmeError as error:
            if not str(error).startswith(("refused: 5", "POST failed")) or any(self.named(connection.name)):
                raise
            return Acme.create(self, connection)
