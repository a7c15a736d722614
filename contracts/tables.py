"""Every service, and what all of them add up to: operations, rules, errors and collections, by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from contracts.judging.error import Error
from contracts.judging.model import Collection, Operation, Service
from contracts.judging.routing import Routes
from contracts.judging.rule import Rule

__all__ = ["COLLECTIONS", "ERRORS", "FOLDERS", "NOT_IMITATED", "OPERATIONS", "ROUTES", "RULES", "SERVICES"]

FOLDERS = (
    "flow_service",
    "ims",
    "sandboxes",
    "schema_registry",
    "catalog",
    "data_prep",
    "inlet",
    "connectors",
    "zoho",
)
"""A line for each service, in the order in which `mockserver rules` tells the rules."""

OPERATIONS: tuple[Operation, ...] = tuple(
    row for folder in FOLDERS for row in import_module(f"contracts.services.{folder}.operations").OPERATIONS
)

SERVICES: tuple[Service, ...] = tuple(dict.fromkeys(row.service for row in OPERATIONS))

RULES: Mapping[str, Rule] = {rule.id: rule for service in SERVICES for rule in service.rules}
"""In the order of precedence: of several broken rules the first decides the answer."""

NOT_IMITATED = ("FS-URL-03", "ZO-URL-05")
"""The rules that say that what a document has isn't imitated; whoever calls it breaks no contract."""

ERRORS: Mapping[str, Error] = {error.id: error for service in SERVICES for error in service.errors}

COLLECTIONS: Mapping[str, Collection] = {row.name: row for service in SERVICES for row in service.collections}

ROUTES = Routes(SERVICES, OPERATIONS)
