"""Who is carried out next, and together with whom: calls of one part of the state in turn, of others side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from contracts import Request
from mockserver.exchange.response import Response
from mockserver.memory.keeper import Unavailable
from mockserver.stored.parts import Whose
from mockserver.stored.steps import Steps, done_here
from mockserver.stored.turn import NotAtHand

__all__ = ["IDLE", "MOMENT", "MOST_AT_ONCE", "Errand", "Lanes", "Path"]

MOST_AT_ONCE = 64  # requests in one transaction
_PATIENT = 16  # transactions that wait for other processes at the same time
MOMENT = 0.002  # seconds for which calls are waited for that may come at once
IDLE = 1.0  # seconds after which a thread without work ends
_LONGEST_WAIT = 10.0  # seconds for other turns of this process


Path = tuple[str, str]
"""By which a request is remembered: its method, and how its path begins."""


class Errand:
    """A request that waits for its answer. It ``holds`` parts of the state, ``reads`` others.

    One that *waits* has found that another process holds what it needs. ``everything`` is about all parts, ``alone``
    keeps all others out, a ``single`` one shares its transaction with nobody.
    """

    def __init__(self, request: Request, path: Path, holds: Iterable[Whose], reads: Iterable[Whose]) -> None:
        self.request = request
        self.path = path
        self.holds = set(holds)
        self.reads = set(reads)
        self.guarded = self._to_guard()
        """What no other turn of this process may be about meanwhile."""
        self.waits = self.everything = self.alone = self.single = False
        self.since = time.monotonic()
        self._outcome: Response | BaseException | None = None
        self._told: Callable[[Response | BaseException], None] | None = None
        self._lock = threading.Lock()

    def widen(self, need: NotAtHand) -> None:
        """It asks for more than was thought."""
        self.reads |= need.reads
        self.holds |= need.holds
        self.everything = self.everything or need.everything
        self.alone = self.alone or need.alone
        self.guarded = self._to_guard()

    def _to_guard(self) -> set[Whose]:
        return self.holds | {each for each in self.reads if not isinstance(each, str) and each[-1] != ""}

    def done(self, outcome: Response | BaseException) -> None:
        with self._lock:
            self._outcome = outcome
            told = self._told
        if told is not None:
            told(outcome)

    def when_done(self, tell: Callable[[Response | BaseException], None]) -> None:
        """Call ``tell`` with its outcome, in whichever thread; at once where there is one."""
        with self._lock:
            self._told = tell
            outcome = self._outcome
        if outcome is not None:
            tell(outcome)

    def result(self) -> Response:
        """Wait for it."""
        is_done = threading.Event()
        self.when_done(lambda _: is_done.set())
        is_done.wait()
        if not isinstance(self._outcome, Response):
            assert self._outcome is not None
            raise self._outcome
        return self._outcome


class _Turn:
    """Errands that are carried out together, as they were when that began."""

    def __init__(self, errands: list[Errand]) -> None:
        self.errands = errands
        self.is_alone = errands[0].alone
        self.is_patient = errands[0].waits
        self.reserved = set().union(*(each.guarded for each in errands))


class Lanes:
    """Threads that carry errands out; they end where there is nothing to do.

    ``most`` of them take whatever waits, and some more wait for other processes.
    """

    def __init__(self, carry_out: Callable[[list[Errand]], Steps], most: int) -> None:
        self._carry_out = carry_out
        self._most = most
        self._waiting: list[Errand] = []
        self._under_way: set[Errand] = set()
        self._reserved: set[Whose] = set()
        self._turns = 0
        self._patient = 0
        self._outside = 0
        """Turns that aren't an errand's."""
        self._keeps_out = 0
        """How many want to be alone."""
        self._is_alone = False
        self._usual = 1
        """How many calls there were at the same time lately."""
        self._wanted = 1
        """So many have to wait for a thread to be told."""
        self._idle = 0
        self._threads = 0
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        """Threads wait for something to do."""
        self._ended_one = threading.Condition(lock)
        """Others wait for turns to end."""

    def add(self, *errands: Errand, first: bool = False) -> None:
        with self._changed:
            if first:
                self._waiting[:0] = errands
            else:
                self._waiting += errands
            if len(self._waiting) >= self._wanted:
                self._call_thread(any(each.waits for each in errands))

    def _call_thread(self, is_further: bool = False) -> None:
        if self._idle:
            self._changed.notify()
        elif self._threads < self._most or is_further:
            self._threads += 1
            threading.Thread(target=self._run, name="flowservice-store", daemon=True).start()

    def steps(self, errands: list[Errand], carry_out: Callable[[list[Errand]], Steps]) -> Steps:
        """Carry out those of them that nothing else keeps waiting; the threads are given the others."""
        with self._changed:
            taken = self._free(errands)
            if len(taken) < len(errands):
                self.add(*(each for each in errands if each not in taken))
            if not taken:
                return
            turn = self._begun(taken)
        try:
            yield from carry_out(taken)
        finally:
            self._ended(turn)

    def _free(self, errands: list[Errand]) -> list[Errand]:
        """Those that can be carried out at once, and overtake nothing that is about the same."""
        if self._is_alone or self._keeps_out or self._turns - self._patient - self._outside >= self._most:
            return []
        if any(each.alone for each in self._waiting):
            return []
        before = self._reserved.union(*(each.guarded for each in self._waiting))
        return [each for each in errands if before.isdisjoint(each.guarded)]

    def given_up(self, before: float) -> list[Errand]:
        """Those that have waited since then; they are no longer for anybody to carry out."""
        with self._changed:
            gone = [each for each in self._waiting if each.since < before]
            self._waiting = [each for each in self._waiting if each.since >= before]
            return gone

    def longest_wait(self) -> float:
        """Seconds that the errand has taken so far which has taken longest."""
        now = time.monotonic()
        with self._changed:
            return max((now - each.since for each in [*self._waiting, *self._under_way]), default=0.0)

    def are_at_rest(self, within: float) -> bool:
        """Whether nothing is to be done any more, or won't be so many seconds from now."""
        with self._changed:
            return self._ended_one.wait_for(lambda: not self._turns and not self._waiting, within)

    def _run(self) -> None:
        while (turn := self._next()) is not None:
            try:
                done_here(self._carry_out(turn.errands))
            finally:
                self._ended(turn)

    def _next(self) -> _Turn | None:
        """What to carry out; ``None`` where nothing has come for a while."""
        with self._changed:
            self._gather()
            while not (errands := self._chosen()):
                self._idle += 1
                has_come = self._changed.wait(IDLE)
                self._idle -= 1
                if not has_come and not self._waiting:
                    self._threads -= 1
                    return None
            for each in errands:
                self._waiting.remove(each)
            turn = self._begun(errands)
            if self._waiting:  # of whom nobody may have been told
                self._call_thread(any(each.waits for each in self._waiting))
            return turn

    def _begun(self, errands: list[Errand]) -> _Turn:
        turn = _Turn(errands)
        self._turns += 1
        self._is_alone = turn.is_alone
        self._patient += turn.is_patient
        self._reserved |= turn.reserved
        self._under_way.update(errands)
        return turn

    def _gather(self) -> None:
        """Those who have just been answered mostly ask again at once; one transaction for all costs less than two."""
        if self._turns or len(self._waiting) >= self._usual or any(each.waits for each in self._waiting):
            return
        self._wanted = self._usual
        self._idle += 1
        until = time.monotonic() + MOMENT
        while not self._turns and len(self._waiting) < self._usual and (left := until - time.monotonic()) > 0:
            self._changed.wait(left)
        self._idle -= 1
        self._wanted = 1

    def _chosen(self) -> list[Errand]:
        if self._is_alone or self._keeps_out:
            return []
        batch: list[Errand] = []
        for each in self._waiting:
            if len(batch) == MOST_AT_ONCE:
                break
            if each.alone:
                if not batch and not self._turns:
                    return [each]
                if batch:
                    break
                return []  # the others have to come to an end first
            if self._fits(each, batch):
                batch.append(each)
                if each.single:
                    break
        return batch

    def _fits(self, each: Errand, batch: list[Errand]) -> bool:
        if not self._reserved.isdisjoint(each.guarded):
            return False
        if batch:
            first = batch[0]
            return not each.single and (each.guarded <= first.guarded if first.waits else not each.waits)
        return self._patient < _PATIENT if each.waits else self._turns - self._patient - self._outside < self._most

    def _ended(self, turn: _Turn) -> None:
        with self._changed:
            self._turns -= 1
            self._usual = min(len(turn.errands) + len(self._waiting), MOST_AT_ONCE)
            self._is_alone = self._is_alone and not turn.is_alone
            self._patient -= turn.is_patient
            self._reserved -= turn.reserved
            self._under_way.difference_update(turn.errands)
            self._tell()

    def _tell(self) -> None:
        """A turn has ended: others may begin."""
        self._ended_one.notify_all()
        if self._waiting:
            self._changed.notify_all()
            if not self._threads:
                self._call_thread()

    @contextmanager
    def held(self, holds: Iterable[Whose]) -> Iterator[None]:
        """A turn that isn't an errand's."""
        mine = set(holds)
        with self._changed:
            self._until(lambda: not self._is_alone and not self._keeps_out and self._reserved.isdisjoint(mine))
            self._reserved |= mine
            self._turns += 1
            self._outside += 1
        try:
            yield
        finally:
            with self._changed:
                self._reserved -= mine
                self._turns -= 1
                self._outside -= 1
                self._tell()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A turn that isn't an errand's, and keeps all others out."""
        with self._changed:
            self._keeps_out += 1
            try:
                self._until(lambda: not self._turns)
            except Unavailable:
                self._keeps_out -= 1
                self._tell()
                raise
            self._turns += 1
            self._is_alone = True
            self._keeps_out -= 1
        try:
            yield
        finally:
            with self._changed:
                self._turns -= 1
                self._is_alone = False
                self._tell()

    def _until(self, is_free: Callable[[], bool]) -> None:
        if not self._ended_one.wait_for(is_free, _LONGEST_WAIT):
            raise Unavailable("another call has taken too long")
