"""``mockserver run`` in a process of its own, and programs of several languages to run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

__all__ = ["missing", "run"]


def run(*arguments: str, where: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """With this interpreter's commands first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "mockserver", "run", *arguments],
        cwd=where,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


_LOAD = {"perl": "use IO::Socket::SSL; use {}", "php": "exit(!extension_loaded('{}'));"}


@cache
def missing(program: str) -> str:
    """Why ``program`` can't be run here, empty where it can; behind ``node:``, ``perl:``, ``php:`` stands a package."""
    command, _, package = program.partition(":")
    if shutil.which(command) is None:
        return f"there is no {command} here"
    load = _LOAD.get(command, "require('{}')").format(package)
    option = "-r" if command == "php" else "-e"
    if package and subprocess.run([command, option, load], capture_output=True, check=False).returncode:
        more = "; NODE_PATH says where packages are" if command == "node" else ""
        return f"{command} has no {package} here{more}"
    if command == "java" and shutil.which("javac") is None:
        return "there is no JDK here"
    return ""
