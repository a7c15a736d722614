"""Zoho's accounts servers and CRM on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import ZOHO_CRM
from contracts.reading.urls import location_of
from contracts.services.zoho.service import ZOHO_ACCOUNTS, ZOHO_CRM_API
from mockserver.exchange.masking import Masker, Shows
from mockserver.memory.world import World
from mockserver.services.side import Action, Side
from mockserver.services.zoho.accounts import Access, Client, Code, Grant
from mockserver.services.zoho.credentials import ZOHO_SOURCE
from mockserver.services.zoho.state import ZohoState
from mockserver.services.zoho.written import Written

__all__ = ["SIDE"]


def _redirect(masker: Masker, url: str) -> str:
    """Where it leads, without a login and what follows."""
    return masker.url(url) if location_of(url) is not None else masker.stray(url)


def _tables(world: World) -> Mapping[str, list[dict[str, Any]]]:
    from mockserver.services.zoho.telling import told  # which few ask for

    return told(world)


def _actions() -> Mapping[str, Action]:
    from mockserver.services.zoho import crm, more_reads, oauth, writes

    return {
        "zoho_token": oauth.token,
        "zoho_revoke": oauth.revoke,
        "zoho_authorize": oauth.authorize,
        "zoho_server_info": oauth.server_info,
        "zoho_modules": crm.modules,
        "zoho_module": crm.module,
        "zoho_fields": crm.fields,
        "zoho_org": crm.org,
        "zoho_users": crm.users,
        "zoho_user": crm.user,
        "zoho_coql": crm.coql,
        "zoho_records": crm.records,
        "zoho_search": crm.search,
        "zoho_deleted": crm.deleted,
        "zoho_count": crm.count,
        "zoho_record": crm.record,
        "zoho_layouts": more_reads.layouts,
        "zoho_layout": more_reads.layout,
        "zoho_related_lists": more_reads.related_lists,
        "zoho_custom_views": more_reads.custom_views,
        "zoho_roles": more_reads.roles,
        "zoho_profiles": more_reads.profiles,
        "zoho_tags": more_reads.tags,
        "zoho_related": more_reads.related,
        "zoho_user_info": more_reads.user_info,
        "zoho_insert": writes.insert,
        "zoho_insert_note": writes.insert_note,
        "zoho_update": writes.update,
        "zoho_update_one": writes.update_one,
        "zoho_upsert": writes.upsert,
        "zoho_delete": writes.delete,
        "zoho_delete_one": writes.delete_one,
    }


SIDE = Side(
    "zoho",
    (ZOHO_ACCOUNTS, ZOHO_CRM_API),
    _actions,
    state=ZohoState,
    kept={"clients": Client, "grants": Grant, "accesses": Access, "codes": Code, "zoho_records": Written},
    shows=Shows(
        keys=frozenset(("select_query",)),
        parameters=frozenset(
            ("response_type", "access_type", "prompt", "soid", "location", "accounts-server")
            + ("fields", "page", "per_page", "sort_by", "sort_order", "module", "ids", "cvid", "include_child")
        ),
        schemes=frozenset(("zoho-oauthtoken",)),
        queries={"redirect_uri": _redirect},
    ),
    sources={ZOHO_CRM: ZOHO_SOURCE},
    tells=_tables,
)
