"""Clients with one planted bug each, and the rule that has to catch it."""

from __future__ import annotations

import base64
import http.client
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from tests.kit.clients.acme import SPEC, Acme, AcmeError, log

MUTANTS: dict[str, tuple[str, type[Acme]]] = {}


def mutant(rule: str) -> Callable[[type[Acme]], type[Acme]]:
    def register(client: type[Acme]) -> type[Acme]:
        MUTANTS[client.__name__] = (rule, client)
        return client

    return register


def with_headers(name: str, rule: str, change: Callable[[Any, dict[str, str]], Any]) -> None:
    class Mutant(Acme):
        def headers(self, body: bool) -> dict[str, str]:
            headers = super().headers(body)
            change(self, headers)
            return headers

    Mutant.__name__ = name
    mutant(rule)(Mutant)


def with_body(name: str, rule: str, change: Callable[[dict[str, Any], Any], Any]) -> None:
    class Mutant(Acme):
        def body(self, connection: Any) -> dict[str, Any]:
            body = super().body(connection)
            return change(body, connection) or body

    Mutant.__name__ = name
    mutant(rule)(Mutant)


def put(target: Any, name: str, value: Any) -> None:
    target[name] = value


def changed_param(name: str, change: Callable[[str], Any]) -> Callable[[dict[str, Any], Any], None]:
    return lambda body, _: put(body["auth"]["params"], name, change(body["auth"]["params"][name]))


def renamed_param(name: str, new: str) -> Callable[[dict[str, Any], Any], None]:
    return lambda body, _: put(body["auth"]["params"], new, body["auth"]["params"].pop(name))


# Headers
with_headers("NoApiKey", "FS-HDR-01", lambda _, headers: headers.pop("x-api-key"))
with_headers("NoToken", "FS-HDR-02", lambda _, headers: headers.pop("Authorization"))
with_headers("NoBearer", "FS-HDR-03", lambda self, headers: put(headers, "Authorization", self.platform.access_token))
with_headers(
    "ZohoScheme",
    "FS-HDR-03",
    lambda self, headers: put(headers, "Authorization", f"Zoho-oauthtoken {self.platform.access_token}"),
)
with_headers("NoOrganisation", "FS-HDR-04", lambda _, headers: headers.pop("x-gw-ims-org-id"))
with_headers("EmptyOrganisation", "FS-HDR-05", lambda _, headers: put(headers, "x-gw-ims-org-id", ""))
with_headers("NoSandbox", "FS-HDR-07", lambda _, headers: headers.pop("x-sandbox-name"))
with_headers("SandboxTitle", "FS-HDR-08", lambda _, headers: put(headers, "x-sandbox-name", "Production"))
with_headers("EverySandbox", "FS-HDR-09", lambda _, headers: put(headers, "x-sandbox-name", "*"))
with_headers("SandboxId", "FS-HDR-11", lambda _, headers: put(headers, "x-sandbox-id", "1"))
with_headers("NoContentType", "FS-BODY-01", lambda _, headers: headers.pop("Content-Type", None))
with_headers(
    "FormContentType",
    "FS-BODY-01",
    lambda _, headers: put(headers, "Content-Type", "application/x-www-form-urlencoded"),
)
with_headers("FixedToken", "FC-REQ-01", lambda _, headers: put(headers, "Authorization", "Bearer fixed"))
with_headers(
    "CutSandbox", "FC-REQ-04", lambda _, headers: put(headers, "x-sandbox-name", headers["x-sandbox-name"][:8])
)
with_headers("FixedKey", "FC-REQ-02", lambda _, headers: put(headers, "x-api-key", "fixed"))
with_headers("FixedOrganisation", "FC-REQ-03", lambda _, headers: put(headers, "x-gw-ims-org-id", "FIXED@AdobeOrg"))
with_headers("AlwaysProd", "FC-REQ-04", lambda _, headers: put(headers, "x-sandbox-name", "prod"))
with_headers(
    "TokenInOtherHeader", "FC-REQ-08", lambda self, headers: put(headers, "x-debug", self.platform.access_token)
)

# Bodies
with_body("NoName", "FS-CON-01", lambda body, _: body.pop("name") and None)
with_body("NumberName", "FS-CON-15", lambda body, _: put(body, "name", 5))
with_body("NullDescription", "FS-CON-02", lambda body, connection: put(body, "description", connection.description))
with_body("NoSpec", "FS-CON-03", lambda body, _: body.pop("connectionSpec") and None)
with_body(
    "OtherSpec",
    "FC-REQ-10",
    lambda body, _: put(body, "connectionSpec", {**SPEC, "id": "cc6a4487-9e91-433e-a3a3-9cf6626c1806"}),
)
with_body("UnknownSpec", "FS-CON-04", lambda body, _: put(body, "connectionSpec", {**SPEC, "id": "zoho-crm"}))
with_body("NoVersion", "FS-CON-05", lambda body, _: put(body, "connectionSpec", {"id": SPEC["id"]}))
with_body("NumberVersion", "FC-REQ-10", lambda body, _: put(body, "connectionSpec", {**SPEC, "version": 1.0}))
with_body("NoAuth", "FS-CON-16", lambda body, _: body.pop("auth") and None)
with_body("SpecName", "FS-CON-09", lambda body, _: put(body["auth"], "specName", "OAuth2"))
with_body("NoParams", "FS-CON-10", lambda body, _: body["auth"].pop("params") and None)
with_body("SnakeCase", "FS-CON-11", renamed_param("refreshToken", "refresh_token"))
with_body("LowerCase", "FS-CON-11", renamed_param("accountsUrl", "accountsURL"))
with_body("NoEndpoint", "FS-CON-11", lambda body, _: body["auth"]["params"].pop("endpoint") and None)
with_body("EmptySecret", "FS-CON-12", changed_param("clientSecret", lambda _: ""))
with_body("ListedSecret", "FS-CON-12", changed_param("accessToken", lambda value: [value]))
with_body(
    "OneRegion",
    "FC-REG-01",
    lambda body, _: body["auth"]["params"].update(
        accountsUrl="https://accounts.zoho.com", endpoint="https://www.zohoapis.com"
    ),
)
with_body("AccountsOfTheUs", "FS-ZOHO-03", changed_param("accountsUrl", lambda _: "https://accounts.zoho.com"))
with_body("PlainHttp", "FS-ZOHO-01", changed_param("accountsUrl", lambda value: value.replace("https", "http")))
with_body("TrailingSlash", "FS-ZOHO-02", changed_param("accountsUrl", lambda value: value + "/"))
with_body("StrippedName", "FC-REQ-05", lambda body, _: put(body, "name", body["name"].strip()))
with_body("AsciiName", "FC-REQ-05", lambda body, _: put(body, "name", body["name"].encode("ascii", "replace").decode()))
with_body("ShortName", "FC-REQ-05", lambda body, _: put(body, "name", body["name"][:255]))
with_body("DescriptionLost", "FC-REQ-06", lambda body, _: body.pop("description", None) and None)
with_body(
    "EmptyDescription", "FC-REQ-06", lambda body, connection: put(body, "description", connection.description or "")
)
with_body("StrippedSecret", "FC-REQ-07", changed_param("clientSecret", str.strip))
with_body("QuotedSecret", "FC-REQ-07", changed_param("refreshToken", lambda value: quote(value, safe="")))
with_body(
    "EncodedSecret", "FC-REQ-07", changed_param("accessToken", lambda value: base64.b64encode(value.encode()).decode())
)
with_body(
    "SwappedTokens",
    "FC-REQ-07",
    lambda body, c: body["auth"]["params"].update(
        accessToken=c.params["refreshToken"], refreshToken=c.params["accessToken"]
    ),
)


@mutant("FC-REQ-05")
class AsciiNamesAlone(Acme):
    def body(self, connection: Any) -> dict[str, Any]:
        if not connection.name.isascii():
            raise ValueError("a name is ASCII here")
        return super().body(connection)


@mutant("FS-BODY-04")
class FormBody(Acme):
    def serialised(self, document: Any) -> bytes:
        return repr(document).encode("utf-8", "surrogatepass")


@mutant("FS-BODY-05")
class SerialisedTwice(Acme):
    def serialised(self, document: Any) -> bytes:
        return json.dumps(json.dumps(document)).encode()


@mutant("FS-BODY-04")
class Latin1(Acme):
    def serialised(self, document: Any) -> bytes:
        return json.dumps(document, ensure_ascii=False).encode("latin-1", "replace").replace(b"?", b"\xff")


@mutant("FS-URL-01")
class WrongPath(Acme):
    def path(self, *parts: str) -> str:
        return "/".join((self.url, "connection", *parts))


@mutant("FS-URL-02")
class PutsInstead(Acme):
    def create(self, connection: Any) -> Any:
        return self.receipt(self.answer(self.send("PUT", self.path(), self.body(connection)), 201))


@mutant("FC-REQ-08")
class SecretInUrl(Acme):
    def create(self, connection: Any) -> Any:
        url = self.path() + "?client_secret=" + quote(connection.params["clientSecret"])
        return self.receipt(self.answer(self.send("POST", url, self.body(connection)), 201))


@mutant("FC-REQ-09")
class PostsTwice(Acme):
    def create(self, connection: Any) -> Any:
        super().create(connection)
        return super().create(connection)


def with_receipt(name: str, rule: str, change: Callable[[Any], Any]) -> None:
    class Mutant(Acme):
        def receipt(self, answer: Any) -> Any:
            return change(super().receipt(answer))

    Mutant.__name__ = name
    mutant(rule)(Mutant)


# Answers
with_receipt("UnquotedEtag", "FC-RES-02", lambda receipt: {**receipt, "etag": receipt["etag"].strip('"')})
with_receipt("UpperId", "FC-RES-01", lambda receipt: {**receipt, "id": receipt["id"].upper()})
with_receipt("SwappedPair", "FC-RES-01", lambda receipt: (receipt["etag"], receipt["id"]))


@mutant("FC-RES-02")
class EtagOfTheHeader(Acme):
    def create(self, connection: Any) -> Any:
        response = self.send("POST", self.path(), self.body(connection))
        return {**self.receipt(self.answer(response, 201)), "etag": response.headers.get("ETag", "").strip('"')}


@mutant("FC-RES-03")
class EtagHeaderNeeded(Acme):
    def create(self, connection: Any) -> Any:
        response = self.send("POST", self.path(), self.body(connection))
        return {**self.receipt(self.answer(response, 201)), "etag": response.headers["ETag"]}


@mutant("FC-RES-03")
class LocationNeeded(Acme):
    def create(self, connection: Any) -> Any:
        response = self.send("POST", self.path(), self.body(connection))
        receipt = self.receipt(self.answer(response, 201))
        return {**receipt, "id": response.headers["Location"].rpartition("/")[2]}


@mutant("FC-RES-03")
class ExactKeys(Acme):
    def receipt(self, answer: Any) -> Any:
        if set(answer) != {"id", "etag"}:
            raise AcmeError("unexpected keys")
        return super().receipt(answer)


@mutant("FC-RES-03")
class ExactContentType(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.headers.get("Content-Type") != "application/json;charset=UTF-8":
            raise AcmeError("unexpected content type")
        return super().answer(response, *expected)


@mutant("FC-RES-03")
class LengthNeeded(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if "Content-Length" not in response.headers:
            raise AcmeError("no length")
        return super().answer(response, *expected)


# Errors
@mutant("FC-ERR-01")
class StatusIgnored(Acme):
    def create(self, connection: Any) -> Any:
        answer = self.send("POST", self.path(), self.body(connection)).json()
        return {"id": answer.get("id"), "etag": answer.get("etag")}


@mutant("FC-ERR-01")
class NoneInstead(Acme):
    def create(self, connection: Any) -> Any:
        try:
            return super().create(connection)
        except AcmeError:
            return None


@mutant("FC-ERR-01")
class OtherError(Acme):
    def create(self, connection: Any) -> Any:
        try:
            return super().create(connection)
        except AcmeError as error:
            raise KeyError("id") from error


@mutant("FC-ERR-02")
class PageTaken(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.status_code >= 400:
            raise AcmeError("refused")
        try:
            return response.json()
        except ValueError:
            return {"id": "unknown", "etag": ""}


@mutant("FC-ERR-02")
class NoIdTaken(Acme):
    def receipt(self, answer: Any) -> Any:
        return {"id": answer.get("id"), "etag": answer.get("etag")}


@mutant("FC-ERR-03")
class LibrarysErrors(Acme):
    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        headers = self.headers(document is not None) | ({"If-Match": etag} if etag else {})
        data = None if document is None else self.serialised(document)
        return requests.request(method, url, headers=headers, data=data, timeout=self.timeout)


@mutant("FC-ERR-04")
class NoTimeout(Acme):
    timeout = None


@mutant("FC-ERR-01")
class ExitsThePython(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.status_code == 401:
            sys.exit("refused")
        return super().answer(response, *expected)


@mutant("FC-ERR-04")
class WaitsForTheBody(Acme):
    def get(self, id: str) -> Any:
        url = urlsplit(self.path(id))
        wire = http.client.HTTPConnection(url.netloc, timeout=self.timeout)
        wire.request("GET", url.path, headers=self.headers(False))
        answer = wire.getresponse()
        wire.sock.settimeout(None)
        try:
            return json.loads(answer.read())["items"][0]
        except (http.client.HTTPException, KeyError, ValueError):
            raise AcmeError("no answer") from None


# Retries
class Retrying(Acme):
    statuses: tuple[int, ...] = (429,)
    attempts = 3
    lost = False

    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        for attempt in range(self.attempts):
            try:
                response = super().send(method, url, document, etag)
            except AcmeError:
                if not self.lost or attempt == self.attempts - 1:
                    raise
                continue
            if response.status_code not in self.statuses:
                return response
        return response


@mutant("FC-RTY-01")
class RetryAfterIgnored(Retrying):
    pass


@mutant("FC-RTY-02")
class RetriesForever(Retrying):
    statuses = (503,)
    attempts = 1000


@mutant("FC-RTY-03")
class RefusedRetried(Retrying):
    statuses = (400,)


@mutant("FC-RTY-03")
class UnauthorisedRetried(Retrying):
    statuses = (401, 403)


@mutant("FC-RTY-04")
class FailedRetried(Retrying):
    statuses = (500, 503)


@mutant("FC-RTY-04")
class LostRetried(Retrying):
    lost = True


@mutant("FC-RTY-04")
class LostInvented(Acme):
    def create(self, connection: Any) -> Any:
        try:
            return super().create(connection)
        except AcmeError:
            return {"id": "00000000-0000-4000-8000-000000000000", "etag": '"x"'}


@mutant("FC-RTY-04")
class BadGatewayRetried(Retrying):
    statuses = (502,)


class Looking(Acme):
    """Looks up what became of a creation, and is wrong about which one it was."""

    def create(self, connection: Any) -> Any:
        try:
            return super().create(connection)
        except AcmeError as error:
            found = [item for item in self.list() if self.is_it(item["name"], connection.name)]
            if not found:
                raise error from None
            return {"id": found[-1]["id"], "etag": found[-1]["etag"]}

    def is_it(self, name: str, wanted: str) -> bool:
        return name == wanted


@mutant("FC-RTY-04")
class TakesTheNewest(Looking):
    def is_it(self, name: str, wanted: str) -> bool:
        return True


@mutant("FC-RTY-04")
class TakesWhatBeginsSo(Looking):
    def create(self, connection: Any) -> Any:
        try:
            return Acme.create(self, connection)
        except AcmeError as error:
            for item in self.list():
                if item["name"].lower().startswith(connection.name.lower()):
                    return {"id": item["id"], "etag": item["etag"]}
            raise error from None


@mutant("FC-REQ-10")
class CreatesDrafts(Acme):
    def create(self, connection: Any) -> Any:
        response = self.send("POST", self.path() + "?mode=draft", self.body(connection))
        return self.receipt(self.answer(response, 201))


# Reading
@mutant("FC-RES-03")
class ReadsLatin1(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        answer = super().answer(response, *expected)
        return json.loads(response.content.decode("latin-1")) if "items" in answer else answer


@mutant("FC-RES-03")
class KnowsEveryField(Acme):
    def get(self, id: str) -> Any:
        item = super().get(id)
        known = {"id", "name", "description", "etag", "version", "state", "auth", "connectionSpec", "imsOrgId"}
        if {name for name in item if not name.startswith(("created", "updated", "sandbox"))} - known:
            raise AcmeError("an unknown field")
        return item


@mutant("FC-READ-03")
class ShortPageIsTheLast(Acme):
    def list(self) -> Any:
        url, items = self.path() + "?limit=50", []
        while url:
            page = self.answer(self.send("GET", url), 200)
            items += page["items"]
            full = len(page["items"]) == 50 and "next" in page["_links"]
            url = self.url + page["_links"]["next"]["href"] if full else ""
        return items


@mutant("FC-READ-03")
class OnlyTheEnabled(Acme):
    def list(self) -> Any:
        return [item for item in super().list() if item["state"] == "enabled"]


@mutant("FC-READ-04")
class EmptyIsNone(Acme):
    def list(self) -> Any:
        return list(super().list()) or None


@mutant("FC-READ-05")
class ListsDescriptions(Acme):
    def list(self) -> Any:
        return [{"id": item["id"], "description": item["description"]} for item in super().list()]


@mutant("FC-READ-01")
class ItemsIgnored(Acme):
    def get(self, id: str) -> Any:
        return self.answer(self.send("GET", self.path(id)), 200)["items"][0]["connectionSpec"]


@mutant("FC-READ-02")
class MissingInvented(Acme):
    def get(self, id: str) -> Any:
        response = self.send("GET", self.path(id))
        return {"id": id} if response.status_code == 404 else self.answer(response, 200)["items"][0]


@mutant("FC-READ-03")
class FirstPage(Acme):
    def list(self) -> Any:
        return self.answer(self.send("GET", self.path()), 200)["items"]


@mutant("FC-READ-03")
class HundredAtMost(Acme):
    def list(self) -> Any:
        return self.answer(self.send("GET", self.path() + "?limit=100"), 200)["items"]


@mutant("FC-READ-03")
class HrefOfTheHost(Acme):
    def list(self) -> Any:
        page = self.answer(self.send("GET", self.path()), 200)
        items = page["items"]
        while "next" in page["_links"]:
            page = self.answer(self.send("GET", self.platform.origin + page["_links"]["next"]["href"]), 200)
            items += page["items"]
        return items


@mutant("FC-READ-04")
class EmptyIsAnError(Acme):
    def list(self) -> Any:
        items = list(super().list())
        if not items:
            raise AcmeError("nothing there")
        return items


@mutant("FC-READ-05")
class DescriptionNeeded(Acme):
    def get(self, id: str) -> Any:
        item = super().get(id)
        return {"id": item["id"], "name": item["name"], "user": item["createdBy"]}


@mutant("FC-READ-06")
class AlwaysTrue(Acme):
    def check(self, id: str) -> bool:
        self.answer(self.send("GET", self.path(id, "test")), 200)
        return True


# Updating
@mutant("FC-UPD-01")
class NoIfMatch(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        return self.receipt(self.answer(self.send("PATCH", self.path(id), operations), 200))


@mutant("FC-UPD-01")
class UnquotedIfMatch(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        return super().update(id, etag.strip('"'), operations)


@mutant("FC-UPD-01")
class WeakIfMatch(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        return super().update(id, f"W/{etag}", operations)


@mutant("FC-ERR-01")
class UpdatesThatNeverFail(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        try:
            return super().update(id, etag, operations)
        except AcmeError:
            return {"id": id, "etag": etag}


@mutant("FC-UPD-03")
class AnyVersion(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        return super().update(id, "*", operations)


@mutant("FC-UPD-03")
class ReadsAnew(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        try:
            return super().update(id, etag, operations)
        except AcmeError:
            return super().update(id, self.get(id)["etag"], operations)


@mutant("FC-UPD-02")
class OneOperation(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        return super().update(id, etag, operations[0])


@mutant("FC-UPD-04")
class OldEtag(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        return {**super().update(id, etag, operations), "etag": etag}


@mutant("FC-UPD-05")
class LosesQuietly(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        try:
            return super().update(id, etag, operations)
        except AcmeError:
            return {"id": id, "etag": etag}


@mutant("FC-DEL-01")
class DeletesNothing(Acme):
    def delete(self, id: str) -> Any:
        return None


@mutant("FC-UPD-01")
class IfMatchSticks(Acme):
    seen: dict[str, str] = {}  # noqa: RUF012 -- the bug

    def update(self, id: str, etag: str, operations: Any) -> Any:
        return super().update(id, self.seen.setdefault(id, etag), operations)


@mutant("FC-UPD-05")
class SharedAnswer(Acme):
    seen: dict[str, Any] = {}  # noqa: RUF012 -- the bug

    def update(self, id: str, etag: str, operations: Any) -> Any:
        try:
            self.seen[id] = super().update(id, etag, operations)
        except AcmeError:
            if id not in self.seen:
                raise
        return self.seen[id]


# Tenants
@mutant("FC-TEN-01")
class HeadersByOrganisation(Acme):
    seen: dict[str, dict[str, str]] = {}  # noqa: RUF012 -- the bug

    def headers(self, body: bool) -> dict[str, str]:
        return self.seen.setdefault(self.platform.org_id, super().headers(True))


@mutant("FC-TEN-02")
class OperationsCompleted(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        for operation in operations:
            operation.setdefault("value", None)
        return super().update(id, etag, operations)


@mutant("FC-TEN-01")
class SharedHeaders(Acme):
    shared: dict[str, str] | None = None

    def headers(self, body: bool) -> dict[str, str]:
        if SharedHeaders.shared is None:
            SharedHeaders.shared = super().headers(True)
        return dict(SharedHeaders.shared)


@mutant("FC-TEN-01")
class SharedUrl(Acme):
    first: str | None = None

    def path(self, *parts: str) -> str:
        SharedUrl.first = SharedUrl.first or self.url
        return "/".join((SharedUrl.first, "connections", *parts))


@mutant("FC-TEN-02")
class ParamsEaten(Acme):
    def body(self, connection: Any) -> dict[str, Any]:
        body = super().body(connection)
        connection.params.clear()
        return body


# Secrets
@mutant("FC-SEC-01")
class LogsTheBody(Acme):
    def body(self, connection: Any) -> dict[str, Any]:
        body = super().body(connection)
        log.debug("sending %s", body)
        return body


@mutant("FC-SEC-01")
class LogsHeadersOfErrors(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.status_code == 401:
            log.warning("refused with %s", dict(response.request.headers))
        return super().answer(response, *expected)


@mutant("FC-SEC-01")
class LogsAside(Acme):
    def body(self, connection: Any) -> dict[str, Any]:
        body = super().body(connection)
        log.info("sending", extra={"sent": body})
        return body


@mutant("FC-SEC-01")
class LogsUpdates(Acme):
    def update(self, id: str, etag: str, operations: Any) -> Any:
        log.log(1, "updating with %s", operations)
        return super().update(id, etag, operations)


@mutant("FC-SEC-04")
class GroupsTheTold(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        try:
            return super().answer(response, *expected)
        except AcmeError as error:
            told = ValueError(f"{response.request.headers}")
            raise error from ExceptionGroup("all attempts", [told])


@mutant("FC-SEC-04")
class TellsTheStale(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.status_code == 412:
            raise AcmeError(f"stale: {response.request.headers}")
        return super().answer(response, *expected)


@mutant("FC-SEC-05")
class ListsItsHeaders(Acme):
    def list(self) -> Any:
        return [{**item, "by": self.headers(False)} for item in super().list()]


@mutant("FC-SEC-02")
class Prints(Acme):
    def body(self, connection: Any) -> dict[str, Any]:
        body = super().body(connection)
        print(body)
        return body


@mutant("FC-SEC-03")
class Warns(Acme):
    def body(self, connection: Any) -> dict[str, Any]:
        warnings.warn(f"using {connection.params['accessToken']}", stacklevel=2)
        return super().body(connection)


@mutant("FC-SEC-04")
class TellsTheBody(Acme):
    def answer(self, response: requests.Response, *expected: int) -> Any:
        if response.status_code not in expected:
            raise AcmeError(f"{response.status_code} for {response.request.body!r}")
        return super().answer(response, *expected)


@mutant("FC-SEC-04")
class TellsTheToken(Acme):
    def send(self, method: str, url: str, document: Any = None, etag: str | None = None) -> requests.Response:
        try:
            return super().send(method, url, document, etag)
        except AcmeError as error:
            raise AcmeError("failed") from RuntimeError(f"with {self.headers(True)} {error}")


@mutant("FC-SEC-05")
class ReturnsTheParams(Acme):
    def create(self, connection: Any) -> Any:
        return {**super().create(connection), "params": connection.params}
