"""What is told where an address can't be had."""

from __future__ import annotations

import errno
from typing import NoReturn

import click

__all__ = ["CantBind", "cant_bind"]


class CantBind(click.ClickException):
    """An address can't be had."""

    exit_code = 3


def cant_bind(host: str, port: int, problem: OSError, option: str = "--port") -> NoReturn:
    """One line, and the exit code for that."""
    reason = problem.strerror or str(problem)
    hint = f"; {option} 0 picks a free port" if problem.errno == errno.EADDRINUSE else ""
    raise CantBind(f"can't listen on {host}:{port}: {reason}{hint}")
