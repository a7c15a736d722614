"""What goes wrong with a store: before it is opened, and later."""

from __future__ import annotations

__all__ = ["StoreProblem", "Unavailable"]


class StoreProblem(ValueError):
    """A store that can't be used at all; ``str()`` is one line that says what to do, without secrets."""


class Unavailable(Exception):
    """A store that can't be reached just now; ``str()`` is one line without secrets."""
