"""``mockserver demo``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import click
import requests
from rich.console import Console
from rich.measure import Measurement
from rich.progress import track
from rich.table import Table

from contracts import ZOHO_CRM, Region, catalogue, documented_regions
from mockserver.cli.options import verbosity_options
from mockserver.cli.tutorial import journey
from mockserver.exchange.telling import exchanges
from mockserver.http.server import ServerThread
from mockserver.mock import Mock
from mockserver.platform import FlowService
from mockserver.samples import body_of, headers

__all__ = ["command"]

_UNBROKEN: Mapping[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
_TIMEOUT = 10  # seconds
_WIDE = 1000  # columns, more than a table needs


_WHAT_NOW = """
What now?
  in Python    subclass contracts.ClientContract, run pytest
  any program  mockserver run -- COMMAND
  a server     mockserver serve
  a request    mockserver example zoho-crm
  the rules    mockserver rules
README.md has a block for each."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Where nobody reads on, the command ends as any other does."""
        raise BrokenPipeError


@click.command("demo")
@verbosity_options
def command(verbose: bool, quiet: bool) -> None:
    """Start a mock, run the documented Zoho CRM tutorial against it over HTTP, and show two refusals.

    The tutorial runs in all five regions: create, read, rename, test and delete a base connection. In one of them it
    goes on: token, schema, dataset, mapping set, base connection, its tables, source, target, flow, run, batch.
    """
    console = _Console(soft_wrap=True)
    thread = ServerThread()
    mock = Mock()
    server = thread.start(mock.handle)
    platform = FlowService(mock, server.origin, headers()["x-gw-ims-org-id"])
    try:
        steps, journey = _tutorials(platform), _journey(platform)
        if not quiet:
            console.print(f"A mock of Flow Service listens on {server.origin}\n", highlight=False)
            console.print(_fitting(steps, console), highlight=False)
            console.print("\nFrom a token to a batch, in Europe:\n", highlight=False)
            console.print(_fitting(journey, console), highlight=False)
        _refusal(platform, console, quiet)
        _mix_up(platform, console, quiet)
        if verbose:
            console.print("\n" + exchanges(mock.journal), markup=False, highlight=False)
        if not quiet:
            console.print(_WHAT_NOW, markup=False, highlight=False)
    finally:
        thread.stop(server)
        thread.close()


def _tutorials(platform: FlowService) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold underline")
    for title in ("Region", "Accounts URL", "Create", "Read", "Rename", "Test", "Delete"):
        table.add_column(title, overflow="fold", no_wrap=title == "Accounts URL")
    regions = documented_regions().values()
    # Progress goes to standard error, and only where that is a terminal.
    errors = Console(stderr=True)
    told = partial(track, description="The tutorial in five regions", console=errors, transient=True)
    for region in told(regions) if errors.is_terminal else regions:
        table.add_row(region.name, region.accounts_url, *_tutorial(platform, region))
    return table


def _fitting(table: Table, console: Console) -> Table | str:
    """The table; where it has no room, of each row a line with its first two cells, and one with the others."""
    wide = console.options.update(max_width=_WIDE)
    if Measurement.get(console, wide, table).maximum <= console.width:
        return table
    rows = zip(*(map(str, column.cells) for column in table.columns), strict=True)
    titles = [str(column.header) for column in table.columns]
    return "\n".join(line for row in rows for line in _stacked(titles, row))


def _stacked(titles: list[str], row: tuple[str, ...]) -> Iterator[str]:
    first, second, *others = row
    yield first if not others else f"{first}, {second}"
    yield "    " + (", ".join(map(" ".join, zip(titles[2:], others, strict=True))) or second)


def _tutorial(platform: FlowService, region: Region) -> Iterator[str]:
    """Each step's status as it is answered; any other than the documented one ends the demo."""
    body = body_of(catalogue()[ZOHO_CRM], region)
    created = _call(platform, "POST", "/connections", 201, json=body)
    yield str(created.status_code)
    one, etag = created.json()["id"], created.json()["etag"]
    yield str(_call(platform, "GET", f"/connections/{one}", 200).status_code)
    rename = [{"op": "replace", "path": "/name", "value": f"Zoho CRM in {region.name}"}]
    yield str(_call(platform, "PATCH", f"/connections/{one}", 200, json=rename, etag=etag).status_code)
    yield str(_call(platform, "GET", f"/connections/{one}/test", 200).json()["result"]).lower()
    yield str(_call(platform, "DELETE", f"/connections/{one}", 204).status_code)


def _journey(platform: FlowService) -> Table:
    """The whole documented way, each step with what it gave."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for step, gave in journey(platform, _call):
        table.add_row(step, gave)
    return table


def _refusal(platform: FlowService, console: Console, quiet: bool) -> None:
    """An account of one region with the API host of another: the mix-up that the kit is for."""
    regions = documented_regions()
    body = body_of(catalogue()[ZOHO_CRM], regions["eu"])
    body["auth"]["params"]["accountsUrl"] = regions["us"].accounts_url
    answer = _call(platform, "POST", "/connections", 400, json=body)
    if not quiet:
        title = f"A request with a mistake is refused: {answer.status_code} {answer.json()['title']}"
        _explained(platform, console, title, answer.json()["errorMessage"])


def _mix_up(platform: FlowService, console: Console, quiet: bool) -> None:
    """A client of one data centre that asks the accounts server of another, which says no more than invalid_client."""
    client = {"client_id": "1000.DEMOCLIENT", "client_secret": "demo-client-secret", "refresh_token": "1000.demo"}
    for code in ("eu", "us"):
        url = f"{platform.zoho.accounts_url(code)}/oauth/v2/token"
        answer = _call(platform, "POST", url, 200, data={"grant_type": "refresh_token", **client})
    if not quiet:
        title = f"So is a token's refresh in another data centre: {answer.status_code}"
        _explained(platform, console, title, answer.text)


def _explained(platform: FlowService, console: Console, title: str, answer: str) -> None:
    """What was answered, and what the journal says beyond that."""
    broken = platform.requests[-1]["violations"][0]
    lines = [
        f"\n{title}",
        f"  answer   {answer}",
        f"  rule     {broken['rule']} ({broken['level']}): {broken['document']}",
        f"  journal  {broken['message']}",
    ]
    for line in lines:
        begin = line[: len("  answer   ")] if line.startswith("  ") else ""
        told = textwrap.wrap(line, console.width, subsequent_indent=" " * len(begin), **_UNBROKEN)
        console.print("\n".join(told) if begin else line, highlight=False, markup=False)


def _call(
    platform: FlowService, method: str, path: str, expected: int, json: object = None, etag: str = "", **more: object
) -> requests.Response:
    """One request; ``path`` is below Flow Service's URL, below the origin (``/data/...``), or a URL itself."""
    sent = {**platform.headers, **({"If-Match": etag} if etag else {})} if path.startswith("/") else {}
    base = "" if not path.startswith("/") else platform.origin if path.startswith("/data/") else platform.url
    url = base + path
    with requests.Session() as session:
        session.trust_env = False  # the mock is near, whatever proxy is set
        try:
            answer = session.request(method, url, headers=sent, json=json, timeout=_TIMEOUT, **more)  # type: ignore[arg-type]
        except requests.ConnectionError:
            origin = platform.origin
            raise click.ClickException(f"{origin} can't be reached: is the loopback interface up?") from None
    if answer.status_code != expected:
        raise click.ClickException(f"{method} {path}: expected {expected}, found {answer.status_code} {answer.text}")
    return answer
