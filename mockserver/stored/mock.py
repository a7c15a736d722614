"""The mock on a store: `Mock`, each of whose calls is one transaction."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from contracts import Contract, Request
from contracts.contract import trouble_of
from mockserver.control.admin import ADMIN_PATH
from mockserver.exchange.faults import Fault
from mockserver.exchange.response import Response, json_response
from mockserver.hosts import locate
from mockserver.memory.clock import Clock, SteadyClock
from mockserver.memory.keeper import Unavailable
from mockserver.memory.world import World
from mockserver.mock import TOO_LONG, Mock
from mockserver.services.table import SHOWS
from mockserver.services.zoho.settings import ZohoSettings
from mockserver.services.zoho.state import ZOHO
from mockserver.stored.address import address_of
from mockserver.stored.database import Database
from mockserver.stored.problem import StoreProblem
from mockserver.stored.replica import STRIDE, Replica
from mockserver.stored.shared import SharedClock, SharedFaults, SharedJournal, SharedStamps, SharedStubs
from mockserver.stored.vault import Vault, key_for

__all__ = ["StoredMock"]

_MOST_AT_ONCE = 64  # requests in one transaction


class _Errand:
    """A request that waits for its answer."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.since = time.monotonic()
        self._outcome: Response | BaseException | None = None

    @property
    def is_done(self) -> bool:
        return self._outcome is not None

    def done(self, outcome: Response | BaseException) -> None:
        self._outcome = outcome

    def result(self) -> Response:
        if not isinstance(self._outcome, Response):
            assert self._outcome is not None
            raise self._outcome
        return self._outcome


class StoredMock(Mock):
    """A platform whose state lies in the store at ``url``: ``sqlite:///file.db`` or ``postgresql://...``.

    The other parameters are those of `Mock`; what the store holds already is there at once. `StoreProblem` says why a
    store can't be opened. While it can't be reached later, every call is answered with 503.
    """

    def __init__(
        self,
        url: str,
        contract: Contract | None = None,
        journal: int = 1000,
        zoho: ZohoSettings | None = None,
        *,
        seed: int | None = None,
        clock: Clock | None = None,
        stubs: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._database, vault = _opened(url)
        self._replica = replica = Replica(self._database, vault)
        shared = SharedClock(clock or (Clock() if seed is None else SteadyClock()), replica)
        stamps = self._shared_stamps = SharedStamps(shared, seed, replica)
        super().__init__(contract, journal, zoho, seed=seed, clock=shared, keeper=replica, stamps=stamps)
        self.faults = SharedFaults(replica)
        self.stubs = SharedStubs(replica, stubs)
        self.journal = SharedJournal(journal, SHOWS, replica)
        self._waiting: deque[_Errand] = deque()
        self._under_way: set[_Errand] = set()
        self._turn = threading.Lock()
        replica.empty, replica.begun = self._world.clear, self._begin
        replica.appliers["clock"] = shared.apply
        try:
            self._register_given()
        except Unavailable as problem:
            self._database.close()
            raise StoreProblem(str(problem)) from None

    waits_for_others = True

    def close(self) -> bool:
        """Leave the store; what was answered is in it. False where a call waits for it still."""
        if not self._turn.acquire(timeout=0.5):
            return False
        with self._replica.lock:
            self._database.close()
        self._turn.release()
        return True

    def handle(self, request: Request) -> Response:
        """Of requests that come at the same time one thread carries all out that wait, and commits once for all."""
        if "/health" in request.target and self._asks_for_health(request):
            return self._health(request)
        errand = _Errand(request)
        self._under_way.add(errand)
        self._waiting.append(errand)
        try:
            with self._turn:
                while not errand.is_done:
                    self._carry_out(self._next() or [errand])
        finally:
            self._under_way.discard(errand)
        return errand.result()

    def _next(self) -> list[_Errand]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]

    def _carry_out(self, errands: list[_Errand]) -> None:
        """Each of them is done afterwards, whatever happens."""
        try:
            outcomes = self._outcomes(errands)
        except Exception as problem:  # one of them keeps all from being kept; the others shall not suffer
            if len(errands) > 1:
                for each in errands:
                    self._carry_out([each])
                return
            outcomes = [problem]
        except BaseException as problem:  # the process is ending
            for each in errands:
                each.done(problem)
            raise
        for errand, outcome in zip(errands, outcomes, strict=True):
            errand.done(outcome)

    def _outcomes(self, errands: list[_Errand]) -> Sequence[Response | Exception]:
        try:
            with self._replica.call(exchanges=sum(self._is_written_down(each.request) for each in errands)):
                return [super(StoredMock, self).handle(each.request) for each in errands]
        except Unavailable as problem:
            return [self._unavailable(each.request, problem) for each in errands]

    def _is_written_down(self, request: Request) -> bool:
        """Whether an exchange may come of it, which needs a number."""
        path = request.path.rstrip("/")
        # What the control side has beside its own paths may be a stub's.
        return not self._is_control(request) or not self._admin.is_below(path) or path == f"{ADMIN_PATH}/replay"

    def _health(self, request: Request) -> Response:
        """Without waiting for other calls: whether this process and the database answer. Anybody may ask."""
        now = time.monotonic()
        waited = max((now - each.since for each in list(self._under_way)), default=0)
        if waited > TOO_LONG:
            return json_response(503, {"status": 503, "reason": f"a call has waited for {waited:.0f} seconds"})
        try:
            self._database.check()
        except Unavailable:
            return json_response(503, {"status": 503, "reason": "the store isn't available"})
        return self._admin.handle(request)

    def _unavailable(self, request: Request, problem: Unavailable) -> Response:
        """The documented 503 of the service that was asked."""
        if self._is_control(request):
            return json_response(503, {"status": 503, "reason": str(problem)})
        call = self.contract.unjudged(request, locate(request)[1])
        return Fault(status=503).answer(secrets.token_hex(16), partial(trouble_of, call.service))

    @contextmanager
    def alone(self) -> Iterator[World]:
        with self._replica.call(), super().alone() as world:
            yield world

    def _begin(self, call: int, salt: bytes) -> None:
        number = self._shared_stamps.begin(call, salt)
        self._world.store.go_on(number * STRIDE)
        self._world.agenda.go_on(number * STRIDE)

    def _register_given(self) -> None:
        """Zoho accounts that were given and that the store doesn't know."""
        with self.alone() as world:
            zoho = world.of(ZOHO)
            for account in zoho.given:
                if zoho.is_open or account.client_id not in zoho.clients:
                    zoho.register(account)


def _opened(url: str) -> tuple[Database, Vault]:
    """The store's tables, made where they aren't there, and the key to them."""
    address = address_of(url)
    database = Database(address)
    fingerprint = database.fingerprint()
    vault = Vault(key_for(address, is_in_use=fingerprint is not None))
    if fingerprint is None:
        database.create(vault.fingerprint, vault.seal(secrets.token_bytes(16), "salt"))
        fingerprint = database.fingerprint()
    if fingerprint != vault.fingerprint:
        words = f"{address.shown} is encrypted with another key than this one"
        raise StoreProblem(f"{words}; give its own in MOCKSERVER_STORE_KEY, or use another store")
    return database, vault
