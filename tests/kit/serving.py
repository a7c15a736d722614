"""The command, in a process of its own or in this one."""

from __future__ import annotations

import io
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts import BASE_PATH
from tests.kit.connection import HEADERS

FEW_PLUGINS = "-p no:schemathesis -p no:respx"
"""Options of a session of pytest whose start would take a second longer with these."""


def mockserver(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mockserver", *arguments],
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


def typed(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The same in this process, which costs a tenth: for a command that ends by itself."""
    from mockserver.cli import cli

    out, err, stdin = (io.TextIOWrapper(io.BytesIO(data), "utf-8") for data in (b"", b"", given.encode()))
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch, _own_settings():
        patch.setattr(sys, "stdin", stdin)
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments, prog_name="mockserver")
    code = ended.value.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, _text_of(out), _text_of(err))


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@contextmanager
def _own_settings() -> Iterator[None]:
    """What a command sets for its process lasts no longer than the command."""
    logs = [logging.getLogger(name) for name in ("mockserver", "asyncio")]
    before = [(log.level, log.handlers[:]) for log in logs]
    pipe = signal.getsignal(signal.SIGPIPE) if hasattr(signal, "SIGPIPE") else None
    try:
        yield
    finally:
        for log, (level, handlers) in zip(logs, before, strict=True):
            log.setLevel(level)
            log.handlers[:] = handlers
        if hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, pipe)


@contextmanager
def serving(
    *arguments: str, python: Path | str = sys.executable, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server and its origin, as its first line tells it; with ``python`` that of another environment."""
    process = subprocess.Popen(
        [python, "-m", "mockserver", "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Listening on http://"), line or process.communicate()
    try:
        yield line.split()[-1], process
    finally:
        process.kill()
        process.communicate()


def told_of_calls(err: str) -> list[str]:
    """The lines of a server's stderr without its first and its last, which tell of itself."""
    first, *lines, last = [line for line in err.splitlines() if "end of life" not in line]
    assert re.fullmatch(r"mockserver \S+: (http://\S+/__admin/ shows the calls; )?Ctrl-C stops it", first)
    assert last == "mockserver: stopped"
    return lines


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that comes about in its own time."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "that doesn't come about"
        time.sleep(0.05)


def create(origin: str, body: Any, **headers: str) -> requests.Response:
    return requests.post(f"{origin}{BASE_PATH}/connections", headers={**HEADERS, **headers}, json=body, timeout=10)


def shell(code: str, where: Path, **environment: str) -> str:
    """Run ``code`` with this interpreter's commands first on the path; pytest without plugins that take a second."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-euc", code],
        cwd=where,
        env={**os.environ, "PYTEST_ADDOPTS": FEW_PLUGINS, "PATH": path, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=500,
        check=False,
    )
    assert ran.returncode == 0, f"{code}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout
