"""``mockserver serve``."""

from __future__ import annotations

import atexit
from contextlib import suppress
from functools import partial
from socket import socket

import click

from mockserver.cli.options import PORT
from mockserver.cli.problems import WrongUse, cant_bind, cant_use
from mockserver.cli.recipes import RecipeOf, recipe_options
from mockserver.cli.storing import store_options, store_url
from mockserver.http.authority import Authority, AuthorityProblem
from mockserver.http.gate import is_loopback, new_token
from mockserver.http.limits import Limits
from mockserver.http.listening import bind, origin_of
from mockserver.http.serving import Front, run
from mockserver.stored.problem import StoreProblem
from mockserver.version import version

__all__ = ["command"]


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="MOCKSERVER_HOST", help="The address to listen on."
)
@click.option(
    "--port",
    type=PORT,
    default=8080,
    show_default=True,
    envvar="MOCKSERVER_PORT",
    help="The port; 0 picks a free one.",
)
@click.option(
    "--https-port",
    type=PORT,
    metavar="N",
    envvar="MOCKSERVER_HTTPS_PORT",
    help="HTTPS on this port too, which is a proxy for the emulated hosts as well; 0 picks a free one. GET "
    "/__admin/ca.pem answers the certificate that clients have to trust. Needs the extra `run`.",
)
@recipe_options
@store_options
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKSERVER_ADMIN_TOKEN",
    help="What /__admin asks for. Default: nothing on a loopback address; on any other a token that is made up and "
    "printed once, as the second line of stdout.",
)
def command(
    host: str,
    port: int,
    https_port: int | None,
    admin_token: str | None,
    store: str | None,
    workers: int,
    limits: Limits,
    recipe_of: RecipeOf,
    verbose: bool,  # noqa: ARG001 -- the recipe's
    quiet: bool,
) -> None:
    """Run the fake server until it is interrupted.

    Every option can be given as an environment variable too, MOCKSERVER_PORT for example; the flag wins.
    """
    if not host:
        raise WrongUse("--host is empty; 0.0.0.0 listens on every address")
    if "/" in host or host.count(":") == 1:
        raise WrongUse(f"--host takes a name or an address, without scheme and port, not {host!r}")
    if admin_token is not None and not (admin_token.isascii() and admin_token.isprintable() and admin_token.strip()):
        raise WrongUse("--admin-token takes printable ASCII characters")
    url = store_url(store, workers)
    recipe = recipe_of(url, tells=not quiet)
    packed = recipe.packed() if workers > 1 else b""
    tells = not quiet and click.get_current_context().params["log_format"] == "text"
    if tells:
        atexit.register(_tell_stop)  # before the mock's own lines are, so that it comes behind them
    try:
        mock = recipe.mock()
    except StoreProblem as problem:
        cant_use(problem)
    listener = _bound(host, port, "--port")
    secure = None if https_port is None else (_bound(host, https_port, "--https-port"), _pems())
    made_up = None if admin_token or is_loopback(listener.getsockname()[0]) else new_token()
    front = Front(listener, limits, admin_token or made_up, host, secure)
    greeting = f"Listening on {origin_of(listener)}" + (f"\nAdmin token: {made_up}" if made_up else "")
    if secure is not None:
        origin = origin_of(secure[0]).replace("http", "https", 1)
        greeting += f"\nListening on {origin}, whose clients trust what GET /__admin/ca.pem answers"
    page = "" if admin_token or made_up else f"{origin_of(listener)}/__admin/ shows the calls; "
    started = partial(_tell_start, greeting, page if tells else None)
    if workers == 1:
        run(mock, front, started)
        return
    from mockserver.http.workers import run_workers  # which one process needn't wait for

    mock.close()
    run_workers(packed, workers, front, started)


def _tell_start(greeting: str, page: str | None) -> None:
    """The address, and where there is a ``page`` the banner: the version is looked up when clients can connect."""
    click.echo(greeting)
    if page is not None:
        _tell(f"mockserver {version()}: {page}Ctrl-C stops it")
        _STARTED.append(True)


def _tell_stop() -> None:
    if _STARTED:
        _tell("mockserver: stopped")


_STARTED: list[bool] = []


def _tell(text: str) -> None:
    with suppress(OSError):  # nobody reads it
        click.echo(text, err=True)


def _bound(host: str, port: int, option: str) -> socket:
    try:
        return bind(host, port)
    except OSError as problem:
        cant_bind(host, port, problem, option)


def _pems() -> tuple[bytes, bytes]:
    try:
        return Authority().pems
    except AuthorityProblem as problem:
        cant_use(problem)
