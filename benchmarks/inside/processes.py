"""Whole processes: commands, servers until their first answer, and sessions of pytest."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

from side_by_side.rows import Peer
from side_by_side.running import Running

_FOLDER = Path(tempfile.gettempdir())

_EMPTY = "def test_nothing():\n    pass\n"
_ASKING = "import pytest\n@pytest.mark.parametrize('number', range(30))\ndef test_it({fixture}, number):\n    pass\n"
_CLOCK = """
import json, time
import pytest

took = {}

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_setup(item):
    started = time.perf_counter()
    yield
    took[item.nodeid] = time.perf_counter() - started

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    started = time.perf_counter()
    yield
    took[item.nodeid] += time.perf_counter() - started

def pytest_sessionfinish():
    with open("took.json", "w") as file:
        json.dump(list(took.values()), file)
"""
_CLIENT = """
import requests

from contracts import ClientContract


class TestAcme(ClientContract):
    def create_connection(self, platform, connection):
        response = requests.post(
            f"{platform.url}/connections", headers=platform.headers, json=connection.body(), timeout=2
        )
        response.raise_for_status()
        return {"id": response.json()["id"], "etag": response.json()["etag"]}
"""


def seconds(*command: str, folder: Path = _FOLDER, **environment: str) -> tuple[float, float]:
    """What a command takes: by the clock, and of the processor."""
    before, started = _processor(), time.perf_counter()
    ran = subprocess.run(
        [sys.executable, *command], cwd=folder, env=os.environ | environment, capture_output=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)}: {ran.stdout.decode()[-500:]}{ran.stderr.decode()[-500:]}")
    return time.perf_counter() - started, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def help_text() -> float:
    """Milliseconds."""
    return seconds("-m", "mockserver", "--help")[0] * 1e3


def first_answer(start: str) -> Callable[[], float]:
    """Milliseconds from the start of a server to its first 201."""

    def measured() -> float:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, Running(Peer("server", start), _FOLDER, Path(folder), []) as it:
            it.wait(0.005)
            return (time.perf_counter() - started) * 1e3

    return measured


def plugins() -> list[str]:
    """The names of pytest's plugins that are installed here."""
    return sorted(found.name for found in entry_points(group="pytest11"))


def empty_session(plugin: str = "", **environment: str) -> float:
    """Milliseconds of the processor for a session of one empty test with no more than that plugin."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_empty.py").write_text(_EMPTY, "utf-8")
        blocked = [f"-pno:{name}" for name in plugins() if name != plugin]
        arguments = ("-m", "pytest", "-q", "-pno:cacheprovider", *blocked)
        return seconds(*arguments, folder=Path(folder), **environment)[1] * 1e3


def fixture(name: str, first: bool) -> float:
    """Milliseconds of set-up and tear-down in a fresh session: of the first test, or the median of the later ones."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "conftest.py").write_text(_CLOCK, "utf-8")
        Path(folder, "test_asking.py").write_text(_ASKING.format(fixture=name), "utf-8")
        seconds("-m", "pytest", "-q", "-pno:cacheprovider", folder=Path(folder))
        took = json.loads(Path(folder, "took.json").read_text("utf-8"))
    return float(took[0] if first else sorted(took[1:-1])[len(took) // 2 - 1]) * 1e3


def battery() -> float:
    """Seconds of the client contract's default battery on two cores, against a correct client."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_client.py").write_text(_CLIENT, "utf-8")
        return seconds("-m", "pytest", "-q", "-n2", "-pno:cacheprovider", folder=Path(folder))[0]
