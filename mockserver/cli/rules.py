"""``mockserver rules``."""

from __future__ import annotations

import click

from contracts import ERRORS, RULES, Rule
from contracts.judging.rule import Level
from contracts.promises import PROMISES, Promise
from contracts.reading.spelling import nearest
from mockserver.cli.options import verbosity_options

__all__ = ["command"]


@click.command("rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@verbosity_options
def command(rule_id: str | None, verbose: bool, quiet: bool) -> None:
    """Show the rules, or everything about the one with that ID.

    FS-... are about requests to Flow Service, SB-... to the Sandbox API, IMS-... to IMS, ZO-... to Zoho; FC-... about
    what a client makes of answers.
    """
    rows: dict[str, Rule | Promise] = {**RULES, **PROMISES}
    if rule_id is None:
        for row in rows.values():
            _list(row, verbose, quiet)
        return
    found = rows.get(rule_id.upper())
    if found is None:
        near = nearest(rule_id, rows)
        raise click.UsageError(f"No rule {rule_id!r}." + (f" Did you mean {near!r}?" if near else ""))
    _show(found)


def _list(rule: Rule | Promise, verbose: bool, quiet: bool) -> None:
    if quiet:
        click.echo(rule.id)
    elif verbose:
        _show(rule)
    else:
        click.echo(f"{click.style(f'{rule.id:<13}', bold=True)} {_level(rule, 10)} {rule.demand}")


def _show(rule: Rule | Promise) -> None:
    click.echo(f"{click.style(rule.id, bold=True)}: {rule.demand}")
    click.echo(f"  level     {_level(rule)}")
    click.echo(f"  document  {rule.document}")
    click.echo(f"  mend      {rule.mend}")
    if isinstance(rule, Rule):
        error = ERRORS[rule.error]
        click.echo(f"  answered  {error.status} {error.id}: {error.template}")
        click.echo(
            f"  a breach  {rule.default}; with --lenient {rule.severity('lenient')}; with --strict {rule.strict}"
        )


def _level(rule: Rule | Promise, width: int = 0) -> str:
    return click.style(f"{rule.level:<{width}}", fg=_COLOURS[rule.level])


_COLOURS: dict[Level, str] = {"documented": "green", "recorded": "cyan", "inferred": "yellow", "assumed": "magenta"}
