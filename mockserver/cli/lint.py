"""``mockserver lint``."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from contracts import LARGEST_BODY, OPERATIONS, Call, Operation
from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.reading.spelling import nearest
from contracts.sources.source_catalogue import DATA_LAKE
from mockserver.cli.options import contract_of, contract_options, strictness_of, verbosity_options

__all__ = ["command"]


@click.command("lint")
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE|-]")
@click.option("--operation", "operation_id", metavar="ID", help="The operationId, createFlow for example.")
@contract_options
@verbosity_options
def command(
    file: BinaryIO,
    operation_id: str | None,
    sources: tuple[Path, ...],
    zoho_regions: str,
    lenient: bool,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Check the request body in FILE (default: standard input).

    What it is the body of shows in its keys: a base connection if nothing else, an array is a PATCH; --operation
    says so. Exit code 1 where a rule is broken; a warning alone doesn't count.
    """
    contract = contract_of(strictness_of(lenient, strict), sources, zoho_regions)
    body = file.read(LARGEST_BODY + 1)
    operation = _named(operation_id) if operation_id else _recognised(body)
    call = contract.judge_body(operation, body)
    if not quiet:
        _show(call, operation, verbose)
    raise SystemExit(1 if call.errors else 0)


def _named(id: str) -> Operation:
    """The operation of that id with a JSON body; wrong use, with the nearest spelling, where there is none."""
    checked = {operation.id: operation for operation in OPERATIONS if operation.body in ("json", "optional")}
    if id not in checked:
        near = nearest(id, checked)
        hint = f" Did you mean {near!r}?" if near else ""
        raise click.BadParameter(f"no operation with a body has the id {id!r}.{hint}", param_hint="--operation")
    return checked[id]


def _recognised(body: bytes) -> Operation:
    """The operation whose keys the body has."""
    if body.lstrip().startswith(b"["):
        return _named("patchConnection")
    try:
        document = json_text.parse(body)
    except json_text.JsonProblem:
        document = None
    keys = set(document) if isinstance(document, dict) else set()
    params = object_at(document, "params")
    if {"flowSpec", "sourceConnectionIds", "targetConnectionIds"} & keys:
        return _named("createFlow")
    if "flowId" in keys:
        return _named("createFlowRun")
    if "dataSetId" in params or (object_at(document, "connectionSpec").get("id") == DATA_LAKE and "data" in keys):
        return _named("createTargetConnection")
    return _named("createSourceConnection" if {"baseConnectionId", "data"} & keys else "createConnection")


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
