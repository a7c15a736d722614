"""``mockserver sources``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from contracts import Source
from mockserver.cli.options import contract_of, format_option, source_named, sources_option, verbosity_options

__all__ = ["command"]


@click.command("sources")
@click.argument("name", required=False)
@format_option
@sources_option
@verbosity_options
def command(name: str | None, format_: str, sources: tuple[Path, ...], verbose: bool, quiet: bool) -> None:
    """Show the catalogue, or the source with that NAME and its credentials.

    As JSON it is in the format of a --sources file.
    """
    contract = contract_of("default", sources, "documented")
    if format_ == "json":
        chosen = [source_named(contract, name)] if name is not None else [*contract.terms.catalogue.values()]
        click.echo(json.dumps([dict(source.row) for source in chosen], indent=2))
    elif name is not None:
        _show(source_named(contract, name))
    else:
        for source in contract.terms.catalogue.values():
            _list(source, verbose, quiet)


def _list(source: Source, verbose: bool, quiet: bool) -> None:
    if quiet:
        click.echo(source.name)
    elif verbose:
        _show(source)
    else:
        mark = click.style("  end of life", fg="yellow") if source.end_of_life else ""
        click.echo(f"{click.style(f'{source.name:<28}', bold=True)} {source.id}  {source.display_name}{mark}")


def _show(source: Source) -> None:
    click.echo(f"{click.style(source.display_name, bold=True)} ({source.name})")
    click.echo(f"  connectionSpec  id {source.id}, version {source.version}")
    if source.row.get("doc"):
        click.echo(f"  document        AdobeDocs/experience-platform.en {source.row['doc']}")
    if source.end_of_life:
        date = source.end_of_life.get("date")
        click.secho(f"  end of life     {f'{date}: ' if date else ''}{source.end_of_life['note']}", fg="yellow")
    if not source.auth:
        click.echo("  auth            none: the connection has no credentials")
    for spec in source.auth.values():
        click.echo(f'  auth            specName "{spec.name}"')
        for name, row in spec.params.items():
            marks = [_REQUIRED[row.get("required")], *(["secret"] if row.get("secret") else [])]
            click.echo(f"    {name:<24} {', '.join(marks)}: {row.get('description') or ''}")
    if source.row.get("notes"):
        click.echo(f"  notes           {source.row['notes']}")


_REQUIRED = {True: "required", False: "optional", None: "optional (the page doesn't say)"}
