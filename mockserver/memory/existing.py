"""Base connections that are there before the first call, with the ids that a real sandbox gave them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from contracts.judging.model import Tenant

__all__ = ["Existing"]


class Existing(NamedTuple):
    """One connection; ``document`` is what POST /connections would have been sent."""

    tenant: Tenant
    id: str
    document: Mapping[str, Any]
