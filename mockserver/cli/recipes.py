"""The options that say what a mock is, which `serve` and `run` share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mockserver.cli.limits import limits_options
from mockserver.cli.options import (
    Whole,
    connections_option,
    contract_of,
    contract_options,
    log_to_stderr,
    strictness_of,
    stubs_of,
    stubs_option,
    verbosity_options,
    zoho_of,
    zoho_options,
)
from mockserver.cli.problems import cant_use
from mockserver.exchange.bounds import LARGEST_JOURNAL
from mockserver.http.limits import Limits

if TYPE_CHECKING:
    from contracts import Contract
    from mockserver.cli.lines import Format
    from mockserver.http.recipe import Recipe
    from mockserver.memory.existing import Existing
    from mockserver.mock import Mock

__all__ = ["RecipeOf", "recipe_options"]


class RecipeOf(NamedTuple):
    """Makes a recipe of what the options say; ``may_fail`` where they name what can be wrong, as a file."""

    make: Callable[[str | None, bool], Recipe]
    may_fail: bool

    def __call__(self, store: str | None, tells: bool) -> Recipe:
        """Of a mock whose state is kept at ``store``, ``None`` for memory; with ``tells`` each call is a line on
        stderr.
        """
        return self.make(store, tells)


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """All that a mock, and what is between it and its clients, can be told; the command gets ``limits``, ``recipe_of``,
    ``verbose`` and ``quiet``.
    """

    @functools.wraps(command)
    def described(
        *,
        limits: Limits,
        sandboxes: tuple[str, ...],
        require_issued_tokens: bool,
        landing_zone: str,
        journal: int,
        seed: int | None,
        sources: tuple[Path, ...],
        stubs: tuple[Path, ...],
        connections: tuple[Path, ...],
        destinations: tuple[Path, ...],
        zoho_regions: str,
        zoho_accounts: Path | None,
        zoho_data: Path | None,
        zoho_limits: str,
        zoho_api_domain: str,
        lenient: bool,
        strict: bool,
        log_format: Format,
        verbose: bool,
        quiet: bool,
        **given: Any,
    ) -> Any:
        strictness = strictness_of(lenient, strict)

        def make(store: str | None, tells: bool) -> Recipe:
            from mockserver.http.recipe import Recipe

            prepare = partial(log_to_stderr, verbose, quiet, log_format)
            prepare()
            contract = contract_of(
                strictness,
                sources,
                zoho_regions,
                sandboxes,
                require_issued_tokens,
                destinations=destinations,
                largest_body=limits.max_body,
                landing_zone=landing_zone,
            )
            zoho = zoho_of(zoho_accounts, zoho_data, zoho_limits, zoho_api_domain)
            watch = _telling(log_format, verbose) if tells else None
            existing = _existing(connections, contract)
            return Recipe(contract, journal, zoho, seed, stubs_of(stubs), store, prepare, watch, existing)

        may_fail = any((sandboxes, sources, stubs, connections, destinations, zoho_accounts, zoho_data))
        recipe_of = RecipeOf(make, may_fail)
        return command(limits=limits, recipe_of=recipe_of, verbose=verbose, quiet=quiet, **given)

    made: Callable[..., Any] = described
    for option in reversed(_OPTIONS):
        made = option(made)
    return made


def _existing(files: tuple[Path, ...], contract: Contract) -> tuple[Existing, ...]:
    if not files:
        return ()
    from mockserver.existing import ExistingProblem, existing_in  # which reads the catalogue's examples

    try:
        return tuple(row for file in files for row in existing_in(file, contract.terms.catalogue))
    except ExistingProblem as problem:
        cant_use(problem)


def _telling(format: Format, verbose: bool) -> Callable[[Mock], None]:
    from mockserver.cli.lines import watch

    return partial(watch, format=format, verbose=verbose)


_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_OPTIONS: tuple[_Decorator, ...] = (
    click.option(
        "--sandbox",
        "sandboxes",
        multiple=True,
        metavar="NAME",
        envvar="MOCKSERVER_SANDBOX",
        help="Only the named sandboxes exist; repeatable. Default: any well-formed name does.",
    ),
    click.option(
        "--require-issued-tokens",
        is_flag=True,
        envvar="MOCKSERVER_REQUIRE_ISSUED_TOKENS",
        help="Take only access tokens that this server's IMS issued. Default: any.",
    ),
    click.option(
        "--landing-zone",
        type=click.Choice(["azure", "aws"]),
        default="azure",
        show_default=True,
        envvar="MOCKSERVER_LANDING_ZONE",
        help="Where the data landing zone is provisioned.",
    ),
    click.option(
        "--journal",
        type=Whole(1, LARGEST_JOURNAL),
        default=1000,
        show_default=True,
        envvar="MOCKSERVER_JOURNAL",
        help="How many exchanges are kept.",
    ),
    click.option(
        "--seed",
        type=int,
        metavar="N",
        envvar="MOCKSERVER_SEED",
        help="Byte for byte the same answers for the same calls: ids, etags, tokens, times. The clock starts on 15 "
        "June 2025 and goes on by a quarter of a second with each call, and by what /__admin/clock says. Default: "
        "others.",
    ),
    connections_option,
    stubs_option,
    contract_options,
    zoho_options,
    limits_options,
    click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        envvar="MOCKSERVER_LOG_FORMAT",
        help="What each call is told as on stderr: a line for people, or an object. -v tells mends too, -q nothing.",
    ),
    verbosity_options,
)
