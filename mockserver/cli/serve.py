"""``mockserver serve``."""

from __future__ import annotations

import errno
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from mockserver.cli.limits import limits_options
from mockserver.cli.lines import Format, watch
from mockserver.cli.options import (
    contract_of,
    contract_options,
    log_to_stderr,
    strictness_of,
    verbosity_options,
    zoho_of,
    zoho_options,
)
from mockserver.cli.storing import cant_use, store_options, store_url
from mockserver.http.gate import is_loopback, new_token
from mockserver.http.limits import Limits
from mockserver.http.server import bind, origin_of
from mockserver.http.serving import Front, Recipe, run, run_workers
from mockserver.mock import LARGEST_JOURNAL
from mockserver.stored.problem import StoreProblem

__all__ = ["command"]


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="MOCKSERVER_HOST", help="The address to listen on."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar="MOCKSERVER_PORT",
    help="The port; 0 picks a free one.",
)
@click.option(
    "--sandbox",
    "sandboxes",
    multiple=True,
    metavar="NAME",
    envvar="MOCKSERVER_SANDBOX",
    help="Only the named sandboxes exist; repeatable. Default: any well-formed name does.",
)
@click.option(
    "--require-issued-tokens",
    is_flag=True,
    envvar="MOCKSERVER_REQUIRE_ISSUED_TOKENS",
    help="Take only access tokens that this server's IMS issued. Default: any.",
)
@click.option(
    "--landing-zone",
    type=click.Choice(["azure", "aws"]),
    default="azure",
    show_default=True,
    envvar="MOCKSERVER_LANDING_ZONE",
    help="Where the data landing zone is provisioned.",
)
@click.option(
    "--journal",
    type=click.IntRange(1, LARGEST_JOURNAL),
    default=1000,
    show_default=True,
    envvar="MOCKSERVER_JOURNAL",
    help="How many exchanges are kept.",
)
@click.option(
    "--seed",
    type=int,
    metavar="N",
    envvar="MOCKSERVER_SEED",
    help="Byte for byte the same answers for the same calls: ids, etags, tokens, times. The clock starts on 15 June "
    "2025 and goes on by a quarter of a second with each call, and by what /__admin/clock says. Default: others.",
)
@store_options
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKSERVER_ADMIN_TOKEN",
    help="What /__admin asks for. Default: nothing on a loopback address; on any other a token that is made up and "
    "printed once, as the second line of stdout.",
)
@contract_options
@zoho_options
@limits_options
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="MOCKSERVER_LOG_FORMAT",
    help="What each call is told as on stderr: a line for people, or an object. -v tells mends too, -q nothing.",
)
@verbosity_options
def command(
    host: str,
    port: int,
    admin_token: str | None,
    limits: Limits,
    sandboxes: tuple[str, ...],
    require_issued_tokens: bool,
    landing_zone: str,
    journal: int,
    seed: int | None,
    store: str | None,
    workers: int,
    sources: tuple[Path, ...],
    zoho_regions: str,
    zoho_accounts: Path | None,
    zoho_data: Path | None,
    zoho_limits: str,
    zoho_api_domain: str,
    lenient: bool,
    strict: bool,
    log_format: Format,
    verbose: bool,
    quiet: bool,
) -> None:
    """Run the fake server until it is interrupted.

    Every option can be given as an environment variable too, MOCKSERVER_PORT for example; the flag wins.
    """
    if not host:
        raise click.UsageError("--host is empty; 0.0.0.0 listens on every address")
    if admin_token is not None and not (admin_token.isascii() and admin_token.isprintable() and admin_token.strip()):
        raise click.UsageError("--admin-token takes printable ASCII characters")
    url = store_url(store, workers)
    prepare = partial(log_to_stderr, verbose, quiet, log_format)
    prepare()
    strictness = strictness_of(lenient, strict)
    contract = contract_of(
        strictness,
        sources,
        zoho_regions,
        sandboxes,
        require_issued_tokens,
        largest_body=limits.max_body,
        landing_zone=landing_zone,
    )
    zoho = zoho_of(zoho_accounts, zoho_data, zoho_limits, zoho_api_domain)
    telling = None if quiet else partial(watch, format=log_format, verbose=verbose)
    recipe = Recipe(contract, journal, zoho, seed, url, prepare, telling)
    packed = recipe.packed() if workers > 1 else b""
    try:
        mock = recipe.mock()
    except StoreProblem as problem:
        cant_use(problem)
    try:
        listener = bind(host, port)
    except OSError as problem:
        _could_not_bind(host, port, problem)
    made_up = None if admin_token or is_loopback(listener.getsockname()[0]) else new_token()
    front = Front(listener, limits, admin_token or made_up, host)
    greeting = f"Listening on {origin_of(listener)}" + (f"\nAdmin token: {made_up}" if made_up else "")
    if workers == 1:
        run(mock, front, partial(click.echo, greeting))
        return
    mock.close()
    run_workers(packed, workers, front, partial(click.echo, greeting))


def _could_not_bind(host: str, port: int, problem: OSError) -> NoReturn:
    reason = problem.strerror or str(problem)
    hint = "; --port 0 picks a free port" if problem.errno == errno.EADDRINUSE else ""
    click.echo(f"mockserver: can't listen on {host}:{port}: {reason}{hint}", err=True)
    raise SystemExit(3)
