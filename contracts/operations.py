"""The operations, one row each."""

from __future__ import annotations

from functools import partial
from typing import Literal

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
from contracts.judging.body_schemas import frame_of
from contracts.judging.model import Flawless, Operation, RuleFunction
from contracts.judging.placeholders import placeholders_are_filled_in
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
from contracts.services import BASE_PATH, FLOW_SERVICE, IMS, SANDBOX_API, ZOHO_ACCOUNTS, ZOHO_CRM_API
from contracts.specs import FLOW_SPEC_RULES, SPEC_RULES
from contracts.transitions import ACTION_RULES
from contracts.updates import ETAG_RULES, PATCH_RULES
from contracts.zoho_accounts import AUTHORIZE_PARAMETERS, REVOKE_RULES, TOKEN_PARAMETERS, TOKEN_RULES
from contracts.zoho_crm import COQL_RULES, SEARCH_PARAMETERS, scoped
from contracts.zoho_crm import LIST_PARAMETERS as ZOHO_LIST

__all__ = ["BASE_PATH", "OPERATIONS", "SERVICES"]


_flow_service = partial(Operation, FLOW_SERVICE)


def _list(id: str, path: str) -> Operation:
    query, rules = LIST_PARAMETERS, LIST_RULES
    return _flow_service(id, "GET", path, action="list", query=query, known_rules=rules, strays=False)


def _list_specs(id: str, path: str) -> Operation:
    query, rules = SPEC_LIST_PARAMETERS, SPEC_LIST_RULES
    return _flow_service(id, "GET", path, action="list", query=query, known_rules=rules, strays=False)


def _explore(id: str, path: str) -> Operation:
    query, rules = EXPLORE_PARAMETERS, EXPLORE_RULES
    return _flow_service(id, "GET", path, action="explore", query=query, head_rules=rules, strays=False)


def _configs(id: str, path: str) -> Operation:
    query, rules = CONFIG_PARAMETERS, CONFIG_RULES
    return _flow_service(id, "GET", path, action="configs", query=query, head_rules=rules, strays=False)


def _search(id: str, path: str, query: tuple[str, ...] = ("continuationToken",)) -> Operation:
    return _flow_service(id, "POST", path, action="search", body="json", query=query, body_rules=SEARCH_RULES[path])


def _create(
    id: str,
    path: str,
    action: str = "create",
    drafts: bool = True,
    flawless: Flawless | None = None,
) -> Operation:
    resource = RESOURCES[path.strip("/")]
    rules = (*resource.frame, *resource.rules, placeholders_are_filled_in)
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
        drafts=drafts,
        flawless=flawless,
    )


def _retrieve(id: str, path: str) -> Operation:
    return _flow_service(id, "GET", path, action="retrieve")


def _delete(id: str, path: str) -> Operation:
    return _flow_service(id, "DELETE", path, action="delete", success=204)


def _create_spec(id: str, path: str, rules: tuple[RuleFunction, ...]) -> Operation:
    return _flow_service(id, "POST", path, action="create_spec", success=201, body="json", body_rules=rules)


def _replace_spec(id: str, path: str, rules: tuple[RuleFunction, ...]) -> Operation:
    return _flow_service(id, "PUT", path, action="replace_spec", body="json", body_rules=rules)


def _patch(id: str, path: str) -> Operation:
    heads, bodies = ETAG_RULES, PATCH_RULES
    return _flow_service(id, "PATCH", path, action="patch", body="json", head_rules=heads, body_rules=bodies)


def _act(id: str, path: str, action: str = "transition", body: Literal["optional", "none"] = "none") -> Operation:
    query, heads = ("op", "subOp"), ACTION_RULES
    bodies = (frame_of("state-action"),) if body == "optional" else ()
    return _flow_service(id, "POST", path, action=action, body=body, query=query, head_rules=heads, body_rules=bodies)


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
    return Operation(
        SANDBOX_API,
        id,
        method,
        path,
        action=action,
        success=success,
        body=body,
        query=query,
        head_rules=head_rules,
        body_rules=body_rules,
    )


def _list_sandboxes(id: str, path: str, action: str) -> Operation:
    return _sandbox(id, "GET", path, action, 200, SANDBOX_LIST_PARAMETERS, SANDBOX_LIST_RULES)


def _credentials(id: str, path: str) -> Operation:
    return _token(id, path, "issue_token", CREDENTIALS_PARAMETERS, token_rules("client_credentials", scope_is_sent))


def _token(id: str, path: str, action: str, names: tuple[str, ...], rules: tuple[RuleFunction, ...]) -> Operation:
    return Operation(IMS, id, "POST", path, action=action, body="form", query=names, body_rules=rules, strays=False)


def _zoho_form(id: str, path: str, action: str, names: tuple[str, ...], rules: tuple[RuleFunction, ...]) -> Operation:
    return Operation(
        ZOHO_ACCOUNTS, id, "POST", path, action=action, body="form", query=names, body_rules=rules, strays=False
    )


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
        ZOHO_CRM_API,
        id,
        method,
        f"/crm/{{version}}{path}",
        action=action,
        body=body,
        query=query,
        body_rules=body_rules,
        known_rules=(scoped(f"ZohoCRM.{area}.READ"),),
    )


# flow-service.yaml, by its tags
_FLOW_SERVICE = (
    _list("listConnections", "/connections"),
    _create("createConnection", "/connections", flawless=flawless_connection),
    _search("getConnectionsByFilters", "/connections/search"),
    _retrieve("retrieveConnection", "/connections/{id}"),
    _patch("patchConnection", "/connections/{id}"),
    _delete("deleteConnection", "/connections/{id}"),
    _flow_service("testConnection", "GET", "/connections/{id}/test", action="test"),
    _explore("getByConnectionId", "/connections/{id}/explore"),
    _configs("exploreConfigByConnectionId", "/connections/{id}/configs"),
    _act("performAction", "/connections/{id}/action", body="optional"),
    _list_specs("listConnectionSpecs", "/connectionSpecs"),
    _create_spec("createConnectionSpec", "/connectionSpecs", SPEC_RULES),
    _retrieve("retrieveConnectionSpec", "/connectionSpecs/{id}"),
    _replace_spec("updateConnectionSpec", "/connectionSpecs/{id}", SPEC_RULES),
    _explore("exploreByConnectionSpecId", "/connectionSpecs/{id}/explore"),
    _configs("configByConnectionSpecId", "/connectionSpecs/{id}/configs"),
    _list("getSourceConnections", "/sourceConnections"),
    _create("createSourceConnection", "/sourceConnections"),
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
        body="json",
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
        ZOHO_ACCOUNTS,
        "zohoAuthorize",
        "GET",
        "/oauth/v2/auth",
        action="zoho_authorize",
        success=302,
        query=AUTHORIZE_PARAMETERS,
    ),
    Operation(ZOHO_ACCOUNTS, "zohoServerInfo", "GET", "/oauth/serverinfo", action="zoho_server_info"),
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
