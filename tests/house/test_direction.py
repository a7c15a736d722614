"""Which way imports point: down the floors, from no service to another, and never in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import contracts
from mockserver.services.table import SIDES

SOURCES = Path(contracts.__file__).parent.parent
PACKAGES = ("contracts", "mockserver", "pytest_flowservice")


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the kit by its name; a package goes by the name of its folder."""
    files = [file for package in PACKAGES for file in sorted((SOURCES / package).rglob("*.py"))]
    return {".".join(file.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


@cache
def imports(file: Path) -> Sequence[tuple[int, str]]:
    """Line and name of each module of the kit that ``file`` imports, anywhere in it, ``TYPE_CHECKING`` included."""
    return [*_imports(file)]


def _imports(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, name) for name in full if name in modules())
            if node.module in modules() and not all(name in modules() for name in full):
                yield node.lineno, node.module


FACES = (
    "contracts",
    "contracts.battery",
    "contracts.sources.source_catalogue",
    "contracts.strategies",
    "mockserver",
    "pytest_flowservice",
)
"""Packages that hand on names of the modules in them and define nothing."""


FLOORS = {
    "contracts/lacking": 1,
    "contracts/reading": 1,
    "contracts/sources": 2,
    "contracts/judging": 3,
    "contracts/services": 4,
    "contracts/tables": 5,
    "contracts/promises": 5,
    "contracts/contract": 6,
    "contracts/battery": 6,
    "contracts/reports": 7,
    "contracts/strategies": 7,
    "contracts": 7,
    "mockserver/memory": 1,
    "mockserver/hosts": 1,
    "mockserver/proxying": 1,
    "mockserver/version": 1,
    "mockserver/hello": 1,
    "mockserver/children": 2,
    "mockserver/tunnel": 2,
    "mockserver/barrier": 3,
    "mockserver/readers": 2,
    "mockserver/exchange": 2,
    "mockserver/services": 3,
    "mockserver/adapters": 4,
    "mockserver/control": 4,
    "mockserver/linting": 4,
    "mockserver/mock": 5,
    "mockserver/platform": 6,
    "mockserver/samples": 7,
    "mockserver/existing": 8,
    "mockserver/stored": 6,
    "mockserver/http": 7,
    "mockserver/verifying": 7,
    "mockserver/run": 8,
    "mockserver/cli": 9,
    "mockserver": 9,
    "mockserver/__main__": 10,
    "pytest_flowservice": 11,
}
"""The floor of each folder and of each module that stands beside them. A module imports from lower floors, or from its
own folder; ``mockserver`` stands on all of ``contracts`` but the battery."""


def place_of(module: str) -> str:
    """The entry of `FLOORS` that a module belongs to."""
    path = module.replace(".", "/")
    return max((each for each in FLOORS if f"{path}/".startswith(f"{each}/")), key=len)


def service_of(module: str) -> str | None:
    """The folder of a service that a module stands in; what all services share is in none."""
    parts = module.split(".")
    return parts[2] if parts[1:2] == ["services"] and len(parts) > 3 else None


def every_import() -> Iterator[tuple[str, int, str]]:
    """Module, line and what is imported, but for the faces, which hand on what stands above them."""
    for name, file in modules().items():
        if name not in FACES:
            yield from ((name, line, to) for line, to in imports(file))


def test_a_module_imports_from_lower_floors_or_its_own_folder() -> None:
    wrong = [
        f"{name}:{line} imports {to}"
        for name, line, to in every_import()
        if to not in FACES and not points_down(place_of(name), place_of(to))
    ]
    assert wrong == [], "move what is needed to a lower floor, or have it handed in; the floors stand in FLOORS"


def points_down(here: str, there: str) -> bool:
    package, other = here.partition("/")[0], there.partition("/")[0]
    if package == "mockserver" and other == "contracts":
        return there != "contracts/battery"
    if package != other:
        return package == "pytest_flowservice"
    return here == there or FLOORS[there] < FLOORS[here]


NEEDS = {side.name: {need for row in side.services for need in row.needs} for side in SIDES}


def test_no_service_imports_another_that_it_does_not_need() -> None:
    """Nor does what stands beside the services' folders, but for the two tables."""
    wrong = [
        f"{name}:{line} imports {to}"
        for name, line, to in every_import()
        if ".services." in name and name != "mockserver.services.table" and service_of(to) not in allowed_to(name)
    ]
    assert wrong == [], "ask the world (`known.of`, `Side.sources`), or name the other's folder in the row's `needs`"


def allowed_to(module: str) -> set[str | None]:
    """The services that a module among the services may import."""
    mine = service_of(module)
    return {None, "gateway", *([mine, *NEEDS.get(mine, ())] if mine else [])}


def test_the_battery_and_the_promises_stand_on_little() -> None:
    wrong = [
        f"{name}:{line} imports {to}"
        for name, line, to in every_import()
        if (name.startswith("contracts.battery.") and to.startswith(("contracts.contract", "contracts.services")))
        or (name == "contracts.promises" and to != "contracts.judging.rule")
        or (name.startswith("mockserver.adapters.") and not to.startswith(ADAPTERS_KNOW))
    ]
    assert wrong == [], "the battery needs no judge, a promise only a rule, a way in only the port and its framework"


ADAPTERS_KNOW = ("contracts", "mockserver.barrier", "mockserver.exchange", "mockserver.hosts", "mockserver.adapters")


@cache
def arrows() -> Mapping[str, set[str]]:
    return {name: {to for _, to in imports(file)} for name, file in modules().items()}


def reached(start: str) -> Iterator[str]:
    """All that ``start`` comes to by imports, but not through a face, which imports only what is asked of it."""
    waiting, seen = [start], set()
    while waiting:
        for name in arrows()[waiting.pop()]:
            if name not in seen:
                seen.add(name)
                yield name
                if name not in FACES:
                    waiting.append(name)


def test_no_two_modules_reach_each_other() -> None:
    below = {name: set(reached(name)) for name in modules() if name not in FACES}
    circles = [f"{name} and {other}" for name in below for other in below[name] if name in below.get(other, ())]
    assert circles == [], "move what both need into a third module below them, or ask for it by a Protocol there"
