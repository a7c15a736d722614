"""A share of a core for a process, by Linux' control groups: as if each had a machine of its own, a slower one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_PERIOD = 10_000  # microseconds in which a process may use its share


def can_share() -> bool:
    """Whether this user may make such groups: mostly that takes root."""
    return os.access(_root(), os.W_OK) and ((_root() / "cpu.cfs_quota_us").exists() or _has_cpu(_root()))


@contextmanager
def shared(pid: int, share: float) -> Iterator[None]:
    """The process, with all its threads, has so much of one core meanwhile."""
    root, quota = _root(), round(_PERIOD * share)
    group = root / f"flowservice-{pid}"
    group.mkdir()
    if _has_cpu(root):
        (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
    else:
        (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
        (group / "cpu.cfs_quota_us").write_text(str(quota))
    (group / "cgroup.procs").write_text(str(pid))
    try:
        yield
    finally:
        (root / "cgroup.procs").write_text(str(pid))
        group.rmdir()


def _root() -> Path:
    """Where groups are made, of either version."""
    first = _GROUPS / "cpu"
    return first if first.is_dir() else _GROUPS


def _has_cpu(root: Path) -> bool:
    """Whether a group of version 2 may limit the processor."""
    control = root / "cgroup.subtree_control"
    return control.exists() and "cpu" in control.read_text().split()
