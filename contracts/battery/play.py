"""The test that runs, as the battery's tests speak of it: `self.play` calls the client and tells what it found."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from contracts.battery.calls import SECRETS, Connection, Outcome, credentials_of, receipt_of
from contracts.battery.findings import known_findings, tell
from contracts.judging.violations import shown
from contracts.sources.regions import documented_regions

__all__ = ["BATTERY", "NOT_REACHED", "STORM", "Play"]

STORM = 15  # attempts that meet the same trouble; the next succeeds
NOT_REACHED = "not reached: creation itself fails; see the tests of requests and responses"

BATTERY: dict[type, dict[str, Any]] = {}
"""The battery's classes with what they had when they were made."""

_ITERABLES = ("list_connections", "zoho_records")
_NOT_THE_CLIENTS = (KeyboardInterrupt, pytest.exit.Exception, pytest.fail.Exception, pytest.skip.Exception)
_MADE: dict[tuple[type, object], tuple[Any, set[str]]] = {}
"""What was made once for a class, with the points of contract coverage that were met on the way."""


class Play:
    """One test of the battery, which plays ``client`` on ``stage``.

    All that the tests share stands here and not on the client's class, so that an author's helpers may have any name.
    """

    def __init__(self, client: Any, item: Any, stage: Any) -> None:
        self.client = client
        self._item = item
        self._stage = stage

    def platform(self, sandbox_name: str = "prod") -> Any:
        """A platform at a URL of its own."""
        return self._stage.platform(sandbox_name)

    def sibling(self, platform: Any, sandbox_name: str = "prod", **same: str) -> Any:
        """Another tenant at the same URL, but for what is to be the ``same``."""
        return self._stage.sibling(platform, sandbox_name, **same)

    def client_has(self, method: str) -> bool:
        """Whether the author of the client's class wrote ``method``."""
        written = getattr(type(self.client), method)
        return all(written is not names.get(method) for names in BATTERY.values())

    def needs(self, *methods: str) -> None:
        """Skip where the client doesn't implement one of these."""
        for method in methods:
            if not self.client_has(method):
                pytest.skip(f"the client has no {method}")

    def call(self, method: str, platform: Any, *arguments: Any) -> Outcome:
        """Call the client as its users do, an ``async def`` too."""
        return self.watch(method, platform, platform, *arguments)

    def watch(self, method: str, platform: Any, *arguments: Any) -> Outcome:
        """Call the client, and watch what it does on ``platform``."""
        platform.begin()
        before, started = len(platform.traffic), time.monotonic()
        value: Any = None
        error: BaseException | None = None
        params = [each.params for each in arguments if isinstance(each, Connection)]
        secrets = (platform.access_token, *(row[name] for row in params for name in SECRETS))
        try:
            value = getattr(self.client, method)(*arguments)
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

    def call_any(self, method: str, platform: Any, id: str, etag: str) -> Outcome:
        """Call ``method`` with what it takes."""
        arguments: dict[str, Any] = {
            "create_connection": (self.connection("another"),),
            "list_connections": (),
            "update_connection": (id, etag, self.operations()),
        }
        return self.call(method, platform, *arguments.get(method, (id,)))

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, or the finding that it fails with, made once for the class.

        Whatever test asks for it has exercised what was met then.
        """
        place = (type(self.client), key)
        if place not in _MADE:
            with self._stage.counting() as met, self._stage.afresh():
                made = _made_or_found(make)
            _MADE[place] = made, met
        made, met = _MADE[place]
        self._stage.count(met)
        if isinstance(made, pytest.fail.Exception):
            raise made
        return made

    def needs_creation(self) -> None:
        """Skip where the client can't even create a connection; tried once for the class."""
        if not self.once("creation", self._can_create):
            pytest.skip(f"{self.group}: {NOT_REACHED}")

    def _can_create(self) -> bool:
        platform = self.platform()
        outcome = self.call("create_connection", platform, self.connection())
        receipt = receipt_of(outcome.value) if outcome.error is None else None
        return receipt is not None and receipt[0] in [each["id"] for each in platform.connections()]

    @property
    def group(self) -> str:
        """The group that the running test belongs to."""
        name = getattr(self._item, "originalname", "")
        return next((base.__name__ for base in BATTERY if name in BATTERY[base]), type(self.client).__name__)

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
        """One that the client is to create."""
        chosen = documented_regions()[region or self.client.regions[0]]
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
            self._item,
            rule,
            place,
            expected=expected,
            found=found,
            nearest=nearest,
            exchange=exchange,
            known=known_findings(type(self.client)),
        )

    def requires_error(self, rule: str, outcome: Outcome, trouble: str) -> None:
        """A finding unless the client raised one of its own errors."""
        last = outcome.exchanges[-1] if outcome.exchanges else None
        if outcome.error is None and len(outcome.exchanges) > STORM:
            found = f"{STORM} and more, until one succeeded"
            self.found("FC-RTY-02", f"attempts, {trouble}", expected="a few", found=found, exchange=last)
        if outcome.error is None:
            self.found(rule, trouble, expected="an error is raised", found=_told(outcome.value), exchange=last)
        errors = self.client.errors
        if not isinstance(outcome.error, errors):
            names = errors if isinstance(errors, tuple) else (errors,)
            expected = " or ".join(each.__name__ for each in names)
            self.found(rule, trouble, expected=expected, found=type(outcome.error).__name__, exchange=last)


def _made_or_found(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except pytest.fail.Exception as finding:
        return finding


def _told(value: Any) -> str:
    receipt = receipt_of(value)
    if receipt is not None:
        return f"success, id {shown(str(receipt[0]))}"
    return "None returned" if value is None else f"{type(value).__name__} returned"


async def _awaited(value: Any) -> Any:
    return await value


async def _gathered(value: Any) -> list[Any]:
    return [each async for each in value]
