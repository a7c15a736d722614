"""Which points of contract coverage one exchange meets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from os.path import commonprefix

from contracts.judging.model import Call
from contracts.sources.regions import documented_regions

__all__ = ["points_of"]


def points_of(call: Call, error: str) -> set[str]:
    """The points of one exchange, as ``kind/id``; ``error`` is the id of the one that was answered, if any was."""
    beginning, regions = _accounts()
    found = set()
    for rest in call.request.body.split(beginning)[1:]:
        point = regions.get(rest.partition(b'"')[0])
        if point is not None:
            found.add(point)
    if call.operation is not None:
        found.add(f"operations/{call.operation.id}")
    for broken in call.violations:
        found.add(f"rules/{broken.rule.id}")
    if call.region is not None and call.region.documented:
        found.add(f"regions/{call.region.code}")
    if error:
        found.add(f"errors/{error}")
    return found


@cache
def _accounts() -> tuple[bytes, Mapping[bytes, str]]:
    """How each accounts URL begins in a JSON text, and the point of its region by what follows that."""
    points = {f'"{region.accounts_url}': f"regions/{code}" for code, region in documented_regions().items()}
    beginning = commonprefix(list(points))  # noqa: RUF071 -- of characters, as it is meant
    return beginning.encode(), {url.removeprefix(beginning).encode(): point for url, point in points.items()}
