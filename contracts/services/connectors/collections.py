"""The collections of the services below /data/foundation/connectors."""

from __future__ import annotations

from contracts.judging.model import Collection
from contracts.services.connectors.judges import PACKAGE

__all__ = ["ENDPOINTS", "KEYS", "ZONES"]

_TOLD = frozenset(("expiryTime", "keyType", "publicKey", "publicKeyId", "status", "state", "id", "type", "version"))
KEYS = (
    Collection("keys", schemas=(("key", PACKAGE),), id_name="PUBLIC_KEY_ID", told=_TOLD),
    Collection("customer-keys", schemas=(("customer-key", PACKAGE),), id_name="PUBLIC_KEY_ID", told=_TOLD),
)
ENDPOINTS = (
    Collection("privateEndpoints", schemas=(("private-endpoint", PACKAGE),), id_name="PRIVATE_ENDPOINT_ID", told=_TOLD),
    Collection("interactiveAuthoring", schemas=(("interactive-authoring", PACKAGE),)),
)
ZONES = (Collection("landingZones"),)
