"""The client under test: what its author writes, and how the battery calls it."""

from __future__ import annotations

import asyncio
import inspect
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import pytest

from contracts.battery.findings import known_findings, tell
from contracts.judging.violations import shown
from contracts.sources.regions import Region, documented_regions
from contracts.sources.source_catalogue import ZOHO_CRM

__all__ = [
    "BATTERY",
    "METHODS",
    "NOT_REACHED",
    "OTHERS",
    "SECRETS",
    "STORM",
    "Client",
    "Connection",
    "Outcome",
    "checks",
    "credentials_of",
    "receipt_of",
]

SECRETS = ("clientSecret", "accessToken", "refreshToken")
OTHERS = ("get_connection", "list_connections", "update_connection", "delete_connection", "check_connection")
_ITERABLES = ("list_connections", "zoho_records")
METHODS = ("create_connection", *OTHERS, "zoho_client", "zoho_records")
STORM = 15  # attempts that meet the same trouble; the next succeeds
_NOT_THE_CLIENTS = (KeyboardInterrupt, pytest.exit.Exception, pytest.fail.Exception, pytest.skip.Exception)
NOT_REACHED = "not reached: creation itself fails; see the tests of requests and responses"

BATTERY: dict[type, dict[str, Any]] = {}
"""The battery's classes with what they had when they were made."""


def checks(*rules: str) -> pytest.MarkDecorator:
    """Puts the ids of the rules that a test checks into its test id."""
    return pytest.mark.parametrize("rule", rules)


_CHANGING = re.compile(r"(\b0x|port=|127\.0\.0\.1:|localhost:)[0-9a-f]+")  # addresses and ports: others in each run


@dataclass(frozen=True)
class Connection:
    """What is to be created. ``params`` is the same object each time; it isn't to be changed."""

    name: str
    description: str | None
    region: Region
    params: dict[str, str] = field(repr=False)

    def body(self) -> dict[str, Any]:
        """The documented JSON."""
        body: dict[str, Any] = {
            "name": self.name,
            "auth": {"specName": "Basic Authentication", "params": dict(self.params)},
            "connectionSpec": {"id": ZOHO_CRM, "version": "1.0"},
        }
        return body if self.description is None else {**body, "description": self.description}


@dataclass(frozen=True)
class Outcome:
    """What one call of the client came to: a value or an error, and the exchanges that it had."""

    value: Any
    error: BaseException | None
    seconds: float
    exchanges: list[Any]
    secrets: tuple[str, ...] = ()

    @property
    def posts(self) -> list[Any]:
        return [each for each in self.exchanges if each.request.method == "POST" and each.path == "/connections"]

    @property
    def was_resent(self) -> bool:
        """Whether the first request came again."""
        sent = [(each.request.method, each.request.url, each.request.body) for each in self.exchanges]
        return sent.count(sent[0]) > 1 if sent else False

    def __str__(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__} raised{self._said()}"
        return f"returned {type(self.value).__name__}"

    def _said(self) -> str:
        """Where nothing was sent, the error is most likely one of the test's own, and its text says which."""
        text = "" if self.exchanges else str(self.error)
        for secret in self.secrets:
            text = text.replace(secret, "xxxx")
        text = _CHANGING.sub(r"\1…", text)
        return f": {shown(text)}" if text and "do-not-log" not in text.lower() else ""


class Client:
    """Subclass this, or one of the groups, and write `create_connection`; the rest is optional."""

    errors: ClassVar[type[Exception] | tuple[type[Exception], ...]] = Exception
    """What the client raises when the platform refuses."""
    regions: ClassVar[tuple[str, ...]] = ("us", "au", "eu", "in", "cn")
    max_examples: ClassVar[int] = 20
    timeout: ClassVar[float] = 5.0
    """Seconds within which one call on a stalled answer must have failed."""
    known_findings: ClassVar[str | Path | None] = None
    """A file beside the class's own, with a rule's id and a reason on each line; these findings are expected."""

    stage: Any
    _made: ClassVar[dict[tuple[Any, ...], tuple[Any, set[str]]]] = {}
    _known: ClassVar[dict[str, str]] = {}
    _node: Any

    def create_connection(self, platform: Any, connection: Connection) -> Any:
        """Create ``connection`` on ``platform``; a mapping or object with id and etag, or the pair of them."""
        raise NotImplementedError("write create_connection(self, platform, connection)")

    def get_connection(self, platform: Any, id: str) -> Any: ...

    def list_connections(self, platform: Any) -> Any: ...

    def update_connection(self, platform: Any, id: str, etag: str, operations: list[dict[str, Any]]) -> Any: ...

    def delete_connection(self, platform: Any, id: str) -> Any: ...

    def check_connection(self, platform: Any, id: str) -> Any: ...

    def zoho_client(self, zoho: Any, region: Region, credentials: dict[str, str]) -> Any: ...

    def zoho_records(self, client: Any, module: str) -> Any: ...

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if cls.__module__.startswith("contracts.battery"):
            BATTERY[cls] = dict(vars(cls))
            return
        unknown = [code for code in cls.regions if code not in documented_regions()]
        if unknown or not cls.regions:
            codes = ", ".join(documented_regions())
            raise ValueError(f"{cls.__name__}.regions: no region {', '.join(unknown) or 'given'}; allowed: {codes}")
        cls._known = known_findings(cls)

    @pytest.fixture(autouse=True)
    def _contract_test(self, request: pytest.FixtureRequest, _flow_service_stage: Any) -> None:
        self.stage = _flow_service_stage
        self._node = request.node

    def does(self, method: str) -> bool:
        return getattr(type(self), method) is not getattr(Client, method)

    def needs(self, *methods: str) -> None:
        """Skip where the client doesn't implement one of these."""
        for method in methods:
            if not self.does(method):
                pytest.skip(f"the client has no {method}")

    def run(self, method: str, platform: Any, *arguments: Any) -> Outcome:
        """Call the client as its users do, an ``async def`` too."""
        return self.called(method, platform, platform, *arguments)

    def called(self, method: str, platform: Any, *arguments: Any) -> Outcome:
        """Call the client, and watch what it does on ``platform``."""
        platform.begin()
        before, started = len(platform.traffic), time.monotonic()
        value: Any = None
        error: BaseException | None = None
        params = [each.params for each in arguments if isinstance(each, Connection)]
        secrets = (platform.access_token, *(row[name] for row in params for name in SECRETS))
        try:
            value = getattr(self, method)(*arguments)
            if inspect.isawaitable(value):
                value = asyncio.run(_awaited(value))
            if hasattr(value, "__aiter__"):
                value = asyncio.run(_gathered(value))
            if method in _ITERABLES and value is not None:
                value = list(value)
        except _NOT_THE_CLIENTS:
            raise
        except BaseException as caught:  # `sys.exit` and a cancelled task too: they are no error of the client's
            error = caught
        outcome = Outcome(value, error, time.monotonic() - started, platform.traffic[before:], secrets)
        if platform.is_exhausted:
            rule = "FC-READ-03" if method == "list_connections" and not platform.has_scene else "FC-RTY-02"
            found = f"{len(outcome.exchanges)} in {outcome.seconds:.0f} s, and it would have gone on"
            self.found(rule, f"requests of one {method}", expected="a few", found=found, exchange=outcome.exchanges[-1])
        return outcome

    def run_with(self, method: str, platform: Any, id: str, etag: str) -> Outcome:
        """Call ``method`` with what it takes."""
        arguments: dict[str, Any] = {
            "create_connection": (self.connection("another"),),
            "list_connections": (),
            "update_connection": (id, etag, self.operations()),
        }
        return self.run(method, platform, *arguments.get(method, (id,)))

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, or the finding that it fails with, made once for the class.

        Whatever test asks for it has exercised what was met then.
        """
        place = (type(self), key)
        if place not in Client._made:
            with self.stage.counting() as met, self.stage.afresh():
                made = _made_or_found(make)
            Client._made[place] = made, met
        made, met = Client._made[place]
        self.stage.count(met)
        if isinstance(made, pytest.fail.Exception):
            raise made
        return made

    def needs_creation(self) -> None:
        """Skip where the client can't even create a connection; tried once for the class."""
        if not self.once("creation", self._can_create):
            pytest.skip(f"{self.group}: {NOT_REACHED}")

    def _can_create(self) -> bool:
        platform = self.stage.platform()
        outcome = self.run("create_connection", platform, self.connection())
        receipt = receipt_of(outcome.value) if outcome.error is None else None
        return receipt is not None and receipt[0] in [each["id"] for each in platform.connections()]

    @property
    def group(self) -> str:
        """The group that the running test belongs to."""
        name = getattr(self._node, "originalname", "")
        return next((base.__name__ for base in BATTERY if name in BATTERY[base]), type(self).__name__)

    def created(self, platform: Any, name: str = "a connection", **more: Any) -> tuple[str, str]:
        """A connection to work with, stored without the client; skip where that can't even create one."""
        self.needs_creation()
        wanted = self.connection(name, **more)
        (id,) = platform.seed([name], wanted.params, wanted.description)
        return id, next(each["etag"] for each in platform.connections() if each["id"] == id)

    def operations(self) -> list[dict[str, Any]]:
        """An update with something secret in it."""
        secret = self.connection().params["clientSecret"]
        return [
            {"op": "replace", "path": "/name", "value": "renamed"},
            {"op": "replace", "path": "/auth/params/clientSecret", "value": secret},
        ]

    def connection(
        self, name: str = "a connection", description: str | None = "a description", region: str | None = None
    ) -> Connection:
        chosen = documented_regions()[region or self.regions[0]]
        return Connection(name, description, chosen, credentials_of(chosen))

    def found(
        self,
        rule: str,
        place: str,
        *,
        expected: str,
        found: str,
        exchange: Any = None,
        nearest: str | None = None,
    ) -> NoReturn:
        """Fail with one paragraph that is enough on its own."""
        tell(
            self._node,
            rule,
            place,
            expected=expected,
            found=found,
            nearest=nearest,
            exchange=exchange,
            known=self._known,
        )

    def raises(self, rule: str, outcome: Outcome, trouble: str) -> None:
        """A finding unless the client raised one of its own errors."""
        last = outcome.exchanges[-1] if outcome.exchanges else None
        if outcome.error is None and len(outcome.exchanges) > STORM:
            found = f"{STORM} and more, until one succeeded"
            self.found("FC-RTY-02", f"attempts, {trouble}", expected="a few", found=found, exchange=last)
        if outcome.error is None:
            self.found(rule, trouble, expected="an error is raised", found=_told(outcome.value), exchange=last)
        if not isinstance(outcome.error, self.errors):
            names = self.errors if isinstance(self.errors, tuple) else (self.errors,)
            expected = " or ".join(each.__name__ for each in names)
            self.found(rule, trouble, expected=expected, found=type(outcome.error).__name__, exchange=last)


BATTERY[Client] = dict(vars(Client))


def _made_or_found(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except pytest.fail.Exception as finding:
        return finding


def receipt_of(value: Any) -> tuple[Any, Any] | None:
    """The id and etag of what create and update return: a mapping, an object or a pair."""
    if isinstance(value, Mapping):
        return (value["id"], value["etag"]) if "id" in value and "etag" in value else None
    if isinstance(value, tuple | list) and len(value) == 2 and not hasattr(value, "etag"):
        return value[0], value[1]
    if hasattr(value, "id") and hasattr(value, "etag"):
        return value.id, value.etag
    return None


def field_of(value: Any, name: str) -> Any:
    """A field of a mapping or an object."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def credentials_of(region: Region, mark: str = "0") -> dict[str, str]:
    """Six credentials of ``region`` that nobody mistakes for real ones and that a search finds."""
    return {
        "endpoint": region.api_endpoint,
        "accountsUrl": region.accounts_url,
        "clientId": f"1000.FAKE{mark}CLIENT",
        "clientSecret": f"fake-client-secret-{mark}-do-not-log",
        "accessToken": f"1000.fake-access-token-{mark}-do-not-log",
        "refreshToken": f"1000.fake-refresh-token-{mark}-do-not-log",
    }


def _told(value: Any) -> str:
    receipt = receipt_of(value)
    if receipt is not None:
        return f"success, id {shown(str(receipt[0]))}"
    return "None returned" if value is None else f"{type(value).__name__} returned"


async def _awaited(value: Any) -> Any:
    return await value


async def _gathered(value: Any) -> list[Any]:
    return [each async for each in value]
