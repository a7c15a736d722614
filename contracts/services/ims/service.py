"""IMS: where it is, and what every request to it keeps."""

from __future__ import annotations

import re

from contracts.judging.model import Service
from contracts.services.gateway import errors as gateway
from contracts.services.gateway import rules as shared
from contracts.services.gateway.breaches import BREACHES, TROUBLES
from contracts.services.gateway.headers import headers_are_small
from contracts.services.gateway.not_imitated import Parts
from contracts.services.ims import errors, rules

__all__ = ["IMS"]

IMS = Service(
    "ims",
    "/ims",
    # adobe-dev-console: ims-na1.adobelogin.com; aepp: ims-na1-stg1.adobelogin.com
    re.compile(r"ims-na1(-stg1)?\.adobelogin\.com"),
    (*shared.ROWS, *rules.ROWS),
    (*gateway.ROWS, *errors.ROWS),
    breaches={**BREACHES, "no form": "IMS-FORM-01", "unreadable form": "IMS-FORM-02", "misnamed form": "IMS-FORM-04"},
    troubles={
        **TROUBLES,
        400: "invalid_request-400",
        401: "invalid_client-401",
        500: "internal_error-500",
        503: "temporarily_unavailable-503",
    },
    answers={
        "FS-FILL-01": "invalid_request-400",
        **dict.fromkeys(("FS-HDR-12", "FS-HDR-13"), "invalid_token-401"),
    },
    head_rules=(headers_are_small,),
    not_imitated=Parts(
        # UserAuthentication/IMS.md, and the last four of Adobe's Postman collection "IMS APIs"
        {
            "/authorize/v2": "GET",
            "/keys": "GET",
            "/.well-known/openid-configuration": "GET",
            "/admin_members/v3": "POST",
            "/admin_organizations/v6": "POST",
            "/fetch_pc_by_org/v1": "POST",
            "/organizations/{id}@AdobeOrg": "GET",
        },
        # adobe/aio-lib-ims, adobe/spacecat-shared, adobe/ims-go and others
        {
            "/authorize/v1": "GET",
            "/invalidate_token/v2": "POST",
            "/logout/v1": "GET POST",
            "/organizations/{version}": "GET",
            "/organizations/{id}/{version}": "GET",
            "/token/v4": "POST",
        },
    ),
)
