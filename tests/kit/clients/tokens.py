"""Clients that fetch their own tokens from IMS, and look at other services: correct ones, and mutants of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter

from tests.kit.clients.acme import Acme, AcmeError
from tests.kit.clients.styles import TIMEOUT, body, receipt

FORM = {"grant_type": "client_credentials", "client_secret": "fake-ims-secret", "scope": "openid,AdobeID"}


class TokenClient(Acme):
    """requests; asks IMS for a token before each call."""

    form = FORM

    def token(self) -> str:
        return self.fetched()

    def fetched(self) -> str:
        form = {**self.form, "client_id": self.platform.api_key}
        try:
            answer = requests.post(f"{self.platform.ims_url}/token/v3", data=form, timeout=TIMEOUT)
            answer.raise_for_status()
            return str(answer.json()["access_token"])
        except (requests.RequestException, KeyError) as error:
            raise AcmeError(f"no token: {type(error).__name__}") from None

    def headers(self, body: bool) -> dict[str, str]:
        return {**super().headers(body), "Authorization": f"Bearer {self.token()}"}


class CachedTokenClient(TokenClient):
    """Keeps the token of each client of each platform, for as long as the process lives."""

    kept: dict[tuple[str, str], str] = {}  # noqa: RUF012 -- shared on purpose

    def token(self) -> str:
        key = (self.platform.ims_url, self.platform.api_key)
        if key not in self.kept:
            self.kept[key] = self.fetched()
        return self.kept[key]


class RenewingClient(TokenClient):
    """Keeps a token by the client's id alone. Asks anew on a 401, once, and sends the call again with the new one."""

    kept: dict[str, str] = {}  # noqa: RUF012 -- shared on purpose

    def token(self) -> str:
        if self.platform.api_key not in self.kept:
            self.kept[self.platform.api_key] = self.fetched()
        return self.kept[self.platform.api_key]

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        response = super().send(method, url, document, etag)
        if response.status_code == 401:
            del self.kept[self.platform.api_key]
            response = super().send(method, url, document, etag)
        return response


class SandboxLister(TokenClient):
    """Looks first whether its sandbox is there, at the Sandbox API and at no other time than before a creation."""

    query = ""

    def create(self, connection: Any) -> Any:
        url = f"{self.platform.origin}/data/foundation/sandbox-management/{self.query}"
        try:
            answer = requests.get(url, headers=self.headers(False), timeout=TIMEOUT)
        except requests.RequestException as error:
            raise AcmeError(type(error).__name__) from None
        if answer.status_code != 200:
            raise AcmeError(f"no sandboxes: {answer.status_code}")
        stats = f"{self.platform.origin}/data/foundation/schemaregistry/stats"
        requests.get(stats, headers=self.headers(False), timeout=TIMEOUT)
        return super().create(connection)


class ReadsAgain(Acme):
    """Sends a GET again, and nothing else."""

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        for attempt in (1, 2):
            response = super().send(method, url, document, etag)
            if method != "GET" or response.status_code < 500 or attempt == 2:
                break
        return response


class AsyncTokenClient:
    """httpx, async, a token before each call."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    async def create(self, connection: Any) -> Any:
        form = {**FORM, "client_id": self.platform.api_key}
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
                # The whole path of the real host, as programs have it built in.
                answer = await client.post(f"{self.platform.ims_url}/ims/token/v3", data=form)
                sent = {**self.platform.headers, "Authorization": f"Bearer {answer.json()['access_token']}"}
                found = await client.post(f"{self.platform.url}/connections", headers=sent, content=body(connection))
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise AcmeError(type(error).__name__) from None
        return receipt(found.status_code, found.content, 201)


class Patient(HTTPAdapter):
    """What aepp leaves out: a time-out."""

    def send(self, request: Any, **given: Any) -> requests.Response:
        return super().send(request, **{**given, "timeout": TIMEOUT})


class AeppClient:
    """aepp's own `FlowService`, as its users wrap it: it gives back what was answered, whatever that is."""

    def __init__(self, platform: Any) -> None:
        import aepp
        from aepp import flowservice

        account = {"org_id": platform.org_id, "client_id": platform.api_key, "secret": "fake-ims-secret"}
        connect = aepp.configure(
            **account, scopes="openid,AdobeID", sandbox=platform.sandbox_name, connectInstance=True, retry=0
        )
        config = {**connect.getConfigObject(), "oauthTokenEndpointV2": f"{platform.ims_url}/token/v3"}
        try:
            self.flows = flowservice.FlowService(config=config, header=connect.getConfigHeader())
        except (requests.RequestException, KeyError, TypeError, ValueError) as error:
            raise AcmeError(f"no token: {type(error).__name__}") from None
        self.flows.endpoint = platform.url
        self.flows.connector.session.mount("http://", Patient())

    def create(self, connection: Any) -> Any:
        answer = self._asked(self.flows.createConnection, connection.body())
        return {"id": self._value(answer, "id"), "etag": self._value(answer, "etag")}

    def get(self, id: str) -> Any:
        found = self._asked(self.flows.getConnection, id)
        self._value(found, "id")
        return found

    def check(self, id: str) -> bool:
        return bool(self._value(self._asked(self.flows.connectionTest, id), "result"))

    def _asked(self, method: Any, *given: Any) -> Any:
        try:
            return method(*given)
        except (requests.RequestException, KeyError, TypeError, AttributeError, IndexError) as error:
            raise AcmeError(type(error).__name__) from None

    def _value(self, answer: Any, name: str) -> Any:
        if not isinstance(answer, dict) or name not in answer:
            raise AcmeError(f"no {name} was answered")
        return answer[name]


TOKEN_STYLES: dict[str, str] = {
    "a token before each call": "class TestIt(Whole): client = tokens.TokenClient",
    "a cached token": "class TestIt(Whole): client = tokens.CachedTokenClient",
    "anew on a 401": "class TestIt(Whole): client = tokens.RenewingClient",
    "sandboxes first": "class TestIt(Whole): client = tokens.SandboxLister",
    "GETs again": "class TestIt(Whole): client = tokens.ReadsAgain",
    "httpx, async, with a token": """
        class TestIt(ClientContract):
            errors = AcmeError
            async def create_connection(self, platform, connection):
                return await tokens.AsyncTokenClient(platform).create(connection)
    """,
    "aepp": """
        class TestIt(ClientContract):
            errors = AcmeError
            def create_connection(self, platform, connection):
                return tokens.AeppClient(platform).create(connection)
            def get_connection(self, platform, id):
                return tokens.AeppClient(platform).get(id)
            def check_connection(self, platform, id):
                return tokens.AeppClient(platform).check(id)
    """,
}
NEEDED_BY_STYLE = {"aepp": "aepp"}
"""The library that a style is about, where that isn't installed with the tests."""


class TokenOfTheFirst(TokenClient):
    """One token for all platforms."""

    first: str | None = None

    def token(self) -> str:
        TokenOfTheFirst.first = TokenOfTheFirst.first or self.fetched()
        return TokenOfTheFirst.first


class NoScope(TokenClient):
    form = {"grant_type": "client_credentials", "client_secret": "fake-ims-secret"}  # noqa: RUF012

    def fetched(self) -> str:
        try:
            return super().fetched()
        except AcmeError:
            return str(self.platform.access_token)


class PasswordGrant(NoScope):
    form = {**FORM, "grant_type": "password"}  # noqa: RUF012


class CutToken(TokenClient):
    def token(self) -> str:
        return self.fetched()[:-1]


class TokenLogged(TokenClient):
    def token(self) -> str:
        from tests.kit.clients.acme import log

        token = self.fetched()
        log.info("using %s", token)
        return token


class SameTokenAgain(CachedTokenClient):
    """Sends again on a 401, with the token that was refused."""

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        response = super().send(method, url, document, etag)
        return super().send(method, url, document, etag) if response.status_code == 401 else response


class EverNewTokens(TokenClient):
    """Tries token after token."""

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        for _ in range(8):
            response = super().send(method, url, document, etag)
            if response.status_code != 401:
                break
        return response


class LibrarysErrorOfIms(TokenClient):
    """An unmapped error of the token's request would be no finding; the creation's own is."""

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        headers = self.headers(document is not None) | ({"If-Match": etag} if etag else {})
        data = None if document is None else self.serialised(document)
        return requests.request(method, url, headers=headers, data=data, timeout=self.timeout)


class RealIms(TokenClient):
    """Has the real host built in."""

    def fetched(self) -> str:
        try:
            answer = requests.post("https://ims-na1.adobelogin.com/ims/token/v3", data=self.form, timeout=TIMEOUT)
            return str(answer.json()["access_token"])
        except requests.RequestException as error:
            raise AcmeError(type(error).__name__) from None


class RealPlatform(Acme):
    def path(self, *parts: str) -> str:
        return "/".join(("https://platform.adobe.io" + urlsplit(self.url).path, "connections", *parts))


class SandboxesUnsent(SandboxLister):
    """A wrong request to the Sandbox API, whose answer it doesn't look at."""

    def create(self, connection: Any) -> Any:
        url = f"{self.platform.origin}/data/foundation/sandbox-management/"
        requests.get(url, headers={"x-api-key": self.platform.api_key}, timeout=TIMEOUT)
        return Acme.create(self, connection)


class RemembersItsSandbox(Acme):
    first: str | None = None

    def headers(self, body: bool) -> dict[str, str]:
        RemembersItsSandbox.first = RemembersItsSandbox.first or self.platform.sandbox_name
        return {**super().headers(body), "x-sandbox-name": RemembersItsSandbox.first}


TOKEN_MUTANTS: dict[str, tuple[str, type[Acme]]] = {
    each.__name__: (rule, each)
    for rule, each in (
        ("FC-TEN-01", TokenOfTheFirst),
        ("IMS-SCOPE-01", NoScope),
        ("IMS-GRANT-01", PasswordGrant),
        ("FC-REQ-01", CutToken),
        ("FC-SEC-01", TokenLogged),
        ("FC-RTY-03", SameTokenAgain),
        ("FC-RTY-03", EverNewTokens),
        ("FC-ERR-03", LibrarysErrorOfIms),
        ("FC-NET-01", RealIms),
        ("FC-NET-01", RealPlatform),
        ("FS-HDR-02", SandboxesUnsent),
        ("FC-TEN-01", RemembersItsSandbox),
    )
}
"""By the name: the rule that catches it, and the client."""
