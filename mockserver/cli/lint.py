"""``mockserver lint``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from contracts import Contract, Operation
from contracts.reading.spelling import nearest
from mockserver.cli.columns import width_here, wrapped
from mockserver.cli.options import contract_of, contract_options, strictness_of, verbosity_options
from mockserver.cli.problems import WrongUse, only_where
from mockserver.linting.bodies import is_telling, operation_of, with_bodies
from mockserver.linting.finding import Finding, Tally
from mockserver.linting.formats import FORMATS, in_short
from mockserver.linting.judged import judge, judge_body
from mockserver.linting.secrets import Secrets
from mockserver.readers.files import files_of
from mockserver.readers.read_request import Unreadable
from mockserver.readers.recognised import requests_of

__all__ = ["command"]


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@click.option("--operation", metavar="ID", help="The operationId of bodies, createFlow for example.")
@click.option("--format", "format_", type=click.Choice(["text", *FORMATS]), default="text", show_default=True)
@contract_options
@verbosity_options
def command(
    paths: tuple[str, ...],
    operation: str | None,
    format_: str,
    sources: tuple[Path, ...],
    destinations: tuple[Path, ...],
    zoho_regions: str,
    lenient: bool,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Check the requests in files, folders and patterns (default: standard input) without a server.

    It reads request bodies, HAR files, Postman collections, curl commands in Markdown and shell scripts, .http files,
    and the journal of a mock. What a body is the body of shows in its keys; --operation says so. Requests to other
    services are counted, not judged.

    Exit code 1 where a rule is broken (a warning alone doesn't count), 2 where a file can't be read. A folder without
    such files is told on stderr, and no failure.
    """
    contract = contract_of(strictness_of(lenient, strict), sources, zoho_regions, destinations=destinations)
    meant = _named(operation) if operation else None
    try:
        files = list(files_of(paths or ("-",)))
    except ValueError as problem:
        raise WrongUse(str(problem)) from None
    if not files and not quiet:  # as ruff and others do it: a warning, and no failure
        click.echo(f"mockserver: warning: no file that may have requests in {', '.join(paths)}", err=True)
    tally, secrets = Tally(), Secrets()
    bodies = 0
    for path, is_named in files:
        bodies += _look_into(path, is_named and len(files) == 1, meant, contract, tally, secrets)
        if format_ == "text":
            _tell(tally, quiet, verbose)
    secrets.hide(tally, 0, 0)  # a file may repeat what only a later one names
    _conclude(tally, format_, quiet)
    only_where(bool(bodies or tally.unreadable), "operation", "bodies, and none stands by itself there")
    raise SystemExit(2 if tally.unreadable else 1 if tally.count("error") else 0)


def _named(id: str) -> Operation:
    """The operation of that id with a JSON body; wrong use, with the nearest spelling, where there is none."""
    checked = with_bodies()
    if id not in checked:
        near = nearest(id, checked)
        hint = f" Did you mean {near!r}?" if near else ""
        raise click.BadParameter(f"no operation with a body has the id {id!r}.{hint}", param_hint="--operation")
    return checked[id]


def _look_into(
    path: str, is_alone: bool, operation: Operation | None, contract: Contract, tally: Tally, secrets: Secrets
) -> int:
    """Judge what stands in one file, and count the bodies without a request. Any JSON of which nothing says what it is
    is one, if it was asked for alone.
    """
    bodies = 0
    findings, operations = len(tally.findings), len(tally.operations)
    tally.files += 1
    name = "<stdin>" if path == "-" else path
    try:
        with _opened(path) as file:
            for read in requests_of(file, "" if path == "-" else path):
                if read.body is None or read.url.value or not read.is_request:
                    judge(read, name, contract, tally, secrets)
                    continue
                body = read.body.value.encode("utf-8", "surrogateescape")
                if operation or is_alone or is_telling(body):
                    secrets.add(judge_body(read, operation or operation_of(body), name, contract, tally))
                    bodies += 1
                else:
                    tally.not_judged += 1
    except Unreadable as problem:
        tally.unreadable.append((name, str(problem)))
    except OSError as problem:
        tally.unreadable.append((name, problem.strerror or "it can't be read"))
    secrets.hide(tally, findings, operations)
    return bodies


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as file:
        yield file


def _tell(tally: Tally, quiet: bool, verbose: bool) -> None:
    """Tell what is new."""
    if quiet:
        return
    for found in tally.findings[tally.told :]:
        _show(found, verbose)
    tally.told = len(tally.findings)


def _show(found: Finding, verbose: bool) -> None:
    colour = "red" if found.severity == "error" else "yellow"
    mark = click.style(found.severity, fg=colour, bold=True)
    width = width_here()
    click.echo(wrapped(f"{found.file}:{found.line}:{found.column}: {mark} {found.rule} {found.message}", width, 4))
    if verbose:
        told = f"    {found.operation}; {found.level}: {found.document}; {found.help}"
        click.echo(wrapped(told, width, 4))


def _conclude(tally: Tally, format: str, quiet: bool) -> None:
    if format != "text":
        click.echo(FORMATS[format](tally))
    elif not quiet:
        click.secho(wrapped(in_short(tally), width_here()), fg=None if tally.findings or tally.unreadable else "green")
    for file, reason in tally.unreadable:
        click.echo(f"mockserver: {file}: {reason}", err=True)
