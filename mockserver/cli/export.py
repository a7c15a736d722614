"""``mockserver export``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from contracts.judging.rule import Strictness
from mockserver.cli.options import contract_of, source_named, sources_option, strictness_of
from mockserver.cli.problems import Suggesting, WrongUse, origin_of

__all__ = ["command"]

_MOCK = "http://127.0.0.1:8080"
_FILE = click.Path(dir_okay=False, path_type=Path)
_out = click.option("--out", type=_FILE, help="The file to write; default: standard output.")
_quiet = click.option("-q", "--quiet", is_flag=True, help="Print less.")


@click.group("export", cls=Suggesting)
def command() -> None:
    """Write what a mock has seen, or what is documented, for other tools."""


@command.command("har", short_help="The journal of a running mock, as HAR 1.2.")
@click.option("--url", default=_MOCK, show_default=True, envvar="MOCKSERVER_URL", help="Where the mock runs.")
@click.option("--admin-token", envvar="MOCKSERVER_ADMIN_TOKEN", help="Its admin token, where it wants one.")
@_out
@_quiet
def har(url: str, admin_token: str | None, out: Path | None, quiet: bool) -> None:
    """The journal of a running mock as HAR 1.2, secrets masked."""
    from mockserver.cli.exports.har import har_of
    from mockserver.cli.journal import rows_of

    rows = list(rows_of(origin_of(url), admin_token))
    _write(har_of(rows), out, quiet, _number(len(rows), "exchange"))


@command.command("postman", short_help="The documented requests, as a Postman collection.")
@click.option("--source", "names", multiple=True, metavar="NAME", help="A source of the catalogue; default: all.")
@click.option("--url", default="https://platform.adobe.io", show_default=True, help="What the variable ORIGIN says.")
@_out
@sources_option
@_quiet
def postman(
    names: tuple[str, ...],
    url: str,
    out: Path | None,
    sources: tuple[Path, ...],
    destinations: tuple[Path, ...],
    quiet: bool,
) -> None:
    """The documented requests as a Postman collection, with variables for credentials."""
    from mockserver.cli.exports.postman import postman_of

    contract = contract_of("default", sources, "documented", destinations=destinations)
    chosen = [source_named(contract, name) for name in names] or [*contract.terms.catalogue.values()]
    _write(postman_of(chosen, url.rstrip("/")), out, quiet, _number(len(chosen), "source"))


@command.command("overlay", short_help="What turns Adobe's flow-service.yaml into what is enforced.")
@click.option("--strict", is_flag=True, help="As enforced with --strict.")
@click.option("--lenient", is_flag=True, help="As enforced with --lenient.")
@_out
@_quiet
def overlay(strict: bool, lenient: bool, out: Path | None, quiet: bool) -> None:
    """An OpenAPI Overlay that turns Adobe's flow-service.yaml into what is enforced."""
    from mockserver.cli.exports.overlay import overlay as overlay_of

    strictness: Strictness = strictness_of(lenient, strict)
    document = overlay_of(strictness)
    _write(document, out, quiet, _number(len(document["actions"]), "action"))


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _write(document: dict[str, Any], out: Path | None, quiet: bool, what: str) -> None:
    text = json.dumps(document, indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text + "\n", "utf-8")
    except OSError as problem:
        raise WrongUse(f"{out}: {problem.strerror}") from None
    if not quiet:
        click.echo(f"{out}: {what}", err=True)
