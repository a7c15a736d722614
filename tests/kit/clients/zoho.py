"""Clients that read Zoho CRM and refresh their tokens: correct ones, and some with one planted bug each."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import requests

from tests.kit.clients.acme import AcmeError

ZOHO_MUTANTS: dict[str, tuple[str, type[Reader]]] = {}


class Reader:
    """Correct: keeps its token, and refreshes it once when the CRM says that it is invalid."""

    timeout = 2.0

    def __init__(self, zoho: Any, region: Any, credentials: dict[str, str]) -> None:
        self.zoho = zoho
        self.region = region
        self.credentials = credentials
        self.token: str | None = None
        self.api_domain = ""
        self.lock = threading.Lock()

    def accounts_url(self) -> str:
        return str(self.zoho.accounts_url(self.region))

    def form(self) -> dict[str, str]:
        return {"grant_type": "refresh_token", **self.credentials}

    def refresh(self, stale: str | None) -> None:
        with self.lock:
            if self.token == stale:
                self.keep(self.asked())

    def asked(self) -> dict[str, Any]:
        answer = requests.post(f"{self.accounts_url()}/oauth/v2/token", data=self.form(), timeout=self.timeout).json()
        if "access_token" not in answer:
            raise AcmeError(answer.get("error"))
        return dict(answer)

    def keep(self, answer: dict[str, Any]) -> None:
        self.token, self.api_domain = answer["access_token"], answer["api_domain"]

    def get(self, module: str, token: str | None) -> requests.Response:
        headers = {"Authorization": f"Zoho-oauthtoken {token}"}
        return requests.get(f"{self.api_domain}/crm/v2/{module}", headers=headers, timeout=self.timeout)

    def records(self, module: str) -> Iterator[dict[str, Any]]:
        token = self.token
        if token is None:
            self.refresh(None)
        answer = self.get(module, token := self.token)
        if answer.status_code == 401:
            self.refresh(token)
            answer = self.get(module, self.token)
        if answer.status_code != 200:
            raise AcmeError(answer.status_code)
        yield from answer.json()["data"]


class ClockReader(Reader):
    """Correct in another way: it trusts expires_in and a clock that it is given, and sends multipart."""

    until = 0.0

    def keep(self, answer: dict[str, Any]) -> None:
        super().keep(answer)
        self.until = self.zoho.now() + answer["expires_in"] - 60

    def asked(self) -> dict[str, Any]:
        parts: Any = {name: (None, value) for name, value in self.form().items()}
        answer = requests.post(f"{self.accounts_url()}/oauth/v2/token", files=parts, timeout=self.timeout).json()
        if "error" in answer:
            raise AcmeError(answer["error"])
        return dict(answer)

    def records(self, module: str) -> Iterator[dict[str, Any]]:
        with self.lock:
            if self.zoho.now() >= self.until:
                self.keep(self.asked())
        yield from super().records(module)


class AsyncReader:
    """Correct over httpx, asynchronous."""

    def __init__(self, zoho: Any, region: Any, credentials: dict[str, str]) -> None:
        self.accounts_url, self.api_domain = zoho.accounts_url(region), zoho.api_domain(region)
        self.credentials = credentials
        self.token = "none-yet"

    async def records(self, module: str) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(timeout=2.0) as client:
            for _ in range(2):
                headers = {"Authorization": f"Bearer {self.token}"}
                answer = await client.get(f"{self.api_domain}/crm/v8/{module}?fields=Last_Name", headers=headers)
                if answer.status_code == 200:
                    return list(answer.json()["data"])
                await asyncio.sleep(0)
                await self.refresh(client)
        raise AcmeError(answer.status_code)

    async def refresh(self, client: httpx.AsyncClient) -> None:
        form = {"grant_type": "refresh_token", **self.credentials}
        answer = (await client.post(f"{self.accounts_url}/oauth/v2/token", params=form)).json()
        if "access_token" not in answer:
            raise AcmeError(answer["error"])
        self.token = answer["access_token"]


def mutant(rule: str) -> Callable[[type[Reader]], type[Reader]]:
    def register(client: type[Reader]) -> type[Reader]:
        ZOHO_MUTANTS[client.__name__] = (rule, client)
        return client

    return register


@mutant("FC-ZOHO-01")
class AlwaysAmerica(Reader):
    def accounts_url(self) -> str:
        return str(self.zoho.accounts_url("us"))


@mutant("FC-ZOHO-01")
class TrimmedSecret(Reader):
    def form(self) -> dict[str, str]:
        form = super().form()
        return {**form, "client_secret": form["client_secret"].rstrip("=")}


@mutant("FC-ZOHO-02")
class CrmInAmerica(Reader):
    def keep(self, answer: dict[str, Any]) -> None:
        super().keep(answer)
        self.api_domain = self.zoho.api_domain("us")


@mutant("FC-ZOHO-02")
class SecondHandToken(Reader):
    def get(self, module: str, token: str | None) -> requests.Response:
        return super().get(module, f"{token}x")


@mutant("FC-ZOHO-03")
class OneTokenPerCall(Reader):
    def records(self, module: str) -> Iterator[dict[str, Any]]:
        self.token = None
        yield from super().records(module)


@mutant("FC-ZOHO-03")
class NewTokenNotKept(Reader):
    """Goes on with the first token, so that every call after its expiry refreshes."""

    def records(self, module: str) -> Iterator[dict[str, Any]]:
        first = self.token
        yield from super().records(module)
        self.token = first or self.token


@mutant("FC-ZOHO-03")
class NeverRefreshes(Reader):
    def refresh(self, stale: str | None) -> None:
        if stale is None:
            super().refresh(stale)


@mutant("FC-ZOHO-04")
class NoLock(Reader):
    def refresh(self, stale: str | None) -> None:
        self.keep(self.asked())


@mutant("FC-ZOHO-04")
class LockWithoutALook(Reader):
    def refresh(self, stale: str | None) -> None:
        with self.lock:
            self.keep(self.asked())


@mutant("FC-ZOHO-05")
class BelievesTheStatus(Reader):
    def asked(self) -> dict[str, Any]:
        answer = requests.post(f"{self.accounts_url()}/oauth/v2/token", data=self.form(), timeout=self.timeout)
        answer.raise_for_status()
        return dict(answer.json())  # and a KeyError a line later


@mutant("FC-ZOHO-05")
class SilentOnRefusal(Reader):
    def records(self, module: str) -> Iterator[dict[str, Any]]:
        try:
            yield from super().records(module)
        except AcmeError:
            return


@mutant("FC-ZOHO-06")
class HopesOn(Reader):
    """Tries a revoked token again and again."""

    def asked(self) -> dict[str, Any]:
        for _ in range(8):
            try:
                return super().asked()
            except AcmeError as error:
                last = error
        raise last


@mutant("FC-ZOHO-06")
class OldRecordsInstead(Reader):
    """Hands out what it read last where the token is void."""

    last: list[dict[str, Any]] | None = None

    def records(self, module: str) -> Iterator[dict[str, Any]]:
        try:
            self.last = list(super().records(module))
        except AcmeError:
            if self.last is None:
                raise
        yield from self.last or ()
