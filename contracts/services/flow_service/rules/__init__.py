"""Flow Service's rules, one row each, in their order of precedence."""

from __future__ import annotations

from contracts.judging.violations import violations_of
from contracts.services.flow_service.rules import connections, destinations, queries, resources, specs, updates
from contracts.services.gateway import rules as gateway

__all__ = ["ROWS", "RULES", "violation"]

ROWS = (
    *gateway.HEAD,
    *queries.ROWS,
    *gateway.BODY,
    *connections.ROWS,
    gateway.PLACEHOLDER,
    *connections.ZOHO_ROWS,
    *resources.ROWS,
    *destinations.ROWS,
    *updates.ROWS,
    *specs.ROWS,
)

RULES = {row.id: row for row in ROWS}

violation = violations_of(ROWS)
