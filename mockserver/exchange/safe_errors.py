"""What a failure of the mock's own may tell: what it was and where, and no value, for that may be a client's secret."""

from __future__ import annotations

import json
import logging
import traceback

__all__ = ["FAILED", "SafeFormatter", "SafeJson", "described"]

FAILED = "the mock itself failed; please report this"


def described(problem: BaseException) -> str:
    """The types of ``problem`` and of what led to it, each with the lines of code that it came through."""
    told: list[str] = []
    current: BaseException | None = problem
    while current is not None and len(told) < _MOST:
        frames = traceback.extract_tb(current.__traceback__)
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        told.append("\n".join([f"{type(current).__module__}.{type(current).__qualname__}", *lines]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nwhile it handled\n".join(told)


_MOST = 10  # problems, of which one may have led to itself


class SafeFormatter(logging.Formatter):
    """Writes exceptions as `described` does."""

    def formatException(self, ei: object) -> str:  # noqa: N802 -- logging's own name
        problem = ei[1] if isinstance(ei, tuple) else None
        return described(problem) if isinstance(problem, BaseException) else ""


class SafeJson(SafeFormatter):
    """The same as an object: ``level``, ``logger`` and ``message``."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"level": record.levelname, "logger": record.name, "message": super().format(record)})
