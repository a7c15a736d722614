"""``mockserver lint``."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from contracts import LARGEST_BODY, OPERATIONS, Call, Operation
from mockserver.cli.options import contract_of, contract_options, strictness_of, verbosity_options

__all__ = ["command"]


@click.command("lint")
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE|-]")
@contract_options
@verbosity_options
def command(
    file: BinaryIO,
    sources: tuple[Path, ...],
    zoho_regions: str,
    lenient: bool,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Check the request body in FILE (default: standard input).

    A JSON object is checked as POST /connections, an array as PATCH. Exit code 1 where a rule is broken;
    a warning alone doesn't count.
    """
    contract = contract_of(strictness_of(lenient, strict), sources, zoho_regions)
    body = file.read(LARGEST_BODY + 1)
    operation = _operation(body)
    call = contract.judge_body(operation, body)
    if not quiet:
        _show(call, operation, verbose)
    raise SystemExit(1 if call.errors else 0)


def _operation(body: bytes) -> Operation:
    """An array can only be meant as a PATCH."""
    wanted = "patchConnection" if body.lstrip().startswith(b"[") else "createConnection"
    return next(operation for operation in OPERATIONS if operation.id == wanted)


def _show(call: Call, operation: Operation, verbose: bool) -> None:
    for found in call.violations:
        severity = call.severity(found)
        mark = click.style(severity, fg="red" if severity == "error" else "yellow", bold=True)
        click.echo(f"{mark} {found.rule.id} {found.message}")
        if verbose:
            click.echo(f"    {found.rule.level}: {found.rule.document}")
    errors, warnings = len(call.errors), len(call.violations) - len(call.errors)
    where = f"{operation.method} {operation.path}"
    if not call.violations:
        click.secho(f"Good: nothing wrong with this body for {where}.", fg="green")
    else:
        click.echo(f"{_count(errors, 'error')}, {_count(warnings, 'warning')} in this body for {where}.")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
