"""What Adobe's API gateway answers before a service sees a request, and Platform's generic problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error
from contracts.judging.rule import Level

__all__ = ["ROWS", "detailed", "gateway", "platform_error", "problem", "service"]


def gateway(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    return {"error_code": error.id, "message": message}


def problem(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    return {"type": "/placeholder/type/uri", "status": error.status, "title": error.title, "detail": message}


def unknown_path(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:
    """Both shapes in one: programs read ``status`` of any answer (aepp), others the gateway's ``error_code``.

    What ``detail`` says is assumed anyway, so it says what is wrong with the path.
    """
    why = details.get("message")
    return {
        **gateway(error, message, details, request_id),
        "type": "/placeholder/type/uri",
        "title": "NotFoundError",
        "status": error.status,
        "detail": f"{message}: {why}" if why else message,
    }


def detailed(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    """Platform's shape of an error; ``errors/`` in the type and a code behind it."""
    return {
        "type": f"https://ns.adobe.com/aep/errors/{error.id}",
        "title": error.title,
        "status": error.status,
        "report": {"detailed-message": message, "request-id": request_id},
        "detail": message,
    }


def _gateway(code: str, message: str, level: Level = "documented") -> Error:
    return Error(code, int(code[:3]), gateway, "", message, level)


def service(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:
    """The placeholders of the text come back as keys of ``report``."""
    filled = {name: details.get(name, "") for name in error.placeholders}
    return {
        "type": f"https://ns.adobe.com/aep/errors/{error.id}",
        "title": error.title,
        "status": error.status,
        "report": {"detailed-message": message, "request-id": request_id, **filled},
        "errorMessage": message,
        "errorDetails": message,
    }


def platform_error(code: str, template: str, title: str = "Invalid request", level: Level = "documented") -> Error:
    return Error(f"FLOW-{code}", int(code[-3:]), service, title, template, level)


_TAIL = "Please try again. If the problem persists, please contact customer support."


# troubleshooting.md, which prints no status: it is the code's first three digits.
ROWS = (
    _gateway("400003", "Missing header"),
    _gateway("401013", "Oauth token is not valid"),
    _gateway("403000", "Api Key is required"),
    _gateway("403010", "Oauth token is missing."),
    _gateway("403025", "Profile is not valid"),
    _gateway("403027", "User region is missing"),
    _gateway("400000", "The request isn't valid HTTP", "assumed"),
    Error("404000", 404, unknown_path, "NotFoundError", "Resource not found", "assumed"),
    Error("not-imitated", 404, problem, "NotFoundError", "Resource not found", "assumed"),
    _gateway("405000", "Method not allowed", "assumed"),
    _gateway("408000", "Request timeout", "assumed"),
    _gateway("409000", "Conflict", "assumed"),
    _gateway("413000", "Request entity too large", "assumed"),
    _gateway("429050", "Too many requests", "assumed"),
    _gateway("431000", "Request header fields too large", "assumed"),
    _gateway("502000", "Bad gateway", "assumed"),
    Error("content-type", 400, problem, "BadRequestError", "A valid content-type must be specified"),
    # flow-service-errors.md: what any of Platform's services is assumed to answer in trouble
    platform_error("1100-400", "The request could not be processed. Error from flow provider: {message}."),
    platform_error("1102-500", f"An internal error has occurred. {_TAIL}", "Internal Error"),
    platform_error("1103-503", f"The service is temporarily unavailable. {_TAIL}", "Service Unavailable"),
    platform_error("1104-504", f"A gateway timeout has occurred. {_TAIL}", "Gateway Timeout"),
    platform_error(
        "1404-412",
        "The supplied version '{version}' does not match the current version on entity '{entity}'. "
        "Please ensure that the supplied version matches the current version on entity and try again.",
        "Version not matching",
    ),
    platform_error(
        "1439-404",
        "The requested {type} resource {id} is not found. Verify the resource ID before trying again.",
        "Resource not found",
    ),
    platform_error(
        "2120-403",
        "You do not have sufficient permissions to perform the operation. "
        "Please contact your administrator to resolve permissions and try again.",
        "Forbidden",
    ),
    # and to what the gateway's rules demand
    platform_error(
        "1405-400", "The request body cannot be null or empty. Please provide a request body and try again."
    ),
    platform_error("1451-400", "Invalid params {param} provided in query params."),
    platform_error("2001-401", "The header x-gw-ims-org-id is missing or empty.", "Header is missing or empty"),
    platform_error(
        "2100-404",
        "The sandbox with the name '{name}' could not be found. Please ensure that the sandbox name is correct and try again.",
        "Sandbox not found",
    ),
    platform_error(
        "2101-404",
        "The sandbox with the name '{name}' could not be found. Sandbox with name '{name}' not present. "
        "Please check if resource exists.",
        "Sandbox not found",
    ),
    platform_error(
        "2105-400",
        "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.",
        "Header is missing",
    ),
    platform_error("2110-400", "The header x-sandbox-id is not allowed with a user token.", "Headers not allowed"),
    platform_error(
        "2111-403",
        "The header x-sandbox-name with the value '*' is restricted for user tokens.",
        "Headers with value restricted",
    ),
)
