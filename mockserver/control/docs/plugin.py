"""The page about the plugin: its fixtures, what they have, the marker, and the options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pkgutil import resolve_name
from typing import Any

from mockserver.control.docs.markdown import page, table
from mockserver.exchange.faults import Faults
from mockserver.exchange.stubs import Stubs
from mockserver.memory.clock import Clock
from mockserver.services.zoho.facade import Zoho

__all__ = ["plugin"]

_HOOKS = "pytest_flowservice.hooks"
_FACADE = "mockserver.platform:FlowService"
"""Found by their names, as pytest finds a plugin: the page stands below them, and they need no page."""


def plugin() -> str:
    return page(
        "Fixtures, marker, options",
        "What the plugin gives a test. [Test with pytest](pytest.md) shows how it is used.",
        _lines(),
    )


def _lines() -> Iterator[str]:
    seen = _Seen()
    hooks = resolve_name(_HOOKS)
    hooks.pytest_addoption(seen)
    hooks.pytest_configure(seen)
    fixtures = {**_fixtures(hooks), **_fixtures(seen.registered)}
    yield from ("", "## Fixtures", "")
    yield from table(("fixture", "is"), fixtures.items())
    yield from ("", "## What a mock has", "")
    yield "`flow_service`, `flow_service_hosts` and `flow_service_patched` are each: " + _said(resolve_name(_FACADE))
    yield from ("", *table(("call", "does"), _methods()))
    yield from ("", "## Marker", "", "`@pytest.mark.flow_service(...)` takes these keywords:", "")
    yield from table(("keyword", "value, for example"), _keywords(seen.marker))
    yield from ("", "## Options", "", "An option of the command line beats the ini key of the same name.", "")
    yield from table(("option", "ini key", "does"), seen.options())


class _Seen:
    """Takes what the plugin tells pytest: it stands for a parser, a group of options, a config and its plugins."""

    def __init__(self) -> None:
        self.flags: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.marker = ""
        self.registered: Any = None
        self.pluginmanager = self

    def getgroup(self, *_: str) -> _Seen:
        return self

    def addoption(self, name: str, **told: Any) -> None:
        self.flags[name] = f"`{name}={told['metavar']}`"

    def addini(self, name: str, **told: Any) -> None:
        self.keys[name] = told["help"]

    def addinivalue_line(self, _: str, line: str) -> None:
        self.marker = line

    def register(self, plugin: Any) -> None:
        self.registered = plugin

    def getoption(self, _: str) -> None:
        """None is given."""

    def getini(self, _: str) -> str:
        return ""

    def options(self) -> Iterator[tuple[str, str, str]]:
        for key, text in self.keys.items():
            yield self.flags.get(f"--{key.replace('_', '-')}", ""), f"`{key}`", text


def _fixtures(place: Any) -> dict[str, str]:
    """The public fixtures by name, each with what its docstring says."""
    names = [name for name in dir(place) if name.startswith(("flow_service", "zoho_"))]
    return {f"`{name}`": _said(getattr(place, name)) for name in names}


def _methods() -> Iterator[tuple[str, str]]:
    """What can be called, of a mock and of what hangs on it."""
    facade = resolve_name(_FACADE)
    for path, cls in (("", facade), ("faults", Faults), ("stubs", Stubs), ("clock", Clock), ("zoho", Zoho)):
        for name, method in vars(cls).items():
            if name in _FOR_TESTS.get(path, (name,)) and inspect.isfunction(method) and not name.startswith("_"):
                yield f"`{f'{path}.' if path else ''}{name}({_parameters(method)})`", _said(method)


_FOR_TESTS = {"faults": ("add", "clear", "rows"), "stubs": ("add", "clear", "rows"), "clock": ("advance", "now")}
"""Of classes that the mock uses itself."""


def _parameters(function: Any) -> str:
    """Their names, and the defaults that say something."""
    told = []
    for each in list(inspect.signature(function).parameters.values())[1:]:
        has_default = each.default is not each.empty and each.default not in (None, ...)
        stars = "**" if each.kind is each.VAR_KEYWORD else ""
        told.append(f"{stars}{each.name}{f'={each.default!r}' if has_default else ''}")
    return ", ".join(told)


def _keywords(line: str) -> Iterator[tuple[str, str]]:
    """Of ``flow_service(name=value, ...): text`` the names and values."""
    inside = line.partition("(")[2].rpartition("): ")[0]
    for part in re.split(r", +(?=\w+=)", inside):
        name, _, value = part.partition("=")
        yield f"`{name}`", f"`{value}`"


def _said(each: Any) -> str:
    return " ".join((inspect.getdoc(each) or "").split()).replace("``", "`")
