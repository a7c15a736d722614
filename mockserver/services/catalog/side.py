"""Catalog on the mock's side."""

from __future__ import annotations

from contracts.services.catalog.service import CATALOG, DATA_ACCESS
from mockserver.exchange.masking import Shows
from mockserver.services.catalog import actions, batches
from mockserver.services.catalog.views import shown
from mockserver.services.side import Side

__all__ = ["SIDE"]

SIDE = Side(
    "catalog",
    (CATALOG, DATA_ACCESS),
    {
        "list_datasets": actions.list_all,
        "create_dataset": actions.create,
        "get_dataset": actions.get,
        "patch_dataset": actions.patch,
        "replace_dataset": actions.replace,
        "delete_dataset": actions.delete,
        "list_batches": batches.list_all,
        "get_batch": batches.get,
        "list_files": batches.list_files,
        "get_meta": batches.meta,
        "list_batch_files": batches.files_of_batch,
        "list_failed_files": batches.files_failed,
    },
    view=shown,
    after_write={"runs": (batches.fill,)},
    shows=Shows(parameters=frozenset(("properties", "dataSetId", "dataSet", "status"))),
)
