"""The Schema Registry: where it is, and what every request to it keeps."""

from __future__ import annotations

from contracts.services.gateway.platform import platform_service
from contracts.services.schema_registry import errors, rules
from contracts.services.schema_registry.collections import COLLECTIONS

__all__ = ["SCHEMA_REGISTRY"]

SCHEMA_REGISTRY = platform_service(
    "schema-registry",
    "/data/foundation/schemaregistry",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing="XDM-1012-404",
    collections=COLLECTIONS,
    # xdm/api/audit-log.md and csv-to-schema.md
    elsewhere={"/rpc/auditlog/{id}": "GET", "/rpc/csv2schema": "POST"},
)
