"""``mockserver sources``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from contracts import KINDS, Source
from contracts.sources import Kind
from mockserver.cli.columns import width_here, wrapped
from mockserver.cli.options import contract_of, format_option, source_named, sources_option, verbosity_options

__all__ = ["command"]


@click.command("sources")
@click.argument("name", required=False)
@click.option("--kind", type=click.Choice(KINDS), help="Only the rows of this kind.")
@format_option
@sources_option
@verbosity_options
def command(
    name: str | None,
    kind: Kind | None,
    format_: str,
    sources: tuple[Path, ...],
    destinations: tuple[Path, ...],
    verbose: bool,
    quiet: bool,
) -> None:
    """Show the catalogue, or the source or destination with that NAME and its credentials.

    As JSON, sources are in the format of a --sources file, destinations in that of a --destinations file.
    """
    contract = contract_of("default", sources, "documented", destinations=destinations)
    catalogue = contract.terms.catalogue
    chosen = catalogue.of(kind) if kind else [*catalogue.values()]
    if name is not None:
        chosen = [source_named(contract, name, kind)]
    if format_ == "json":
        click.echo(json.dumps([_row(source, kind) for source in chosen], indent=2))
    elif name is not None:
        _show(chosen[0])
    else:
        for source in chosen:
            _list(source, verbose, quiet)


def _row(source: Source, kind: Kind | None) -> dict[str, Any]:
    """The row of the side that was asked for."""
    return dict(source.target if kind == "destination" else source.row)


def _list(source: Source, verbose: bool, quiet: bool) -> None:
    if quiet:
        click.echo(source.key)
    elif verbose:
        _show(source)
    else:
        mark = click.style("  end of life", fg="yellow") if source.end_of_life else ""
        label = f"{_NOTES[source.kinds]}{source.display_name}{mark}"
        padding = " " * (32 - len(source.key))
        _tell(f"{click.style(source.key, bold=True)}{padding} {source.id}  {label}", 4)


def _show(source: Source) -> None:
    _tell(f"{click.style(source.display_name, bold=True)} ({source.key})")
    _tell(f"  kind            {', '.join(source.kinds)}")
    _tell(f"  connectionSpec  id {source.id}, version {source.version}")
    if source.row.get("doc"):
        _tell(f"  document        AdobeDocs/experience-platform.en {source.row['doc']}")
    if source.end_of_life:
        date = source.end_of_life.get("date")
        note = f"{f'{date}: ' if date else ''}{source.end_of_life['note']}"
        _tell(click.style(f"  end of life     {note}", fg="yellow"))
    if not source.auth:
        click.echo("  auth            none: the connection has no credentials")
    for spec in source.auth.values():
        _tell(f'  auth            specName "{spec.name}"')
        for name, row in spec.params.items():
            marks = [_REQUIRED[row.get("required")], *(["secret"] if row.get("secret") else [])]
            described = f": {row['description']}" if row.get("description") else ""
            _tell(f"    {name:<24} {', '.join(marks)}{described}", 6)
    if source.target:
        _show_target(source.target)
    for notes in dict.fromkeys(row.get("notes") for row in (source.row, source.target)):
        if notes:
            _tell(f"  notes           {notes}")


def _show_target(row: Mapping[str, Any]) -> None:
    declared = ((row.get("targetSpec") or {}).get("spec") or {}).get("properties") or {}
    for name in declared:
        mark = "required" if name in (row.get("requiredTargetParams") or ()) else "optional"
        _tell(f"  target param    {name:<22} {mark}")
    for field, label in (("flowSpecId", "audiences"), ("datasetFlowSpecId", "datasets")):
        if row.get(field):
            _tell(f"  flowSpec        id {row[field]}, for {label}")


def _tell(line: str, indent: int = 18) -> None:
    click.echo(wrapped(line, width_here(), indent))


_NOTES: Mapping[tuple[Kind, ...], str] = {
    ("source",): "",
    ("destination",): "destination: ",
    ("export source",): "export source: ",
    ("source", "destination"): "source and destination: ",
}

_REQUIRED = {True: "required", False: "optional", None: "optional (the page doesn't say)"}
