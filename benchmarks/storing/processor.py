"""The processor time of a process, and of all that it has started."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _TIMES = 1, slice(11, 15)
"""Of what follows a process's name in its ``stat``: its own times, and those of its children that have ended."""


def used(pid: int) -> float:
    """Seconds so far, those of its ended children included."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = file.read_text("utf-8").rpartition(")")[2].split()
            number = int(file.parent.name)
            parents[number], ticks[number] = int(fields[_PARENT]), sum(map(int, fields[_TIMES]))
    family = {pid}
    while grown := {each for each, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(ticks.get(each, 0) for each in family) / _TICKS
