"""The collections of the services below /data/foundation/connectors."""

from __future__ import annotations

from contracts.judging.model import Collection
from contracts.services.connectors.judges import PACKAGE

__all__ = ["ENDPOINTS", "KEYS", "ZONES"]

KEYS = (
    Collection("keys", schemas=(("key", PACKAGE),), id_name="PUBLIC_KEY_ID"),
    Collection("customer-keys", schemas=(("customer-key", PACKAGE),), id_name="PUBLIC_KEY_ID"),
)
ENDPOINTS = (
    Collection("privateEndpoints", schemas=(("private-endpoint", PACKAGE),), id_name="PRIVATE_ENDPOINT_ID"),
    Collection("interactiveAuthoring", schemas=(("interactive-authoring", PACKAGE),)),
)
ZONES = (Collection("landingZones"),)
