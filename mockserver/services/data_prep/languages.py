"""The language of calculated fields: what it has, and whether an expression can be read."""

from __future__ import annotations

from contracts import Call
from contracts.services.data_prep.expressions import ExpressionProblem, parsed
from contracts.services.data_prep.language import FUNCTION_ROWS, OPERATOR_ROWS
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World

__all__ = ["functions", "operators", "validate"]


def functions(world: World, call: Call) -> Response:  # noqa: ARG001 -- as of any action
    return json_response(200, FUNCTION_ROWS)


def operators(world: World, call: Call) -> Response:  # noqa: ARG001 -- as of any action
    return json_response(200, OPERATOR_ROWS)


def validate(world: World, call: Call) -> Response:  # noqa: ARG001 -- as of any action
    """data-prep.yaml: true or false, nothing else; whether a function is known isn't asked."""
    sent = call.document["expression"]
    try:
        parsed(sent if isinstance(sent, str) else sent["expression"])
    except ExpressionProblem:
        return json_response(200, False)
    return json_response(200, True)
