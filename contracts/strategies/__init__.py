"""Hypothesis strategies: requests that keep the contract, and requests that break it in exactly one named place.

Nothing else in this package imports hypothesis.
"""

from __future__ import annotations

from contracts.strategies.around import BODIES, BrokenBody, bodies, broken_bodies
from contracts.strategies.broken import BREAKABLE, Broken, broken_requests
from contracts.strategies.valid import connections, endpoints, valid_requests, zoho_params

__all__ = [
    "BODIES",
    "BREAKABLE",
    "Broken",
    "BrokenBody",
    "bodies",
    "broken_bodies",
    "broken_requests",
    "connections",
    "endpoints",
    "valid_requests",
    "zoho_params",
]
