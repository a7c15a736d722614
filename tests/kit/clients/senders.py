"""Clients that send audiences and datasets to destinations: correct ones, and some with one planted bug each."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import requests

from tests.kit.clients.acme import AcmeError, log

SENDER_MUTANTS: dict[str, tuple[str, type[Sender]]] = {}


class Sender:
    """Correct, over requests: looks its flow up by name, makes what is missing, and adds the audiences it lacks."""

    timeout: Any = 1.0
    destinations = ("amazon-s3-destination",)

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    # What is sent.

    def headers(self, etag: str | None) -> dict[str, str]:
        return self.platform.headers if etag is None else {**self.platform.headers, "If-Match": etag}

    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        url, headers = self.platform.url + path, self.headers(etag)
        try:
            return requests.request(method, url, headers=headers, json=document, timeout=self.timeout)
        except requests.RequestException as error:
            raise AcmeError(f"{method} failed: {type(error).__name__}") from None

    def asked(self, method: str, path: str, document: Any = None, etag: str | None = None) -> dict[str, Any]:
        response = self.send(method, path, document, etag)
        if response.status_code not in (200, 201):
            raise AcmeError(f"{method} was refused: {response.status_code}")
        try:
            answer = response.json()
        except ValueError:
            raise AcmeError("the answer isn't JSON") from None
        return self.checked(answer, "items" if method == "GET" else "id")

    def checked(self, answer: Any, key: str) -> dict[str, Any]:
        if not isinstance(answer, dict) or key not in answer:
            raise AcmeError(f"the answer has no {key}")
        return answer

    # What is done.

    def found(self, name: str) -> dict[str, Any] | None:
        items = self.asked("GET", f"/flows?property=name=={quote(name, safe='')}")["items"]
        return next((each for each in items if each["name"] == name), None)

    def create(self, collection: str, body: dict[str, Any]) -> str:
        return str(self.asked("POST", f"/{collection}", body)["id"])

    def made(self, wanted: Any) -> dict[str, Any]:
        """A new flow; as answered."""
        base = self.create("connections", wanted.base_connection())
        source = self.create("sourceConnections", wanted.source_connection())
        target = self.create("targetConnections", wanted.target_connection(base))
        return self.asked("POST", "/flows", wanted.flow(source, target))

    def flow(self, wanted: Any) -> dict[str, Any]:
        return self.found(wanted.name) or self.made(wanted)

    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        there = [each["value"]["id"] for each in selectors]
        return [each for each in activation.operations() if each["value"]["value"]["id"] not in there]

    def etag(self, flow: dict[str, Any]) -> str:
        return str(flow["etag"])

    def activate(self, activation: Any) -> dict[str, str]:
        flow = self.flow(activation)
        operations = self.operations(activation, selectors_of(flow))
        if operations:
            flow = self.asked("PATCH", f"/flows/{flow['id']}", operations, self.etag(flow))
        return {"id": flow["id"], "etag": flow["etag"]}

    def export(self, wanted: Any) -> dict[str, str]:
        flow = self.flow(wanted)
        return {"id": flow["id"], "etag": flow["etag"]}


def selectors_of(flow: dict[str, Any]) -> list[dict[str, Any]]:
    for each in flow.get("transformations", ()):
        return list(each["params"]["segmentSelectors"]["selectors"])
    return []


class Persistent(Sender):
    """Correct: waits where it is told to, asks once more what only reads, and reads again what others changed."""

    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        for _ in range(3):
            response = super().send(method, path, document, etag)
            if response.status_code == 429:
                time.sleep(float(response.headers["Retry-After"]) + 0.01)
            elif response.status_code < 500 or method != "GET":
                break
        return response

    def activate(self, activation: Any) -> dict[str, str]:
        for _ in range(3):
            try:
                return super().activate(activation)
            except AcmeError as error:
                last = error
                if "412" not in str(error):
                    break
        raise last


class Mapping(Sender):
    """Correct: sends attributes, keys and mapping set in a PATCH of their own."""

    def activate(self, activation: Any) -> dict[str, str]:
        super().activate(activation)
        flow = self.found(activation.name) or {}
        operations = [each for each in self.beside(activation) if not is_there(flow, each)]
        if operations:
            flow = {**flow, **self.asked("PATCH", f"/flows/{flow['id']}", operations, self.etag(flow))}
        return {"id": flow["id"], "etag": flow["etag"]}

    def beside(self, activation: Any) -> list[dict[str, Any]]:
        return list(activation.operations_beside())


def is_there(flow: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Whether the flow has what is to be added, in a list or as it is."""
    names = operation["path"].split("/")[4:]
    value = flow["transformations"][0]["params"]
    for name in names[:-1] if names[-1] == "-" else names:
        value = value.get(name, {})
    return operation["value"] in value if names[-1] == "-" else value == operation["value"]


class AsyncSender:
    """Correct, over httpx, asynchronous: reads every page, makes the flow with its audiences, reads it at the end."""

    def __init__(self, platform: Any) -> None:
        self.platform = platform

    async def asked(self, method: str, path: str, document: Any = None, etag: str | None = None) -> Any:
        headers = {**self.platform.headers, **({} if etag is None else {"If-Match": etag})}
        try:
            async with httpx.AsyncClient(timeout=1.0, trust_env=False, verify=False) as client:
                response = await client.request(method, self.platform.url + path, headers=headers, json=document)
            if response.status_code not in (200, 201):
                raise AcmeError(f"{method} was refused: {response.status_code}")
            answer = response.json()
            return answer["items" if method == "GET" else "id"], answer.get("_links", {}).get("next", {}).get("href")
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise AcmeError(f"{method} failed: {type(error).__name__}") from None

    async def flows(self) -> list[dict[str, Any]]:
        path, found = "/flows?limit=50", []
        while path:
            items, path = await self.asked("GET", path)
            found += items
        return found

    async def flow(self, wanted: Any) -> dict[str, Any]:
        flow = next((each for each in await self.flows() if each["name"] == wanted.name), None)
        if flow is not None:
            return flow
        (source, _), (base, _) = await asyncio.gather(
            self.asked("POST", "/sourceConnections", wanted.source_connection()),
            self.asked("POST", "/connections", wanted.base_connection()),
        )
        target, _ = await self.asked("POST", "/targetConnections", wanted.target_connection(base))
        body = wanted.flow(source, target)
        if hasattr(wanted, "selectors"):
            params = {"segmentSelectors": {"selectors": wanted.selectors}}
            body["transformations"] = [{"name": "GeneralTransform", "params": params}]
        id, _ = await self.asked("POST", "/flows", body)
        return await self.read(id)

    async def read(self, id: str) -> dict[str, Any]:
        (flow,), _ = await self.asked("GET", f"/flows/{id}")
        return dict(flow)

    async def activate(self, activation: Any) -> tuple[str, str]:
        flow = await self.flow(activation)
        there = [each["value"]["id"] for each in selectors_of(flow)]
        operations = [each for each in activation.operations() if each["value"]["value"]["id"] not in there]
        if operations:
            await self.asked("PATCH", f"/flows/{flow['id']}", operations, flow["etag"])
            flow = await self.read(flow["id"])
        return flow["id"], flow["etag"]

    async def export(self, wanted: Any) -> tuple[str, str]:
        flow = await self.flow(wanted)
        return flow["id"], flow["etag"]


def mutant(rule: str) -> Callable[[type[Sender]], type[Sender]]:
    def register(client: type[Sender]) -> type[Sender]:
        SENDER_MUTANTS[client.__name__] = (rule, client)
        return client

    return register


# Requests.


@mutant("FS-DST-44")
class NoSchedule(Sender):
    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        operations = super().operations(activation, selectors)
        for each in operations:
            del each["value"]["value"]["schedule"]
        return operations


@mutant("FS-ETAG-01")
class NoIfMatch(Sender):
    def headers(self, etag: str | None) -> dict[str, str]:
        return super().headers(None)


@mutant("FC-REQ-04")
class AlwaysProd(Sender):
    def headers(self, etag: str | None) -> dict[str, str]:
        return {**super().headers(etag), "x-sandbox-name": "prod"}


@mutant("FC-REQ-08")
class TokenInTheUrl(Sender):
    def found(self, name: str) -> dict[str, Any] | None:
        items = self.asked("GET", f"/flows?token={self.platform.access_token}&property=name=={quote(name, safe='')}")
        return next((each for each in items["items"] if each["name"] == name), None)


@mutant("FS-DST-60")
class DatasetsWithoutSchedule(Sender):
    def made(self, wanted: Any) -> dict[str, Any]:
        if hasattr(wanted, "schedule"):
            wanted = dataclasses.replace(wanted, schedule={})
        return super().made(wanted)


@mutant("FS-FLOW-08")
class DataLakeForAudiences(Sender):
    """Makes the source connection of the data lake for audiences, too."""

    def create(self, collection: str, body: dict[str, Any]) -> str:
        if collection == "sourceConnections":
            lake = {"id": "23598e46-f560-407b-88d5-ea6207e49db0", "version": "1.0"}
            params = {"datasets": [{"dataSetId": "x", "name": "x"}]}
            body = {"params": params, **body, "connectionSpec": lake}
        return super().create(collection, body)


@mutant("FC-NET-01")
class RealHost(Sender):
    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        if method == "PATCH" or path == "/flows":
            url = f"https://platform.adobe.io/data/foundation/flowservice{path}"
            return requests.request(method, url, headers=self.headers(etag), json=document, timeout=self.timeout)
        return super().send(method, path, document, etag)


# What arrives.


@mutant("FC-ACT-01")
class ShortNames(Sender):
    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        operations = super().operations(activation, selectors)
        for each in operations:
            each["value"]["value"]["name"] = each["value"]["value"]["name"].encode("ascii", "ignore").decode()
        return operations


@mutant("FC-ACT-01")
class OneDataset(Sender):
    def create(self, collection: str, body: dict[str, Any]) -> str:
        if collection == "sourceConnections" and "params" in body:
            body["params"]["datasets"] = body["params"]["datasets"][:1]
        return super().create(collection, body)


@mutant("FC-ACT-01")
class OwnFileType(Sender):
    def create(self, collection: str, body: dict[str, Any]) -> str:
        if collection == "targetConnections":
            body["params"]["compression"] = "GZIP"
        return super().create(collection, body)


@mutant("FC-ACT-01")
class NoAudienceAdded(Sender):
    """Takes a new flow for one that has its audiences."""

    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return super().operations(activation, selectors) if selectors else []


# What others have done.


class Replacing(Sender):
    """Sends the whole list in place of the one that is there."""

    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted = [each["value"] for each in super().operations(activation, selectors)]
        path = "/transformations/0/params/segmentSelectors/selectors"
        return [{"op": "add", "path": path, "value": [*self.kept(selectors), *wanted]}] if wanted else []

    def kept(self, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return selectors


@mutant("FC-ACT-02")
class OwnAudiencesAlone(Replacing):
    def kept(self, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return []


@mutant("FC-ACT-02")
class AudiencesOfOthersInItsOwnWords(Replacing):
    def kept(self, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**each, "value": {**each["value"], "filenameTemplate": "%DESTINATION_NAME%_%SEGMENT_ID%"}}
            for each in selectors
        ]


@mutant("FC-ACT-02")
class ParamsOfItsOwn(Replacing):
    """Sends all params anew, with the audiences that it has read."""

    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        operations = super().operations(activation, selectors)
        for each in operations:
            each["value"] = {"segmentSelectors": {"selectors": each["value"]}}
            each["path"] = "/transformations/0/params"
        return operations


@mutant("FC-ACT-06")
class KeysForNewFlowsAlone(Mapping):
    """Holds that a flow which others have made has its keys."""

    def activate(self, activation: Any) -> dict[str, str]:
        is_new = self.found(activation.name) is None
        return super().activate(activation) if is_new else Sender.activate(self, activation)


@mutant("FC-ACT-06")
class NoDeduplication(Mapping):
    def beside(self, activation: Any) -> list[dict[str, Any]]:
        return [each for each in super().beside(activation) if not each["path"].endswith("/primaryFields")]


@mutant("FC-ACT-06")
class MappingsFirstVersion(Mapping):
    def beside(self, activation: Any) -> list[dict[str, Any]]:
        operations = super().beside(activation)
        for each in operations:
            if each["path"].endswith("/profileMapping"):
                each["value"]["mappingVersion"] = 0
        return operations


@mutant("FC-ACT-06")
class AttributesAgain(Mapping):
    """Adds attributes without a look at those that are there."""

    destinations = ("azure-event-hubs-destination",)

    def activate(self, activation: Any) -> dict[str, str]:
        Sender.activate(self, activation)
        flow = self.found(activation.name) or {}
        return self.asked("PATCH", f"/flows/{flow['id']}", self.beside(activation), self.etag(flow))


@mutant("FC-ACT-03")
class AnyVersion(Sender):
    def etag(self, flow: dict[str, Any]) -> str:
        return "*"


@mutant("FC-ACT-03")
class NewEtagForOldAudiences(Replacing):
    """Reads nothing but the etag anew, and sends what it knew before."""

    def etag(self, flow: dict[str, Any]) -> str:
        return str(self.asked("GET", f"/flows/{flow['id']}")["items"][0]["etag"])


@mutant("FC-ACT-04")
class NeverLooks(Sender):
    def flow(self, wanted: Any) -> dict[str, Any]:
        return self.made(wanted)


@mutant("FC-ACT-04")
class BeginsAlike(Sender):
    def found(self, name: str) -> dict[str, Any] | None:
        items = self.asked("GET", "/flows?limit=100")["items"]
        return next((each for each in items if each["name"].startswith(name)), None)


@mutant("FC-ACT-04")
class FirstPage(Sender):
    def found(self, name: str) -> dict[str, Any] | None:
        items = self.asked("GET", "/flows")["items"]
        return next((each for each in items if each["name"] == name), None)


@mutant("FC-ACT-04")
class AddsAgain(Sender):
    def operations(self, activation: Any, selectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return list(activation.operations())


@mutant("FC-ACT-04")
class FailedLookFindsNone(Sender):
    def found(self, name: str) -> dict[str, Any] | None:
        try:
            return super().found(name)
        except AcmeError:
            return None


@mutant("FC-ACT-04")
class Remembers(Sender):
    """Knows by heart what it has made, and nothing else."""

    made_here: dict[tuple[str, ...], str] = {}  # noqa: RUF012 -- shared on purpose

    def flow(self, wanted: Any) -> dict[str, Any]:
        key = (self.platform.url, self.platform.org_id, self.platform.sandbox_name, wanted.name)
        if key in self.made_here:
            return dict(self.asked("GET", f"/flows/{self.made_here[key]}")["items"][0])
        flow = self.made(wanted)
        self.made_here[key] = flow["id"]
        return flow


@mutant("FC-ACT-05")
class OldEtag(Sender):
    def activate(self, activation: Any) -> dict[str, str]:
        return {**super().activate(activation), "etag": str((self.found(activation.name) or {})["etag"]).strip('"')}


@mutant("FC-ACT-05")
class TargetsId(Sender):
    def export(self, wanted: Any) -> dict[str, str]:
        flow = self.flow(wanted)
        return {"id": flow.get("targetConnectionIds", [flow["id"]])[0], "etag": flow["etag"]}


# Trouble.


@mutant("FC-ERR-01")
class Hopeful(Sender):
    """Takes any answer to its last request for a success."""

    def activate(self, activation: Any) -> dict[str, str]:
        flow = self.flow(activation)
        operations = self.operations(activation, selectors_of(flow))
        if operations:
            response = self.send("PATCH", f"/flows/{flow['id']}", operations, self.etag(flow))
            flow = {**flow, **(response.json() if response.status_code == 200 else {})}
        return {"id": flow["id"], "etag": flow["etag"]}


@mutant("FC-ERR-02")
class NoJsonNoError(Sender):
    def asked(self, method: str, path: str, document: Any = None, etag: str | None = None) -> dict[str, Any]:
        response = self.send(method, path, document, etag)
        if response.status_code not in (200, 201):
            raise AcmeError(f"{method} was refused: {response.status_code}")
        return dict(response.json())


@mutant("FC-ERR-03")
class LibrarysErrors(Sender):
    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        url, headers = self.platform.url + path, self.headers(etag)
        return requests.request(method, url, headers=headers, json=document, timeout=self.timeout)


@mutant("FC-ERR-04")
class Endless(Sender):
    timeout = None


@mutant("FC-RTY-01")
class Impatient(Sender):
    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        response = super().send(method, path, document, etag)
        return super().send(method, path, document, etag) if response.status_code == 429 else response


@mutant("FC-RTY-02")
class Insistent(Sender):
    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        while True:
            response = super().send(method, path, document, etag)
            if response.status_code != 503:
                return response


@mutant("FC-RTY-03")
class AsksTwice(Sender):
    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        response = super().send(method, path, document, etag)
        return super().send(method, path, document, etag) if response.status_code in (400, 404, 422) else response


# Tenants and secrets.


@mutant("FC-TEN-01")
class OneFlowForAll(Remembers):
    made_here: dict[tuple[str, ...], str] = {}  # noqa: RUF012 -- shared on purpose

    def flow(self, wanted: Any) -> dict[str, Any]:
        for id in self.made_here.values():
            return dict(self.asked("GET", f"/flows/{id}")["items"][0])
        return super().flow(wanted)


@mutant("FC-TEN-02")
class UsesUp(Sender):
    def activate(self, activation: Any) -> dict[str, str]:
        sent = super().activate(activation)
        activation.selectors.clear()
        return sent


@mutant("FC-SEC-01")
class LogsBodies(Sender):
    def send(self, method: str, path: str, document: Any = None, etag: str | None = None) -> requests.Response:
        log.debug("%s %s %s", method, path, document)
        return super().send(method, path, document, etag)


@mutant("FC-SEC-04")
class QuotesWhatItSent(Sender):
    def asked(self, method: str, path: str, document: Any = None, etag: str | None = None) -> dict[str, Any]:
        try:
            return super().asked(method, path, document, etag)
        except AcmeError as error:
            raise AcmeError(f"{error}; sent: {document}") from None
