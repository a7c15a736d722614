"""What a call costs, counted in calls of functions and not in time."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

from mockserver.memory.clock import Clock

__all__ = ["calls", "calls_once", "still"]


def still() -> Clock:
    """A clock that stands, so that no call finds something due, as the end of a run, that it did not begin."""
    return Clock(lambda: 1_750_000_000_000_000_000)


def calls(work: Callable[[], Any]) -> int:
    """How many functions ``work`` calls, Python's and C's, once it has been warmed up."""
    work()
    return calls_once(work)


def calls_once(work: Callable[[], Any]) -> int:
    """The same of work that can't be done twice."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before, collects = sys.getprofile(), gc.isenabled()
    gc.disable()  # what others left behind has finalizers, which would count
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()
    return count
