"""The services behind one origin: where each begins, and which rules every request to it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.call import RuleFunction
from contracts.headers import GATEWAY_RULES, SANDBOX_RULES, headers_are_small

__all__ = ["BASE_PATH", "FLOW_SERVICE", "IMS", "SANDBOX_API", "Service"]

BASE_PATH = "/data/foundation/flowservice"


@dataclass(frozen=True, slots=True)
class Service:
    """One row. ``header_rules`` judge every request below ``base_path``.

    ``errors`` are this service's own in place of Flow Service's, by their ids; ``has_tenants`` says that a request
    is made for one organisation's sandbox.
    """

    id: str
    base_path: str
    header_rules: tuple[RuleFunction, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict, hash=False)
    has_tenants: bool = False


FLOW_SERVICE = Service("flow-service", BASE_PATH, (*GATEWAY_RULES, *SANDBOX_RULES), has_tenants=True)

# sandbox.yaml demands x-sandbox-name of some operations and sandboxes.md prints them without; it has no effect.
SANDBOX_API = Service(
    "sandbox-api",
    "/data/foundation/sandbox-management",
    GATEWAY_RULES,
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
    {
        "FLOW-1100-400": "invalid_request-400",
        "401013": "invalid_client-401",
        "FLOW-1102-500": "internal_error-500",
        "FLOW-1103-503": "temporarily_unavailable-503",
    },
)
