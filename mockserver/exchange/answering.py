"""How a way in asks its handler, and what it sends: whatever happens, there is an answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace

from contracts import ERRORS, Request
from mockserver.exchange.response import Delivery, Handler, Response, json_response
from mockserver.exchange.safe_errors import FAILED, described

__all__ = ["answered", "gone_within", "pieces_of", "settled"]

_log = logging.getLogger("mockserver")


def answered(handle: Handler, request: Request) -> Response:
    """What is answered to a request that has arrived as far as it will; the documented 500 where ``handle`` fails."""
    try:
        response = handle(request)
    except Exception as problem:
        return settled(problem, request.is_cut)
    return settled(response, request.is_cut) if response.delivery.later is None else response


def settled(outcome: Response | BaseException, is_cut: bool) -> Response:
    """What is sent of what a handler has come to."""
    response = outcome if isinstance(outcome, Response) else _failed(outcome)
    if is_cut:  # the rest of the request is still to come, and isn't read
        response = replace(response, headers={**response.headers, "Connection": "close"})
    return response


def _failed(problem: BaseException) -> Response:
    _log.error("%s: %s", FAILED, described(problem))
    return json_response(500, ERRORS["FLOW-1102-500"].body({}, ""))


def pieces_of(response: Response) -> list[bytes]:
    """The parts of a body that is to travel in several; none where it isn't, or is too short."""
    if response.delivery.pieces < 2 or len(response.body) < 2:
        return []
    size = max(1, len(response.body) // response.delivery.pieces)
    return [response.body[start : start + size] for start in range(0, len(response.body), size)]


async def gone_within(delivery: Delivery, gone: Awaitable[object]) -> bool:
    """Wait as long as the delivery asks for, and tell whether ``gone``, the client's leaving, came meanwhile."""
    leaving = asyncio.ensure_future(gone)
    early = () if delivery.until is None else (asyncio.wrap_future(delivery.until),)
    await asyncio.wait((leaving, *early), timeout=delivery.delay, return_when=asyncio.FIRST_COMPLETED)
    if leaving.done():
        return True
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    return False
