"""``mockserver run``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any, Literal

import click

from mockserver.cli.columns import width_here, wrapped
from mockserver.cli.options import PORT
from mockserver.cli.problems import WrongUse, cant_bind, cant_use
from mockserver.cli.recipes import RecipeOf, recipe_options
from mockserver.cli.storing import store_option, store_url
from mockserver.http.authority import Authority, AuthorityProblem
from mockserver.http.limits import Limits
from mockserver.http.listening import bind
from mockserver.run.child import Child, CommandProblem
from mockserver.run.environment import environment_of, write_files
from mockserver.stored.problem import StoreProblem

if TYPE_CHECKING:
    from mockserver.mock import Mock
    from mockserver.run.verdict import Verdict

__all__ = ["command"]

_HOST = "127.0.0.1"
_SERVES_ALONE = {
    "--host": "COMMAND runs on this machine, where the mock listens on 127.0.0.1",
    "--https-port": "the one port of the mock speaks TLS too; COMMAND finds it in MOCKSERVER_ORIGIN",
    "--admin-token": "the mock is reached from this machine alone, which needs no token",
    "--workers": "one command is served by one process",
}
"""Options of `serve` that make no sense here, and why."""


def _refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """One line for each of those: that it's unknown would be no help."""
    for name in _SERVES_ALONE:
        command = click.option(name, hidden=True, expose_value=False, callback=_refuse)(command)
    return command


def _refuse(_: click.Context, option: click.Parameter, given: str | None) -> None:
    if given is not None:
        name = option.opts[0]
        raise WrongUse(f"run takes no {name}: {_SERVES_ALONE[name]}")


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.argument("argv", nargs=-1, type=click.UNPROCESSED, metavar="[--] COMMAND...")
@click.option(
    "--port",
    type=PORT,
    default=0,
    metavar="N",
    help="The port of the mock, on 127.0.0.1. Default: a free one; COMMAND finds it in MOCKSERVER_ORIGIN.",
)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="HOST",
    envvar="MOCKSERVER_ALLOW",
    help="A real host that COMMAND may reach, even where the mock stands for it; repeatable. Any other is refused.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "none"]),
    default="error",
    show_default=True,
    envvar="MOCKSERVER_FAIL_ON",
    help="Exit with 1 where a request broke the contract, or only where it was warned about, or never.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    envvar="MOCKSERVER_REPORT",
    help="Write what of the contract the calls met there: .html, .json or .md; repeatable.",
)
@recipe_options
@store_option
@_refusing
def command(
    argv: tuple[str, ...],
    port: int,
    allowed: tuple[str, ...],
    fail_on: Literal["error", "warning", "none"],
    reports: tuple[Path, ...],
    store: str | None,
    limits: Limits,
    recipe_of: RecipeOf,
    verbose: bool,
    quiet: bool,
) -> None:
    """Run COMMAND so that its calls to Adobe's and Zoho's real hosts reach a mock, and tell what they were worth.

    COMMAND stays as it is: its HTTPS goes to the mock by variables of its environment, whatever it is written in. The
    verdict is on stderr. The exit code is COMMAND's own if that isn't 0, else 1 if a request broke the contract.
    """
    if not argv:
        raise WrongUse("there is no COMMAND; for example: mockserver run -- python my_program.py")
    _check(allowed, reports)
    url = store_url(store)
    make = partial(_made, recipe_of, url, verbose)
    mock = make() if url is not None or recipe_of.may_fail else None
    authority = _authority()
    with Child() as child, tempfile.TemporaryDirectory(prefix="mockserver-") as folder:  # which its owner alone reads
        listener = _bound(port)
        files = write_files(Path(folder), authority, os.environ)
        try:
            child.start(argv, environment_of(os.environ, listener.getsockname()[:2], files, allowed))
        except CommandProblem as problem:
            click.echo(f"mockserver: {problem}", err=True)
            raise SystemExit(problem.code) from None
        mock = mock or make()  # COMMAND needn't wait for that
        from mockserver.run.session import Session

        session = Session(mock, listener, limits, authority, allowed)
        code = child.wait()
        session.close()
    failed = session.verdict.fails(fail_on)
    if failed or not quiet:
        _tell(session.verdict)
    for report in reports:
        _write(session.verdict, report)
    mock.close()
    raise SystemExit(code or int(failed))


def _made(recipe_of: RecipeOf, url: str | None, tells: bool) -> Mock:
    try:
        return recipe_of(url, tells).mock()
    except StoreProblem as problem:
        cant_use(problem)


def _check(allowed: tuple[str, ...], reports: tuple[Path, ...]) -> None:
    for host in allowed:
        if not host or set(host) & set("/:,* "):
            raise WrongUse(f"--allow takes the name of a host, without scheme, port or path, not {host!r}")
    if not reports:
        return
    from contracts.reports.session import FORMATS  # which takes a while

    for report in reports:
        if report.suffix not in FORMATS:
            raise WrongUse(f"--report takes a file that ends in {', '.join(FORMATS)}, not {report.name!r}")
        if report.suffix == ".html" and find_spec("jinja2") is None:
            cant_use("a report in HTML needs jinja2, which isn't installed: pip install jinja2")


def _bound(port: int) -> socket:
    try:
        return bind(_HOST, port)
    except OSError as problem:
        cant_bind(_HOST, port, problem)


def _authority() -> Authority:
    try:
        return Authority()
    except AuthorityProblem as problem:
        cant_use(problem)


def _tell(verdict: Verdict) -> None:
    width = width_here(of_errors=True) or _WIDEST
    with suppress(OSError):  # nobody reads it, or there is no room: the command's own code is what counts
        for line in verdict.lines():
            click.echo(wrapped(line, min(width, _WIDEST), 4), err=True)


_WIDEST = 110  # columns


def _write(verdict: Verdict, report: Path) -> None:
    try:
        verdict.report.write(report)
    except OSError as problem:
        cant_use(f"the report {report} can't be written: {problem.strerror or problem}")
