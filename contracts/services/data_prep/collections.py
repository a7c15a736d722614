"""The one collection of Data Prep."""

from __future__ import annotations

from contracts.judging.model import Collection
from contracts.services.data_prep.judges import PACKAGE

__all__ = ["COLLECTIONS"]

COLLECTIONS = (
    Collection(
        "mappingSets",
        schemas=(("mapping-set", PACKAGE), ("preview", PACKAGE)),
        id_name="MAPPING_SET_ID",
        told=frozenset(
            (
                "id",
                "createdBy",
                "modifiedBy",
                "destination",
                "destinationXdmPath",
                "source",
                "sourceAttribute",
                "sourceType",
            )
            + ("columnName", "exception", "status", "href", "version", "contentType")
        ),
    ),
)
