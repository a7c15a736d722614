"""The environment of the processes that this one starts, which `os.environ` doesn't show.

Python's own libraries act differently where they find a proxy, so what children need is added where they are started.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

__all__ = ["Change", "given"]

Change = Callable[[Mapping[str, str]], dict[str, str]]
"""From the environment that a child would have to the one that it gets."""

_ENV = 10
"""The place of ``env`` among the parameters of `subprocess.Popen`."""

_changes: list[Change] = []
"""The last one counts."""


@contextmanager
def given(change: Change) -> Iterator[None]:
    """While this lasts a child's environment is what ``change`` makes of it, also of one that a test has made itself.

    Of several the newest that still lasts counts. What starts children without `subprocess`, as `os.system`, hands on
    what stood in `os.environ` at the beginning, changed.
    """
    own = dict(os.environ)
    wanted = change(own)
    names = {name for name in {*own, *wanted} if own.get(name) != wanted.get(name)}
    before: Any = subprocess.Popen.__init__
    start = _starting(before, change)
    subprocess.Popen.__init__ = start  # type: ignore[method-assign]
    _changes.append(change)
    _hand_on(names, wanted)
    try:
        yield
    finally:
        _changes.remove(change)
        _hand_on(names, _changes[-1](os.environ) if _changes else os.environ)
        if subprocess.Popen.__init__ is start:  # else somebody has put another in front, which goes through this one
            subprocess.Popen.__init__ = before  # type: ignore[method-assign]


def _starting(before: Any, change: Change) -> Any:
    @wraps(before)
    def start(self: Any, *args: Any, **named: Any) -> None:
        if _changes[-1:] != [change]:
            before(self, *args, **named)
            return
        own = args[_ENV] if len(args) > _ENV else named.pop("env", None)
        base = os.environ if own is None else {os.fsdecode(name): os.fsdecode(value) for name, value in own.items()}
        if len(args) > _ENV:
            before(self, *args[:_ENV], change(base), *args[_ENV + 1 :], **named)
        else:
            before(self, *args, env=change(base), **named)

    return start


def _hand_on(names: set[str], values: Mapping[str, str]) -> None:
    for name in names:
        if name in values:
            os.putenv(name, values[name])
        else:
            os.unsetenv(name)
