"""The errors of Zoho's accounts servers, mostly with status 200, and of its CRM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error
from contracts.judging.rule import Level

__all__ = ["ACCOUNTS", "CRM", "accounts", "crm"]


def accounts(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    if message:
        return {"error_description": message, "error": error.title, "status": "failure"}
    # One key; to a revocation, and where there is no such path, a second.
    return {"error": error.title, **({"status": "failure"} if error.status in (400, 404, 405) else {})}


def crm(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    own = {name: _number(name, text) for name, text in details.items() if name in _DETAILS}
    return {"code": error.title, "details": own, "message": message, "status": "error"}


_DETAILS = (
    *("param_name", "resource_path_index", "id", "limit", "permissions", "column_name"),
    *("reason", "api_name", "operator", "json_path"),
)
_NUMBERS = ("resource_path_index", "limit")


def _number(name: str, text: str) -> Any:
    return int(text) if name in _NUMBERS else text


def _accounts(error: str, status: int = 200, description: str = "", level: Level = "inferred") -> Error:
    """Names are documented; that they come with status 200 was seen on the wire."""
    return Error(f"zoho-{error}", status, accounts, error, description, level)


def _crm(code: str, status: int, message: str, level: Level = "documented") -> Error:
    return Error(f"zoho-{code}", status, crm, code, message, level)


ACCOUNTS = (
    # zoho.com/crm/developer/docs/api/v2.1/access-refresh.html
    _accounts("invalid_client"),
    _accounts("invalid_client_secret"),
    _accounts("invalid_code"),
    _accounts("invalid_redirect_uri"),
    _accounts("missing_org_info"),
    _accounts("unsupported_grant_type", level="assumed"),
    _accounts("invalid_request", level="assumed"),
    _accounts("invalid_token", 400, level="documented"),
    # The text is documented; the status was 400 on the wire, 200 in a page of Zoho's.
    _accounts("Access Denied", 400, "You have made too many requests continuously. Please try again after some time."),
    _accounts("not_found", 404, level="assumed"),
    _accounts("method_not_allowed", 405, level="assumed"),
    _accounts("internal_error", 500, level="assumed"),
    _accounts("unavailable", 503, level="assumed"),
)

CRM = (
    # zoho.com/crm/developer/docs/api; messages that it doesn't print are left empty
    _crm("INVALID_TOKEN", 401, "invalid oauth token"),
    _crm("AUTHENTICATION_FAILURE", 401, "Authentication failed"),
    _crm("OAUTH_SCOPE_MISMATCH", 401, "invalid oauth scope to access this URL"),
    _crm("INVALID_MODULE", 400, "the module name given seems to be invalid"),
    _crm("REQUIRED_PARAM_MISSING", 400, "One of the expected parameter is missing"),
    _crm("INVALID_DATA", 400, "invalid data"),
    _crm("MANDATORY_NOT_FOUND", 400, "required field not found"),
    _crm("LIMIT_EXCEEDED", 400, ""),
    # As airbytehq/airbyte issue 30977 has recorded it.
    _crm(
        "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
        400,
        "You can only get the first 2000 records without using page_token param",
        "recorded",
    ),
    _crm("TOKEN_BOUND_DATA_MISMATCH", 400, ""),
    _crm("EXPIRED_VALUE", 400, ""),
    _crm("AMBIGUITY_DURING_PROCESSING", 400, ""),
    _crm("INVALID_HOST", 400, ""),
    _crm("INVALID_REQUEST_METHOD", 400, "The http request method type is not a valid one"),
    _crm("SYNTAX_ERROR", 400, ""),
    _crm("INVALID_QUERY", 400, "invalid query formed"),
    _crm("EXPECTED_PARAM_MISSING", 400, "One of the expected parameter is missing"),
    _crm("LIMIT_REACHED", 400, ""),
    _crm("NO_PERMISSION", 403, "permission denied"),
    _crm("INVALID_URL_PATTERN", 404, "Please check if the URL trying to access is a correct one"),
    _crm("TOO_MANY_REQUESTS", 429, "You have exceeded the maximum number of API calls", "assumed"),
    _crm("INTERNAL_ERROR", 500, "Internal Server Error"),
)
