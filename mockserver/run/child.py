"""The command itself: it has this process's terminal, streams and process group, and is sent the signals that come."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

__all__ = ["Child", "CommandProblem"]

_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGBREAK")
    if hasattr(signal, name)
]
_KEYS = ("SIGINT", "SIGQUIT", "SIGBREAK")
"""What a terminal sends to the whole process group, so that the child has it already."""


class CommandProblem(Exception):
    """The command can't be started; ``code`` is the exit code that a shell has for that."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class Child:
    """From `__enter__` on no signal ends this process, so that it can tidy up; the child is sent them instead."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Child:
        for each in _SIGNALS:
            if signal.getsignal(each) is not signal.SIG_IGN:  # as under nohup; the child is to ignore it too
                self._before[each] = signal.signal(each, self._pass_on)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:  # what is behind it has failed
            self._process.terminate()
            self._process.wait()
        for each, before in self._before.items():
            signal.signal(each, before)

    def _pass_on(self, number: int, _: FrameType | None) -> None:
        if self._process is None:
            self._early = number
        elif signal.Signals(number).name not in _KEYS or not _is_in_foreground():
            self._process.send_signal(number)

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """`CommandProblem` where it can't be started, or a signal has come first."""
        if self._early is not None:
            raise CommandProblem(f"ended by {signal.Signals(self._early).name}", 128 + self._early)
        try:
            self._process = subprocess.Popen(command, env=environment)  # noqa: S603 -- it is what the user asked for
        except FileNotFoundError:
            is_line = len(command) == 1 and len(command[0].split()) > 1
            hint = "; a whole line goes to a shell: sh -c '...'" if is_line else ""
            raise CommandProblem(f"{command[0]}: command not found{hint}", 127) from None
        except OSError as problem:
            raise CommandProblem(f"{command[0]}: {problem.strerror or problem}", 126) from None

    def wait(self) -> int:
        """Its exit code once it has ended, that of a signal's end as a shell has it."""
        assert self._process is not None
        code = self._process.wait()
        return code if code >= 0 else 128 - code


def _is_in_foreground() -> bool:
    """Whether the keys of a terminal reach this process."""
    if not hasattr(os, "tcgetpgrp"):  # Windows: a console's keys reach all that it shows
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
