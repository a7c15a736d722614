"""Several processes on one port, which share a store."""

from __future__ import annotations

import logging
import pickle
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING

from mockserver.http.passing import Passing, places
from mockserver.http.recipe import Recipe
from mockserver.http.serving import SIGNALS, Front, run
from mockserver.stored.problem import StoreProblem

if TYPE_CHECKING:
    from mockserver.control.metrics import Counts, Metrics

__all__ = ["run_workers"]

_PATIENCE = 4.5  # seconds until a worker that was told to stop is killed
_COUNTED = 0.4  # seconds until workers tell each other again what they have counted
_TOO_SOON = 1.0  # seconds within which a worker isn't replaced a second time

_log = logging.getLogger("mockserver")


def _when_orphaned(stop: Callable[[], object]) -> None:
    """A worker doesn't outlive its parent, however that ends."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        stop()

    threading.Thread(target=watch, daemon=True).start()


def _work(handed: Connection, front: Front, ready: Connection) -> None:
    """The life of one worker; ``handed`` is where the packed `Recipe` comes from, and counts are told."""
    try:
        recipe: Recipe = pickle.loads(handed.recv_bytes())  # noqa: S301 -- from the parent
    except EOFError:  # which is gone
        raise SystemExit(0) from None

    def started() -> None:
        with suppress(OSError):  # the parent is gone
            ready.send(None)

    recipe.prepare()
    try:
        mock = recipe.mock()
        threading.Thread(target=_add_up, args=(mock.metrics(), handed), daemon=True).start()
    except StoreProblem as problem:
        _log.error("%s", problem)
        raise SystemExit(2) from None
    run(mock, front, started, _when_orphaned)


def _add_up(metrics: Metrics, parent: Connection) -> None:
    """Tell the parent what was counted here, and hear what was counted elsewhere."""
    with suppress(OSError, EOFError):  # the parent is gone
        while True:
            time.sleep(_COUNTED)
            parent.send(metrics.counts())
            metrics.others = parent.recv()


class _Totals:
    """What the workers have counted, those that have ended included, so that no number ever falls."""

    def __init__(self) -> None:
        self._of: dict[Connection, Counts] = {}
        self._ended: Counter[tuple[str | int, ...]] = Counter()
        self._lock = threading.Lock()

    def others(self, worker: Connection, counts: Counts) -> Counts:
        """What all but ``worker`` have counted, which itself has counted ``counts``."""
        with self._lock:
            self._of[worker] = counts
            total = self._ended.copy()
            for other, theirs in self._of.items():
                if other is not worker:
                    total.update(theirs)
        return dict(total)

    def end(self, worker: Connection) -> None:
        with self._lock:
            self._ended.update(self._of.pop(worker, {}))


def run_workers(packed: bytes, count: int, front: Front, started: Callable[[], None]) -> None:
    """Serve a packed `Recipe` in ``count`` processes until this one is told to stop; one that dies is replaced.

    ``started`` is called once all accept. `SystemExit` where one ends before that.
    """
    stop, told = Pipe(duplex=False)
    for each in SIGNALS:
        signal.signal(each, lambda *_: told.send(None))
    workers = _Workers(packed, count, front)
    try:
        for place in range(count):
            workers.start(place)
        if workers.are_ready(stop):
            started()
            workers.keep(stop)
    finally:
        workers.stop(stop)


class _Workers:
    """The processes that serve one port, each at a place.

    Any may be killed, or held, at any moment: nothing here waits for one.
    """

    def __init__(self, packed: bytes, count: int, front: Front) -> None:
        self._packed = packed
        self._front = front
        self._places = places(count)
        self._totals = _Totals()
        self._alive: dict[SpawnProcess, tuple[Connection, float, int]] = {}

    def start(self, place: int) -> None:
        front = self._front._replace(passing=Passing(place, self._places) if self._places else None)
        ready, tell = Pipe(duplex=False)
        handed, hand = Pipe()
        # What `start` writes to the new process has to fit into a pipe, or it would wait for one that is dead.
        worker = get_context("spawn").Process(target=_work, args=(handed, front, tell), daemon=True)
        with _interrupts_held():
            worker.start()
        tell.close()
        handed.close()
        threading.Thread(target=self._attend, args=(hand,), daemon=True).start()
        self._alive[worker] = ready, time.monotonic(), place

    def _attend(self, hand: Connection) -> None:
        """Give a worker its recipe, and what the others have counted whenever it tells its own counts."""
        with hand, suppress(OSError, EOFError):  # the worker is gone
            hand.send_bytes(self._packed)
            while True:
                hand.send(self._totals.others(hand, hand.recv()))
        self._totals.end(hand)

    def are_ready(self, stop: Connection) -> bool:
        """Wait until all accept; false where ``stop`` comes first."""
        waiting = [ready for ready, *_ in self._alive.values()]
        while waiting:
            happened = wait([stop, *waiting])
            if stop in happened:
                return False
            for ready in happened:
                assert isinstance(ready, Connection)
                try:
                    ready.recv()
                except EOFError:
                    _log.error("a worker ended before it could serve")
                    raise SystemExit(2) from None
                waiting.remove(ready)
        return True

    def keep(self, stop: Connection) -> None:
        """Replace each that ends, until ``stop``."""
        while stop not in wait([stop, *(worker.sentinel for worker in self._alive)]):
            for worker in [worker for worker in self._alive if not worker.is_alive()]:
                _, since, place = self._alive.pop(worker)
                if self._places is not None:
                    self._places.told[place] = 0
                _log.error("worker %d ended with %s; another takes its place", worker.pid, worker.exitcode)
                if time.monotonic() - since < _TOO_SOON and stop.poll(_TOO_SOON):
                    return
                self.start(place)

    def stop(self, again: Connection) -> None:
        """Give them time to finish; none any more where ``again`` comes."""
        self._front.close()
        if self._places is not None:
            self._places.close()
        while again.poll():
            again.recv()
        for worker in self._alive:
            worker.terminate()
        deadline = time.monotonic() + _PATIENCE
        left = {worker.sentinel for worker in self._alive}
        while left and (wait_for := deadline - time.monotonic()) > 0:
            ended = wait([again, *left], wait_for)
            if again in ended:
                break
            left.difference_update(ended)
        for worker in self._alive:
            worker.kill()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A terminal's Ctrl-C reaches every process; a worker that starts now leaves it to its parent."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
