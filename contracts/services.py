"""The services behind one origin: where each begins, and which rules every request to it keeps."""

from __future__ import annotations

from contracts.headers import GATEWAY_RULES, SANDBOX_RULES, headers_are_small, sandbox_exists, token_is_current
from contracts.judging.model import Service
from contracts.sources.regions import accounts_region, crm_region
from contracts.zoho_crm import CRM_RULES

__all__ = ["BASE_PATH", "FLOW_SERVICE", "IMS", "SANDBOX_API", "ZOHO_ACCOUNTS", "ZOHO_CRM_API"]

BASE_PATH = "/data/foundation/flowservice"


FLOW_SERVICE = Service(
    "flow-service",
    BASE_PATH,
    (headers_are_small, *GATEWAY_RULES, *SANDBOX_RULES),
    (token_is_current, sandbox_exists),
    has_tenants=True,
)

# sandbox.yaml demands x-sandbox-name of some operations and sandboxes.md prints them without; it has no effect.
SANDBOX_API = Service(
    "sandbox-api",
    "/data/foundation/sandbox-management",
    (headers_are_small, *GATEWAY_RULES),
    (token_is_current,),
    {
        "FLOW-1100-400": "SMS-2001-400",
        "FLOW-1405-400": "SMS-2001-400",
        "FLOW-1451-400": "SMS-2001-400",
        "FLOW-1439-404": "SMS-2000-404",
        "FLOW-2001-401": "400003",  # assumed
    },
)

IMS = Service(
    "ims",
    "/ims",
    (headers_are_small,),
    errors={
        "FLOW-1100-400": "invalid_request-400",
        "401013": "invalid_client-401",
        "FLOW-1102-500": "internal_error-500",
        "FLOW-1103-503": "temporarily_unavailable-503",
    },
)

ZOHO_ACCOUNTS = Service(
    "zoho-accounts",
    "/accounts.zoho.{domain}",
    (headers_are_small,),
    errors={
        "FLOW-1100-400": "zoho-invalid_request",
        "401013": "zoho-invalid_client",
        "429050": "zoho-Access Denied",
        "FLOW-1102-500": "zoho-internal_error",
        "FLOW-1103-503": "zoho-unavailable",
    },
    rules={
        "FS-URL-01": "ZO-URL-01",
        "FS-URL-02": "ZO-URL-02",
        "IMS-FORM-01": "ZO-TOK-13",
        "IMS-FORM-02": "ZO-TOK-13",
        "IMS-FORM-03": None,
    },
    region_of=accounts_region,
)

ZOHO_CRM_API = Service(
    "zoho-crm",
    "/www.zohoapis.{domain}",
    (headers_are_small,),
    CRM_RULES,
    errors={
        "FLOW-1100-400": "zoho-INVALID_DATA",
        "401013": "zoho-INVALID_TOKEN",
        "FLOW-2120-403": "zoho-NO_PERMISSION",
        "FLOW-1439-404": "zoho-INVALID_URL_PATTERN",
        "429050": "zoho-TOO_MANY_REQUESTS",
        "FLOW-1102-500": "zoho-INTERNAL_ERROR",
    },
    rules={
        "FS-URL-01": "ZO-URL-03",
        "FS-URL-02": "ZO-URL-04",
        "FS-BODY-01": None,
        "FS-BODY-03": "ZO-COQL-01",
        "FS-BODY-04": "ZO-COQL-01",
        "FS-BODY-05": "ZO-COQL-01",
        "FS-QRY-16": "ZO-CRM-15",
    },
    region_of=crm_region,
)
