"""How much a mock can be told to keep; in a module of its own, since the command wants it before all the rest."""

from __future__ import annotations

__all__ = ["LARGEST_JOURNAL"]

LARGEST_JOURNAL = 1_000_000
"""How many exchanges."""
