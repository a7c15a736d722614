"""Which points of contract coverage one exchange meets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from contracts.judging.model import Call
from contracts.sources.regions import documented_regions

__all__ = ["points_of"]


def points_of(call: Call, error: str) -> set[str]:
    """The points of one exchange, as ``kind/id``; ``error`` is the id of the one that was answered, if any was."""
    found = {point for rest in call.request.body.split(_ACCOUNTS)[1:] if (point := _point_of(rest)) is not None}
    if call.operation is not None:
        found.add(f"operations/{call.operation.id}")
    for broken in call.violations:
        found.add(f"rules/{broken.rule.id}")
    if call.region is not None and call.region.documented:
        found.add(f"regions/{call.region.code}")
    if error:
        found.add(f"errors/{error}")
    return found


_ACCOUNTS = b'"https://accounts.zoho.'


@cache
def _points_of_urls() -> Mapping[bytes, str]:
    """The point of each region by what follows `_ACCOUNTS` in its accounts URL."""
    regions = documented_regions().values()
    return {region.accounts_url.encode().removeprefix(_ACCOUNTS[1:]): f"regions/{region.code}" for region in regions}


def _point_of(rest: bytes) -> str | None:
    """The point of a region, where a JSON text goes on so behind `_ACCOUNTS`."""
    return _points_of_urls().get(rest.partition(b'"')[0])
