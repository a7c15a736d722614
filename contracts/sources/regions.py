"""Zoho's data centres: which accounts URL belongs to which API hosts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from contracts.reading.files import file_of

__all__ = ["Region", "accounts_region", "crm_region", "documented_regions", "region_of", "zoho_regions"]


@dataclass(frozen=True, slots=True)
class Region:
    """One data centre of Zoho (zoho.com/crm/developer/docs/api/v8/multi-dc.html).

    ``code`` is ``eu`` for example, ``accounts_url`` and ``api_endpoint`` are what a connection's params hold;
    ``documented`` says whether Adobe's Zoho tutorial names it. ``hosts`` are all names of its accounts server and
    CRM, ``crm_hosts`` those of the CRM.
    """

    code: str
    name: str
    accounts_url: str
    api_endpoint: str
    documented: bool
    hosts: frozenset[str]
    crm_hosts: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.code

    @property
    def domains(self) -> frozenset[str]:
        """What its hosts are below: zoho.eu and zohoapis.eu, and likewise elsewhere."""
        return frozenset(host.partition(".")[2] for host in self.hosts if host.startswith(("accounts.", "www.")))


@cache
def zoho_regions() -> Mapping[str, Region]:
    """Every data centre of Zoho by code: the documented ones first, in the tutorial's order."""
    text = file_of("contracts.sources", "data/zoho-datacenters.json").read_text("utf-8")
    rows = {row["location"]: row for row in json.loads(text)["data_centers"]}
    first = ("us", "au", "eu", "in", "cn")
    return {code: _region(rows[code]) for code in (*first, *(code for code in rows if code not in first))}


@cache
def documented_regions() -> Mapping[str, Region]:
    """The five that Adobe's Zoho tutorial names."""
    return {code: region for code, region in zoho_regions().items() if region.documented}


def region_of(endpoint: str) -> Region | None:
    """The region to which the host of ``endpoint`` belongs.

    ``endpoint`` is a bare host or a URL, with or without a path (no document says which); ``None``
    where its host isn't one of Zoho's.
    """
    return _by_url().get(endpoint) or _by_host().get(_host(endpoint))


def accounts_region(host: str) -> Region | None:
    """The region whose accounts server that host is."""
    region = _by_host().get(_host(host))
    return region if region and _host(region.accounts_url) == _host(host) else None


def crm_region(host: str) -> Region | None:
    """The region whose CRM that host answers for; its sandbox, developer and web hosts are among them."""
    region = _by_host().get(_host(host))
    return region if region and _host(host) in region.crm_hosts else None


def _host(endpoint: str) -> str:
    text = endpoint.strip().replace("\\", "/")
    authority = (text.partition("://")[2] or text).lstrip("/")
    for mark in "/?#":
        authority = authority.partition(mark)[0]
    return authority.rpartition("@")[2].partition(":")[0].rstrip(".").lower()


@cache
def _by_url() -> Mapping[str, Region]:
    """The two documented URLs of each region, as most clients send them."""
    return {url: region for region in zoho_regions().values() for url in (region.accounts_url, region.api_endpoint)}


@cache
def _by_host() -> Mapping[str, Region]:
    return {host: region for region in zoho_regions().values() for host in region.hosts}


def _region(row: dict[str, str]) -> Region:
    return Region(
        code=row["location"],
        name=row["name"],
        accounts_url=row["accounts_url"],
        api_endpoint=row["api_domain"],
        documented=bool(row["documented_in_adobe_tutorial"]),
        hosts=_hosts(row),
        crm_hosts=frozenset(host for host in _hosts(row) if _is_crm_host(host)),
    )


def _is_crm_host(host: str) -> bool:
    """All but the accounts server and ``content``, which takes uploads."""
    name = host.partition(".")[0]
    return name == "crm" or (".zohoapis." in f".{host}" and name != "content")


def _hosts(row: Mapping[str, str]) -> frozenset[str]:
    """Every host of the row, with the two that older clients use: without ``www.``, and the CRM's web host."""
    urls = (
        row[key] for key in row if key == "accounts_url" or key.endswith("api_domain") or key == "file_upload_domain"
    )
    hosts = {_host(url) for url in urls if url}
    web = row["web_domain"]
    return frozenset({*hosts, _host(row["api_domain"]).removeprefix("www."), web, f"www.{web}", f"crm.{web}"})
