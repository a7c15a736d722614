"""Settings of the project's own tests; what users get is `pytest_flowservice`."""

from __future__ import annotations

import os
import signal

import pytest

from tests.kit import depth

pytest_plugins = ["pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("depth")
    group.addoption("--deep", action="store_true", help="run every test, with all examples")
    group.addoption("--rest", action="store_true", help="run the tests that are marked deep")


def pytest_configure(config: pytest.Config) -> None:
    # Else workers and the processes that tests start compile the same modules and tables of characters each time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(config.rootpath / ".hypothesis"))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell; programs inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("COLUMNS", None)  # which workers have, and commands would keep to
    depth.go(deep=config.getoption("--deep"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    gone = depth.left_out(items, config.getoption("--deep"), config.getoption("--rest"))
    if gone:
        config.hook.pytest_deselected(items=gone)
        there = set(gone)
        items[:] = [item for item in items if item not in there]
