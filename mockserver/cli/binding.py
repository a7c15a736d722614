"""What is told where an address can't be had."""

from __future__ import annotations

import errno
from typing import NoReturn

import click

__all__ = ["cant_bind"]


def cant_bind(host: str, port: int, problem: OSError, option: str = "--port") -> NoReturn:
    """One line, and the exit code for that."""
    reason = problem.strerror or str(problem)
    hint = f"; {option} 0 picks a free port" if problem.errno == errno.EADDRINUSE else ""
    click.echo(f"mockserver: can't listen on {host}:{port}: {reason}{hint}", err=True)
    raise SystemExit(3)
