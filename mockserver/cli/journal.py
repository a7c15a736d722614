"""``mockserver journal``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import click
import requests

from mockserver.cli.lines import Format, as_json, as_text, width_of
from mockserver.cli.options import verbosity_options
from mockserver.cli.problems import WrongUse, origin_of
from mockserver.exchange.journal import JournalRow

__all__ = ["command", "rows_of"]

_PAUSE = 0.5  # seconds between two looks
_TIMEOUT = 10.0  # seconds for an answer


@click.command("journal")
@click.argument("url", default="http://127.0.0.1:8080", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on with each call that comes, until Ctrl-C.")
@click.option("--admin-token", metavar="TOKEN", envvar="MOCKSERVER_ADMIN_TOKEN", help="What the server asks for.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A line for people, or an object.",
)
@verbosity_options
def command(url: str, follow: bool, admin_token: str | None, log_format: Format, verbose: bool, quiet: bool) -> None:
    """Show the calls that the server at URL has answered, a line each; http://127.0.0.1:8080 where none is named."""
    rows = rows_of(origin_of(url), admin_token, follow)
    try:
        for row in rows:
            if not quiet or any(broken["severity"] == "error" for broken in row["violations"]):
                click.echo(_line(row, log_format, verbose))
    except KeyboardInterrupt:
        return


def _line(row: JournalRow, format: Format, verbose: bool) -> str:
    return as_json(row) if format == "json" else as_text(row, None, verbose, width_of(sys.stdout))


def rows_of(origin: str, token: str | None, follow: bool = False) -> Iterator[JournalRow]:
    """A journal's rows, and with ``follow`` each that comes; after a restart of the server from the first again."""
    newest = 0
    with requests.Session() as session:
        session.trust_env = False  # the server is near, whatever proxy is set
        session.headers.update({"Authorization": f"Bearer {token}"} if token else {})
        while True:
            rows = _asked(session, origin, newest)
            yield from rows
            newest = rows[-1]["id"] if rows else newest
            if not follow:
                return
            time.sleep(_PAUSE)


def _asked(session: requests.Session, origin: str, since: int) -> list[JournalRow]:
    try:
        answer = session.get(f"{origin}/__admin/requests", params={"since": since}, timeout=_TIMEOUT)
        answer.raise_for_status()
        rows: Any = answer.json()["requests"]
    except requests.HTTPError as problem:
        raise WrongUse(f"{origin} answers {problem.response.status_code}: {_reason(problem.response)}") from None
    except (requests.RequestException, ValueError, KeyError, TypeError) as problem:
        why = "nothing listens there" if isinstance(problem, requests.ConnectionError) else type(problem).__name__
        raise WrongUse(f"no mock server at {origin}: {why}") from None
    return list(rows)


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["reason"])
    except (ValueError, KeyError, TypeError):
        return answer.reason
