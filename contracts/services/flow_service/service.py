"""Flow Service: where it is, and what every request to it keeps."""

from __future__ import annotations

from contracts.judging.model import Service
from contracts.services.flow_service import errors, rules
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.known import terms_of
from contracts.services.gateway.breaches import BREACHES, TROUBLES
from contracts.services.gateway.headers import (
    GATEWAY_RULES,
    SANDBOX_RULES,
    headers_are_small,
    sandbox_exists,
    token_is_current,
)
from contracts.services.gateway.hosts import PLATFORM
from contracts.services.gateway.not_imitated import not_imitated

__all__ = ["BASE_PATH", "FLOW_SERVICE"]

BASE_PATH = "/data/foundation/flowservice"

FLOW_SERVICE = Service(
    "flow-service",
    BASE_PATH,
    PLATFORM,
    rules.ROWS,
    errors.ROWS,
    breaches=BREACHES,
    troubles=TROUBLES,
    head_rules=(headers_are_small, *GATEWAY_RULES, *SANDBOX_RULES),
    known_rules=(token_is_current, sandbox_exists),
    has_tenants=True,
    terms_of=terms_of,
    collections=tuple(COLLECTIONS.values()),
    beside=not_imitated,
)
