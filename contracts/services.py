"""The services behind one gateway: where each begins, and which rules every request to it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.call import RuleFunction
from contracts.headers import GATEWAY_RULES, SANDBOX_RULES

__all__ = ["BASE_PATH", "FLOW_SERVICE", "Service"]

BASE_PATH = "/data/foundation/flowservice"


@dataclass(frozen=True, slots=True)
class Service:
    """One row. ``header_rules`` judge every request below ``base_path``."""

    id: str
    base_path: str
    header_rules: tuple[RuleFunction, ...] = ()


FLOW_SERVICE = Service("flow-service", BASE_PATH, (*GATEWAY_RULES, *SANDBOX_RULES))
