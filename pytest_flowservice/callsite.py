"""Which line of the user's code sent a request."""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from functools import cache
from pathlib import Path
from types import FrameType

__all__ = ["sender"]

_KIT = Path(__file__).parent.parent
_OURS = tuple(f"{_KIT / name}{os.sep}" for name in ("mockserver", "contracts", "pytest_flowservice"))


def sender() -> str | None:
    """``file:line`` of the innermost frame that is neither a library's nor the kit's.

    In-process it is on this thread's stack. Behind a socket it is on the stack of the thread that waits
    for the answer: the test's own first, then any other.
    """
    frames = sys._current_frames()
    order = [threading.get_ident(), threading.main_thread().ident, *frames]
    for ident in dict.fromkeys(order):
        found = _innermost(frames.get(ident or 0))
        if found is not None:
            return found
    return None


def _innermost(frame: FrameType | None) -> str | None:
    while frame is not None:
        file = frame.f_code.co_filename
        if _is_users(file):
            return f"{_shortened(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return None


@cache
def _is_users(file: str) -> bool:
    return not file.startswith(("<", *_libraries(), *_OURS))


@cache
def _libraries() -> tuple[str, ...]:
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return (*(path for path in paths if path), str(Path(sys.prefix) / "bin"), str(Path(sys.prefix) / "Scripts"))


def _shortened(file: str) -> str:
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return file
