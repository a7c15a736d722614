"""The processes of a server, as Linux' /proc tells them."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

__all__ = ["children", "workers"]


def children(process: subprocess.Popen[str]) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


def workers(process: subprocess.Popen[str]) -> set[int]:
    """Of those the ones that serve; there may be none for a moment."""

    def is_one(pid: int) -> bool:
        try:
            return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    return {pid for pid in children(process) if is_one(pid)}
