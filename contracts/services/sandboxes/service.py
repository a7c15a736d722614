"""The Sandbox API: where it is, and what every request to it keeps."""

from __future__ import annotations

from contracts.judging.model import Service
from contracts.services.gateway import errors as gateway
from contracts.services.gateway import rules as shared
from contracts.services.gateway.breaches import BREACHES, TROUBLES
from contracts.services.gateway.headers import GATEWAY_RULES, headers_are_small, token_is_current
from contracts.services.gateway.hosts import PLATFORM
from contracts.services.gateway.platform import PLACED, platform_service
from contracts.services.sandboxes import errors, rules
from contracts.services.sandboxes.collections import PULL_REQUESTS, SANDBOXES

__all__ = ["SANDBOX_API", "SANDBOX_TOOLING"]

# sandbox.yaml demands x-sandbox-name of some operations and sandboxes.md prints them without; it has no effect.
SANDBOX_API = Service(
    "sandbox-api",
    "/data/foundation/sandbox-management",
    PLATFORM,
    (*shared.ROWS, *rules.ROWS),
    (*gateway.ROWS, *errors.ROWS),
    breaches=BREACHES,
    troubles={**TROUBLES, 400: "SMS-2001-400", 404: "SMS-2000-404"},
    answers={
        "FS-HDR-05": "400003",  # assumed
        "FS-BODY-03": "SMS-2001-400",
        "FS-BODY-04": "SMS-2001-400",
        "FS-BODY-05": "SMS-2001-400",
        "FS-BODY-06": "SMS-2001-400",
        "FS-QRY-16": "SMS-2001-400",
        "FS-FILL-01": "SMS-2001-400",
    },
    head_rules=(headers_are_small, *GATEWAY_RULES),
    known_rules=(token_is_current,),
    collections=(SANDBOXES,),
)

# create/loyalty/lava.md alone prints a call to it; which errors it answers is assumed.
SANDBOX_TOOLING = platform_service(
    "sandbox-tooling",
    "/data/foundation/exim",
    rules.ROWS,
    errors.ROWS,
    invalid="SMS-2001-400",
    missing="SMS-2000-404",
    head_rules=PLACED,
    collections=(PULL_REQUESTS,),
    # sandboxes/sandbox-tooling-api/
    elsewhere={f"/{name}(/.*)?": "GET POST PUT PATCH DELETE" for name in ("packages", "jobs", "handshake", "transfer")},
)
