"""What a call costs, counted in calls of functions and not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

__all__ = ["calls", "calls_once"]


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

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
