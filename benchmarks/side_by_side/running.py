"""A peer in a process of its own, and the check that it does the work."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from side_by_side.files import nginx
from side_by_side.install import Missing
from side_by_side.rows import Peer
from side_by_side.work import BODY, HEADERS, PATH, refused

_APPS = Path(__file__).parent / "apps"
_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60.0  # seconds until a peer has to answer


class Running:
    """A started peer; use as a context manager."""

    def __init__(self, peer: Peer, scratch: Path, files: Path, prefix: list[str]) -> None:
        self.port = _free_port()
        places = {"python": sys.executable, "scratch": scratch, "files": files, "apps": _APPS, "port": self.port}
        command = prefix + [found for word in peer.start.split() for found in _matched(word.format(**places))]
        if peer.index == "debian":
            (files / "nginx" / "listen.conf").write_text(nginx(self.port), "utf-8")
        self._log = (files / f"{peer.name.replace(' ', '-')}.log").open("wb")
        self._process = subprocess.Popen(
            command,
            cwd=files,
            env={**os.environ, "HOME": str(files)},
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._log.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self._process.pid, number)

    def wait(self, pause: float = 0.1) -> None:
        """Until it answers the good request with 201; asked every ``pause`` seconds."""
        deadline = time.monotonic() + _PATIENCE
        found: Any = None
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                found, _ = self.ask(HEADERS, BODY)
            except OSError as problem:
                found = problem
            if found == 201:
                return
            time.sleep(pause)
        raise Missing(f"it doesn't answer 201 but {found}")

    def ask(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", PATH, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def cpu(self) -> float:
        """Seconds of processor time that it and its children have taken; 0 where there is no /proc."""
        stats = (_stat(file) for file in Path("/proc").glob("[0-9]*/stat"))
        return (
            sum(int(fields[11]) + int(fields[12]) for fields in stats if fields[2:3] == [str(self._process.pid)])
            / _TICKS
        )

    def lets_through(self) -> list[str]:
        """What it should refuse and doesn't."""
        return [name for name, headers, body in refused() if self.ask(headers, body)[0] < 400]

    def same(self) -> list[str]:
        """What two good requests are answered alike, of id and etag."""
        one, other = (json.loads(self.ask(HEADERS, BODY)[1]) for _ in range(2))
        return [name for name in ("id", "etag") if one.get(name) == other.get(name)]


def _matched(word: str) -> list[str]:
    """The files that a pattern matches; a word without a star as it is."""
    place = Path(word)
    return [str(file) for file in sorted(place.parent.glob(place.name))] if "*" in word else [word]


def _stat(file: Path) -> list[str]:
    """A process's state, parent, group and so on; nothing of one that has just ended."""
    try:
        return file.read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
