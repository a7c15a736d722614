"""Which lines of the user's code sent a request, or raised an error."""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

__all__ = ["Step", "awaiting", "sender", "steps"]

_KIT = Path(__file__).parent.parent
_OURS = tuple(f"{_KIT / name}{os.sep}" for name in ("mockserver", "contracts", "pytest_flowservice"))
_AWAITED: list[Any] = []
_MOST = 3  # steps of an error


@dataclass(frozen=True)
class Step:
    """A line of the user's that an error came through: ``place`` is ``file:line``, ``function`` its qualified name."""

    place: str
    function: str


def steps(error: BaseException | None) -> tuple[Step, ...]:
    """The user's lines that ``error`` came through, the innermost first; if none, those of what caused it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        found = [
            _step(each) for each in _tracebacks(error.__traceback__) if _is_users(each.tb_frame.f_code.co_filename)
        ]
        if found:
            return tuple(found[::-1][:_MOST])
        error = error.__cause__ or error.__context__
    return ()


def _tracebacks(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _step(traceback: TracebackType) -> Step:
    code = traceback.tb_frame.f_code
    return Step(f"{shortened(code.co_filename)}:{traceback.tb_lineno}", code.co_qualname)


@contextmanager
def awaiting(awaitable: Any) -> Iterator[None]:
    """While this is awaited, its own lines count as those of the thread that runs it."""
    _AWAITED.append(awaitable)
    try:
        yield
    finally:
        _AWAITED.remove(awaitable)


def sender() -> str | None:
    """``file:line`` of the innermost frame that is neither a library's nor the kit's.

    In-process it is on this thread's stack. Behind a socket it is on the stack of the thread that waits
    for the answer, or where what is awaited stands: the test's own first, then any other.
    """
    frames = sys._current_frames()
    this = threading.get_ident()
    found = _innermost(frames.pop(this, None)) or next(filter(None, map(_innermost_awaited, _AWAITED[::-1])), None)
    order = [threading.main_thread().ident, *frames]
    return found or next(filter(None, (_innermost(frames.get(ident or 0)) for ident in dict.fromkeys(order))), None)


def _innermost(frame: FrameType | None) -> str | None:
    while frame is not None:
        if _is_users(frame.f_code.co_filename):
            return _place(frame)
        frame = frame.f_back
    return None


def _innermost_awaited(awaitable: Any) -> str | None:
    """Of a coroutine that waits, what it waits for, and so on."""
    found = None
    while awaitable is not None:
        kind = next((each for each in ("cr", "gi", "ag") if hasattr(awaitable, f"{each}_frame")), None)
        if kind is None:
            break
        frame = getattr(awaitable, f"{kind}_frame")
        if frame is not None and _is_users(frame.f_code.co_filename):
            found = _place(frame)
        awaitable = getattr(awaitable, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
    return found


def _place(frame: FrameType) -> str:
    return f"{shortened(frame.f_code.co_filename)}:{frame.f_lineno}"


@cache
def _is_users(file: str) -> bool:
    return not file.startswith(("<", *_libraries(), *_OURS))


@cache
def _libraries() -> tuple[str, ...]:
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return (*(path for path in paths if path), str(Path(sys.prefix) / "bin"), str(Path(sys.prefix) / "Scripts"))


def shortened(file: str) -> str:
    """The path of ``file`` from here, where it lies below."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return file
