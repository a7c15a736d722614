"""``mockserver openapi``."""

from __future__ import annotations

import json

import click

from mockserver.cli.options import strictness_of
from mockserver.control.description import description

__all__ = ["command"]


@click.command("openapi")
@click.option("--strict", is_flag=True, help="As enforced with --strict.")
@click.option("--lenient", is_flag=True, help="As enforced with --lenient.")
def command(strict: bool, lenient: bool) -> None:
    """Print the OpenAPI 3.1 document of what is enforced."""
    click.echo(json.dumps(description(strictness_of(lenient, strict)), indent=2))
