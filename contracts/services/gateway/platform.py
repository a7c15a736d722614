"""A service of Platform around Flow Service: what all of them share, with errors of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.judging.error import Error
from contracts.judging.model import Collection, RuleFunction, Service
from contracts.judging.rule import Rule
from contracts.services.gateway import errors as gateway
from contracts.services.gateway import rules as shared
from contracts.services.gateway.breaches import BREACHES, TROUBLES
from contracts.services.gateway.headers import (
    GATEWAY_RULES,
    headers_are_small,
    sandbox_exists,
    sandbox_is_named,
    token_is_current,
)
from contracts.services.gateway.hosts import PLATFORM
from contracts.services.gateway.not_imitated import Parts

__all__ = ["MOST_CONDITIONS", "PLACED", "platform_service"]

PLACED: tuple[RuleFunction, ...] = (sandbox_is_named,)
"""The head rules of an operation for which a sandbox has to be named; some pages print a call without."""

MOST_CONDITIONS = 100
"""Filters of a list, or names that it is ordered by; each is looked at for each item that is stored. Assumed."""

_OF_A_BODY = ("FS-BODY-03", "FS-BODY-04", "FS-BODY-05", "FS-BODY-06", "FS-QRY-16", "FS-FILL-01")


def platform_service(
    id: str,
    base_path: str,
    rules: tuple[Rule, ...],
    errors: tuple[Error, ...],
    *,
    invalid: str,
    missing: str,
    stale: str = "FLOW-1404-412",
    head_rules: tuple[RuleFunction, ...] = (),
    collections: tuple[Collection, ...] = (),
    needs: tuple[str, ...] = (),
    elsewhere: Mapping[str, str] = MappingProxyType({}),
    undocumented: Mapping[str, str] = MappingProxyType({}),
    no_items: tuple[str, ...] = (),
) -> Service:
    """The row of a service whose sandbox is named in a header.

    ``invalid`` is its error of a request that isn't as documented, ``missing`` that of an id that isn't there,
    ``stale`` that of a version that has passed. ``elsewhere`` are the methods, by their paths, of documented operations
    that aren't imitated, ``undocumented`` those that public programs send though no document has them.
    ``no_items`` are those of their paths that look like an item's.
    """
    return Service(
        id,
        base_path,
        PLATFORM,
        (*shared.ROWS, *rules),
        (*gateway.ROWS, *errors),
        breaches=BREACHES,
        troubles={**TROUBLES, 400: invalid, 404: missing, 412: stale},
        answers={"FS-HDR-05": "400003", **dict.fromkeys(_OF_A_BODY, invalid)},  # the former is assumed
        head_rules=(headers_are_small, *GATEWAY_RULES, *head_rules),
        known_rules=(token_is_current, sandbox_exists),
        has_tenants=True,
        needs=needs,
        collections=collections,
        not_imitated=Parts(elsewhere, undocumented),
        no_items=no_items,
    )
