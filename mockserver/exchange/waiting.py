"""The wait that a delivery may ask for before its answer goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from mockserver.exchange.response import Delivery

__all__ = ["gone_within"]


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
