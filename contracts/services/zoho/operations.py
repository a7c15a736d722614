"""The operations of Zoho's accounts servers and CRM, one row each."""

from __future__ import annotations

from typing import Literal

from contracts.judging.model import Operation, RuleFunction
from contracts.services.zoho.accounts import AUTHORIZE_PARAMETERS, REVOKE_RULES, TOKEN_PARAMETERS, TOKEN_RULES
from contracts.services.zoho.crm import (
    COQL_RULES,
    SEARCH_PARAMETERS,
    WRITE_RULES,
    list_takes_records,
    scoped,
    token_is_sent,
    token_is_valid_here,
)
from contracts.services.zoho.crm import LIST_PARAMETERS as ZOHO_LIST
from contracts.services.zoho.service import ZOHO_ACCOUNTS, ZOHO_CRM_API

__all__ = ["OPERATIONS"]


# What only an action can find: whether tokens are known, and whether parameters fit the module.
_CLIENT = ("ZO-TOK-03", "ZO-TOK-04", "ZO-TOK-05")
_TOKENS = (*_CLIENT, "ZO-TOK-06", "ZO-TOK-07", "ZO-TOK-08", "ZO-TOK-09", "ZO-TOK-11")
_MODULE = ("ZO-CRM-06",)
_SEARCHED = (*_MODULE, "ZO-SRC-02", "ZO-SRC-03")
_PAGED = ("ZO-CRM-08", "ZO-CRM-10", "ZO-CRM-11", "ZO-CRM-12", "ZO-CRM-13")
_COQL = (*_MODULE, "ZO-COQL-01", "ZO-COQL-02", "ZO-COQL-03")
_LISTED = (*_MODULE, "ZO-CRM-07", "ZO-CRM-09", *_PAGED)
_FOUND = (*_SEARCHED, "ZO-CRM-08", "ZO-SRC-01", "ZO-SRC-04")
_WRITTEN = (*_MODULE, "ZO-WRT-01", "ZO-WRT-02", "ZO-WRT-03", "ZO-WRT-04")
_SECURE_SEARCH = "ZohoSearch.securesearch.READ"


def _zoho_form(
    id: str,
    path: str,
    action: str,
    names: tuple[str, ...],
    rules: tuple[RuleFunction, ...],
    refuses: tuple[str, ...],
) -> Operation:
    return Operation(
        ZOHO_ACCOUNTS,
        id,
        "POST",
        path,
        action=action,
        body="form",
        query=names,
        body_rules=rules,
        strays=False,
        refuses=refuses,
    )


def _crm(
    id: str,
    path: str,
    action: str,
    area: str,
    query: tuple[str, ...] = (),
    method: str = "GET",
    body_rules: tuple[RuleFunction, ...] = (),
    refuses: tuple[str, ...] = (),
    scopes: tuple[str, ...] = (),
) -> Operation:
    """``scopes`` are needed beside the one that reads ``area``."""
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
        known_rules=(scoped(f"ZohoCRM.{area}.READ"), *map(scoped, scopes)),
        refuses=refuses,
    )


def _write(
    id: str, method: str, path: str, scopes: str, success: int = 200, known_rules: tuple[RuleFunction, ...] = ()
) -> Operation:
    """A write of records; any of ``scopes`` allows it. The body is read as JSON, whatever it is called."""
    return Operation(
        ZOHO_CRM_API,
        id,
        method,
        f"/crm/{{version}}{path}",
        action=_spelt(id),
        success=success,
        body="none" if method == "DELETE" else "json",
        query=("ids", "wf_trigger") if method == "DELETE" else (),
        body_rules=() if method == "DELETE" else WRITE_RULES,
        known_rules=(*known_rules, scoped(*(f"ZohoCRM.modules.{{module}}.{scope}" for scope in scopes.split()))),
        refuses=(*_WRITTEN, "ZO-CRM-07") if method == "DELETE" else _WRITTEN,
    )


def _spelt(id: str) -> str:
    """``zohoInsert`` as ``zoho_insert``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in id)


# zoho.com/accounts/protocol/oauth.html and zoho.com/crm/developer/docs/api; of the CRM its reads, and records' writes.
OPERATIONS: tuple[Operation, ...] = (
    _zoho_form("zohoToken", "/oauth/v2/token", "zoho_token", TOKEN_PARAMETERS, TOKEN_RULES, _TOKENS),
    _zoho_form("zohoRevoke", "/oauth/v2/token/revoke", "zoho_revoke", ("token",), REVOKE_RULES, ("ZO-REV-01",)),
    Operation(
        ZOHO_ACCOUNTS,
        "zohoAuthorize",
        "GET",
        "/oauth/v2/auth",
        action="zoho_authorize",
        success=302,
        query=AUTHORIZE_PARAMETERS,
        refuses=(*_CLIENT, "ZO-TOK-08", "ZO-AUTH-01"),
    ),
    Operation(
        ZOHO_ACCOUNTS,
        "zohoUserInfo",
        "GET",
        "/oauth/user/info",
        action="zoho_user_info",
        known_rules=(token_is_sent, token_is_valid_here),
    ),
    Operation(ZOHO_ACCOUNTS, "zohoServerInfo", "GET", "/oauth/serverinfo", action="zoho_server_info"),
    _crm("zohoModules", "/settings/modules", "zoho_modules", "settings.modules", ("status",)),
    _crm("zohoModule", "/settings/modules/{module}", "zoho_module", "settings.modules", refuses=_MODULE),
    _crm(
        "zohoFields",
        "/settings/fields",
        "zoho_fields",
        "settings.fields",
        ("module", "type"),
        refuses=(*_MODULE, "ZO-CRM-07"),
    ),
    *(
        _crm(f"zoho{name}", f"/settings/{path}", action, f"settings.{path}", query, refuses=(*_MODULE, "ZO-CRM-07"))
        for name, path, action, query in (
            ("Layouts", "layouts", "zoho_layouts", ("module",)),
            ("RelatedLists", "related_lists", "zoho_related_lists", ("module", "layout_id")),
            ("CustomViews", "custom_views", "zoho_custom_views", ("module", "page", "per_page")),
            ("Roles", "roles", "zoho_roles", ()),
            ("Profiles", "profiles", "zoho_profiles", ("include_lite_profile",)),
            ("Tags", "tags", "zoho_tags", ("module", "my_tags")),
        )
    ),
    _crm(
        "zohoLayout",
        "/settings/layouts/{id}",
        "zoho_layout",
        "settings.layouts",
        ("module",),
        refuses=(*_MODULE, "ZO-CRM-07"),
    ),
    _crm("zohoOrg", "/org", "zoho_org", "org"),
    _crm("zohoUsers", "/users", "zoho_users", "users", ("type", "page", "per_page", "ids"), refuses=_PAGED),
    _crm("zohoUser", "/users/{id}", "zoho_user", "users"),
    _crm("zohoCoql", "/coql", "zoho_coql", "coql", method="POST", body_rules=COQL_RULES, refuses=_COQL),
    _crm("zohoRecords", "/{module}", "zoho_records", "modules.{module}", ZOHO_LIST, refuses=_LISTED),
    _crm(
        "zohoSearch",
        "/{module}/search",
        "zoho_search",
        "modules.{module}",
        (*ZOHO_LIST, *SEARCH_PARAMETERS),
        refuses=_FOUND,
        scopes=(_SECURE_SEARCH,),
    ),
    _crm(
        "zohoDeleted",
        "/{module}/deleted",
        "zoho_deleted",
        "modules.{module}",
        ("type", "page", "per_page"),
        refuses=_MODULE,
    ),
    _crm(
        "zohoCount", "/{module}/actions/count", "zoho_count", "modules.{module}", SEARCH_PARAMETERS, refuses=_SEARCHED
    ),
    _crm(
        "zohoRecord", "/{module}/{id}", "zoho_record", "modules.{module}", ("fields",), refuses=(*_MODULE, "ZO-CRM-14")
    ),
    _crm(
        "zohoRelated",
        "/{module}/{id}/{related}",
        "zoho_related",
        "modules.{module}",
        ZOHO_LIST,
        refuses=(*_MODULE, *_PAGED),
    ),
    _write("zohoInsert", "POST", "/{module}", "CREATE WRITE", success=201),
    _write("zohoInsertNote", "POST", "/{module}/{id}/{related}", "CREATE WRITE", 201, (list_takes_records,)),
    _write("zohoUpdate", "PUT", "/{module}", "UPDATE WRITE"),
    _write("zohoUpdateOne", "PUT", "/{module}/{id}", "UPDATE WRITE"),
    _write("zohoUpsert", "POST", "/{module}/upsert", "CREATE UPDATE WRITE"),
    _write("zohoDelete", "DELETE", "/{module}", "DELETE WRITE"),
    _write("zohoDeleteOne", "DELETE", "/{module}/{id}", "DELETE WRITE"),
)
