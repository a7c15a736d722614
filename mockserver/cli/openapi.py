"""``mockserver openapi``."""

from __future__ import annotations

import json

import click

from mockserver.control.description import description

__all__ = ["command"]


@click.command("openapi")
@click.option("--strict", "strictness", flag_value="strict", help="As enforced with --strict.")
@click.option("--lenient", "strictness", flag_value="lenient", help="As enforced with --lenient.")
def command(strictness: str | None) -> None:
    """Print the OpenAPI 3.1 document of what is enforced."""
    click.echo(json.dumps(description(strictness or "default"), indent=2))  # type: ignore[arg-type]
