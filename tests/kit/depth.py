"""How deep a run goes: the quick one leaves out what is marked ``deep`` and draws fewer examples."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import HealthCheck, settings

_SHARE = 8
_LEAST = 5

deep = pytest.mark.deep

for _name, _examples in (("quick", 100 // _SHARE), ("deep", 100)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        deadline=None,  # the machine decides how long an example takes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class _Depth:
    deep = False


def go(deep: bool) -> None:
    """Before any test is imported: their decorators ask `examples`."""
    _Depth.deep = deep
    settings.load_profile("deep" if deep else "quick")


def examples(full: int) -> int:
    """How many examples are drawn: ``full`` in the deep run, a share of them in the quick one."""
    return full if _Depth.deep else min(full, max(_LEAST, full // _SHARE))


def chosen(key: str, among: Sequence[str]) -> str:
    """One of them, always the same one for a key, and each for as many keys."""
    return among[zlib.crc32(key.encode()) % len(among)]


def is_deep(item: pytest.Item) -> bool:
    return item.get_closest_marker("deep") is not None


def left_out(items: Iterable[pytest.Item], run_deep: bool, only_rest: bool) -> list[pytest.Item]:
    """What a run doesn't look at."""
    if run_deep:
        return []
    return [item for item in items if is_deep(item) != only_rest]
