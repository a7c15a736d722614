"""How deep a run goes.

The quick one leaves out what is marked ``deep`` or ``nightly``, and draws fewer examples; ``--rest`` runs what is
marked ``deep``; ``--deep`` runs everything, with all examples.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_SHARE = 12
_LEAST = 3

deep = pytest.mark.deep
nightly = pytest.mark.nightly

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


def few(cases: Iterable[Any], quick: int = 1, rest: int | None = None) -> list[Any]:
    """The cases of a test: the first ``quick`` are the quick run's, those behind ``rest`` nightly; by default thrice
    as many as are quick."""
    most = 3 * max(1, quick) if rest is None else rest

    def mark(place: int) -> Any:
        return () if place < quick else deep if place < most else nightly

    return [pytest.param(*_values(case), marks=mark(place)) for place, case in enumerate(cases)]


def every(cases: Iterable[Any], quick: int, rest: int | None = None) -> list[Any]:
    """The cases of a test: each ``quick``-th is the quick run's, each ``rest``-th the rest's, by default as many again;
    the others are nightly."""
    step = max(1, quick // 2) if rest is None else rest

    def mark(place: int) -> Any:
        return () if place % quick == 0 else deep if place % step == 0 else nightly

    return [pytest.param(*_values(case), marks=mark(place)) for place, case in enumerate(cases)]


def _values(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)


def chosen(key: str, among: Sequence[str]) -> str:
    """One of them, always the same one for a key, and each for as many keys."""
    return among[zlib.crc32(key.encode()) % len(among)]


def left_out(items: Iterable[pytest.Item], run_deep: bool, only_rest: bool) -> list[pytest.Item]:
    """What a run doesn't look at."""
    if run_deep:
        return []
    return [item for item in items if _run_of(item) != ("rest" if only_rest else "quick")]


def _run_of(item: pytest.Item) -> str:
    if item.get_closest_marker("nightly"):
        return "night"
    return "rest" if item.get_closest_marker("deep") else "quick"
