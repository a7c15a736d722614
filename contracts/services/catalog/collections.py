"""The collections of Catalog."""

from __future__ import annotations

from contracts.judging.model import Collection
from contracts.services.catalog.judges import PACKAGE

__all__ = ["COLLECTIONS"]

_TOLD = frozenset(
    (
        "adlsType",
        "adobe/pqs/table",
        "batchId",
        "dataBehavior",
        "dataSetViewId",
        "format",
        "location",
        "managedBy",
        "type",
    )
    + (
        "meta:xdmType",
        "unifiedProfile",
        "id",
        "body",
        "status",
        "imsOrg",
        "createdUser",
        "updatedUser",
        "createdClient",
    )
)

_BATCH = frozenset(
    (
        "status",
        "relatedObjects",
        "recordCount",
        "failedRecordCount",
        "size",
        "metrics",
        "started",
        "completed",
        "errors",
    )
)

COLLECTIONS = (
    Collection(
        "dataSets",
        schemas=(("dataset", PACKAGE), ("dataset-patch", PACKAGE)),
        id_name="DATASET_ID",
        told=_TOLD,
    ),
    Collection("batches", id_name="BATCH_ID", own=_BATCH),
    Collection("dataSetViews", schemas=(("dataset-view", PACKAGE),), id_name="VIEW_ID", told=_TOLD),
)
