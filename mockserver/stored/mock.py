"""The mock on a store: `Mock`, whose calls are carried out in turns, each of them one transaction."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

from contracts import Contract, Request
from contracts.contract import trouble_of
from contracts.judging.model import Tenant
from mockserver.control.admin import ADMIN_PATH, AdminProblem, asked_again
from mockserver.exchange.faults import Fault
from mockserver.exchange.response import Delivery, Response, json_response
from mockserver.hosts import locate
from mockserver.memory.clock import Clock, SteadyClock
from mockserver.memory.existing import Existing
from mockserver.memory.keeper import Unavailable
from mockserver.memory.world import World
from mockserver.mock import TOO_LONG, Mock
from mockserver.services.table import SHOWS
from mockserver.services.zoho.settings import ZohoSettings
from mockserver.services.zoho.state import ZOHO
from mockserver.stored.address import address_of
from mockserver.stored.database import Database
from mockserver.stored.desk import Desk
from mockserver.stored.journal import SharedJournal, Taken
from mockserver.stored.lanes import Errand, Lanes, Path
from mockserver.stored.line import Held
from mockserver.stored.parts import Whose
from mockserver.stored.problem import StoreProblem
from mockserver.stored.replica import Replica
from mockserver.stored.shared import SharedClock, SharedFaults, SharedStamps, SharedStubs
from mockserver.stored.steps import Steps, done_here
from mockserver.stored.turn import NotAtHand, Turn
from mockserver.stored.vault import Vault, key_for

__all__ = ["StoredMock"]

_TURNS = 2  # transactions at a time, beside those that wait for other processes
_MOST_LEARNED = 1000  # paths
_SEGMENTS = 6  # of a path by which it is remembered
_NOTHING: frozenset[Whose] = frozenset()
_SHOW_JOURNAL = ("requests", "contract")


class StoredMock(Mock):
    """A platform whose state lies in the store at ``url``: ``sqlite:///file.db`` or ``postgresql://...``.

    The other parameters are those of `Mock`; what the store holds already is there at once. `StoreProblem` says why a
    store can't be opened. While it can't be reached later, what needs it is answered with 503.
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
        shared = SharedClock(clock or (Clock() if seed is None else SteadyClock()), replica, self._holding)
        self._shared_stamps = stamps = SharedStamps(shared, seed, replica, self._holding)
        super().__init__(contract, journal, zoho, seed=seed, clock=shared, keeper=replica, stamps=stamps)
        self.faults = SharedFaults(replica, self._holding)
        self.stubs = SharedStubs(replica, self._holding, stubs)
        self.journal: SharedJournal = SharedJournal(
            journal, self.contract, SHOWS, replica, self._database, vault, self._holding
        )
        self._lock = replica.lock
        self._lanes = Lanes(self._carry_out, 1 if self._database.is_file else _TURNS)
        self._desk = Desk(self._served)
        self._always = frozenset((["clock"] if shared.ticks else []) + (["seed"] if stamps.is_seeded else []))
        """What every call changes."""
        self._learned: dict[Path, frozenset[Whose]] = {}
        """The tables of everybody's that the last call of a path has changed."""
        replica.forget_tenant, replica.fill_tenant = self._world.forget, self._world.fill
        replica.begun = stamps.begin
        try:
            self._register_given()
        except Unavailable as problem:
            self._database.close()
            raise StoreProblem(str(problem)) from None

    waits_for_others = True

    def close(self) -> bool:
        """Leave the store; what was answered is in it. False where a call waits for it still."""
        if not self._lanes.are_at_rest(within=0.5):
            return False
        self.journal.close()
        self._replica.close()
        self._database.close()
        return True

    def handle(self, request: Request) -> Response:
        if "/health" in request.target and self._asks_for_health(request):
            return self._health(request)
        response = self._at_once(request)
        if response is not None:
            return response
        errand = self._errand(request)
        done_here(self._lanes.steps([errand], self._carry_out))
        return errand.result()

    def ask(self, request: Request) -> Response:
        if "/health" in request.target and self._asks_for_health(request):
            errand = Errand(request, ("", ""), (), ())
            threading.Thread(target=lambda: errand.done(self._health(request)), daemon=True).start()
            return _later(errand)
        response = self._at_once(request)
        if response is not None:
            return response
        errand = self._errand(request)
        if errand.single or not self._desk.put(errand):
            self._lanes.add(errand)
        return _later(errand)

    def _served(self, errands: list[Errand]) -> Steps:
        """Carry out those about what memory has; what isn't there yet is read by a thread of its own.

        So is waited for a lock that others may hold, where all are about the same: whoever only tries it mostly comes
        in vain.
        """
        with self._lock:
            unread = []
            if not self._replica.is_loaded(set().union(*(each.reads for each in errands))):
                unread = [each for each in errands if not self._replica.is_loaded(each.reads)]
            first = errands[0].holds
            if not self._database.is_file and all(each.holds == first for each in errands):
                for each in errands:
                    each.waits = self._replica.is_contended(first)
        if left := [each for each in errands if each.waits or each in unread]:
            self._lanes.add(*left)
            errands = [each for each in errands if each not in left]
        return self._lanes.steps(errands, partial(self._carry_out, is_in_loop=True))

    def _at_once(self, request: Request) -> Response | None:
        """The answer of a call that only reads what is at hand; ``None`` where it may need the store."""
        if request.method not in ("GET", "HEAD") or self._always or self._is_control(request):
            return None
        tenants = _tenants(request)
        with self._lock:
            if not self._replica.is_fresh(tenants) or self._behind(tenants):
                return None
            turn = Turn(frozenset(), frozenset(tenants))
            with self._replica.using(turn):
                answer = self._tried(turn, request)
            if isinstance(answer, NotAtHand):
                return None
            self.journal.keep(answer[1])
        return answer[0]

    def _tried(self, turn: Turn, request: Request) -> tuple[Response, list[Taken], set[Whose]] | NotAtHand:
        """The answer, the exchange, and whose parts were changed.

        Or what of the state the call needs too, and then it hasn't happened. In the replica's turn.
        """
        try:
            response = super().handle(request)
            if not turn.missing:
                return response, self.journal.taken(), self._replica.ended(turn)
            need = NotAtHand(holds=turn.missing)
        except NotAtHand as problem:
            need = problem
        except BaseException:
            self._replica.undo()
            self.journal.taken()
            raise
        self._replica.undo()
        self.journal.taken()
        return need

    def _errand(self, request: Request) -> Errand:
        tenants = _tenants(request)
        path = request.method, "/".join(request.path[:200].split("/")[:_SEGMENTS])
        holds = {*self._always, *self._learned.get(path, ())}
        is_control = self._is_control(request)
        if not is_control:
            holds.update(tenants[:1] if request.method not in ("GET", "HEAD") else self._behind(tenants))
        errand = Errand(request, path, holds, tenants)
        errand.single = is_control
        return errand

    def _behind(self, tenants: Iterable[Tenant]) -> list[Tenant]:
        """To whom something is still to happen before a call of theirs, so that the call writes."""
        with self._lock:
            return self._world.agenda.waits_for(tenants, self.clock.now())

    def _carry_out(self, errands: list[Errand], is_in_loop: bool = False) -> Steps:
        """Each of them is done afterwards, or waits again."""
        began = time.monotonic()
        try:
            yield from self._transact(errands, is_in_loop)
        except Unavailable as problem:
            if not self._database.is_well:  # whoever has waited as long has waited long enough
                errands = [*errands, *self._lanes.given_up(before=began)]
            for each in errands:
                each.done(self._unavailable_to(each, problem))
        except Exception as problem:  # one of them keeps all from being kept; the others shall not suffer
            if len(errands) == 1:
                errands[0].done(problem)
                return
            for each in errands:
                each.single = True
            self._lanes.add(*errands, first=True)
        except GeneratorExit:  # the loop that waits has ended
            raise
        except BaseException as problem:  # the process is ending
            for each in errands:
                each.done(problem)
            raise

    def _unavailable_to(self, errand: Errand, problem: Unavailable) -> Response | Exception:
        try:
            return self._unavailable(errand.request, problem)
        except Exception as another:
            return another

    def _transact(self, errands: list[Errand], is_in_loop: bool) -> Steps:
        again: list[Errand] = []
        answers: list[tuple[Errand, Response]] = []
        exchanges: list[Taken] = []
        first = errands[0]
        if first.single:
            self._prepare(first.request)
        holds = None if first.alone else frozenset().union(*(each.holds for each in errands))
        reads = None if any(each.everything for each in errands) else set().union(*(each.reads for each in errands))
        with ExitStack() as stack:
            begin = partial(self._replica.turn, holds, reads, first.waits)
            turn = self._begun_at_once(stack, begin) if is_in_loop and self._database.is_file else None
            if turn is None:
                turn = yield lambda: stack.enter_context(begin())
            with self._replica.using(turn):
                for each in errands:
                    if each.holds & turn.refused:
                        each.waits = True
                        again.append(each)
                        continue
                    answer = self._tried(turn, each.request)
                    if isinstance(answer, NotAtHand):
                        each.widen(answer)
                        again.append(each)
                        continue
                    response, taken, changed = answer
                    answers.append((each, response))
                    exchanges += taken
                    self._learn(each, changed)
            commit = self._replica.hand_in(turn)
            if commit is not None:
                yield commit
        self.journal.keep(exchanges)
        for errand, response in answers:
            errand.done(response)
        if again:
            self._lanes.add(*again, first=True)

    def _begun_at_once(self, stack: ExitStack, begin: Callable[..., AbstractContextManager[Turn]]) -> Turn | None:
        """``None`` where another thread or process writes to the file."""
        try:
            return stack.enter_context(begin(at_once=True))
        except Held:
            return None

    def _prepare(self, request: Request) -> None:
        """What a call shows of the journal is read before its turn."""
        name = request.path.removeprefix(f"{ADMIN_PATH}/").rstrip("/")
        if name in _SHOW_JOURNAL and request.method == "GET":
            self.journal.fetch()
        elif name == "events":
            self.journal.follow()
        elif name == "replay":
            with suppress(AdminProblem):  # which is told when the call is carried out
                self.journal.look_up(asked_again(request))

    def _learn(self, errand: Errand, changed: set[Whose]) -> None:
        """The next call of that path will change the tables of everybody's that this one has changed."""
        tables = {each for each in changed if isinstance(each, str)} - self._always
        if tables == self._learned.get(errand.path, _NOTHING):
            return
        if len(self._learned) >= _MOST_LEARNED:
            self._learned.clear()
        self._learned[errand.path] = frozenset(tables)

    def _whose(self, request: Request) -> Iterable[Tenant]:
        return _tenants(request)

    def _health(self, request: Request) -> Response:
        """Without waiting for other calls: whether this process and the database answer. Anybody may ask."""
        waited = self._lanes.longest_wait()
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
        turn = self._replica.current
        if turn is not None:
            if not turn.is_alone:
                raise NotAtHand(alone=True)
            yield self._world
            return
        with self._lanes.alone(), self._replica.turn(None, None) as mine, self._replica.using(mine):
            yield self._world
            self._replica.ended(mine)

    @contextmanager
    def seen(self) -> Iterator[World]:
        turn = self._replica.current
        if turn is not None:
            if turn.at_hand is not None:
                raise NotAtHand(everything=True)
            yield self._world
            return
        with self._replica.turn((), None) as mine, self._replica.using(mine):
            yield self._world

    @contextmanager
    def _holding(self, parts: Iterable[Whose]) -> Iterator[None]:
        """A turn that holds these parts, or the one that is under way."""
        if self._replica.current is not None:
            yield
            return
        parts = frozenset(parts)
        with self._lanes.held(parts), self._replica.turn(parts, (), waits=True) as mine, self._replica.using(mine):
            yield
            self._replica.ended(mine)

    def reset(self) -> None:
        with self.alone():
            super().reset()

    def hold(self, existing: Iterable[Existing]) -> None:
        try:
            super().hold(existing)
        except Unavailable as problem:
            self.close()
            raise StoreProblem(str(problem)) from None

    def _register_given(self) -> None:
        """Zoho accounts that were given and that the store doesn't know."""
        zoho = self._world.of(ZOHO)
        with self._holding(()):  # organisations are read once somebody asks for theirs
            unknown = [each for each in zoho.given if zoho.is_open or each.client_id not in zoho.clients]
        for account in unknown:
            self.register(account)


def _tenants(request: Request) -> tuple[Tenant, Tenant]:
    """Whose records a request is about, as far as its head says: the sandbox's, then the organisation's."""
    org_id = request.headers.get("x-gw-ims-org-id", "")
    return (org_id, request.headers.get("x-sandbox-name", "")), (org_id, "")


def _later(errand: Errand) -> Response:
    """An answer that stands for one that comes later."""
    return Response(0, delivery=Delivery(later=errand))


def _opened(url: str) -> tuple[Database, Vault]:
    """The store's tables, made where they aren't there, and the key to them."""
    address = address_of(url)
    database = Database(address)
    fingerprint = database.fingerprint()
    vault = Vault(key_for(address, is_in_use=fingerprint is not None))
    if fingerprint is None:
        database.create(vault.fingerprint)
        fingerprint = database.fingerprint()
    if fingerprint != vault.fingerprint:
        words = f"{address.shown} is encrypted with another key than this one"
        raise StoreProblem(f"{words}; give its own in MOCKSERVER_STORE_KEY, or use another store")
    return database, vault
