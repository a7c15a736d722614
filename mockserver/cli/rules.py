"""``mockserver rules``."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping

import click

from contracts import ERRORS, Rule
from contracts.judging.rule import Level, help_of
from contracts.reading.links import link_to
from contracts.reading.spelling import nearest
from contracts.reports.rule_groups import Row, groups, rule_as_json
from mockserver.cli.columns import width_here, wrapped
from mockserver.cli.options import format_option, verbosity_options
from mockserver.cli.problems import WrongUse

__all__ = ["command"]


@click.command("rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@format_option
@verbosity_options
def command(rule_id: str | None, format_: str, verbose: bool, quiet: bool) -> None:
    """Show the rules, those whose ids begin with ID, or everything about the one with that ID.

    FS-... are about requests to Flow Service, SB-... to the Sandbox API, IMS-... to IMS, ZO-... to Zoho; FC-... about
    what a client makes of answers.
    """
    wanted = _wanted(rule_id)
    rows = [row for group in wanted.values() for row in group]
    is_one = rule_id is not None and [row.id for row in rows] == [rule_id.upper()]
    if format_ == "json":
        told = [rule_as_json(row) for row in rows]
        click.echo(json.dumps(told[0] if is_one else told, indent=2))
    elif is_one:
        click.echo("".join(_shown(rows[0])), nl=False)
    else:
        _page(_listed(wanted, verbose, quiet))


def _wanted(id: str | None) -> Mapping[str, list[Row]]:
    """Of each group the row of that id, or those whose ids begin so; wrong use where there are none."""
    every = {row.id: row for group in groups().values() for row in group}
    start = (id or "").upper()
    ids = {start} if start in every else {each for each in every if each.startswith(start)}
    if id is not None and (not ids or (start not in every and _is_in_a_word(start, ids))):
        near = nearest(id, every)
        raise WrongUse(f"No rule {id!r}." + (f" Did you mean {near!r}?" if near else ""))
    chosen = {name: [row for row in group if row.id in ids] for name, group in groups().items()}
    return {name: group for name, group in chosen.items() if group}


def _is_in_a_word(start: str, ids: set[str]) -> bool:
    """Whether a prefix ends in the middle of a number: FS-ZOHO-0 is rather a typing error."""
    return start[-1:].isdigit() and any(id[len(start) : len(start) + 1].isdigit() for id in ids)


def _page(lines: Iterator[str]) -> None:
    """Page by page where somebody sits in front of it, if it is more than fits on the terminal."""
    text = "".join(lines)
    is_long = text.count("\n") >= shutil.get_terminal_size().lines
    if is_long and sys.stdin.isatty() and sys.stdout.isatty():
        click.echo_via_pager(text, color=click.get_current_context().color is not False)
    else:
        click.echo(text, nl=False)


def _listed(wanted: Mapping[str, list[Row]], verbose: bool, quiet: bool) -> Iterator[str]:
    width = width_here()
    for number, (name, rows) in enumerate(wanted.items()):
        if not quiet:
            yield "\n" * bool(number) + click.style(f"{name}\n", bold=True, underline=True)
        for row in rows:
            if quiet:
                yield f"{row.id}\n"
            elif verbose:
                yield from _shown(row)
            else:
                line = f"{click.style(f'{row.id:<13}', bold=True)} {_level(row, 10)} {row.demand}"
                yield f"{wrapped(line, width, 25)}\n"


def _shown(row: Row) -> Iterator[str]:
    width = width_here()
    yield f"{wrapped(f'{click.style(row.id, bold=True)}: {row.demand}', width, 2)}\n"
    for name, value in _told(row):
        yield f"{wrapped(f'  {name:<9} {value}', width, 12)}\n"


def _told(row: Row) -> Iterator[tuple[str, str]]:
    yield "level", _level(row)
    yield "document", row.document
    link = link_to(row.document)
    if link.startswith("https:"):
        yield "link", link
    yield "help", help_of(row.id)
    yield "mend", row.mend
    if isinstance(row, Rule):
        error = ERRORS[row.error]
        yield "answered", f"{error.status} {error.id}: {error.template}"
        yield "a breach", f"{row.default}; with --lenient {row.severity('lenient')}; with --strict {row.strict}"


def _level(row: Row, width: int = 0) -> str:
    return click.style(f"{row.level:<{width}}", fg=_COLOURS[row.level])


_COLOURS: dict[Level, str] = {"documented": "green", "recorded": "cyan", "inferred": "yellow", "assumed": "magenta"}
