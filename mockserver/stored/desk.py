"""Calls of an event loop that are carried out in its own thread, together; another one waits for disk and network."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from mockserver.stored.lanes import IDLE, MOMENT, MOST_AT_ONCE, Errand
from mockserver.stored.steps import Steps

__all__ = ["Desk"]


class Desk:
    """Gathers what comes, and begins with all of it as soon as the calls before are answered.

    Those who have just been answered mostly ask again at once; one transaction for all costs less than two. The loop
    never waits: threads that take turns with it at every statement would cost more than the calls themselves.
    """

    def __init__(self, carry_out: Callable[[list[Errand]], Steps]) -> None:
        self._carry_out = carry_out
        self._waiting: list[Errand] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.Handle | None = None
        self._is_due = False
        """It begins with the loop's next turn."""
        self._is_busy = False
        self._usual = 1
        """How many calls there were at the same time lately."""
        self._waits = _Waits()

    def put(self, errand: Errand) -> bool:
        """In the loop's thread; false where it isn't taken."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        if self._loop is None or self._loop.is_closed():
            self._loop, self._timer, self._is_due = loop, None, False
            self._waiting.clear()  # whoever that was
        if loop is not self._loop:
            return False
        self._waiting.append(errand)
        self._plan()
        return True

    def _plan(self) -> None:
        """When to begin."""
        if self._is_busy or self._is_due or not self._waiting or self._loop is None:
            return
        if len(self._waiting) >= min(self._usual, MOST_AT_ONCE):
            if self._timer is not None:
                self._timer.cancel()
            self._is_due = True
            self._timer = self._loop.call_soon(self._begin)
        elif self._timer is None:
            self._timer = self._loop.call_later(MOMENT, self._begin)

    def _begin(self) -> None:
        self._timer, self._is_due = None, False
        errands, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        self._is_busy = True
        self._go_on(self._carry_out(errands), len(errands))

    def _go_on(self, steps: Steps, count: int, outcome: Any = None, problem: BaseException | None = None) -> None:
        step = None
        try:
            step = steps.send(outcome) if problem is None else steps.throw(problem)
        except StopIteration:
            pass
        finally:
            if step is None:
                self._is_busy = False
                self._usual = count + len(self._waiting)
                self._plan()
        if step is not None:
            self._waits.add(partial(self._wait, step, steps, count))

    def _wait(self, step: Callable[[], Any], steps: Steps, count: int) -> None:
        """In another thread."""
        outcome, problem = None, None
        try:
            outcome = step()
        except BaseException as raised:  # the loop is told of whatever it is
            problem = raised
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
            self._loop.call_soon_threadsafe(self._go_on, steps, count, outcome, problem)
            return
        steps.close()
        self._is_busy = False


class _Waits:
    """A thread that does one thing after the other; it ends where there is nothing to do.

    No executor: Python waits for the threads of one when it ends, and a disk may hang.
    """

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._has_thread = False

    def add(self, task: Callable[[], None]) -> None:
        with self._lock:
            self._tasks.put(task)
            if not self._has_thread:
                self._has_thread = True
                threading.Thread(target=self._run, name="flowservice-waits", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=IDLE)
            except Empty:
                with self._lock:
                    if self._tasks.empty():
                        self._has_thread = False
                        return
            else:
                task()
