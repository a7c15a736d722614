"""What a query may ask of a list."""

from __future__ import annotations

__all__ = ["MOST_CONDITIONS"]

MOST_CONDITIONS = 100
"""Filters of a list, or names that it is ordered by; each is looked at for each item that is stored. Assumed."""
