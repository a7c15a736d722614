"""The documented errors of Flow Service, one row each (flow-service-errors.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.error import Error
from contracts.services.gateway import errors as gateway
from contracts.services.gateway.errors import platform_error

__all__ = ["AD_HOC_INVALID", "AD_HOC_MISSING", "ROWS", "bare"]


def bare(error: Error, message: str, details: Mapping[str, str], request_id: str) -> dict[str, Any]:  # noqa: ARG001
    """What ad-hoc-activation.yaml prints of an error: its words and nothing else."""
    return {"message": message}


AD_HOC_INVALID, AD_HOC_MISSING = "adhocrun-400", "adhocrun-404"


ROWS = (
    *gateway.ROWS,
    # The status and the sentence are documented (destinations.yaml), the code is not.
    platform_error("1100-422", "'version' is required for spec info", level="assumed"),
    platform_error(
        "1401-400",
        "The limit and count parameters cannot be given together in the same request. "
        "Please provide either only the limit or the count parameter and try again.",
    ),
    platform_error("1402-400", "The action '{action}' is supported for provider requests only."),
    platform_error(
        "1403-400",
        "The header '{header}' is missing in the request. Please provide the header and try again.",
        "Header is missing",
    ),
    platform_error("1410-400", "`State` is not allowed in the create flow request."),
    platform_error("1412-400", "Invalid Mapping Version in request. Please provide correct mapping version."),
    # Two blanks, as documented.
    platform_error("1413-400", "The spec ID provided is  invalid. Please provide a valid spec ID and try again."),
    platform_error("1414-400", "The connection spec of a connection cannot be updated."),
    platform_error("1415-400", "The auth spec '{spec}' could not be found for the connection spec ID {id}."),
    platform_error(
        "1418-400",
        "The base connection with the ID {id} cannot be deleted because the base connection is being used in one or more "
        "flows. Please ensure that corresponding flows are deleted before deleting a base connection.",
    ),
    platform_error("1421-400", "The current state {state} cannot be transitioned."),
    platform_error(
        "1422-400",
        "The action {action} cannot be applied on the current state {state}. Please update the action and try again.",
    ),
    platform_error(
        "1423-400",
        "An unhandled field {field} was provided in ConnectionSpecFiltering. Please update the field {field} and try again.",
    ),
    platform_error("1430-400", "Flow not found with id {id}."),
    platform_error(
        "1432-400",
        "Sort order specified is not correct, prepend + for ascending order and - for descending order in the fieldName.",
    ),
    platform_error("1433-400", "Incorrect field= {field} passed in orderBy, example are +name, -name, name."),
    platform_error(
        "1434-400",
        "Unsupported operation '{operation}' received. Please use one of the supported operation types and try again.",
    ),
    platform_error(
        "1435-400",
        "Unsupported sub action '{subAction}' received. Please use one of the supported sub action types and try again.",
    ),
    platform_error("1436-400", "Unsupported sub operation {subOperation} received for operation {operation}."),
    # The catalogue prints 1439-400, the live example 1439-404: an id in the path is 404, one in a body 400 (inferred).
    platform_error(
        "1439-400",
        "The requested {type} resource {id} is not found. Verify the resource ID before trying again.",
        "Resource not found",
    ),
    platform_error("1440-400", "Operator '{operator}' not implemented."),
    platform_error("1443-400", "Operator '{operator}' is not allowed for multiple values."),
    platform_error("1446-400", "The flow ID cannot be null or empty. Please update the flow ID and try again."),
    platform_error("1447-400", "Found active flows containing id {id}."),
    platform_error("1448-400", "Operator {operator} not supported for field {field}."),
    platform_error("1449-400", "Invalid field {field} in filter params."),
    platform_error("1450-400", "Invalid operator {operator} in filter params."),
    platform_error("1452-400", "Invalid value {value} for field {field}."),
    platform_error("1453-400", "Invalid query value {value} provided in query param."),
    platform_error("1454-400", "Unhandled Filter Value Type provided."),
    platform_error("1455-400", "An error has occurred while validating patch instructions: {message}."),
    platform_error(
        "1456-400", "State {state} is not a valid value. Allowed values are [enabled, disabled, initializing]."
    ),
    platform_error(
        "2119-400",
        "The request context does not contain the required query parameter {param}. "
        "Please provide the missing query parameter and try again.",
        "Query parameter missing",
    ),
    # ad-hoc-activation.yaml prints two messages of the 400, and of the 404 neither shape nor words.
    Error(AD_HOC_INVALID, 400, bare, "Bad request", "{message}"),
    Error(AD_HOC_MISSING, 404, bare, "Resource not found", "The destination instance {id} was not found.", "assumed"),
)
