"""``--store`` and ``--workers``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mockserver.cli.options import Whole
from mockserver.cli.problems import WrongUse

__all__ = ["store_option", "store_options", "store_url"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_MEMORY = "memory:"
_SHARED = "--store sqlite:///FILE.db or --store postgresql://USER@HOST/DATABASE"


def store_options(command: _Command) -> _Command:
    """``--store`` and ``--workers``."""
    workers = click.option(
        "--workers",
        type=Whole(1),
        default=1,
        show_default=True,
        envvar="MOCKSERVER_WORKERS",
        help="How many processes serve the port; more than one share a --store.",
    )
    return store_option(workers(command))


def store_option(command: _Command) -> _Command:
    """``--store``."""
    return click.option(
        "--store",
        metavar="URL",
        envvar="MOCKSERVER_STORE",
        help="Where state is kept, encrypted: sqlite:///FILE.db or postgresql://USER@HOST/DATABASE. Default: memory.",
    )(command)


def store_url(store: str | None, workers: int = 1) -> str | None:
    """The URL of a shared store, ``None`` for memory; wrong use where several workers would share none."""
    url = None if store in (None, "", _MEMORY) else store
    if url is None and workers > 1:
        raise WrongUse(f"--workers {workers} needs a store that the processes share: give {_SHARED}.")
    return url
