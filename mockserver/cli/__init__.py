"""The command ``mockserver``: thin commands over the public API, each in a module of its own name."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from mockserver.cli.problems import (
    NO_ROOM,
    Suggesting,
    cant_use,
    end_as_interrupted,
    end_as_pipes_do,
    end_without_room,
    tell,
)
from mockserver.version import version

__all__ = ["cli"]

_COMMANDS = {
    "demo": "Run the documented tutorial against a mock, region by region.",
    "example": "Print the documented request of a source, ready to run.",
    "export": "Write a journal as HAR, a Postman collection, or an OpenAPI overlay.",
    "journal": "Show what a running server was asked, and what it answered.",
    "lint": "Check files, from a body to a HAR recording, without a server.",
    "openapi": "Print the OpenAPI document of what is enforced.",
    "rules": "Show the rules: what each demands, its level, where it is documented.",
    "run": "Run a command whose calls to the real hosts reach a mock.",
    "serve": "Run the fake server.",
    "sources": "Show the catalogue of sources.",
    "verify": "Hold a service's answers, live or recorded, against the OpenAPI document.",
}


_WITH_SOCKETS = ("demo", "journal", "run", "serve")
"""A socket that is closed raises the signal that a closed pipe does."""


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Modules leave no garbage behind: to look for it while they are imported takes a twentieth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Commands(Suggesting):
    """Imports a command's module only when it is run: ``--help`` stays quick."""

    def main(self, *args: Any, **given: Any) -> Any:
        run: Any = super().main
        if not given.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **given)
        try:
            sys.exit(run(*args, standalone_mode=False, **given) or 0)
        except click.ClickException as problem:
            tell(problem)
            sys.exit(problem.exit_code)
        except click.Abort:
            end_as_interrupted()
        except OSError as problem:
            if problem.errno not in NO_ROOM:
                raise
            end_without_room(problem)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            end_as_pipes_do()

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in _COMMANDS:
            return None
        try:
            with _nothing_collected():
                command: click.Command = import_module(f"mockserver.cli.{name}").command
        except ModuleNotFoundError as problem:
            package = str(problem.name).partition(".")[0]
            if package in ("contracts", "mockserver"):
                raise
            cant_use(f"{name} needs {package}, which isn't installed: pip install {package}")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _die_quietly_of_a_closed_pipe() -> None:
    """``mockserver rules | head`` is no finding: end as other commands do when nobody reads on."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _colour_wanted(environment: Mapping[str, str]) -> bool | None:
    """What https://no-color.org and https://force-color.org say; ``None`` leaves it to whether this is a terminal."""
    if environment.get("NO_COLOR"):
        return False
    return True if environment.get("FORCE_COLOR") else None


def _tell_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """click's own option would want the version before anybody asks for it."""
    if is_asked and not ctx.resilient_parsing:
        click.echo(f"mockserver, version {version()}")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    *("-V", "--version"),
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A local mock of Adobe Experience Platform's Flow Service.

    Exit codes: 0 good, 1 findings, 2 wrong use, 3 the address couldn't be bound.
    """
    ctx.color = _colour_wanted(os.environ)
    if ctx.invoked_subcommand not in _WITH_SOCKETS:
        _die_quietly_of_a_closed_pipe()
