"""Data Prep: where it is, and what every request to it keeps."""

from __future__ import annotations

from contracts.services.data_prep import errors, rules
from contracts.services.data_prep.collections import COLLECTIONS
from contracts.services.data_prep.judges import SHORT_RULES
from contracts.services.gateway.platform import PLACED, platform_service

__all__ = ["DATA_PREP", "DATA_PREP_SHORT"]

DATA_PREP = platform_service(
    "data-prep",
    "/data/foundation/conversion",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing=rules.MISSING,
    head_rules=PLACED,
    collections=COLLECTIONS,
    # data-prep/api/sample.md and schema.md
    elsewhere={
        "/samples": "GET POST",
        "/samples/{id}": "GET PUT",
        "/samples/upload": "POST",
        "/schemas": "GET POST",
        "/schemas/upload": "POST",
        "/schemas/{id}": "GET",
    },
    # aepp
    undocumented={
        "/mappingSets/suggestion": "GET",
        "/mappingSets/{id}/mappings": "POST",
        "/mappingSets/{id}/mappings/{mapping}": "PUT DELETE",
        "/xdmBatchConversions": "GET POST",
        "/xdmBatchConversions/{id}": "GET",
        "/xdmBatchConversions/{id}/activities": "GET",
        "/xdmBatchConversions/{id}/activities/{activity}": "GET",
    },
    no_items=("/mappingSets/suggestion",),
)

# Four pages of streaming sources print the path without /conversion. Whether the platform serves it is unknown.
DATA_PREP_SHORT = platform_service(
    "data-prep-short",
    "/data/foundation/mappingSets",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing=rules.MISSING,
    head_rules=(*PLACED, *SHORT_RULES),
)
