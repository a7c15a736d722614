"""The environment of the processes that this one starts, which `os.environ` doesn't show.

Python's own libraries act differently where they find a proxy, so what children need is added where they are started:
in `subprocess`, and in those functions of `os` to which a user hands an environment.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

__all__ = ["Change", "given", "of_child"]

Change = Callable[[Mapping[str, str]], dict[str, str]]
"""From the environment that a child would have to the one that it gets."""

_ENV = 11
"""The place of ``env`` among the parameters of `subprocess.Popen.__init__`, behind ``self``."""

_STARTING = ("posix_spawn", "posix_spawnp", "execve")
"""What of `os` takes an environment, as its third argument; its `spawnve`, `execvpe` and others call the last."""

_changes: list[Change] = []
"""The last one counts."""


class _Changed(dict[str, str]):
    """An environment that a change has made: `subprocess` may start its child with `os.posix_spawn`."""


def of_child(own: Mapping[Any, Any] | None) -> Mapping[Any, Any] | None:
    """What a child gets that its starter would give the environment ``own``, ``None`` for this process's."""
    if not _changes or isinstance(own, _Changed):
        return own
    base = os.environ if own is None else {os.fsdecode(name): os.fsdecode(value) for name, value in own.items()}
    return _Changed(_changes[-1](base))


@contextmanager
def given(change: Change) -> Iterator[None]:
    """While this lasts a child's environment is what ``change`` makes of it, also of one that a test has made itself.

    Of several the newest that still lasts counts. What starts children without `subprocess`, as `os.system`, hands on
    what stood in `os.environ` at the beginning, changed.
    """
    own = dict(os.environ)
    wanted = change(own)
    names = {name for name in {*own, *wanted} if own.get(name) != wanted.get(name)}
    _changes.append(change)
    _hand_on(names, wanted)
    try:
        with _in_front():
            yield
    finally:
        _changes.remove(change)
        _hand_on(names, _changes[-1](os.environ) if _changes else os.environ)


@contextmanager
def _in_front() -> Iterator[None]:
    """What somebody else puts in front meanwhile stays there, and goes through this one."""
    kept: list[tuple[Any, str, int]] = [(subprocess.Popen, "__init__", _ENV)]
    kept += [(os, name, 2) for name in _STARTING if hasattr(os, name)]
    put = [(owner, name, getattr(owner, name), _starting(getattr(owner, name), place)) for owner, name, place in kept]
    for owner, name, _, start in put:
        setattr(owner, name, start)
    try:
        yield
    finally:
        for owner, name, before, start in put:
            if getattr(owner, name) is start:
                setattr(owner, name, before)


def _starting(before: Any, place: int) -> Any:
    """``before``, with another environment; ``place`` is that of ``env`` among its parameters."""

    @wraps(before)
    def start(*args: Any, **named: Any) -> Any:
        if len(args) > place:
            return before(*args[:place], of_child(args[place]), *args[place + 1 :], **named)
        return before(*args, **{**named, "env": of_child(named.get("env"))})

    return start


def _hand_on(names: set[str], values: Mapping[str, str]) -> None:
    for name in names:
        if name in values:
            os.putenv(name, values[name])
        else:
            os.unsetenv(name)
