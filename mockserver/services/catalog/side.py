"""Catalog on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from contracts.services.catalog.judges import OF_DATES
from contracts.services.catalog.service import CATALOG, DATA_ACCESS
from mockserver.exchange.masking import Shows
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.catalog.views import shown
from mockserver.services.side import Action, Side

__all__ = ["SIDE"]


def _actions() -> Mapping[str, Action]:
    from mockserver.services.catalog import actions, batches, data_access, dataset_views, requests
    from mockserver.services.catalog.validating import only_validated_if_asked

    single: dict[str, Action] = {
        "list_datasets": actions.list_all,
        "create_dataset": only_validated_if_asked(actions.create),
        "get_dataset": actions.get,
        "get_retention": actions.retention,
        "patch_dataset": actions.patch,
        "replace_dataset": only_validated_if_asked(actions.replace),
        "delete_dataset": actions.delete,
        "list_batches": batches.list_all,
        "list_last_batches": batches.list_last,
        "get_batch": batches.get,
        "list_files": batches.list_files,
        "get_meta": data_access.meta,
        "list_batch_files": data_access.files,
        "list_failed_files": data_access.failed,
        "get_file": data_access.file,
        "list_views": dataset_views.list_all,
        "create_view": only_validated_if_asked(dataset_views.create),
        "get_view": dataset_views.get,
        "list_views_of_dataset": dataset_views.list_of_dataset,
        "get_view_of_dataset": dataset_views.get_of_dataset,
    }
    return {**single, "send_requests": partial(requests.send_all, single)}


def _fill(world: World, record: Record, document: Mapping[str, Any]) -> None:
    from mockserver.services.catalog.batches import fill

    fill(world, record, document)


SIDE = Side(
    "catalog",
    (CATALOG, DATA_ACCESS),
    _actions,
    view=shown,
    after_write={"runs": (_fill,)},
    shows=Shows(
        keys=frozenset(("resource", "method")),
        fields=frozenset(("defaultValue", "maxValue", "minValue")),
        parameters=frozenset(
            ("properties", "dataSetId", "dataSet", "status", "createdAfter", "createdBefore", *OF_DATES)
        ),
    ),
)
