"""Work of which some steps wait for the disk or the network: whoever does it chooses the thread that waits."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

__all__ = ["Steps", "done_here"]

Steps = Generator[Callable[[], Any], Any, None]
"""Gives what is to be called, and takes what that returned or raised."""


def done_here(steps: Steps) -> None:
    """All of it in this thread."""
    try:
        step = next(steps)
        while True:
            try:
                outcome = step()
            except BaseException as problem:  # what becomes of it the work decides
                step = steps.throw(problem)
            else:
                step = steps.send(outcome)
    except StopIteration:
        return
