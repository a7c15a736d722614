"""The house: which way imports point, what is public, what is in the wheel."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import contracts
import mockserver
import pytest_flowservice
from tests.kit.paths import ROOT

SOURCES = Path(contracts.__file__).parent.parent
PACKAGES = ("contracts", "mockserver", "pytest_flowservice")
MODULES = sorted(path.relative_to(SOURCES) for package in PACKAGES for path in (SOURCES / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a module imports, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def third_party(path: Path) -> set[str]:
    return (
        {name.partition(".")[0] for name in imported(path)} - set(sys.stdlib_module_names) - {"contracts", "mockserver"}
    )


ALLOWED = {
    "strategies": {"jsonschema", "hypothesis"},
    "battery": {"jsonschema", "hypothesis", "pytest"},
    "reports": {"jinja2"},
    "reading": {"jsonschema", "jsonschema_rs", "referencing", "python_multipart", "jiter"},
}
"""What a part of contracts may import beside the standard library; the others jsonschema alone."""


def test_contracts_knows_only_jsonschema() -> None:
    modules = [path for path in MODULES if path.parts[0] == "contracts"]
    strange = {str(path): third_party(SOURCES / path) - ALLOWED.get(path.parts[1], {"jsonschema"}) for path in modules}
    above = [path for path in modules if any(name.startswith("mockserver") for name in imported(SOURCES / path))]

    assert {path: names for path, names in strange.items() if names} == {}
    assert above == []


@pytest.mark.parametrize("module", [path for path in MODULES if path.parts[:2] == ("mockserver", "adapters")], ids=str)
def test_a_way_in_knows_its_framework_and_the_port(module: Path) -> None:
    inside = {name for name in imported(SOURCES / module) if name.startswith("mockserver.")}
    assert inside <= {
        "mockserver.barrier",
        "mockserver.exchange.answering",
        "mockserver.exchange.response",
        "mockserver.exchange.safe_errors",
        "mockserver.exchange.waiting",
        "mockserver.hosts",
    }


def test_the_core_does_no_io_and_knows_no_framework() -> None:
    """What `Mock.handle` needs, in a process of its own."""
    code = "import sys, mockserver.mock as m; m.Mock(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    ).stdout.split()
    unwanted = {"asyncio", "uvicorn", "requests", "responses", "httpx", "click", "rich", "hypothesis", "pytest"}
    assert not unwanted & set(loaded)


def test_what_lacks_an_extra_says_so_when_it_is_used_and_not_before() -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "import pydoc, mockserver; from mockserver import *\n"
        "print('Mock' in pydoc.render_doc(mockserver)); StoredMock('sqlite:///file.db')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert ran.stdout == "True\n"
    *_, told = ran.stderr.splitlines()
    assert told == "ImportError: StoredMock needs sqlalchemy: pip install 'flowservice-kit[store]'"


def test_the_plugins_entry_imports_the_standard_library_and_pytest_alone() -> None:
    folder = Path(pytest_flowservice.__file__).parent
    texts = [(folder / name).read_text("utf-8") for name in ("__init__.py", "hooks.py", "options.py", "own.py")]
    top = [node for text in texts for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name if isinstance(node, ast.Import) else node.module for node in top for alias in node.names}
    assert {str(name).partition(".")[0] for name in names} <= {*sys.stdlib_module_names, "pytest", "pytest_flowservice"}


REACHED = ("faults", "stubs", "clock", "zoho")
"""What a fixture hands out beside the classes that are exported."""


def test_everything_public_says_what_it_is() -> None:
    exported = [getattr(package, name) for package in (contracts, mockserver) for name in package.__all__]
    exported += [getattr(pytest_flowservice, name) for name in pytest_flowservice._TYPES]
    platform = pytest_flowservice.FlowService(mockserver.Mock(), "http://127.0.0.1", "x")
    classes = {each for each in exported if isinstance(each, type)} | {type(getattr(platform, n)) for n in REACHED}
    silent = [
        f"{each.__name__}.{name}"
        for each in classes
        for name, value in vars(each).items()
        if not name.startswith("_")
        and (isinstance(value, property) or callable(value))
        and not inspect.getdoc(getattr(each, name))
    ]
    assert silent == []
    assert [each.__name__ for each in classes if not each.__doc__] == []


@pytest.mark.parametrize("package", [contracts, mockserver])
def test_what_a_package_exports_is_there_and_listed(package: object) -> None:
    names = package.__all__  # type: ignore[attr-defined]
    assert dir(package) == sorted(names)
    assert len(names) == len(set(names))
    for name in names:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="nosuch"):
        package.nosuch  # type: ignore[attr-defined]  # noqa: B018


def test_what_a_module_exports_is_its_own() -> None:
    pytest.importorskip("httpx")
    wrong = []
    for module in (path for path in MODULES if path.name not in ("__init__.py", "__main__.py")):
        loaded = importlib.import_module(".".join(module.with_suffix("").parts))
        wrong += [f"{module}: no docstring"] * (not loaded.__doc__)
        wrong += [f"{module}: {name}" for name in loaded.__all__ if not hasattr(loaded, name)]

    assert wrong == []


def test_nothing_is_larger_than_one_idea() -> None:
    lines = {str(module): len((SOURCES / module).read_text("utf-8").splitlines()) for module in MODULES}
    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_the_project_speaks_of_itself_alone() -> None:
    foreign = re.compile(r"/work/|/tmp/(?!\b)|\bshared/reference\b|flow-service\.md\b")
    files = [SOURCES / module for module in MODULES] + list(ROOT.glob("*.md"))
    assert [str(path) for path in files if foreign.search(path.read_text("utf-8"))] == []
