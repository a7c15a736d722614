"""Catalog and Data Access: where they are, and what every request to them keeps."""

from __future__ import annotations

from contracts.services.catalog import errors, rules
from contracts.services.catalog.collections import COLLECTIONS
from contracts.services.gateway.platform import PLACED, platform_service

__all__ = ["CATALOG", "DATA_ACCESS"]

CATALOG = platform_service(
    "catalog",
    "/data/foundation/catalog",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing=rules.MISSING,
    stale=rules.STALE,
    head_rules=PLACED,
    collections=COLLECTIONS,
)

DATA_ACCESS = platform_service(
    "data-access",
    "/data/foundation/export",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing=rules.MISSING,
    stale=rules.STALE,
    head_rules=PLACED,
)
