"""``mockserver serve`` on a store, in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from storing.processor import used

KEY = "benchmark" * 5


@dataclass(frozen=True)
class Served:
    """A server, its port, and the processes that it is made of."""

    process: subprocess.Popen[str]
    port: int

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return used(self.process.pid)


@contextmanager
def served(store: str | None, workers: int = 1, python: str = sys.executable) -> Iterator[Served]:
    """A server that accepts; ``python`` is the interpreter whose kit is measured."""
    options = ["-q", "--port", "0", *(["--store", store] if store else [])]
    options += ["--workers", str(workers)] if workers > 1 else []
    process = subprocess.Popen(
        [python, "-m", "mockserver", "serve", *options],
        env={**os.environ, "MOCKSERVER_STORE_KEY": KEY},
        stdout=subprocess.PIPE,
        cwd=tempfile.gettempdir(),  # where no other kit is than the interpreter's own
        start_new_session=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield Served(process, int(line.rpartition(":")[2]))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
