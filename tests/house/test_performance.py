"""What a call costs, in lines of Python that run, and a start, in imported modules: counted, never timed."""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from contracts import BASE_PATH, ZOHO_CRM, Request
from mockserver import Mock
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import few
from tests.kit.paths import ROOT

LINES = {
    "create": 345,
    "get": 425,
    "update": 950,
    "delete": 235,
}
"""At most so many lines of Python run in one call."""

MODULES = {
    "plugin": 4,
    "--help": 110,
    "serve": 391,
    "run": 277,
}
"""At most so many modules are imported: beside pytest's, by ``mockserver --help``, until ``serve`` listens, and until
``run`` starts its command.
"""

FLAT = 1.1
"""At most so many times the lines with ten times as many connections stored."""

BYTES = 3600
"""Less than so many bytes more with 900 more connections stored: a list of them takes 7,200."""

PAGES = {
    "in the order of creation": "?limit=20",
    "of a name": "?property=name==connection-050",
    "of a source": f"?property=connectionSpec.id=={ZOHO_CRM}&limit=20",
    "in another order": "?orderby=-name&limit=20",
}

HEAD = {name.lower(): value for name, value in HEADERS.items()}


def ask(mock: Mock, method: str, path: str = "", body: Any = None, **headers: str) -> bytes:
    text = b"" if body is None else json.dumps(body).encode()
    response = mock.handle(Request(method, f"{BASE_PATH}/connections{path}", HEAD | headers, text))
    assert response.status < 300, response
    return response.body


def filled(stored: int) -> Mock:
    mock = Mock()
    for number in range(stored):
        ask(mock, "POST", body=zoho() | {"name": f"connection-{number:03}"})
    return mock


def lines(call: Callable[[], Any]) -> int:
    """How many lines of Python run in ``call``, in whichever module."""
    count = 0

    def traced(frame: FrameType, event: str, arg: Any) -> Any:  # noqa: ARG001 -- what sys.settrace calls
        nonlocal count
        count += event == "line"
        return traced

    before = sys.gettrace()
    gc.disable()  # others' gc.callbacks are Python too
    sys.settrace(traced)
    try:
        call()
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def lines_of_each(mock: Mock) -> dict[str, int]:
    """The life of one connection."""
    body = {**zoho(), "name": "connection"}
    patch = [{"op": "replace", "path": "/description", "value": "changed"}]
    made: dict[str, str] = {}
    count = {"create": lines(lambda: made.update(json.loads(ask(mock, "POST", body=body))))}
    path = f"/{made['id']}"
    count["get"] = lines(lambda: ask(mock, "GET", path))
    count["update"] = lines(lambda: ask(mock, "PATCH", path, patch, **{"if-match": made["etag"]}))
    count["delete"] = lines(lambda: ask(mock, "DELETE", path))
    return count


@pytest.fixture(scope="module")
def mocks() -> tuple[Mock, Mock]:
    """With 100 and with 1,000 connections stored; what they keep for the next time is made by then."""
    pair = filled(100), filled(1000)
    for mock in pair:
        for query in PAGES.values():
            ask(mock, "GET", query)
        lines_of_each(mock)
    return pair


def test_a_call_runs_no_more_lines_than_it_is_allowed(mocks: tuple[Mock, Mock]) -> None:
    count = lines_of_each(mocks[0])

    assert count.keys() == LINES.keys()
    assert {name: found for name, found in count.items() if found > LINES[name]} == {}


def test_a_budget_is_no_looser_than_it_has_to_be(mocks: tuple[Mock, Mock]) -> None:
    """Whoever makes a call cheaper lowers its budget."""
    count = lines_of_each(mocks[0])

    assert {name: found for name, found in count.items() if found * 1.3 < LINES[name]} == {}


def test_a_call_costs_the_same_with_ten_times_as_many_stored(mocks: tuple[Mock, Mock]) -> None:
    few, many = (lines_of_each(mock) for mock in mocks)

    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] * FLAT} == {}


@pytest.mark.parametrize("query", PAGES.values(), ids=PAGES)
def test_a_page_costs_the_same_with_ten_times_as_many_stored(mocks: tuple[Mock, Mock], query: str) -> None:
    for mock in mocks:
        ask(mock, "GET", query)
    few, many = (lines(lambda mock=mock: ask(mock, "GET", query)) for mock in mocks)

    assert many <= few * FLAT


@pytest.mark.parametrize("query", few(["/{id}", *PAGES.values()], 0, 2), ids=["one", *PAGES])
def test_reading_copies_nothing_that_grows_with_what_is_stored(mocks: tuple[Mock, Mock], query: str) -> None:
    """What C does at once, such as the copy of a list, is no line; it takes memory."""
    peaks = []
    for mock in mocks:
        (first,) = json.loads(ask(mock, "GET", "?limit=1"))["items"]
        path = query.format(id=first["id"])
        ask(mock, "GET", path)
        peaks.append(peak(lambda mock=mock, path=path: ask(mock, "GET", path)))

    assert peaks[1] - peaks[0] < BYTES


def peak(call: Callable[[], Any]) -> int:
    """The most bytes that ``call`` has held at a time."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.enable()


def imported(code: str) -> list[str]:
    """The modules that ``code`` adds to those of an interpreter that has imported pytest."""
    code = f"import sys, pytest; before = set(sys.modules)\n{code}\nprint('\\n'.join(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60)
    return ran.stdout.split()


def test_the_plugin_imports_nothing_beyond_pytest_and_the_standard_library() -> None:
    found = imported("import pytest_flowservice")

    assert {name.partition(".")[0] for name in found} <= {"pytest_flowservice", *sys.stdlib_module_names}
    assert len(found) <= MODULES["plugin"], found


def test_help_imports_few_modules() -> None:
    assert len(modules_until("Usage", "--help")) <= MODULES["--help"]


def test_serve_imports_few_modules_until_it_listens() -> None:
    found = modules_until("Listening", "serve", "--port", "0")

    assert not {"hypothesis", "pytest", "requests", "responses", "rich", "jinja2", "sortedcontainers"} & set(found)
    assert [name for name in found if name.startswith("mockserver.services.") and name.endswith(".actions")] == []
    assert len(found) <= MODULES["serve"]


def test_run_imports_few_modules_until_its_command_starts() -> None:
    """What can't be started ends it there."""
    ran = subprocess.run(
        [*COMMAND, "run", "--", "nosuchcommand"], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert ran.returncode == 127
    assert len(modules_in(ran.stderr)) <= MODULES["run"]


COMMAND = [sys.executable, "-X", "importtime", "-m", "mockserver"]


def modules_until(first_word: str, *arguments: str) -> list[str]:
    """What the command has imported when its first line is out."""
    command = [*COMMAND, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(first_word)
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=60)
    return modules_in(stderr)


def modules_in(stderr: str) -> list[str]:
    return [line.rpartition("|")[2].strip() for line in stderr.splitlines() if line.startswith("import time:")]


COMMANDS = ("growth", "inprocess", "mutants", "peers", "shards", "stores", "tls")
here = pytest.mark.skipif(not (ROOT / "benchmarks").exists(), reason="benchmarks aren't part of what is installed")


@here
def test_the_page_names_the_commands_that_there_are() -> None:
    words = (ROOT / "docs/performance.md").read_text("utf-8").replace("`", " ").split()

    assert {word for word in words if word.startswith("benchmarks/")} == {f"benchmarks/{name}.py" for name in COMMANDS}
    assert {file.stem for file in (ROOT / "benchmarks").glob("*.py")} == {*COMMANDS, "report"}


@here
@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "mutants"])
def test_a_command_still_finds_what_it_measures(name: str) -> None:
    """Its imports are the kit's own names."""
    command = [sys.executable, ROOT / "benchmarks" / f"{name}.py", "--help"]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert "--rounds" in told.stdout
