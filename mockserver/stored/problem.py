"""What is wrong with a store that can't be opened. One that can't be reached later is `Unavailable`."""

from __future__ import annotations

__all__ = ["StoreProblem"]


class StoreProblem(ValueError):
    """A store that can't be used at all; ``str()`` is one line that says what to do, without secrets."""
