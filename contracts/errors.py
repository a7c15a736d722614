"""The documented errors, one row each, and the bodies they are answered with.

Seven body shapes: ``gateway`` is what Adobe's API gateway writes before the
service sees a request, ``service`` is Flow Service's own, ``problem`` is Platform's generic one, ``sandbox``
is the Sandbox API's and ``oauth`` that of IMS. Zoho has two: ``accounts``, mostly with status 200, and ``crm``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

from contracts.rules import Level

__all__ = ["ERRORS", "Error"]


@dataclass(frozen=True, slots=True)
class Error:
    """One row. ``template`` is Adobe's text; its ``{placeholders}`` come back as keys of ``report``."""

    id: str
    status: int
    shape: Literal["gateway", "service", "problem", "sandbox", "oauth", "accounts", "crm"]
    title: str
    template: str
    level: Level = "documented"

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names in ``template``, each once."""
        names = (name for _, name, _, _ in Formatter().parse(self.template) if name)
        return tuple(dict.fromkeys(names))

    def body(self, details: Mapping[str, str], request_id: str) -> dict[str, Any]:
        """The JSON answer; ``details`` fills the placeholders."""
        message = self.template.format_map(_Details(details))
        if self.shape == "gateway":
            return {"error_code": self.id, "message": message}
        if self.shape == "problem":
            return {"type": "/placeholder/type/uri", "status": self.status, "title": self.title, "detail": message}
        if self.shape == "sandbox":
            return {"status": self.status, "title": message, "type": f"http://ns.adobe.com/aep/errors/{self.id}"}
        if self.shape == "oauth":
            return {"error": self.title, "error_description": message}
        if self.shape == "accounts":
            return (
                {"error_description": message, "error": self.title, "status": "failure"} if message else self._short()
            )
        if self.shape == "crm":
            own = {name: _number(name, text) for name, text in details.items() if name in _CRM_DETAILS}
            return {"code": self.title, "details": own, "message": message, "status": "error"}
        return {
            "type": f"https://ns.adobe.com/aep/errors/{self.id}",
            "title": self.title,
            "status": self.status,
            "report": {"detailed-message": message, "request-id": request_id, **self._placeholders(details)},
            "errorMessage": message,
            "errorDetails": message,
        }

    def _short(self) -> dict[str, Any]:
        """An error of the accounts servers: one key, and to a revocation a second."""
        return {"error": self.title, **({"status": "failure"} if self.title == "invalid_token" else {})}

    def _placeholders(self, details: Mapping[str, str]) -> dict[str, str]:
        return {name: details.get(name, "") for name in self.placeholders}


_CRM_DETAILS = ("param_name", "resource_path_index", "id", "limit", "permissions", "column_name")


def _number(name: str, text: str) -> Any:
    return int(text) if name == "resource_path_index" else text


class _Details(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def _gateway(code: str, message: str, level: Level = "documented") -> Error:
    return Error(code, int(code[:3]), "gateway", "", message, level)


def _service(code: str, template: str, title: str = "Invalid request", level: Level = "documented") -> Error:
    return Error(f"FLOW-{code}", int(code[-3:]), "service", title, template, level)


def _sandbox(code: str, title: str) -> Error:
    """sandboxes.md documents the shape, sandbox.yaml the statuses; these numbers are this project's (assumed)."""
    return Error(f"SMS-{code}", int(code[-3:]), "sandbox", "", title, "assumed")


def _ims(error: str, status: int, description: str = "{description}", level: Level = "documented") -> Error:
    """The error names are documented, the descriptions are not."""
    return Error(f"{error}-{status}", status, "oauth", error, description, level)


def _accounts(error: str, status: int = 200, description: str = "", level: Level = "inferred") -> Error:
    """Names are documented; that they come with status 200 was seen on the wire."""
    return Error(f"zoho-{error}", status, "accounts", error, description, level)


def _crm(code: str, status: int, message: str, level: Level = "documented") -> Error:
    return Error(f"zoho-{code}", status, "crm", code, message, level)


_TAIL = "Please try again. If the problem persists, please contact customer support."

# troubleshooting.md (gateway; it prints no status, which is the code's first three digits) and flow-service-errors.md.
_ROWS = (
    _gateway("400003", "Missing header"),
    _gateway("401013", "Oauth token is not valid"),
    _gateway("403000", "Api Key is required"),
    _gateway("403010", "Oauth token is missing."),
    _gateway("403025", "Profile is not valid"),
    _gateway("403027", "User region is missing"),
    _gateway("400000", "The request isn't valid HTTP", "assumed"),
    _gateway("404000", "Resource not found", "assumed"),
    _gateway("405000", "Method not allowed", "assumed"),
    _gateway("413000", "Request entity too large", "assumed"),
    _gateway("429050", "Too many requests", "assumed"),
    _gateway("431000", "Request header fields too large", "assumed"),
    Error("content-type", 400, "problem", "BadRequestError", "A valid content-type must be specified"),
    _service("1100-400", "The request could not be processed. Error from flow provider: {message}."),
    # The status and the sentence are documented (destinations.yaml), the code is not.
    _service("1100-422", "'version' is required for spec info", level="assumed"),
    _service("1102-500", f"An internal error has occurred. {_TAIL}", "Internal Error"),
    _service("1103-503", f"The service is temporarily unavailable. {_TAIL}", "Service Unavailable"),
    _service("1104-504", f"A gateway timeout has occurred. {_TAIL}", "Gateway Timeout"),
    _service(
        "1401-400",
        "The limit and count parameters cannot be given together in the same request. "
        "Please provide either only the limit or the count parameter and try again.",
    ),
    _service("1402-400", "The action '{action}' is supported for provider requests only."),
    _service(
        "1403-400",
        "The header '{header}' is missing in the request. Please provide the header and try again.",
        "Header is missing",
    ),
    _service(
        "1404-412",
        "The supplied version '{version}' does not match the current version on entity '{entity}'. "
        "Please ensure that the supplied version matches the current version on entity and try again.",
        "Version not matching",
    ),
    _service("1405-400", "The request body cannot be null or empty. Please provide a request body and try again."),
    _service("1410-400", "`State` is not allowed in the create flow request."),
    _service("1412-400", "Invalid Mapping Version in request. Please provide correct mapping version."),
    # Two blanks, as documented.
    _service("1413-400", "The spec ID provided is  invalid. Please provide a valid spec ID and try again."),
    _service("1414-400", "The connection spec of a connection cannot be updated."),
    _service("1415-400", "The auth spec '{spec}' could not be found for the connection spec ID {id}."),
    _service(
        "1418-400",
        "The base connection with the ID {id} cannot be deleted because the base connection is being used in one or more "
        "flows. Please ensure that corresponding flows are deleted before deleting a base connection.",
    ),
    _service("1421-400", "The current state {state} cannot be transitioned."),
    _service(
        "1422-400",
        "The action {action} cannot be applied on the current state {state}. Please update the action and try again.",
    ),
    _service(
        "1423-400",
        "An unhandled field {field} was provided in ConnectionSpecFiltering. Please update the field {field} and try again.",
    ),
    _service("1430-400", "Flow not found with id {id}."),
    _service(
        "1432-400",
        "Sort order specified is not correct, prepend + for ascending order and - for descending order in the fieldName.",
    ),
    _service("1433-400", "Incorrect field= {field} passed in orderBy, example are +name, -name, name."),
    _service(
        "1434-400",
        "Unsupported operation '{operation}' received. Please use one of the supported operation types and try again.",
    ),
    _service(
        "1435-400",
        "Unsupported sub action '{subAction}' received. Please use one of the supported sub action types and try again.",
    ),
    _service("1436-400", "Unsupported sub operation {subOperation} received for operation {operation}."),
    # The catalogue prints 1439-400, the live example 1439-404: an id in the path is 404, one in a body 400 (inferred).
    _service(
        "1439-400",
        "The requested {type} resource {id} is not found. Verify the resource ID before trying again.",
        "Resource not found",
    ),
    _service(
        "1439-404",
        "The requested {type} resource {id} is not found. Verify the resource ID before trying again.",
        "Resource not found",
    ),
    _service("1440-400", "Operator '{operator}' not implemented."),
    _service("1443-400", "Operator '{operator}' is not allowed for multiple values."),
    _service("1446-400", "The flow ID cannot be null or empty. Please update the flow ID and try again."),
    _service("1447-400", "Found active flows containing id {id}."),
    _service("1448-400", "Operator {operator} not supported for field {field}."),
    _service("1449-400", "Invalid field {field} in filter params."),
    _service("1450-400", "Invalid operator {operator} in filter params."),
    _service("1451-400", "Invalid params {param} provided in query params."),
    _service("1452-400", "Invalid value {value} for field {field}."),
    _service("1453-400", "Invalid query value {value} provided in query param."),
    _service("1454-400", "Unhandled Filter Value Type provided."),
    _service("1455-400", "An error has occurred while validating patch instructions: {message}."),
    _service("1456-400", "State {state} is not a valid value. Allowed values are [enabled, disabled, initializing]."),
    _service("2001-401", "The header x-gw-ims-org-id is missing or empty.", "Header is missing or empty"),
    _service(
        "2100-404",
        "The sandbox with the name '{name}' could not be found. Please ensure that the sandbox name is correct and try again.",
        "Sandbox not found",
    ),
    _service(
        "2101-404",
        "The sandbox with the name '{name}' could not be found. Sandbox with name '{name}' not present. "
        "Please check if resource exists.",
        "Sandbox not found",
    ),
    _service(
        "2105-400",
        "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.",
        "Header is missing",
    ),
    _service("2110-400", "The header x-sandbox-id is not allowed with a user token.", "Headers not allowed"),
    _service(
        "2111-403",
        "The header x-sandbox-name with the value '*' is restricted for user tokens.",
        "Headers with value restricted",
    ),
    _service(
        "2119-400",
        "The request context does not contain the required query parameter {param}. "
        "Please provide the missing query parameter and try again.",
        "Query parameter missing",
    ),
    _service(
        "2120-403",
        "You do not have sufficient permissions to perform the operation. "
        "Please contact your administrator to resolve permissions and try again.",
        "Forbidden",
    ),
    # The sentence is the one that Flow Service quotes in 2101-404.
    _sandbox("2000-404", "Sandbox with name '{name}' not present. Please check if resource exists."),
    _sandbox("2001-400", "{message}"),
    _sandbox("2002-409", "Sandbox with name '{name}' already exists."),
    _sandbox("2003-400", "Sandbox `{name}` cannot be deleted. It is the default sandbox."),
    _sandbox("2004-400", "Sandbox `{name}` cannot be {action}. Its state is {state}."),
    # adobe-dev-console, JWT/index.md; RFC 6749, 5.2
    _ims("invalid_client", 400),
    _ims("invalid_client", 401),
    _ims("invalid_token", 400),
    _ims("invalid_scope", 400),
    _ims("bad_request", 400),
    _ims("unsupported_grant_type", 400, level="assumed"),
    _ims("invalid_request", 400, level="assumed"),
    _ims("internal_error", 500, "Please try again later", level="inferred"),
    _ims("temporarily_unavailable", 503, "Please try again later", level="assumed"),
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
    # zoho.com/crm/developer/docs/api; messages that it doesn't print are left empty
    _crm("INVALID_TOKEN", 401, "invalid oauth token"),
    _crm("AUTHENTICATION_FAILURE", 401, "Authentication failed"),
    _crm("OAUTH_SCOPE_MISMATCH", 401, "invalid oauth scope to access this URL"),
    _crm("INVALID_MODULE", 400, "the module name given seems to be invalid"),
    _crm("REQUIRED_PARAM_MISSING", 400, "One of the expected parameter is missing"),
    _crm("INVALID_DATA", 400, "invalid data"),
    _crm("LIMIT_EXCEEDED", 400, ""),
    _crm("DISCRETE_PAGINATION_LIMIT_EXCEEDED", 400, ""),
    _crm("TOKEN_BOUND_DATA_MISMATCH", 400, ""),
    _crm("EXPIRED_VALUE", 400, ""),
    _crm("AMBIGUITY_DURING_PROCESSING", 400, ""),
    _crm("INVALID_HOST", 400, ""),
    _crm("INVALID_REQUEST_METHOD", 400, "The http request method type is not a valid one"),
    _crm("SYNTAX_ERROR", 400, ""),
    _crm("INVALID_QUERY", 400, ""),
    _crm("NO_PERMISSION", 403, "permission denied"),
    _crm("INVALID_URL_PATTERN", 404, "Please check if the URL trying to access is a correct one"),
    _crm("TOO_MANY_REQUESTS", 429, "You have exceeded the maximum number of API calls", "assumed"),
    _crm("INTERNAL_ERROR", 500, "Internal Server Error"),
)

ERRORS: Mapping[str, Error] = {row.id: row for row in _ROWS}
