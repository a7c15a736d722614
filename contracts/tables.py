"""Every service, and what all of them add up to: operations, rules and errors, by their ids."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.judging.error import Error
from contracts.judging.model import Collection, Operation
from contracts.judging.routing import Routes
from contracts.judging.rule import Rule
from contracts.services.flow_service import operations as flow_service
from contracts.services.ims import operations as ims
from contracts.services.sandboxes import operations as sandboxes
from contracts.services.zoho import operations as zoho

__all__ = ["COLLECTIONS", "ERRORS", "OPERATIONS", "ROUTES", "RULES", "SERVICES"]

OPERATIONS: tuple[Operation, ...] = (
    *flow_service.OPERATIONS,
    *ims.OPERATIONS,
    *sandboxes.OPERATIONS,
    *zoho.OPERATIONS,
)

SERVICES = tuple(dict.fromkeys(row.service for row in OPERATIONS))

RULES: Mapping[str, Rule] = {rule.id: rule for service in SERVICES for rule in service.rules}
"""In the order of precedence: of several broken rules the first decides the answer."""

ERRORS: Mapping[str, Error] = {error.id: error for service in SERVICES for error in service.errors}

COLLECTIONS: Mapping[str, Collection] = {row.name: row for service in SERVICES for row in service.collections}

ROUTES = Routes(SERVICES, OPERATIONS)
