"""The collections of Flow Service, one row each: what their items look like and what they must keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.judging.model import RuleFunction
from contracts.services.flow_service.connections import CONNECTION_FRAME, CONNECTION_RULES
from contracts.services.flow_service.flows import FLOW_FRAME, FLOW_RULES
from contracts.services.flow_service.runs import RUN_FRAME, RUN_RULES
from contracts.services.flow_service.source_connections import SOURCE_FRAME, SOURCE_RULES
from contracts.services.flow_service.target_connections import TARGET_FRAME, TARGET_RULES

__all__ = ["RESOURCES", "Reference", "Resource"]

_WRITTEN = ("id", "createdAt", "updatedAt", "createdBy", "updatedBy", "createdClient", "updatedClient")
_PLACED = ("sandboxId", "sandboxName", "imsOrgId")
_VERSIONED = (*_WRITTEN, *_PLACED, "version", "etag")


@dataclass(frozen=True, slots=True)
class Reference:
    """``field`` of a document holds the id, or a list of ids, of items of ``collection``."""

    field: str
    collection: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One row.

    ``own`` are the fields that the service sets and no update reaches. A document keeps ``frame``; unless it is a
    draft it keeps ``rules`` too. ``patchable`` are paths that the documents update, for messages; ``has_states``
    says that an update may set the state. Specs belong to an organisation, the documented ones to all, and their
    lists have no pages.
    """

    own: frozenset[str]
    frame: tuple[RuleFunction, ...] = ()
    rules: tuple[RuleFunction, ...] = ()
    references: tuple[Reference, ...] = ()
    patchable: tuple[str, ...] = ("/name", "/description", "/params/<name>")
    has_states: bool = False
    is_spec: bool = False


# flow-service.yaml, the ...ItemDTO schemas
RESOURCES: Mapping[str, Resource] = {
    "connections": Resource(
        own=frozenset((*_VERSIONED, "inletUrl")),
        frame=CONNECTION_FRAME,
        rules=CONNECTION_RULES,
        patchable=("/name", "/description", "/auth/params", "/auth/params/<name>"),
        has_states=True,
    ),
    "sourceConnections": Resource(
        own=frozenset((*_VERSIONED, "providerRefId", "inheritedAttributes", "baseConnectionId")),
        frame=SOURCE_FRAME,
        rules=SOURCE_RULES,
        references=(Reference("baseConnectionId", "connections"),),
    ),
    "targetConnections": Resource(
        own=frozenset((*_VERSIONED, "providerRefId", "inheritedAttributes", "baseConnectionId")),
        frame=TARGET_FRAME,
        rules=TARGET_RULES,
        references=(Reference("baseConnectionId", "connections"),),
    ),
    "flows": Resource(
        own=frozenset((*_VERSIONED, "flowSpec", "inheritedAttributes", "runs", "lastOperation", "lastRunDetails")),
        frame=FLOW_FRAME,
        rules=FLOW_RULES,
        references=(
            Reference("sourceConnectionIds", "sourceConnections"),
            Reference("targetConnectionIds", "targetConnections"),
        ),
        patchable=("/name", "/description", "/scheduleParams/<name>", "/transformations", "/labels", "/policy"),
    ),
    "runs": Resource(own=frozenset((*_WRITTEN, *_PLACED, "etag")), frame=RUN_FRAME, rules=RUN_RULES),
    "connectionSpecs": Resource(own=frozenset((*_WRITTEN, *_PLACED)), is_spec=True),
    "flowSpecs": Resource(own=frozenset((*_WRITTEN, *_PLACED)), is_spec=True),
}
