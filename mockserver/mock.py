"""The mock: a request goes in, a response comes out; no I/O, no framework.

The whole path of a call is `Mock.handle`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts import Call, Contract, Request, answer_to
from contracts.contract import in_order, trouble_of
from contracts.judging.model import Tenant
from contracts.reading import json_text
from mockserver.control.admin import ADMIN_PATH, Admin, refused
from mockserver.exchange.bounds import LARGEST_JOURNAL
from mockserver.exchange.faults import Fault, Faults
from mockserver.exchange.journal import NOTHING, Journal, Met
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, can_be_sent, error_response
from mockserver.exchange.safe_errors import FAILED, described
from mockserver.exchange.stubs import Stub, Stubs
from mockserver.hosts import is_emulated, locate
from mockserver.memory.clock import Clock, SteadyClock
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Keeper, Memory, Unavailable
from mockserver.memory.store import Author, Full
from mockserver.memory.world import World
from mockserver.services.ims.state import IMS
from mockserver.services.table import SHOWS, SIDES, action_of, steps
from mockserver.services.zoho.accounts import Account
from mockserver.services.zoho.settings import ZohoSettings
from mockserver.services.zoho.state import ZOHO

if TYPE_CHECKING:
    from mockserver.control.metrics import Metrics
    from mockserver.memory.existing import Existing

__all__ = ["TOO_LONG", "Mock"]

TOO_LONG = 10.0
"""Seconds that no call of a healthy process takes or waits."""

_MOST_STEPS = 400  # of the agenda in one call: a flow's longest backlog, in a fifth of a second
_log = logging.getLogger("mockserver")


class Snapshot(NamedTuple):
    """What a mock held at one moment."""

    world: Any
    faults: Any
    stubs: Any
    stamps: Any = None
    time: int = 0


class Mock:
    """One isolated platform, IMS included, with its store, journal, faults and clock.

    ``contract`` says what is enforced; ``journal`` is how many exchanges are kept, ``zoho`` what Zoho's side holds; the
    same ``seed`` makes up the same for the same calls, for which time goes by calls then, unless ``clock`` says
    otherwise. ``stubs`` are rows that stand from the start and after a reset, as ``POST /__admin/stubs`` takes them.
    ``keeper`` is what lies behind its memory, ``stamps`` what makes ids and tokens up. `ValueError` where one of them
    doesn't fit.
    """

    def __init__(
        self,
        contract: Contract | None = None,
        journal: int = 1000,
        zoho: ZohoSettings | None = None,
        *,
        seed: int | None = None,
        clock: Clock | None = None,
        stubs: Iterable[Mapping[str, Any]] = (),
        keeper: Keeper | None = None,
        stamps: Stamps | None = None,
    ) -> None:
        if isinstance(journal, bool) or not isinstance(journal, int) or not 1 <= journal <= LARGEST_JOURNAL:
            raise ValueError(f"journal is a number from 1 to {LARGEST_JOURNAL}, not {journal!r}")
        self.contract = contract or Contract()
        self.clock = clock or (Clock() if seed is None else SteadyClock())
        self._keeper = keeper = keeper or Memory()
        self.faults = Faults(keeper)
        self.stubs = Stubs(keeper, stubs)
        self.journal = Journal(journal, SHOWS)
        self._stamps = stamps or Stamps(self.clock, seed)
        self._world = World(self.contract, self._stamps, SIDES, {"zoho": zoho or ZohoSettings()}, keeper)
        self._admin = Admin(self)
        self._metrics: Metrics | None = None
        self._lock = threading.RLock()
        self._existing: tuple[Existing, ...] = ()

    waits_for_others = False
    """Whether `handle` may wait, as for a database, so that an event loop had better not call it itself."""

    def close(self) -> bool:
        """Let go of what lies behind the mock; false where a call is still under way."""
        return True

    def handle(self, request: Request) -> Response:
        """Answer one request: judge it, meet a fault or carry it out, write it down.

        Only `Unavailable` is ever raised. Where the mock itself fails, the answer is the documented 500, and nothing of
        what the call has changed stays.
        """
        if "/health" in request.target and self._asks_for_health(request):
            return self._health(request)
        with self._lock:
            self.journal.began = perf_counter()
            self._keeper.begin()
            path = None
            try:
                host, found = locate(request)
                if host is None and any(self.stubs.standing) and not self._admin.is_below(found):
                    host, found = self.stubs.located(request, found)
                if host is None and self._admin.is_asked(found, request.method):
                    return self._admin.handle(request)
                path = found
                return self._carried_through(request, host, path)
            except Unavailable:
                raise
            except Exception as problem:
                self._keeper.undo()
                return self._failed(request, path, problem)

    def ask(self, request: Request) -> Response:
        """The same for an event loop, which is never kept waiting: the answer may be one that comes later."""
        return self.handle(request)

    def _is_control(self, request: Request) -> bool:
        if request.method != "GET" and ADMIN_PATH not in request.target:  # as mostly
            return False
        host, path = locate(request)
        return host is None and self._admin.is_asked(path, request.method)

    def _asks_for_health(self, request: Request) -> bool:
        return request.path.rstrip("/").endswith("/health") and request.method == "GET" and self._is_control(request)

    def _health(self, request: Request) -> Response:
        """Not well where a call holds all others up, however long it has done so."""
        if not self._lock.acquire(timeout=TOO_LONG):
            return refused(503, f"a call has taken {TOO_LONG:.0f} seconds")
        try:
            return self._admin.handle(request)
        finally:
            self._lock.release()

    def stands_for(self, host: str) -> bool:
        """Whether requests to this host are to come here: the mock emulates it, or a stub names it."""
        return is_emulated(host) or self.stubs.stand_for(host)

    def _carried_through(self, request: Request, host: str | None, path: str) -> Response:
        now = self.clock.tick()
        if now >= self._world.agenda.soonest:  # as before few calls
            self._catch_up(request)
        call = self.contract.judge(request, path, self._world)
        fault = self.faults.take(request.method, path)
        stub = self._stub_for(request, host, path, fault) if any(self.stubs.standing) else None
        response = self._answer(call, fault, stub)
        if not can_be_sent(response.headers):
            raise ValueError("a header that can't be sent")
        self.journal.record(now, call, response, Met.of(fault, stub) if fault or stub else NOTHING)
        return response

    def _stub_for(self, request: Request, host: str | None, path: str, fault: Fault | None) -> Stub | None:
        """None where a fault answers in its place, so that it isn't counted."""
        return None if fault is not None and fault.comes_first else self.stubs.take(request, host, path)

    def replay(self, request: Request) -> Response:
        """Answer a request once more, as a new exchange."""
        with self._lock:
            host, path = locate(request)
            return self._carried_through(request, host, path)

    def metrics(self) -> Metrics:
        """What was counted since this was first asked for."""
        if self._metrics is None:
            from mockserver.control.metrics import Metrics

            self._metrics = Metrics(self.journal)
        return self._metrics

    def _whose(self, request: Request) -> Iterable[Tenant] | None:  # noqa: ARG002 -- where tenants stand apart
        """To whom what is due happens before this call; ``None`` means everybody."""
        return None

    def _catch_up(self, request: Request) -> None:
        """What the clock has come to since the last call happens first; of very much the rest with the next calls.

        A step that fails is left out.
        """
        whose = self._whose(request)
        for _ in range(_MOST_STEPS):
            due = self._world.agenda.next_due(self.clock.now(), whose)
            if due is None:
                return
            mark = self._keeper.mark()
            try:
                steps()[due.step](self._world, due)
            except Unavailable:
                raise
            except Exception as problem:
                self._keeper.undo(mark)
                _log.error("%s: %s", FAILED, described(problem))

    def _failed(self, request: Request, path: str | None, problem: Exception) -> Response:
        """The mock itself has failed; ``path`` is ``None`` at the control side, whose requests aren't journalled."""
        lines = described(problem)
        _log.error("%s: %s", FAILED, lines)
        if path is None:
            return refused(500, FAILED)
        call = self.contract.unjudged(request, path)
        response = self._trouble(call, 500, "")
        self.journal.record(self.clock.now(), call, response, NOTHING, lines)
        return response

    def _trouble(self, call: Call, status: int, message: str) -> Response:
        """The service's own error of that status, which no rule of a request stands for."""
        error = trouble_of(call.service, status)
        return error_response(error, dict.fromkeys(error.placeholders, message), self._stamps.request_id())

    def _answer(self, call: Call, fault: Fault | None, stub: Stub | None) -> Response:
        if fault is None:
            return self._carried_out(call) if stub is None else self._stubbed(call, stub)
        if fault.comes_first:
            return fault.answer(self._stamps.request_id(), partial(trouble_of, call.service))
        return fault.changed(self._answer(call, None, stub))

    def _stubbed(self, call: Call, stub: Stub) -> Response:
        """Whether the call keeps the contract is nothing that a stub knows."""
        call.violations = []
        return stub.answer()

    def _carried_out(self, call: Call) -> Response:
        if not call.errors:
            mark = self._keeper.mark()
            try:
                return action_of(call.operation)(self._world, call)
            except Refused as refused:
                call.violations = in_order(call, [*refused.violations, *call.violations])
            except Full:
                self._keeper.undo(mark)
                _log.error("no room is left for another record: delete some, or reset the mock")
                return self._trouble(call, 503, "")
        return self._refusal(call)

    def _refusal(self, call: Call) -> Response:
        error, details = answer_to(call)
        headers = {"Allow": ", ".join(call.allow)} if call.allow else {}
        return error_response(error, details, self._stamps.request_id(), headers)

    @contextmanager
    def alone(self) -> Iterator[World]:
        """What the mock knows, while no call is carried out."""
        with self._lock:
            self._keeper.begin()
            yield self._world

    def seen(self) -> AbstractContextManager[World]:
        """What the mock knows, to be read."""
        return self.alone()

    def stored(self, tenant: Tenant, collection: str = "connections") -> list[dict[str, Any]]:
        """The documents of that tenant's collection with their ids, unmasked, in the order of creation."""
        with self.seen() as world:
            records = list(world.store.records(tenant, collection))
        return [{**json_text.unrendered(record.document), "id": record.id, "etag": record.etag} for record in records]

    def store(self, tenant: Tenant, document: dict[str, Any]) -> str:
        """Store a connection without a request; its id."""
        author = Author("fixture", "fixture")
        with self.alone() as world:
            record = world.store.insert(tenant, "connections", json_text.render(document), author)
            world.written("connections", record, document)
            return record.id

    def hold(self, existing: Iterable[Existing]) -> None:
        """From now on these connections exist, after a `reset` too. One that a store has stays as it is there."""
        self._existing = tuple(existing)
        if self._existing:
            with self.alone() as world:
                self._store_existing(world)

    def _store_existing(self, world: World) -> None:
        author = Author("existing", "existing")
        for tenant, id, document in self._existing:
            if world.store.get(tenant, "connections", id) is None:
                record = world.store.insert(tenant, "connections", json_text.render(document), author, id=id)
                world.written("connections", record, document)

    def grant(self, token: str) -> None:
        """Take ``token`` as one that IMS has just issued here; `reset` issues it anew."""
        with self.alone() as world:
            world.of(IMS).grant(token)

    def register(self, account: Account) -> None:
        """From now on this Zoho account exists, and none but those that were registered."""
        with self.alone() as world:
            world.of(ZOHO).register(account)

    def revoke(self, token: str) -> None:
        """A token of Zoho's is void from now on."""
        with self.alone() as world:
            world.of(ZOHO).revoke(token)

    def reset(self) -> None:
        """Forget everything: records, tokens, journal, faults, stubs that were added, and the clock's advance."""
        with self.alone() as world:
            self._keeper.forget()
            self.clock.reset()
            self._stamps.reset()
            world.clear()
            self.journal.clear()
            self.faults.clear()
            self.stubs.reset()
            self._store_existing(world)

    def snapshot(self) -> Snapshot:
        """The records, faults, stubs and time as they are now, for `restore`."""
        with self.alone() as world:
            asked = self.faults.snapshot(), self.stubs.snapshot()
            return Snapshot(world.snapshot(), *asked, self._stamps.state(), self.clock.state())

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to ``snapshot``: its records, faults, stubs and time; the journal is empty then."""
        with self.alone() as world:
            self.reset()
            self.clock.restore(snapshot.time)
            self._stamps.restore(snapshot.stamps)
            world.restore(snapshot.world)
            self.faults.restore(snapshot.faults)
            self.stubs.restore(snapshot.stubs)
