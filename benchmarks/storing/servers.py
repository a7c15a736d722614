"""``mockserver serve`` on a store, in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
KEY = "benchmark" * 5


@dataclass(frozen=True)
class Served:
    """A server, its port, and the processes that it is made of."""

    process: subprocess.Popen[str]
    port: int

    def _stats(self) -> Iterator[list[str]]:
        group = str(self.process.pid)
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has just ended
                fields = file.read_text("utf-8").rpartition(")")[2].split()
                if fields[2] == group:
                    yield fields

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        return sum(int(fields[11]) + int(fields[12]) for fields in self._stats()) / _TICKS

    def resident(self) -> float:
        """Megabytes."""
        return sum(int(fields[21]) for fields in self._stats()) * _PAGE / 1e6


@contextmanager
def served(store: str | None, workers: int = 1, python: str = sys.executable) -> Iterator[Served]:
    """A server that accepts; ``python`` is the interpreter whose kit is measured."""
    options = ["-q", "--port", "0", *(["--store", store] if store else [])]
    options += ["--workers", str(workers)] if workers > 1 else []
    process = subprocess.Popen(
        [python, "-m", "mockserver", "serve", *options],
        env={**os.environ, "MOCKSERVER_STORE_KEY": KEY},
        stdout=subprocess.PIPE,
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
