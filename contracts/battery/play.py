"""The test that runs, as the battery's tests speak of it: `self.play` calls the client and tells what it found."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NoReturn

import pytest

from contracts.battery.calls import Connection, Outcome, credentials_of, receipt_of
from contracts.battery.capture import Sinks, near, watched
from contracts.battery.findings import Finding, known_findings, tell
from contracts.battery.identity import identity_breaches
from contracts.battery.sendings import ToSend
from contracts.judging.violations import shown
from contracts.sources.regions import documented_regions

__all__ = ["BATTERY", "NOT_REACHED", "STATE", "STORM", "Play"]

STORM = 15  # attempts that meet the same trouble; the next succeeds
NOT_REACHED = "not reached"
ANSWER = "FC-RES-01"
"""The rule that is broken by whoever can't make anything of a plain answer."""
STATE = "FC-TEN-01"
"""The rule that is broken by whoever keeps what is another platform's."""

BATTERY: dict[type, dict[str, Any]] = {}
"""The battery's classes with what they had when they were made."""

_ITERABLES = ("list_connections", "zoho_records")
_NOT_THE_CLIENTS = (KeyboardInterrupt, pytest.exit.Exception, pytest.fail.Exception, pytest.skip.Exception)
_SLIPS = (AssertionError, AttributeError, ImportError, LookupError, NameError, NotImplementedError, TypeError)
"""Errors that tell of a slip in the code which raises them, not of a platform's refusal."""
_TELLERS = {
    "create_connection": "FC-REQ-09",
    "get_connection": "FC-READ-01",
    "list_connections": "FC-READ-03",
    "update_connection": "FC-UPD-01",
    "delete_connection": "FC-DEL-01",
    "check_connection": "FC-READ-06",
}
"""By the method, the rule whose tests tell that a plain call fails where no other does."""
_OWN_TOPICS = ("FC-READ-", "FC-UPD-", "FC-DEL-", "FS-ETAG-", "FS-PATCH-")
_MADE: dict[tuple[type, object], tuple[Any, set[str]]] = {}
"""What was made once for a class, with the points of contract coverage that were met on the way."""
_GREETED: set[tuple[type, str]] = set()


class Play:
    """One test of the battery, which plays ``client`` on ``stage``.

    All that the tests share stands here and not on the client's class, so that an author's helpers may have any name.
    """

    def __init__(self, client: Any, item: Any, stage: Any) -> None:
        self.client = client
        self._item = item
        self._stage = stage
        self._finding: Finding | None = None

    def platform(self, sandbox_name: str = "prod") -> Any:
        """A platform at a URL of its own."""
        return self._stage.platform(sandbox_name)

    def sibling(self, platform: Any, sandbox_name: str = "prod", **same: str) -> Any:
        """Another tenant at the same URL, but for what is to be the ``same``."""
        return self._stage.sibling(platform, sandbox_name, **same)

    def greet(self) -> None:
        """Let the client meet a platform before all others."""
        if self.client_has("create_connection"):
            self.meet_earlier("create_connection", lambda: self.connection("an earlier one"))

    def meet_earlier(self, method: str, argument: Callable[[], Any]) -> None:
        """Call it on a platform before all others, once in a process: what the client keeps of that shows later."""
        if (type(self.client), method) not in _GREETED:
            _GREETED.add((type(self.client), method))
            earlier = self._stage.earlier()
            with self.listening():
                self.watch(method, earlier, earlier, argument())

    def listening(self) -> AbstractContextManager[Sinks]:
        """What is logged, printed and warned of meanwhile."""
        return watched(self._stage.sender)

    def client_has(self, method: str) -> bool:
        """Whether the author of the client's class wrote ``method``."""
        written = getattr(type(self.client), method)
        return all(written is not names.get(method) for names in BATTERY.values())

    def requires(self, *methods: str) -> None:
        """Skip where the client doesn't implement one of these."""
        for method in methods:
            if not self.client_has(method):
                pytest.skip(f"the client has no {method}")

    def needs(self, method: str) -> None:
        """Skip where the client doesn't implement ``method``, or where even a plain call of it fails."""
        self.requires(method)
        why = self.why_not(method)
        if why is not None:
            pytest.skip(_not_reached(method, why))

    def needs_soundness(self, method: str) -> None:
        """Skip where the client doesn't implement ``method``, or what is wrong with a plain call is told elsewhere."""
        self.requires(method)
        self.needs_creation()
        why = self.why_not(method)
        if why is not None and not why.startswith(_OWN_TOPICS):
            pytest.skip(_not_reached(method, why))

    def needs_own_identity(self, method: str) -> None:
        """Skip where ``method`` doesn't send what is its platform's own, wherever that is."""
        wrong: list[str] = self.once(("identity", method), lambda: self._wrong_identity(method))
        if wrong:
            pytest.skip(f"{NOT_REACHED}: see {wrong[0]}")

    def _wrong_identity(self, method: str) -> list[str]:
        platform = self.sibling(self.platform(), "dev-3")
        outcome = self._watch_any(method, platform)
        breaches = [each for exchange in outcome.exchanges for each in identity_breaches(exchange, platform)]
        return [each.rule for each in breaches if not each.is_remembered]

    def why_not(self, method: str) -> str | None:
        """Where it is told why a plain call of ``method`` fails, ``None`` if it succeeds. Tried once for the class."""
        why: str | None = self.once(("plain", method), lambda: self._why_not(method))
        return why

    def _why_not(self, method: str) -> str | None:
        platform = self.platform()
        outcome = self._watch_any(method, platform)
        first = self.first_of_all(method, outcome)
        if first is not None:
            return first.rule or f"{first.place} ({first.line})"
        broken: list[str] = [each.rule.id for exchange in outcome.exchanges for each in exchange.call.errors]
        if broken:
            return broken[0]
        if self._is_well(method, platform, outcome):
            return None
        breaches = [each for exchange in outcome.exchanges for each in identity_breaches(exchange, platform)]
        wrong = [STATE if each.is_remembered else each.rule for each in breaches]
        was_answered = any(each.response.status == 201 for each in outcome.posts)
        if wrong:
            return str(wrong[0])
        return ANSWER if was_answered else _TELLERS[method]

    def _is_well(self, method: str, platform: Any, outcome: Outcome) -> bool:
        if method != "create_connection":
            return any(each.response.status < 300 for each in outcome.exchanges)
        receipt = receipt_of(outcome.value) if outcome.error is None else None
        return receipt is not None and receipt[0] in [each["id"] for each in platform.connections()]

    def call(self, method: str, platform: Any, *arguments: Any) -> Outcome:
        """Call the client as its users do; what has to be told before all else ends the test."""
        outcome = self.watch(method, platform, platform, *arguments)
        first = self.first_of_all(method, outcome)
        if first is not None:
            self.tell(first)
        if platform.is_exhausted:
            rule = "FC-READ-03" if method == "list_connections" and not platform.has_scene else "FC-RTY-02"
            found = f"{len(outcome.exchanges)} in {outcome.seconds:.0f} s, and it would have gone on"
            self.found(rule, f"requests of one {method}", expected="a few", found=found, outcome=outcome)
        return outcome

    def watch(self, method: str, platform: Any, *arguments: Any) -> Outcome:
        """Call the client, an ``async def`` too, and watch what it does on ``platform``."""
        value: Any = None
        error: BaseException | None = None
        before = len(platform.traffic)
        with self._stage.watching(platform) as seen:
            try:
                value = getattr(self.client, method)(*arguments)
                if inspect.isawaitable(value):
                    with seen.awaiting(value):
                        value = asyncio.run(_awaited(value))
                if hasattr(value, "__aiter__"):
                    with seen.awaiting(value):
                        value = asyncio.run(_gathered(value))
                if method in _ITERABLES and value is not None:
                    value = list(value)
            except _NOT_THE_CLIENTS:
                raise
            except BaseException as caught:  # `sys.exit` and a cancelled task too: they are no error of the client's
                error = caught
        traffic = platform.traffic[before:]
        if error is not None:  # on a busy machine a client may give up before what it has sent is read: it is no call's
            self._stage.settle()
        given = [each for each in arguments if isinstance(each, Connection | ToSend)]
        secrets = (*platform.tokens, *(secret for each in given for secret in each.secrets.values()))
        return Outcome(
            value,
            error,
            seen.seconds,
            traffic,
            secrets,
            seen.steps(error),
            tuple(seen.attempts),
            tuple(seen.strays),
        )

    def first_of_all(self, method: str, outcome: Outcome) -> Finding | None:
        """What explains all else that is wrong with a call: nothing can be judged before it is mended."""
        if outcome.attempts:
            attempt = outcome.attempts[0]
            return Finding(
                "FC-NET-01", attempt.address, sentence=attempt.told, line=attempt.line, raised=outcome.raised
            )
        if outcome.strays:
            expected, found = "a request to this platform's URL", "one to an earlier platform's"
            stray = outcome.strays[-1]
            return Finding(STATE, "url", expected, found, line=stray.sender, exchange=stray)
        if outcome.error is None or outcome.traffic or not self._is_a_slip(outcome):
            return None
        place = f"{type(self.client).__name__}.{method}"
        line = outcome.line or _where_defined(getattr(self.client, method))
        return Finding("", place, sentence=f"{place}: {outcome.raised.partition(' at ')[0]}", line=line)

    def _is_a_slip(self, outcome: Outcome) -> bool:
        """Whether the error comes from the class's own methods, not from the client that they call."""
        if not isinstance(outcome.error, _SLIPS) and isinstance(outcome.error, self.client.errors):
            return False
        own = [f"{base.__qualname__}." for base in type(self.client).__mro__ if base not in BATTERY]
        return not outcome.steps or outcome.steps[0].function.startswith(tuple(own))

    def call_any(self, method: str, platform: Any, id: str, etag: str) -> Outcome:
        """Call ``method`` with what it takes."""
        return self.call(method, platform, *self._arguments(method, id, etag))

    def _watch_any(self, method: str, platform: Any) -> Outcome:
        known = ("", "") if method == "create_connection" else self.created(platform)
        return self.watch(method, platform, platform, *self._arguments(method, *known))

    def _arguments(self, method: str, id: str, etag: str) -> tuple[Any, ...]:
        arguments: dict[str, Any] = {
            "create_connection": (self.connection("another"),),
            "list_connections": (),
            "update_connection": (id, etag, self.operations()),
        }
        return tuple(arguments.get(method, (id,)))

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, or the finding that it fails with, made once for the class.

        Whatever test asks for it has exercised what was met then.
        """
        place = (type(self.client), key)
        if place not in _MADE:
            with self._stage.counting() as met, self._stage.afresh(f"{type(self.client)} {key}"):
                made = self._made_or_found(make)
            _MADE[place] = made, met
        made, met = _MADE[place]
        self._stage.count(met)
        if isinstance(made, Finding):
            self.tell(made)
        return made

    def _made_or_found(self, make: Callable[[], Any]) -> Any:
        self._finding = None
        try:
            return make()
        except pytest.fail.Exception:
            if self._finding is None:
                raise
            return self._finding

    def needs_answer(self) -> None:
        """Skip where a plain creation isn't answered with success, whatever the client makes of the answer."""
        if self.why_not("create_connection") != ANSWER:
            self.needs_creation()

    def needs_creation(self) -> None:
        """Skip where the client can't even create a connection."""
        why = self.why_not("create_connection")
        if why is not None:
            pytest.skip(_not_reached("create_connection", why))

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
        outcome: Outcome | None = None,
        exchange: Any = None,
        line: str | None = None,
        nearest: str | None = None,
    ) -> NoReturn:
        """Fail with one paragraph that is enough on its own.

        It is about ``exchange``, the last of the ``outcome`` if none is given; ``line`` is where the client is wrong,
        if not where it sent that.
        """
        if exchange is None and outcome is not None:
            exchange = outcome.last
        where = line or (exchange.sender if exchange is not None else None) or (outcome.line if outcome else None)
        raised = outcome.raised if outcome is not None else ""
        self.tell(Finding(rule, place, expected, found, "", nearest, where, exchange, raised))

    def tell(self, finding: Finding) -> NoReturn:
        """Fail with ``finding``."""
        self._finding = finding
        tell(self._item, finding, known_findings(type(self.client)))

    def requires_error(self, rule: str, outcome: Outcome, trouble: str) -> None:
        """A finding unless the client raised one of its own errors."""
        if outcome.error is None and len(outcome.exchanges) > STORM:
            found = f"{STORM} and more, until one succeeded"
            self.found("FC-RTY-02", f"attempts, {trouble}", expected="a few", found=found, outcome=outcome)
        if outcome.error is None:
            self.found(rule, trouble, expected="an error is raised", found=_told(outcome.value), outcome=outcome)
        errors = self.client.errors
        if not isinstance(outcome.error, errors):
            names = errors if isinstance(errors, tuple) else (errors,)
            expected = " or ".join(each.__name__ for each in names)
            kind = type(outcome.error).__name__
            self.found(rule, trouble, expected=expected, found=kind, outcome=outcome, line=outcome.line)


def _where_defined(method: Any) -> str | None:
    """For an error that none of its lines was reached by, as of wrong parameters."""
    code = getattr(inspect.unwrap(method), "__code__", None)
    return f"{near(code.co_filename)}:{code.co_firstlineno}" if code is not None else None


def _not_reached(method: str, why: str) -> str:
    return f"{NOT_REACHED}: {'creation itself' if method == 'create_connection' else method} fails; see {why}"


def _told(value: Any) -> str:
    receipt = receipt_of(value)
    if receipt is not None:
        return f"success, id {shown(str(receipt[0]))}"
    return "None returned" if value is None else f"{type(value).__name__} returned"


async def _awaited(value: Any) -> Any:
    return await value


async def _gathered(value: Any) -> list[Any]:
    return [each async for each in value]
