"""What a user tells the mock of Zoho: accounts, records, limits, and whose address ``api_domain`` is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from contracts.reading.schemas import checker, schema
from contracts.reading.spelling import nearest
from contracts.sources.regions import Region, region_of, zoho_regions
from mockserver.services.zoho.accounts import FULL_SCOPE, Account
from mockserver.services.zoho.dataset import Dataset

__all__ = ["ZohoProblem", "ZohoSettings", "account_of", "accounts_in", "settings_of"]


class ZohoProblem(ValueError):
    """An account or a file of records that can't be used; ``str()`` says what was expected."""


class ZohoSettings(NamedTuple):
    """``api_domain`` is *mock*: the mock's own address where the request named the host in its path, or *real*.

    ``data`` is what stands in the place of the CRM's usual records.
    """

    accounts: tuple[Account, ...] = ()
    data: Dataset | None = None
    limits: bool = True
    api_domain: Literal["mock", "real"] = "mock"


def settings_of(
    zoho_accounts: str | Path | Iterable[Mapping[str, Any]] = (),
    zoho_data: str | Path | Mapping[str, Any] | None = None,
    zoho_limits: bool = True,
    zoho_api_domain: str = "mock",
) -> ZohoSettings:
    """What the marker's or the command's settings mean; `ValueError` says what doesn't fit."""
    if not isinstance(zoho_limits, bool):
        raise ZohoProblem(f"zoho_limits is True or False, not {zoho_limits!r}")
    if zoho_api_domain not in ("mock", "real"):
        raise ZohoProblem(f"zoho_api_domain is 'mock' or 'real', not {zoho_api_domain!r}")
    data = None
    if zoho_data is not None:
        from mockserver.services.zoho.seeds import dataset_from

        data = dataset_from(zoho_data)
    return ZohoSettings(accounts_in(zoho_accounts), data, zoho_limits, "real" if zoho_api_domain == "real" else "mock")


def accounts_in(given: str | Path | Iterable[Mapping[str, Any]]) -> tuple[Account, ...]:
    """The accounts of a file (a JSON list, or an object with the list under ``accounts``), or of a list itself."""
    if isinstance(given, str | Path):
        try:
            given = json.loads(Path(given).read_text("utf-8"))
        except (OSError, ValueError) as problem:
            raise ZohoProblem(f"{given}: {problem}") from None
        except RecursionError:
            raise ZohoProblem(f"{given}: nested too deeply") from None
    if isinstance(given, Mapping):
        given = given.get("accounts", ())
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ZohoProblem("Zoho accounts are a list of objects")
    return tuple(account_of(row) for row in given)


def account_of(row: Mapping[str, Any]) -> Account:
    """One account; its keys in Zoho's spelling, or in that of a base connection's params."""
    if not isinstance(row, Mapping):
        raise ZohoProblem("a Zoho account is an object")
    given = {_plain(name): value for name, value in row.items() if value is not None}
    url = given.pop("accounts_url", None)
    if "region" not in given and isinstance(url, str):
        given["region"] = str(region_of(url) or url)
    properties = schema("zoho-account", "mockserver.services.zoho")["properties"]
    for name in given:
        if name not in properties:
            near = nearest(name, properties)
            hint = f"; nearest: {near}" if near else ""
            raise ZohoProblem(f"a Zoho account has no {name!r}; allowed: {', '.join(properties)}{hint}")
    error = next(checker("zoho-account", "mockserver.services.zoho").iter_errors(given), None)
    if error is not None:
        place = "/".join(map(str, error.absolute_path))
        reason = f"one of {', '.join(zoho_regions())} is expected" if error.validator == "enum" else error.message
        raise ZohoProblem(f"a Zoho account's {place}: {reason}" if place else f"a Zoho account: {reason}")
    scope = given.pop("scope", FULL_SCOPE)
    return Account(
        region=_region(given.pop("region")),
        multi_dc=tuple(given.pop("multi_dc", ())),
        scope=scope if isinstance(scope, str) else " ".join(scope),
        **given,
    )


def _region(code: str) -> Region:
    return zoho_regions()[code]


def _plain(name: str) -> str:
    """``clientId`` as ``client_id``."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", str(name)).lower()
