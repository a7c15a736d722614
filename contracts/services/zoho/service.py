"""Zoho's accounts servers and CRM: where they are, and what every request to them keeps."""

from __future__ import annotations

from contracts.judging.model import Service
from contracts.services.gateway import errors as gateway
from contracts.services.gateway import rules as shared
from contracts.services.gateway.breaches import TROUBLES
from contracts.services.gateway.headers import headers_are_small
from contracts.services.zoho import errors, rules
from contracts.services.zoho.crm import CRM_RULES, is_another_host_of_zohos, is_zohos_all_the_same
from contracts.sources.regions import accounts_region, crm_region

__all__ = ["ZOHO_ACCOUNTS", "ZOHO_CRM_API"]

ZOHO_ACCOUNTS = Service(
    "zoho-accounts",
    "/accounts.zoho.{domain}",
    accounts_region,
    (*shared.ROWS, *rules.ROWS),
    (*gateway.ROWS, *errors.ACCOUNTS),
    breaches={
        "path": "ZO-URL-01",
        "method": "ZO-URL-02",
        "large body": "FS-BODY-02",
        "no form": "ZO-TOK-13",
        "unreadable form": "ZO-TOK-13",
        "stray parameter": "FS-QRY-16",
    },
    troubles={
        **TROUBLES,
        400: "zoho-invalid_request",
        401: "zoho-invalid_client",
        429: "zoho-Access Denied",
        500: "zoho-internal_error",
        503: "zoho-unavailable",
    },
    answers=dict.fromkeys(("ZO-CRM-02", "ZO-CRM-03", "ZO-CRM-04"), "zoho-invalid_token"),  # assumed
    head_rules=(headers_are_small,),
)

ZOHO_CRM_API = Service(
    "zoho-crm",
    "/www.zohoapis.{domain}",
    crm_region,
    (*shared.ROWS, *rules.ROWS),
    (*gateway.ROWS, *errors.CRM),
    breaches={
        "path": "ZO-URL-03",
        "method": "ZO-URL-04",
        "large body": "FS-BODY-02",
        "no body": "ZO-CRM-16",
        "no JSON": "ZO-CRM-16",
        "stray parameter": "ZO-CRM-15",
    },
    troubles={
        **TROUBLES,
        400: "zoho-INVALID_DATA",
        401: "zoho-INVALID_TOKEN",
        403: "zoho-NO_PERMISSION",
        404: "zoho-INVALID_URL_PATTERN",
        429: "zoho-TOO_MANY_REQUESTS",
        500: "zoho-INTERNAL_ERROR",
    },
    head_rules=(headers_are_small,),
    known_rules=CRM_RULES,
    not_imitated=is_zohos_all_the_same,
    beside=is_another_host_of_zohos,
)
