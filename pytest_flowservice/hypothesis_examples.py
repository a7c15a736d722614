"""Hypothesis: each example starts from the state that the fixtures left."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

from mockserver.mock import Mock

__all__ = ["afresh"]


@contextmanager
def afresh(item: Any, mock: Mock, ours: Set[str]) -> Iterator[None]:
    """While the test ``item`` runs, ``mock`` is set back before each example; ``ours`` are the kit's fixtures."""
    handle, inner = item.obj.hypothesis, item.obj.hypothesis.inner_test
    handle.inner_test = _starting_afresh(inner, mock)
    _allow_fixtures(item, ours)
    yield
    handle.inner_test = inner


def _starting_afresh(inner: Any, mock: Mock) -> Any:
    snapshot = mock.snapshot()
    if inspect.iscoroutinefunction(inner):

        @functools.wraps(inner)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            mock.restore(snapshot)
            return await inner(*args, **kwargs)

        return awaited

    @functools.wraps(inner)
    def called(*args: Any, **kwargs: Any) -> Any:
        mock.restore(snapshot)
        return inner(*args, **kwargs)

    return called


def _allow_fixtures(item: Any, ours: Set[str]) -> None:
    """Hypothesis warns of function-scoped fixtures because they aren't reset between examples; these are.

    The warning stays where the test uses such a fixture of somebody else's.
    """
    hypothesis = sys.modules["hypothesis"]
    names = set(inspect.signature(item.function).parameters) & set(item.fixturenames)
    definitions = {name: item._request._get_active_fixturedef(name) for name in names}
    if any(each.scope == "function" and name not in ours for name, each in definitions.items()):
        return
    function = getattr(item.obj, "__func__", item.obj)
    settings = getattr(function, "_hypothesis_internal_use_settings", hypothesis.settings.default)
    function._hypothesis_internal_use_settings = hypothesis.settings(
        parent=settings,
        suppress_health_check={*settings.suppress_health_check, hypothesis.HealthCheck.function_scoped_fixture},
    )
