"""Which points of contract coverage one exchange meets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from contracts.judging.model import Call
from contracts.sources.regions import documented_regions

__all__ = ["points_of"]


def points_of(call: Call, error: str) -> set[str]:
    """The points of one exchange, as ``kind/id``; ``error`` is the id of the one that was answered, if any was."""
    found = {_points_of_urls()[url] for url in _urls().findall(call.request.body)}
    if call.operation is not None:
        found.add(f"operations/{call.operation.id}")
    found |= {f"rules/{broken.rule.id}" for broken in call.violations}
    if call.region is not None and call.region.documented:
        found.add(f"regions/{call.region.code}")
    if error:
        found.add(f"errors/{error}")
    return found


@cache
def _points_of_urls() -> Mapping[bytes, str]:
    """Each accounts URL, as a JSON text has it, and the point of its region."""
    return {f'"{region.accounts_url}"'.encode(): f"regions/{code}" for code, region in documented_regions().items()}


@cache
def _urls() -> re.Pattern[bytes]:
    return re.compile(b"|".join(map(re.escape, _points_of_urls())))
