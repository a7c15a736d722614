"""Options that several commands share."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.cli.problems import WrongUse, by_environment, cant_use

if TYPE_CHECKING:
    from contracts import Contract, Source
    from contracts.judging.rule import Strictness
    from contracts.sources import Kind
    from mockserver.services.zoho.settings import ZohoSettings

__all__ = [
    "PORT",
    "Whole",
    "connections_option",
    "contract_of",
    "contract_options",
    "format_option",
    "log_to_stderr",
    "source_named",
    "sources_option",
    "strictness_of",
    "stubs_of",
    "stubs_option",
    "verbosity_options",
    "zoho_of",
    "zoho_options",
]


class Whole(click.IntRange):
    """A whole number; click calls its own an "integer range", also where it says that a text isn't one."""

    name = "integer"


PORT = Whole(0, 65535)

_Command = TypeVar("_Command", bound=Callable[..., Any])


def sources_option(command: _Command) -> _Command:
    """``--sources`` and ``--destinations``."""
    for kind in ("destinations", "sources"):
        command = click.option(
            f"--{kind}",
            kind,
            multiple=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            envvar=f"MOCKSERVER_{kind.upper()}",
            help=f"A JSON list of {kind} to add or replace; repeatable.",
        )(command)
    return command


def _json_files(name: str, what: str) -> Callable[[_Command], _Command]:
    return click.option(
        f"--{name}",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar=f"MOCKSERVER_{name.upper()}",
        help=f"A JSON list of {what}; repeatable.",
    )


stubs_option = _json_files("stubs", "stubs: answers for what isn't imitated, or in place of what is")
connections_option = _json_files(
    "connections", "base connections that exist already, with their ids: those that your program's configuration names"
)


def stubs_of(files: tuple[Path, ...]) -> Sequence[Mapping[str, Any]]:
    """The rows of those files; one line, and wrong use, where one is broken."""
    if not files:
        return ()
    from mockserver.exchange.stubs import StubProblem, checked, stubs_in

    try:
        return checked(stubs_in(files))
    except StubProblem as problem:
        cant_use(problem)


def contract_options(command: _Command) -> _Command:
    """``--sources``, ``--destinations``, ``--zoho-regions``, ``--lenient`` and ``--strict``."""
    options = (
        sources_option,
        click.option(
            "--zoho-regions",
            type=click.Choice(["documented", "all"]),
            default="documented",
            show_default=True,
            envvar="MOCKSERVER_ZOHO_REGIONS",
            help="The regions of Adobe's tutorial, or every data centre that Zoho has.",
        ),
        click.option(
            "--lenient",
            is_flag=True,
            envvar="MOCKSERVER_LENIENT",
            help="Take the laxer reading where Adobe's documents disagree.",
        ),
        click.option(
            "--strict",
            is_flag=True,
            envvar="MOCKSERVER_STRICT",
            help="Refuse what no document settles, instead of warning.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def zoho_options(command: _Command) -> _Command:
    """``--zoho-accounts``, ``--zoho-data``, ``--zoho-limits`` and ``--zoho-api-domain``."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = (
        click.option(
            "--zoho-accounts",
            type=file,
            envvar="MOCKSERVER_ZOHO_ACCOUNTS",
            help="A JSON list of Zoho accounts; only these exist then. Default: any is genuine.",
        ),
        click.option(
            "--zoho-data",
            type=file,
            envvar="MOCKSERVER_ZOHO_DATA",
            help="Records of Zoho CRM: a JSON object of modules, or a CSV file named after its module.",
        ),
        click.option(
            "--zoho-limits",
            type=click.Choice(["on", "off"]),
            default="on",
            show_default=True,
            envvar="MOCKSERVER_ZOHO_LIMITS",
            help="Zoho's documented limits on tokens.",
        ),
        click.option(
            "--zoho-api-domain",
            type=click.Choice(["mock", "real"]),
            default="mock",
            show_default=True,
            envvar="MOCKSERVER_ZOHO_API_DOMAIN",
            help="Whose address comes with a token: the mock's own, or the real Zoho's.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def zoho_of(accounts: Path | None, data: Path | None, limits: str, api_domain: str) -> ZohoSettings:
    """What the options say of Zoho; wrong use where a file is broken."""
    from mockserver.services.zoho.settings import settings_of

    try:
        return settings_of(accounts or (), data, limits == "on", api_domain)
    except ValueError as problem:
        raise WrongUse(str(problem)) from None


def format_option(command: _Command) -> _Command:
    """``--format`` of what is listed."""
    choice = click.Choice(["text", "json"])
    return click.option("--format", "format_", type=choice, default="text", show_default=True)(command)


def verbosity_options(command: _Command) -> _Command:
    """``-v`` and ``-q``."""
    quiet = click.option("-q", "--quiet", is_flag=True, callback=_not_both, help="Print less.")
    return click.option("-v", "--verbose", is_flag=True, callback=_not_both, help="Print more.")(quiet(command))


def _not_both(ctx: click.Context, parameter: click.Parameter, is_given: bool) -> bool:
    other = {"quiet": "verbose", "verbose": "quiet"}[str(parameter.name)]
    if is_given and ctx.params.get(other):
        raise WrongUse("-v and -q exclude each other")
    return is_given


def contract_of(
    strictness: Strictness,
    sources: tuple[Path, ...],
    zoho_regions: Any,
    sandboxes: tuple[str, ...] = (),
    require_issued_tokens: bool = False,
    **more: Any,
) -> Contract:
    """The contract that the options describe; wrong use where a sources file is broken."""
    from contracts import Contract

    try:
        return Contract(strictness, sandboxes, sources, zoho_regions, require_issued_tokens, **more)
    except ValueError as problem:
        raise WrongUse(str(problem)) from None


def strictness_of(lenient: bool, strict: bool) -> Strictness:
    """What the two mean together; where one is a variable of the environment, the flag wins."""
    if lenient and strict:
        lenient, strict = not by_environment("lenient"), not by_environment("strict")
        if lenient is strict:
            raise WrongUse("--lenient and --strict exclude each other")
    return "lenient" if lenient else "strict" if strict else "default"


def source_named(contract: Contract, name: str, kind: Kind | None = None) -> Source:
    """The source of that name; wrong use, with the nearest spelling, where there is none, or none of that kind."""
    catalogue = contract.terms.catalogue
    source = catalogue.named(name, kind) or catalogue.named(name)
    if source is None:
        from mockserver.existing import absence

        raise WrongUse(absence(catalogue, name))
    if kind and kind not in source.kinds:
        raise WrongUse(f"{source.key} is no {kind}, but a {' and a '.join(source.kinds)}")
    return source


def log_to_stderr(verbose: bool, quiet: bool, format: str = "text") -> None:
    """Send the mock's own log there: problems by default, requests with ``-v``, with ``-q`` its own failures alone."""
    from mockserver.exchange.safe_errors import SafeFormatter, SafeJson

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeJson() if format == "json" else SafeFormatter("%(levelname)s %(name)s: %(message)s"))
    log, loop = logging.getLogger("mockserver"), logging.getLogger("asyncio")
    for each in (log, loop):
        each.addHandler(handler)
    log.setLevel(logging.ERROR if quiet else logging.DEBUG if verbose else logging.WARNING)
    loop.setLevel(logging.ERROR)  # it warns, at each answer, of clients that are gone
