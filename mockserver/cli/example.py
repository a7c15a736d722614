"""``mockserver example``."""

from __future__ import annotations

from pathlib import Path

import click

from contracts import KINDS, ZOHO_CRM, documented_regions, zoho_regions
from contracts.sources import Kind
from mockserver.cli.examples import FORMATS, operations_with_examples, rendered, rendered_operation
from mockserver.cli.options import contract_of, source_named, sources_option, verbosity_options
from mockserver.cli.problems import only_where

__all__ = ["command"]


@click.command("example")
@click.argument("source")
@click.option(
    "--region", type=click.Choice(list(zoho_regions())), default="eu", show_default=True, help="For Zoho CRM."
)
@click.option("--kind", type=click.Choice(KINDS), help="Which side of what is a source and a destination.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="curl", show_default=True)
@click.option("--origin", default="http://127.0.0.1:8080", show_default=True, help="Where the mock runs.")
@sources_option
@verbosity_options
def command(
    source: str,
    region: str,
    kind: Kind | None,
    format_: str,
    origin: str,
    sources: tuple[Path, ...],
    destinations: tuple[Path, ...],
    verbose: bool,
    quiet: bool,
) -> None:
    """Print the documented POST /connections of SOURCE, filled with fake values.

    SOURCE is a name of `mockserver sources`, zoho-crm or amazon-s3-destination for example; or the id of an
    operation of a service around Flow Service, createSchema for example.
    """
    only_where(format_ != "json", "origin", "curl and python: the JSON is the body alone")
    row = operations_with_examples().get(source)
    if row is not None:
        for option in ("region", "kind", "sources", "destinations"):
            only_where(False, option, f"sources, and {source} is an operation")
        if format_ == "json" and row.body == "none":
            raise click.UsageError(f"{source} has no body, which is all that --format json prints")
        click.echo(rendered_operation(row, format_, origin.rstrip("/")))
        return
    found = source_named(contract_of("default", sources, "documented", destinations=destinations), source, kind)
    only_where(found.id == ZOHO_CRM, "region", f"Zoho CRM alone, not {found.key}")
    if region not in documented_regions() and not quiet:
        text = f"{region} is a data centre that Adobe's page doesn't name: start the server with --zoho-regions all"
        click.echo(f"mockserver: {text}", err=True)
    if verbose and not quiet:
        click.echo(f"{found.display_name}: AdobeDocs/experience-platform.en {found.row.get('doc')}", err=True)
    click.echo(rendered(found, zoho_regions()[region], format_, origin.rstrip("/"), kind))
