"""The guard: a test beside those of each client's class, which fails where the battery that runs isn't whole."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from contracts.battery.client import METHODS, Client
from contracts.battery.findings import Finding, known_findings, tell
from contracts.battery.play import BATTERY

__all__ = ["Whole", "guard"]

_RULE = "FC-ALL-01"
_NAME = "test_the_battery_is_whole"
_FIXTURES = {
    "_contract_test": "contracts.battery.client",
    "_flow_service_stage": "pytest_flowservice.hooks",
    "_flow_service_thread": "pytest_flowservice.hooks",
}
_EMPTYING = ("skip", "skipif", "xfail")
_MOST = 5  # names that a finding lists


class Whole(pytest.Item):
    """Fails where a test of the battery was overridden, emptied or removed."""

    client: type[Client]
    tests: list[pytest.Function]
    lost: list[pytest.Item]
    cls: type
    module: Any
    function: Any
    originalname = _NAME
    fixturenames = ()
    flow_service_rule = _RULE
    flow_service_finding: Any = None

    @classmethod
    def of(cls, collector: pytest.Class, tests: list[pytest.Function]) -> Whole:
        made: Whole = cls.from_parent(collector, name=f"{_NAME}[{_RULE}]")
        made.client, made.tests, made.lost = collector.obj, tests, []
        # Hooks of a conftest.py take every item for a function.
        made.cls, made.function = collector.obj, tell
        made.module = sys.modules.get(collector.obj.__module__)
        return made

    def runtest(self) -> None:
        known = known_findings(self.client)
        self.flow_service_known = sorted(known)
        problems = [*_replaced(self.client), *_missing(self.client, self.tests), *_marked(self.tests)]
        problems += [*_shadowed(self.tests), *_lost(self.lost)]
        if problems:
            tell(self, Finding(_RULE, self.client.__name__, "the battery's own tests", "; ".join(problems)), known)

    def iter_markers_with_node(self, name: str | None = None) -> Iterator[tuple[Any, pytest.Mark]]:
        """What skips the tests of a class doesn't skip this."""
        every = super().iter_markers_with_node(name)
        return ((node, mark) for node, mark in every if mark.name not in (*_EMPTYING, "usefixtures"))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.client.__name__}.{self.name}"


def guard(collector: pytest.Class, found: list[Any]) -> None:
    """Put a `Whole` beside the tests that were ``found`` in a class of the battery."""
    if not _tests_of(collector.obj) or _is_only_inherited(collector.obj):
        return
    groups = [base for base in collector.obj.__mro__ if base in BATTERY]
    found.sort(key=lambda item: _place(groups, item))  # the basics first, for whoever stops at the first failure
    found.append(Whole.of(collector, [each for each in found if isinstance(each, pytest.Function)]))
    if not collector.config.pluginmanager.has_plugin(_Watch.NAME):
        collector.config.pluginmanager.register(_Watch(), _Watch.NAME)


def _place(groups: list[type], item: Any) -> int:
    """That of the test's group among the ``groups``; an author's own tests come first."""
    name = getattr(item, "originalname", "")
    return next((place for place, base in enumerate(groups) if name in BATTERY[base]), -1)


def _is_only_inherited(client: type) -> bool:
    return not getattr(client, "__test__", True) and bool(client.__subclasses__())


class _Watch:
    """Tells each `Whole` which tests of its class a collection hook of a conftest.py took away without a word."""

    NAME = "flow-service-battery"

    def __init__(self) -> None:
        self._told: set[pytest.Item] = set()

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self._told.update(items)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
        before = list(items)
        yield
        if not _has_conftest_hook(config):
            return  # other plugins, that spread tests over machines for one, have their reasons
        lost = set(before) - set(items) - self._told
        for whole in [each for each in before if isinstance(each, Whole) and each not in self._told]:
            whole.lost = [each for each in before if each in lost and each in whole.tests]
            if whole in lost:
                items.append(whole)
                whole.lost.append(whole)


def _has_conftest_hook(config: pytest.Config) -> bool:
    plugins = [each.plugin for each in config.hook.pytest_collection_modifyitems.get_hookimpls()]
    return any(Path(getattr(each, "__file__", None) or "").name == "conftest.py" for each in plugins)


def _tests_of(client: Any) -> dict[str, Callable[..., Any]]:
    return {name: value for name, value in _own(client).items() if name.startswith("test_")}


def _own(client: Any) -> dict[str, Any]:
    """The tests of the battery that ``client`` inherits, their fixture and `play`."""
    own: dict[str, Any] = {}
    for base in reversed(client.__mro__ if inspect.isclass(client) else ()):
        own |= {name: value for name, value in BATTERY.get(base, {}).items() if _is_code(name, value)}
    return own


def _is_code(name: str, value: Any) -> bool:
    if name in METHODS or name.startswith("__"):
        return False
    return name in _FIXTURES or isinstance(value, property) or inspect.isroutine(value)


def _replaced(client: type) -> Iterator[str]:
    for name, value in _own(client).items():
        mine = inspect.getattr_static(client, name, None)
        if mine is not value and not _is_expected_to_fail(mine):
            yield f"{name} is {'overridden' if callable(mine) or isinstance(mine, property) else 'removed'}"


def _is_expected_to_fail(test: Any) -> bool:
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in getattr(test, "pytestmark", ()))


def _missing(client: type, tests: list[pytest.Function]) -> Iterator[str]:
    if not tests:
        yield "no test was collected: the class has __test__ = False or an __init__"
        return
    missing = []
    for name, value in _tests_of(client).items():
        if inspect.getattr_static(client, name, None) is value:
            wanted = math.prod(len(mark.args[1]) for mark in value.pytestmark if mark.name == "parametrize")
            if sum(test.originalname == name for test in tests) < wanted:
                missing.append(name)
    if missing:
        yield f"not all collected: {_listed(missing)}"


def _marked(tests: list[pytest.Function]) -> Iterator[str]:
    """A mark that keeps tests from running or from failing; an xfail with a reason is fine."""
    marked = [(told, test.name) for test in tests for mark in test.iter_markers() if (told := _objection_to(mark))]
    for told, rows in groupby(sorted(marked), key=lambda row: row[0]):
        yield f"{told}: {_listed([name for _, name in rows])}"


def _objection_to(mark: pytest.Mark) -> str | None:
    if mark.name == "skip" or (mark.name == "skipif" and any((*mark.args[:1], mark.kwargs.get("condition")))):
        return f"skipped by a mark ({mark.kwargs.get('reason') or ', '.join(map(str, mark.args)) or 'no reason'})"
    if mark.name == "xfail" and not mark.kwargs.get("reason"):
        return "xfail without a reason"
    return None


def _shadowed(tests: list[pytest.Function]) -> Iterator[str]:
    for name, home in _FIXTURES.items():
        definitions = [test._fixtureinfo.name2fixturedefs.get(name, ()) for test in tests]
        if any(len(each) > 1 or any(one.func.__module__ != home for one in each) for each in definitions):
            yield f"the fixture {name} is overridden"


def _lost(lost: list[pytest.Item]) -> Iterator[str]:
    if lost:
        yield f"taken away by pytest_collection_modifyitems: {_listed([each.name for each in lost])}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
