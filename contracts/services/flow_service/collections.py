"""The collections of Flow Service, one row each (flow-service.yaml, the ...ItemDTO schemas)."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.judging.model import Collection, Reference
from contracts.services.flow_service.connections import (
    CONNECTION_CREATION_RULES,
    CONNECTION_FRAME,
    CONNECTION_RULES,
    CONNECTION_UPDATE_RULES,
)
from contracts.services.flow_service.flows import FLOW_FRAME, FLOW_RULES, FLOW_UPDATE_RULES
from contracts.services.flow_service.frames import PACKAGE
from contracts.services.flow_service.runs import RUN_FRAME, RUN_RULES
from contracts.services.flow_service.source_connections import SOURCE_FRAME, SOURCE_RULES, SOURCE_UPDATE_RULES
from contracts.services.flow_service.target_connections import TARGET_CREATION_RULES, TARGET_FRAME, TARGET_RULES

__all__ = ["COLLECTIONS"]

_WRITTEN = ("id", "createdAt", "updatedAt", "createdBy", "updatedBy", "createdClient", "updatedClient")
_PLACED = ("sandboxId", "sandboxName", "imsOrgId")
_VERSIONED = (*_WRITTEN, *_PLACED, "version", "etag")

# What a filter or an order may name, by type (sort-and-filter.md, flow-service.yaml). ``open`` is an object or array
# below which anything may be named; ``status`` compares whatever its letter case.
_BY_THE_SERVICE: Mapping[str, str] = {
    **dict.fromkeys(("id", "name", "description"), "string"),
    **dict.fromkeys(("createdBy", "updatedBy", "createdClient", "updatedClient"), "string"),
    **dict.fromkeys(("sandboxId", "sandboxName", "imsOrgId", "etag"), "string"),
    **dict.fromkeys(("createdAt", "updatedAt"), "number"),
}
_SPEC = {"connectionSpec": "object", "connectionSpec.id": "string", "connectionSpec.version": "string"}
_FLOW_SPEC = {"flowSpec": "object", "flowSpec.id": "string", "flowSpec.version": "string"}
_HALF = {
    **_BY_THE_SERVICE,
    **dict.fromkeys(("state", "version", "baseConnectionId", "providerRefId"), "string"),
    **_SPEC,
    **dict.fromkeys(("data", "params", "inheritedAttributes", "typeInfo"), "open"),
}
_OF_SPECS = {**_BY_THE_SERVICE, **dict.fromkeys(("providerId", "version", "type"), "string")}

# draft.md (publish), update-destination-dataflows.md (enable, disable), flow-service.yaml (the rest)
_PUBLISH = {"publish": ("draft", "enabled")}


def _schemas(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, PACKAGE) for name in names)


_CONNECTIONS = Collection(
    "connections",
    own=frozenset((*_VERSIONED, "inletUrl", "lastOperation")),
    frame=CONNECTION_FRAME,
    rules=CONNECTION_RULES,
    creation_rules=CONNECTION_CREATION_RULES,
    update_rules=CONNECTION_UPDATE_RULES,
    patchable=("/name", "/description", "/auth/params", "/auth/params/<name>"),
    has_states=True,
    fields={
        **_BY_THE_SERVICE,
        **dict.fromkeys(("state", "version", "auth.specName", "auth.type"), "string"),
        **_SPEC,
        **dict.fromkeys(("auth", "auth.params"), "object"),
        "lastOperation": "open",
    },
    effects=_PUBLISH,
    id_name="BASE_CONNECTION_ID",
    holds_credentials=True,
)

_SOURCE_CONNECTIONS = Collection(
    "sourceConnections",
    own=frozenset((*_VERSIONED, "providerRefId", "inheritedAttributes", "baseConnectionId", "lastOperation")),
    frame=SOURCE_FRAME,
    rules=SOURCE_RULES,
    update_rules=SOURCE_UPDATE_RULES,
    references=(Reference("baseConnectionId", "connections"),),
    fields={**_HALF, "lastOperation": "open"},
    effects=_PUBLISH,
    schemas=_schemas("source-connection"),
    id_name="SOURCE_CONNECTION_ID",
)

_TARGET_CONNECTIONS = Collection(
    "targetConnections",
    own=frozenset((*_VERSIONED, "providerRefId", "inheritedAttributes", "baseConnectionId")),
    frame=TARGET_FRAME,
    rules=TARGET_RULES,
    creation_rules=TARGET_CREATION_RULES,
    references=(Reference("baseConnectionId", "connections"),),
    fields=_HALF,
    effects=_PUBLISH,
    schemas=_schemas("target-connection"),
    id_name="TARGET_CONNECTION_ID",
)

_FLOWS = Collection(
    "flows",
    own=frozenset((*_VERSIONED, "flowSpec", "inheritedAttributes", "runs", "lastOperation", "lastRunDetails")),
    frame=FLOW_FRAME,
    rules=FLOW_RULES,
    update_rules=FLOW_UPDATE_RULES,
    references=(
        Reference("sourceConnectionIds", "sourceConnections"),
        Reference("targetConnectionIds", "targetConnections"),
    ),
    patchable=("/name", "/description", "/scheduleParams/<name>", "/transformations", "/labels", "/policy"),
    fields={
        **_BY_THE_SERVICE,
        **dict.fromkeys(("state", "version", "runs", "providerRefId"), "string"),
        **_FLOW_SPEC,
        **dict.fromkeys(("sourceConnectionIds", "targetConnectionIds", "labels"), "object"),
        **dict.fromkeys(("sourceConnectionIds[]", "targetConnectionIds[]", "labels[]"), "string"),
        **dict.fromkeys(("transformations", "scheduleParams", "inheritedAttributes", "lastOperation"), "open"),
        **dict.fromkeys(("lastRunDetails", "policy", "options"), "open"),
    },
    effects={**_PUBLISH, "enable": ("disabled", "enabled"), "disable": ("enabled", "disabled")},
    schemas=_schemas("flow", "flow-search", "state-action"),
    id_name="FLOW_ID",
)

_RUNS = Collection(
    "runs",
    own=frozenset((*_WRITTEN, *_PLACED, "etag")),
    frame=RUN_FRAME,
    rules=RUN_RULES,
    fields={
        **_BY_THE_SERVICE,
        **dict.fromkeys(("flowId", "providerRefId", "parentFlowRunId"), "string"),
        **_FLOW_SPEC,
        **dict.fromkeys(("childFlowRunIds", "recordTypes"), "object"),
        **dict.fromkeys(("childFlowRunIds[]", "recordTypes[]"), "string"),
        **dict.fromkeys(("params", "metrics", "activities", "predecessors"), "open"),
        # The run schema has no state, yet state==inProgress is documented: another name for the status (inferred).
        **dict.fromkeys(("state", "metrics.statusSummary.status"), "status"),
    },
    aliases={"state": "metrics.statusSummary.status"},
    effects={"re_trigger": ("failed", "scheduled")},
    schemas=_schemas("run", "run-update"),
    id_name="RUN_ID",
)

_CONNECTION_SPECS = Collection(
    "connectionSpecs",
    own=frozenset((*_WRITTEN, *_PLACED)),
    fields={
        **_OF_SPECS,
        **dict.fromkeys(("attributes", "authSpec", "encryptionSpecs", "sourceSpec", "targetSpec"), "open"),
        **dict.fromkeys(("exploreSpec", "settings", "permissionsInfo", "entitlementInfo", "policy"), "open"),
    },
    schemas=_schemas("connection-spec"),
    id_name="CONNECTION_SPEC_ID",
    shared=True,
)

_FLOW_SPECS = Collection(
    "flowSpecs",
    own=frozenset((*_WRITTEN, *_PLACED)),
    fields={
        **_OF_SPECS,
        **dict.fromkeys(("sourceConnectionSpecIds", "targetConnectionSpecIds"), "object"),
        **dict.fromkeys(("sourceConnectionSpecIds[]", "targetConnectionSpecIds[]"), "string"),
        **dict.fromkeys(("attributes", "optionSpec", "scheduleSpec", "runSpec", "transformationSpecs"), "open"),
        **dict.fromkeys(("permissionsInfo", "entitlementInfo", "policy"), "open"),
    },
    schemas=_schemas("flow-spec", "flow-spec-search"),
    id_name="FLOW_SPEC_ID",
    shared=True,
)

COLLECTIONS: Mapping[str, Collection] = {
    row.name: row
    for row in (
        _CONNECTIONS,
        _SOURCE_CONNECTIONS,
        _TARGET_CONNECTIONS,
        _FLOWS,
        _RUNS,
        _CONNECTION_SPECS,
        _FLOW_SPECS,
    )
}
