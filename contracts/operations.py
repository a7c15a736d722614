"""The operations, one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.call import RuleFunction
from contracts.drafts import MODE_RULES
from contracts.exploring import CONFIG_PARAMETERS, CONFIG_RULES, EXPLORE_PARAMETERS, EXPLORE_RULES
from contracts.flawless import flawless_connection
from contracts.ims import (
    CODE_PARAMETERS,
    CREDENTIALS_PARAMETERS,
    EXCHANGE_PARAMETERS,
    EXCHANGE_RULES,
    code_is_sent,
    scope_is_sent,
    token_rules,
)
from contracts.placeholders import placeholders_are_filled_in
from contracts.queries import LIST_PARAMETERS, LIST_RULES, SEARCH_RULES, SPEC_LIST_PARAMETERS, SPEC_LIST_RULES
from contracts.resources import RESOURCES
from contracts.runs import RUN_UPDATE_RULES
from contracts.sandboxes import (
    CHECK_PARAMETERS,
    CHECK_RULES,
    SANDBOX_LIST_PARAMETERS,
    SANDBOX_LIST_RULES,
    SANDBOX_RESET_RULES,
    SANDBOX_RULES,
    SANDBOX_UPDATE_RULES,
)
from contracts.schema_rules import Frame, frame_of
from contracts.services import BASE_PATH, FLOW_SERVICE, IMS, SANDBOX_API, ZOHO_ACCOUNTS, ZOHO_CRM_API, Service
from contracts.sources import Catalogue
from contracts.specs import FLOW_SPEC_RULES, SPEC_RULES
from contracts.transitions import ACTION_RULES
from contracts.updates import ETAG_RULES, PATCH_RULES
from contracts.zoho_accounts import AUTHORIZE_PARAMETERS, REVOKE_RULES, TOKEN_PARAMETERS, TOKEN_RULES
from contracts.zoho_crm import COQL_RULES, SEARCH_PARAMETERS, scoped
from contracts.zoho_crm import LIST_PARAMETERS as ZOHO_LIST

__all__ = ["BASE_PATH", "OPERATIONS", "SERVICES", "Operation"]


_Flawless = Callable[[bytes, Catalogue], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One row of the reference.

    ``head_rules`` judge query and headers by themselves, ``known_rules`` by what is stored too, ``body_rules`` the
    parsed body; ``body`` says whether there is one; the parameters of a *form* may stand in the query too. ``query``
    names the parameters that the reference knows; ``strays`` says that any other is only warned about, and not judged
    by a rule of the operation's own. ``drafts`` marks what may create a draft. ``flawless`` reads a body that keeps all
    ``body_rules``; it is ``None`` for any other, and where that can't be told.
    """

    id: str
    method: str
    path: str
    action: str
    success: int
    body: Literal["json", "optional", "form", "none"] = "none"
    query: tuple[str, ...] = ()
    head_rules: tuple[RuleFunction, ...] = ()
    body_rules: tuple[RuleFunction, ...] = ()
    drafts: bool = False
    service: Service = FLOW_SERVICE
    strays: bool = True
    known_rules: tuple[RuleFunction, ...] = ()
    flawless: _Flawless | None = None
    collection: str = field(init=False)
    """The first segment of the path."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "collection", self.path.split("/")[1])

    @property
    def schema(self) -> str | None:
        """The name of the schema that a body fits."""
        return next((rule.schema for rule in self.body_rules if isinstance(rule, Frame)), None)


def _list(id: str, path: str) -> Operation:
    return Operation(id, "GET", path, "list", 200, query=LIST_PARAMETERS, known_rules=LIST_RULES, strays=False)


def _list_specs(id: str, path: str) -> Operation:
    query, rules = SPEC_LIST_PARAMETERS, SPEC_LIST_RULES
    return Operation(id, "GET", path, "list", 200, query=query, known_rules=rules, strays=False)


def _explore(id: str, path: str) -> Operation:
    return Operation(id, "GET", path, "explore", 200, "none", EXPLORE_PARAMETERS, EXPLORE_RULES, strays=False)


def _configs(id: str, path: str) -> Operation:
    return Operation(id, "GET", path, "configs", 200, "none", CONFIG_PARAMETERS, CONFIG_RULES, strays=False)


def _search(id: str, path: str, query: tuple[str, ...] = ("continuationToken",)) -> Operation:
    return Operation(id, "POST", path, "search", 200, "json", query, body_rules=SEARCH_RULES[path])


def _create(
    id: str,
    path: str,
    action: str = "create",
    drafts: bool = True,
    flawless: _Flawless | None = None,
) -> Operation:
    resource = RESOURCES[path.strip("/")]
    rules = (*resource.frame, *resource.rules, placeholders_are_filled_in)
    query, modes = (("mode",), MODE_RULES) if drafts else ((), ())
    return Operation(id, "POST", path, action, 201, "json", query, modes, rules, drafts, flawless=flawless)


def _patch(id: str, path: str) -> Operation:
    return Operation(id, "PATCH", path, "patch", 200, "json", head_rules=ETAG_RULES, body_rules=PATCH_RULES)


def _act(id: str, path: str, action: str = "transition", body: Literal["optional", "none"] = "none") -> Operation:
    rules = (frame_of("state-action"),) if body == "optional" else ()
    return Operation(id, "POST", path, action, 200, body, ("op", "subOp"), ACTION_RULES, rules)


def _sandbox(
    id: str,
    method: str,
    path: str,
    action: str,
    success: int,
    query: tuple[str, ...] = (),
    head_rules: tuple[RuleFunction, ...] = (),
    body_rules: tuple[RuleFunction, ...] = (),
) -> Operation:
    body: Literal["json", "none"] = "json" if body_rules else "none"
    return Operation(id, method, path, action, success, body, query, head_rules, body_rules, service=SANDBOX_API)


def _list_sandboxes(id: str, path: str, action: str) -> Operation:
    return _sandbox(id, "GET", path, action, 200, SANDBOX_LIST_PARAMETERS, SANDBOX_LIST_RULES)


def _credentials(id: str, path: str) -> Operation:
    return _token(id, path, "issue_token", CREDENTIALS_PARAMETERS, token_rules("client_credentials", scope_is_sent))


def _token(id: str, path: str, action: str, names: tuple[str, ...], rules: tuple[RuleFunction, ...]) -> Operation:
    return Operation(id, "POST", path, action, 200, "form", names, (), rules, service=IMS, strays=False)


def _zoho_form(id: str, path: str, action: str, names: tuple[str, ...], rules: tuple[RuleFunction, ...]) -> Operation:
    return Operation(id, "POST", path, action, 200, "form", names, (), rules, service=ZOHO_ACCOUNTS, strays=False)


def _crm(
    id: str,
    path: str,
    action: str,
    area: str,
    query: tuple[str, ...] = (),
    method: str = "GET",
    body_rules: tuple[RuleFunction, ...] = (),
) -> Operation:
    body: Literal["json", "none"] = "json" if body_rules else "none"
    return Operation(
        id,
        method,
        f"/crm/{{version}}{path}",
        action,
        200,
        body,
        query,
        body_rules=body_rules,
        service=ZOHO_CRM_API,
        known_rules=(scoped(f"ZohoCRM.{area}.READ"),),
    )


# flow-service.yaml, by its tags
_FLOW_SERVICE = (
    _list("listConnections", "/connections"),
    _create("createConnection", "/connections", flawless=flawless_connection),
    _search("getConnectionsByFilters", "/connections/search"),
    Operation("retrieveConnection", "GET", "/connections/{id}", "retrieve", 200),
    _patch("patchConnection", "/connections/{id}"),
    Operation("deleteConnection", "DELETE", "/connections/{id}", "delete", 204),
    Operation("testConnection", "GET", "/connections/{id}/test", "test", 200),
    _explore("getByConnectionId", "/connections/{id}/explore"),
    _configs("exploreConfigByConnectionId", "/connections/{id}/configs"),
    _act("performAction", "/connections/{id}/action", body="optional"),
    _list_specs("listConnectionSpecs", "/connectionSpecs"),
    Operation("createConnectionSpec", "POST", "/connectionSpecs", "create_spec", 201, "json", body_rules=SPEC_RULES),
    Operation("retrieveConnectionSpec", "GET", "/connectionSpecs/{id}", "retrieve", 200),
    Operation(
        "updateConnectionSpec", "PUT", "/connectionSpecs/{id}", "replace_spec", 200, "json", body_rules=SPEC_RULES
    ),
    _explore("exploreByConnectionSpecId", "/connectionSpecs/{id}/explore"),
    _configs("configByConnectionSpecId", "/connectionSpecs/{id}/configs"),
    _list("getSourceConnections", "/sourceConnections"),
    _create("createSourceConnection", "/sourceConnections"),
    Operation("retrieveSourceConnection", "GET", "/sourceConnections/{id}", "retrieve", 200),
    _patch("patchSourceConnection", "/sourceConnections/{id}"),
    Operation("deleteSourceConnection", "DELETE", "/sourceConnections/{id}", "delete", 204),
    _act("performAction_1", "/sourceConnections/{id}/action"),
    _list("getTargetConnections", "/targetConnections"),
    _create("createTargetConnection", "/targetConnections"),
    Operation("retrieveTargetConnection", "GET", "/targetConnections/{id}", "retrieve", 200),
    _patch("patchTargetConnection", "/targetConnections/{id}"),
    Operation("deleteTargetConnection", "DELETE", "/targetConnections/{id}", "delete", 204),
    _act("performAction_2", "/targetConnections/{id}/action"),
    _list("listFlows", "/flows"),
    _create("createFlow", "/flows", "create_flow"),
    _search("getFlowsByFilters", "/flows/search"),
    Operation("retrieveFlow", "GET", "/flows/{id}", "retrieve", 200),
    _patch("patchFlow", "/flows/{id}"),
    Operation("deleteByFlow", "DELETE", "/flows/{id}", "delete", 204),
    _act("postStateTransition", "/flows/{id}/action", body="optional"),
    _list_specs("listFlowSpecs", "/flowSpecs"),
    Operation("createFlowSpec", "POST", "/flowSpecs", "create_spec", 201, "json", body_rules=FLOW_SPEC_RULES),
    _search("searchFlowSpecs", "/flowSpecs/search", query=()),
    Operation("retrieveFlowSpec", "GET", "/flowSpecs/{id}", "retrieve", 200),
    Operation("updateFlowSpec", "PUT", "/flowSpecs/{id}", "replace_spec", 200, "json", body_rules=FLOW_SPEC_RULES),
    _list("listFlowRuns", "/runs"),
    _create("createFlowRun", "/runs", "create_run", drafts=False),
    Operation("retrieveFlowRun", "GET", "/runs/{id}", "retrieve", 200),
    Operation(
        "updateRun",
        "PUT",
        "/runs/{id}",
        "update_run",
        200,
        "json",
        head_rules=ETAG_RULES,
        body_rules=(*RUN_UPDATE_RULES, placeholders_are_filled_in),
    ),
    _act("postAction", "/runs/{id}/action", "trigger_again"),
)

# sandbox.yaml, its first four paths
_SANDBOX_API = (
    _list_sandboxes("listActiveSandboxes", "/", "list_active_sandboxes"),
    _sandbox("listSandboxTypes", "GET", "/sandboxTypes", "list_sandbox_types", 200),
    _list_sandboxes("listSandboxes", "/sandboxes", "list_sandboxes"),
    _sandbox("createSandbox", "POST", "/sandboxes", "create_sandbox", 202, body_rules=SANDBOX_RULES),
    _sandbox("retrieveSandbox", "GET", "/sandboxes/{id}", "retrieve_sandbox", 200),
    _sandbox("patchSandbox", "PATCH", "/sandboxes/{id}", "rename_sandbox", 200, body_rules=SANDBOX_UPDATE_RULES),
    _sandbox(
        "resetSandbox",
        "PUT",
        "/sandboxes/{id}",
        "reset_sandbox",
        202,
        CHECK_PARAMETERS,
        CHECK_RULES,
        SANDBOX_RESET_RULES,
    ),
    _sandbox("deleteSandbox", "DELETE", "/sandboxes/{id}", "delete_sandbox", 202, CHECK_PARAMETERS, CHECK_RULES),
)

# ServerToServerAuthentication/IMS.md documents v3 with a form or a query, Adobe's Postman collection v2 with a
# query, aepp v1; JWT/index.md documents the exchange. Each takes both here (assumed for v1, v2 and the exchange).
_IMS = (
    _credentials("imsTokenV3", "/token/v3"),
    _credentials("imsTokenV2", "/token/v2"),
    _token("imsTokenV1", "/token/v1", "issue_token", CODE_PARAMETERS, token_rules("authorization_code", code_is_sent)),
    _token("imsExchangeJwt", "/exchange/jwt", "exchange_jwt", EXCHANGE_PARAMETERS, EXCHANGE_RULES),
)

# zoho.com/accounts/protocol/oauth.html and zoho.com/crm/developer/docs/api; of the CRM its reads.
_ZOHO = (
    _zoho_form("zohoToken", "/oauth/v2/token", "zoho_token", TOKEN_PARAMETERS, TOKEN_RULES),
    _zoho_form("zohoRevoke", "/oauth/v2/token/revoke", "zoho_revoke", ("token",), REVOKE_RULES),
    Operation(
        "zohoAuthorize",
        "GET",
        "/oauth/v2/auth",
        "zoho_authorize",
        302,
        query=AUTHORIZE_PARAMETERS,
        service=ZOHO_ACCOUNTS,
    ),
    Operation("zohoServerInfo", "GET", "/oauth/serverinfo", "zoho_server_info", 200, service=ZOHO_ACCOUNTS),
    _crm("zohoModules", "/settings/modules", "zoho_modules", "settings.modules", ("status",)),
    _crm("zohoModule", "/settings/modules/{module}", "zoho_module", "settings.modules"),
    _crm("zohoFields", "/settings/fields", "zoho_fields", "settings.fields", ("module", "type")),
    _crm("zohoOrg", "/org", "zoho_org", "org"),
    _crm("zohoUsers", "/users", "zoho_users", "users", ("type", "page", "per_page", "ids")),
    _crm("zohoUser", "/users/{id}", "zoho_user", "users"),
    _crm("zohoCoql", "/coql", "zoho_coql", "coql", method="POST", body_rules=COQL_RULES),
    _crm("zohoRecords", "/{module}", "zoho_records", "modules.{module}", ZOHO_LIST),
    _crm("zohoSearch", "/{module}/search", "zoho_search", "modules.{module}", (*ZOHO_LIST, *SEARCH_PARAMETERS)),
    _crm("zohoDeleted", "/{module}/deleted", "zoho_deleted", "modules.{module}", ("type", "page", "per_page")),
    _crm("zohoCount", "/{module}/actions/count", "zoho_count", "modules.{module}", SEARCH_PARAMETERS),
    _crm("zohoRecord", "/{module}/{id}", "zoho_record", "modules.{module}", ("fields",)),
)

OPERATIONS = (*_FLOW_SERVICE, *_SANDBOX_API, *_IMS, *_ZOHO)

SERVICES = tuple(dict.fromkeys(row.service for row in OPERATIONS))
