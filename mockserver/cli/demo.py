"""``mockserver demo``."""

from __future__ import annotations

from collections.abc import Iterator

import click
import requests
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from contracts import ZOHO_CRM, Region, catalogue, documented_regions
from mockserver.cli.examples import body_of, headers
from mockserver.cli.options import verbosity_options
from mockserver.cli.tutorial import journey
from mockserver.exchange.telling import exchanges
from mockserver.http.server import ServerThread
from mockserver.mock import Mock
from mockserver.platform import FlowService

__all__ = ["command"]

_TIMEOUT = 10  # seconds


@click.command("demo")
@verbosity_options
def command(verbose: bool, quiet: bool) -> None:
    """Start a mock, run the documented Zoho CRM tutorial against it over HTTP, and show two refusals.

    The tutorial runs in all five regions: create, read, rename, test and delete a base connection. In one of them it
    goes on: token, schema, dataset, mapping set, base connection, its tables, source, target, flow, run, batch.
    """
    console = Console(soft_wrap=True)
    thread = ServerThread()
    mock = Mock()
    server = thread.start(mock.handle)
    platform = FlowService(mock, server.origin, headers()["x-gw-ims-org-id"])
    try:
        steps, journey = _tutorials(platform), _journey(platform)
        if not quiet:
            console.print(f"A mock of Flow Service listens on {server.origin}\n", highlight=False)
            console.print(steps)
            console.print("\nFrom a token to a batch, in Europe:\n", highlight=False)
            console.print(journey)
        _refusal(platform, console, quiet)
        _mix_up(platform, console, quiet)
        if verbose:
            console.print("\n" + exchanges(mock.journal), markup=False, highlight=False)
    finally:
        thread.stop(server)
        thread.close()


def _tutorials(platform: FlowService) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold underline")
    for title in ("Region", "Accounts URL", "Create", "Read", "Rename", "Test", "Delete"):
        table.add_column(title, overflow="fold", no_wrap=title == "Accounts URL")
    regions = documented_regions().values()
    # Progress goes to standard error, and only where that is a terminal.
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for region in progress.track(regions, description="The tutorial in five regions"):
            table.add_row(region.name, region.accounts_url, *_tutorial(platform, region))
    return table


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
        title = f"A request with a mistake in it is refused: {answer.status_code} {answer.json()['title']}"
        _explained(platform, console, title, answer.json()["errorMessage"])


def _mix_up(platform: FlowService, console: Console, quiet: bool) -> None:
    """A client of one data centre that asks the accounts server of another, which says no more than invalid_client."""
    client = {"client_id": "1000.DEMOCLIENT", "client_secret": "demo-client-secret", "refresh_token": "1000.demo"}
    for code in ("eu", "us"):
        url = f"{platform.zoho.accounts_url(code)}/oauth/v2/token"
        answer = _call(platform, "POST", url, 200, data={"grant_type": "refresh_token", **client})
    if not quiet:
        title = f"So is a client that refreshes its token in another data centre: {answer.status_code}"
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
        console.print(line, highlight=False, markup=False)


def _call(
    platform: FlowService, method: str, path: str, expected: int, json: object = None, etag: str = "", **more: object
) -> requests.Response:
    """One request; ``path`` is below Flow Service's URL, below the origin (``/data/...``), or a URL itself."""
    sent = {**platform.headers, **({"If-Match": etag} if etag else {})} if path.startswith("/") else {}
    base = "" if not path.startswith("/") else platform.origin if path.startswith("/data/") else platform.url
    url = base + path
    answer = requests.request(method, url, headers=sent, json=json, timeout=_TIMEOUT, **more)  # type: ignore[arg-type]
    if answer.status_code != expected:
        raise click.ClickException(f"{method} {path}: expected {expected}, found {answer.status_code} {answer.text}")
    return answer
