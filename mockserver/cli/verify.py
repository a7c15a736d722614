"""``mockserver verify``."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from mockserver.cli.columns import width_here, wrapped
from mockserver.cli.options import format_option, verbosity_options
from mockserver.cli.problems import WrongUse, no_answer, origin_of

if TYPE_CHECKING:
    from mockserver.verifying.drift import Drift
    from mockserver.verifying.facts import Facts
    from mockserver.verifying.live import Endpoint

__all__ = ["command"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_VARIABLES = {
    "Authorization": "MOCKSERVER_VERIFY_TOKEN",
    "x-api-key": "MOCKSERVER_VERIFY_API_KEY",
    "x-gw-ims-org-id": "MOCKSERVER_VERIFY_ORG_ID",
    "x-sandbox-name": "MOCKSERVER_VERIFY_SANDBOX",
}


@click.command("verify")
@click.argument("subject", metavar="URL|FILE")
@click.option("--record", type=_FILE, help="Write the facts to that file, without values.")
@click.option("--write", is_flag=True, help="Also create, change and delete one base connection.")
@format_option
@verbosity_options
def command(subject: str, record: Path | None, write: bool, format_: str, verbose: bool, quiet: bool) -> None:
    """Hold a service's answers against the OpenAPI document.

    They are those of a live endpoint at URL (of Platform, or of a mock), of a HAR file, or facts that --record wrote.
    Without --write nothing is changed there. What differs is told by operation and pointer: missing, extra, type,
    status or order. Token, api key, organisation and sandbox come from MOCKSERVER_VERIFY_TOKEN, _API_KEY, _ORG_ID and
    _SANDBOX, and are never written down.

    Exit code 1 where anything differs, 2 where there is no answer to look at.
    """
    is_url = subject.startswith(("http://", "https://"))
    if write and not is_url:
        raise WrongUse("--write is for a URL.")
    facts = _of_url(subject, write) if is_url else _of_file(Path(subject))
    if not facts.answers:
        where = subject if is_url else f"{subject}, which is to be a HAR file or one that --record wrote"
        raise WrongUse(f"no answer of a described operation in {where}; {_left_out(facts) or 'nothing was there'}")
    if record is not None:
        _record(facts, record)
    drifts = facts.drifts()
    if format_ == "json":
        _tell_json(facts, drifts)
    elif not quiet:
        _tell(facts, drifts, verbose)
    raise SystemExit(1 if drifts else 0)


# The answers


def _of_url(url: str, write: bool) -> Facts:
    import requests

    from mockserver.verifying.live import facts_of

    try:
        with _stopped_politely():
            return facts_of(_endpoint(origin_of(url)), write=write)
    except requests.RequestException as problem:
        no_answer(url, problem)


@contextmanager
def _stopped_politely() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: what was made is deleted first."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _endpoint(url: str) -> Endpoint:
    from contracts import BASE_PATH
    from mockserver.platform import FAKE
    from mockserver.verifying.live import Endpoint

    given = {name: os.environ.get(variable, "") for name, variable in _VARIABLES.items()}
    host = urlsplit(url).hostname or ""
    if host in ("localhost", "127.0.0.1", "::1"):  # a mock takes any
        fakes = dict(zip(given, (FAKE["access_token"], FAKE["api_key"], FAKE["org_id"], "prod"), strict=True))
        given = {name: value or fakes[name] for name, value in given.items()}
    missing = [_VARIABLES[name] for name, value in given.items() if not value and name != "x-sandbox-name"]
    if missing:
        raise WrongUse(f"set {', '.join(missing)}.")
    headers = {**given, "Authorization": f"Bearer {given['Authorization'].removeprefix('Bearer ')}"}
    headers["x-sandbox-name"] = headers["x-sandbox-name"] or "prod"
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise WrongUse("a value of MOCKSERVER_VERIFY_... can't be sent in a header.")
    return Endpoint(url.rstrip("/").removesuffix(BASE_PATH), headers)


def _of_file(file: Path) -> Facts:
    from mockserver.readers.read_request import Unreadable
    from mockserver.verifying.facts import Facts
    from mockserver.verifying.recording import facts_of_recording

    try:
        document = _facts_in(file)
        return facts_of_recording(file) if document is None else Facts.read(document)
    except (Unreadable, ValueError) as problem:
        raise WrongUse(f"{file}: {problem}") from None
    except OSError as problem:
        raise WrongUse(f"{file}: {problem.strerror}; a URL begins with http:// or https://") from None


def _facts_in(file: Path) -> Mapping[str, object] | None:
    """What a file of facts says; ``None`` where it is a recording."""
    with file.open("rb") as stream:
        if b'"facts"' not in stream.read(200):
            return None
    document: Mapping[str, object] = json.loads(file.read_text("utf-8"))
    return document


# What is told


def _record(facts: Facts, file: Path) -> None:
    try:
        file.write_text(facts.as_text(), "utf-8")
    except OSError as problem:
        raise WrongUse(f"{file}: {problem.strerror}") from None


def _tell(facts: Facts, drifts: list[Drift], verbose: bool) -> None:
    width = width_here()
    for drift in drifts:
        kind = click.style(f"{drift.kind:<7}", fg="red", bold=True)
        told = f"{kind} {drift.operation} {drift.status} {drift.pointer or 'the answer'}: {drift.detail}"
        click.echo(wrapped(told, width, 8))
    what = f"{facts.answers} answers of {facts.operations} operations"
    left_out = f"; {_left_out(facts)}" if verbose or not drifts else ""
    left_out = left_out if left_out != "; " else ""
    if drifts:
        number = f"{len(drifts)} {'drift' if len(drifts) == 1 else 'drifts'}"
        click.echo(wrapped(f"{number} in {what}{left_out}.", width))
    else:
        click.secho(wrapped(f"Good: {what} are as described{left_out}.", width), fg="green")


def _left_out(facts: Facts) -> str:
    told = {"of no described operation": facts.not_described, "that tell of trouble (429, 5xx)": facts.trouble}
    return ", ".join(f"{number} {what}" for what, number in told.items() if number)


def _tell_json(facts: Facts, drifts: list[Drift]) -> None:
    numbers = {name: getattr(facts, name) for name in ("answers", "operations", "not_described", "trouble")}
    click.echo(json.dumps({"drifts": [asdict(each) for each in drifts], **numbers}, indent=2))
