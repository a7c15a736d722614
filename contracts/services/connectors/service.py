"""Landing zone, encryption keys and private endpoints: where they are, and what every request to them keeps."""

from __future__ import annotations

from functools import partial

from contracts.services.connectors import errors, rules
from contracts.services.connectors.collections import ENDPOINTS, KEYS, ZONES
from contracts.services.gateway.platform import PLACED, platform_service

__all__ = ["ENCRYPTION", "LANDING_ZONE", "PRIVATE_ENDPOINTS"]

_service = partial(platform_service, rules=rules.ROWS, errors=errors.ROWS, invalid=rules.INVALID, missing=rules.MISSING)
_BASE = "/data/foundation/connectors"

LANDING_ZONE = _service("landing-zone", f"{_BASE}/landingzone", collections=ZONES)
ENCRYPTION = _service("encryption", f"{_BASE}/encryption", collections=KEYS)
PRIVATE_ENDPOINTS = _service("private-endpoints", f"{_BASE}/privateEndpoints", head_rules=PLACED, collections=ENDPOINTS)
