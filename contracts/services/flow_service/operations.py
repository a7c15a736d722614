"""The operations of Flow Service, one row each."""

from __future__ import annotations

from functools import partial
from typing import Literal

from contracts.judging.model import Flawless, Operation, RuleFunction
from contracts.services.flow_service.ad_hoc import ACCEPT_RULES, AD_HOC, AD_HOC_RULES
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.drafts import MODE_RULES, draft_rules
from contracts.services.flow_service.exploring import (
    CONFIG_PARAMETERS,
    CONFIG_RULES,
    EXPLORE_PARAMETERS,
    EXPLORE_RULES,
    EXPORT_RULES,
)
from contracts.services.flow_service.fast_path import flawless_connection
from contracts.services.flow_service.frames import frame_of
from contracts.services.flow_service.queries import (
    LIST_PARAMETERS,
    LIST_RULES,
    SEARCH_RULES,
    SPEC_LIST_PARAMETERS,
    SPEC_LIST_RULES,
    list_asked,
    search_asked,
)
from contracts.services.flow_service.runs import RUN_UPDATE_RULES
from contracts.services.flow_service.service import FLOW_SERVICE
from contracts.services.flow_service.specs import FLOW_SPEC_RULES, SPEC_RULES
from contracts.services.flow_service.transitions import ACTION_RULES
from contracts.services.flow_service.updates import ETAG_RULES, PATCH_RULES, as_operations
from contracts.services.gateway.placeholders import placeholders_are_filled_in

__all__ = ["OPERATIONS"]


_flow_service = partial(Operation, FLOW_SERVICE)


# What only an action can find: whether id and etag fit what is stored, and what the source says.
_ID = ("FS-ID-01",)
_VERSION = (*_ID, "FS-ETAG-02", "FS-ETAG-03")
_DELETE = (*_VERSION, "FS-DEL-02")
_PAGE = ("FS-QRY-05",)
_SOURCE = (*_ID, "FS-CON-04")
_EXPLORED = (
    *(*_SOURCE, "FS-EXP-14", "FS-EXP-15", "FS-EXP-16", "FS-EXP-18", "FS-EXP-22", "FS-EXP-20", "FS-EXP-21"),
    "ZO-CON-01",
)


def _list(id: str, path: str) -> Operation:
    return _listing(id, path, LIST_PARAMETERS, LIST_RULES, ("Page", "Count"))


def _list_specs(id: str, path: str) -> Operation:
    return _listing(id, path, SPEC_LIST_PARAMETERS, SPEC_LIST_RULES, ("Items", "Page"))


def _listing(
    id: str, path: str, query: tuple[str, ...], rules: tuple[RuleFunction, ...], returns: tuple[str, ...]
) -> Operation:
    return _flow_service(
        id,
        "GET",
        path,
        action="list",
        query=query,
        strays=False,
        known_rules=rules,
        returns=returns,
        asked=list_asked,
        refuses=_PAGE,
    )


def _explore(id: str, path: str) -> Operation:
    query, rules = EXPLORE_PARAMETERS, EXPLORE_RULES
    return _flow_service(
        id,
        "GET",
        path,
        action="explore",
        returns=("Listing", "Table", "Hierarchy"),
        query=query,
        head_rules=rules,
        strays=False,
        refuses=_EXPLORED,
    )


def _configs(id: str, path: str, known_rules: tuple[RuleFunction, ...] = ()) -> Operation:
    query, rules = CONFIG_PARAMETERS, CONFIG_RULES
    return _flow_service(
        id,
        "GET",
        path,
        action="configs",
        returns=("Configs",),
        query=query,
        head_rules=rules,
        strays=False,
        known_rules=known_rules,
        refuses=_SOURCE,
    )


def _search(id: str, path: str, query: tuple[str, ...] = ("continuationToken",)) -> Operation:
    return _flow_service(
        id,
        "POST",
        path,
        action="search",
        body="json",
        query=query,
        body_rules=SEARCH_RULES[path],
        returns=("Items" if COLLECTIONS[path.split("/")[1]].shared else "Page", "Count"),
        asked=search_asked,
        refuses=_PAGE,
    )


def _create(
    id: str,
    path: str,
    action: str = "create",
    drafts: bool = True,
    flawless: Flawless | None = None,
) -> Operation:
    collection = path.strip("/")
    rules = (*_rules_of(path), placeholders_are_filled_in)
    query, modes = (("mode",), MODE_RULES) if drafts else ((), ())
    return _flow_service(
        id,
        "POST",
        path,
        action=action,
        success=201,
        body="json",
        query=query,
        head_rules=modes,
        body_rules=rules,
        returns=("Written",),
        drafts=draft_rules(collection) if drafts else (),
        flawless=flawless,
    )


def _retrieve(id: str, path: str) -> Operation:
    return _flow_service(id, "GET", path, action="retrieve", returns=("One",), refuses=_ID)


def _delete(id: str, path: str, refuses: tuple[str, ...] = _DELETE) -> Operation:
    return _flow_service(id, "DELETE", path, action="delete", success=204, refuses=refuses)


def _create_spec(id: str, path: str, rules: tuple[RuleFunction, ...]) -> Operation:
    return _flow_service(
        id, "POST", path, action="create_spec", success=201, returns=("Item",), body="json", body_rules=rules
    )


def _replace_spec(id: str, path: str, rules: tuple[RuleFunction, ...]) -> Operation:
    return _flow_service(
        id,
        "PUT",
        path,
        action="replace_spec",
        returns=("Item",),
        body="json",
        body_rules=rules,
        refuses=(*_ID, "FS-SPEC-07"),
    )


def _patch(id: str, path: str) -> Operation:
    return _flow_service(
        id,
        "PATCH",
        path,
        action="patch",
        body="json",
        head_rules=ETAG_RULES,
        returns=("Written",),
        reads=as_operations,
        body_rules=PATCH_RULES,
        refuses=(*_VERSION, "FS-PATCH-05", "FS-PATCH-09", "FS-BODY-02", "FS-BODY-04"),
        judges_again=_rules_of(path, is_update=True),
    )


def _rules_of(path: str, *, is_update: bool = False) -> tuple[RuleFunction, ...]:
    """What a whole document of the path's collection keeps, once it is created or updated."""
    resource = COLLECTIONS[path.split("/")[1]]
    return (*resource.frame, *resource.rules, *(resource.update_rules if is_update else resource.creation_rules))


def _act(id: str, path: str, body: Literal["optional", "none"] = "none") -> Operation:
    return _flow_service(
        id,
        "POST",
        path,
        action="transition",
        returns=("Written",),
        body=body,
        query=("op", "subOp"),
        head_rules=ACTION_RULES,
        body_rules=(frame_of("state-action"),) if body == "optional" else (),
        refuses=(*_VERSION, "FS-ACT-07", "FS-PATCH-09", "FS-DRAFT-03"),
        judges_again=_rules_of(path),
    )


# flow-service.yaml, by its tags
OPERATIONS: tuple[Operation, ...] = (
    _list("listConnections", "/connections"),
    _create("createConnection", "/connections", flawless=flawless_connection),
    _search("getConnectionsByFilters", "/connections/search"),
    _retrieve("retrieveConnection", "/connections/{id}"),
    _patch("patchConnection", "/connections/{id}"),
    _delete("deleteConnection", "/connections/{id}", (*_VERSION, "FS-DEL-01")),
    _flow_service(
        "testConnection", "GET", "/connections/{id}/test", action="test", returns=("Test",), refuses=(*_ID, "ZO-CON-01")
    ),
    _explore("getByConnectionId", "/connections/{id}/explore"),
    _configs("exploreConfigByConnectionId", "/connections/{id}/configs"),
    _act("performAction", "/connections/{id}/action", body="optional"),
    _list_specs("listConnectionSpecs", "/connectionSpecs"),
    _create_spec("createConnectionSpec", "/connectionSpecs", SPEC_RULES),
    _retrieve("retrieveConnectionSpec", "/connectionSpecs/{id}"),
    _replace_spec("updateConnectionSpec", "/connectionSpecs/{id}", SPEC_RULES),
    _explore("exploreByConnectionSpecId", "/connectionSpecs/{id}/explore"),
    _configs("configByConnectionSpecId", "/connectionSpecs/{id}/configs", EXPORT_RULES),
    _list("getSourceConnections", "/sourceConnections"),
    _create("createSourceConnection", "/sourceConnections", "create_source_connection"),
    _retrieve("retrieveSourceConnection", "/sourceConnections/{id}"),
    _patch("patchSourceConnection", "/sourceConnections/{id}"),
    _delete("deleteSourceConnection", "/sourceConnections/{id}"),
    _act("performAction_1", "/sourceConnections/{id}/action"),
    _list("getTargetConnections", "/targetConnections"),
    _create("createTargetConnection", "/targetConnections"),
    _retrieve("retrieveTargetConnection", "/targetConnections/{id}"),
    _patch("patchTargetConnection", "/targetConnections/{id}"),
    _delete("deleteTargetConnection", "/targetConnections/{id}"),
    _act("performAction_2", "/targetConnections/{id}/action"),
    _list("listFlows", "/flows"),
    _create("createFlow", "/flows", "create_flow"),
    _search("getFlowsByFilters", "/flows/search"),
    _retrieve("retrieveFlow", "/flows/{id}"),
    _patch("patchFlow", "/flows/{id}"),
    _delete("deleteByFlow", "/flows/{id}"),
    _act("postStateTransition", "/flows/{id}/action", body="optional"),
    _list_specs("listFlowSpecs", "/flowSpecs"),
    _create_spec("createFlowSpec", "/flowSpecs", FLOW_SPEC_RULES),
    _search("searchFlowSpecs", "/flowSpecs/search", query=()),
    _retrieve("retrieveFlowSpec", "/flowSpecs/{id}"),
    _replace_spec("updateFlowSpec", "/flowSpecs/{id}", FLOW_SPEC_RULES),
    _list("listFlowRuns", "/runs"),
    _create("createFlowRun", "/runs", "create_run", drafts=False),
    _retrieve("retrieveFlowRun", "/runs/{id}"),
    _flow_service(
        "updateRun",
        "PUT",
        "/runs/{id}",
        action="update_run",
        returns=("Item",),
        body="json",
        head_rules=ETAG_RULES,
        body_rules=(*RUN_UPDATE_RULES, placeholders_are_filled_in),
        refuses=_VERSION,
    ),
    _flow_service(
        "postAction",
        "POST",
        "/runs/{id}/action",
        action="trigger_again",
        returns=("Item",),
        query=("op", "subOp"),
        head_rules=ACTION_RULES,
        refuses=(*_VERSION, "FS-RUN-09", "FS-ACT-08"),
    ),
    Operation(
        AD_HOC,
        "adHocActivation",
        "POST",
        "/adhocrun",
        action="activate",
        body="json",
        head_rules=ACCEPT_RULES,
        body_rules=(*AD_HOC_RULES, placeholders_are_filled_in),
        returns=("Orders", "Exports"),
        refuses=("FS-ADH-04", "FS-ADH-06"),
        collection="runs",
    ),
)
