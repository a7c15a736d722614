"""How a way in asks its handler: whatever happens, there is an answer that can be sent."""

from __future__ import annotations

import logging
from dataclasses import replace

from contracts import ERRORS, Request
from mockserver.exchange.response import Handler, Response, json_response
from mockserver.exchange.safe_errors import FAILED, described

__all__ = ["answered"]

_log = logging.getLogger("mockserver")


def answered(handle: Handler, request: Request) -> Response:
    """What is answered to a request that has arrived as far as it will; the documented 500 where ``handle`` fails."""
    try:
        response = handle(request)
    except Exception as problem:
        _log.error("%s: %s", FAILED, described(problem))
        response = json_response(500, ERRORS["FLOW-1102-500"].body({}, ""))
    if request.is_cut:  # the rest is still to come, and isn't read
        response = replace(response, headers={**response.headers, "Connection": "close"})
    return response
