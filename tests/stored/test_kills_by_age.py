"""Whatever age a worker dies at, another takes its place, and the parent heeds its signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from contracts import BASE_PATH
from tests.kit.connection import HEADERS
from tests.kit.depth import deep, few
from tests.kit.processes import children, workers
from tests.kit.serving import serving, until

AGES = (0.0, 0.01, 0.05, 0.2, 1.0)
"""Seconds."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc to find processes in")


def killed_at(process: subprocess.Popen[str], age: float) -> None:
    """Kill a grown worker, and the one that takes its place when it is so old."""
    grown: set[int] = set()
    until(lambda: bool(grown.update(workers(process)) or grown))  # there may be none for a moment
    before = children(process)
    os.kill(min(grown), signal.SIGKILL)
    until(lambda: bool(children(process) - before))
    time.sleep(age)
    for young in children(process) - before:
        os.kill(young, signal.SIGKILL)


def serves(origin: str) -> bool:
    try:
        url = f"{origin}{BASE_PATH}/connections"
        return all(requests.get(url, headers=dict(HEADERS), timeout=2).status_code == 200 for _ in range(4))
    except requests.RequestException:
        return False


def ends(process: subprocess.Popen[str]) -> None:
    """SIGTERM is heeded, and nobody is left."""
    left = children(process)
    process.terminate()
    assert process.wait(timeout=20) == 0
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in left))


@pytest.mark.nightly
@pytest.mark.parametrize(
    "ages", [AGES[:1], pytest.param(AGES, marks=deep), pytest.param(AGES[::-1] * 4, marks=deep)], ids=len
)
def test_a_worker_may_be_killed_at_any_age(tmp_path: Path, ages: tuple[float, ...]) -> None:
    options = ("--port", "0", "--workers", "2", "--store", f"sqlite:///{tmp_path}/store.db")
    with serving(*options) as (origin, process):
        for age in ages:
            killed_at(process, age)
            until(lambda: len(workers(process)) == 2)
        until(lambda: serves(origin))
        ends(process)


@deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("times", few([2, 1], 0, 1), ids=["term twice", "term"])
def test_a_worker_that_is_held_keeps_nobody(tmp_path: Path, times: int) -> None:
    options = ("--port", "0", "--workers", "2", "--store", f"sqlite:///{tmp_path}/store.db")
    with serving(*options) as (_, process):
        for worker in workers(process):
            os.kill(worker, signal.SIGSTOP)
        if times == 2:
            process.terminate()
            time.sleep(0.5)
        ends(process)
