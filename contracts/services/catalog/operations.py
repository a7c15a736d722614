"""The operations of Catalog (catalog.yaml) and those of Data Access (data-access.yaml) to which a run's links lead."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.judging.model import Operation, RuleFunction
from contracts.services.catalog.judges import (
    BATCH_PARAMETERS,
    DATASET_RULES,
    FILE_PARAMETERS,
    LAST_BATCH_PARAMETERS,
    LIST_PARAMETERS,
    LIST_RULES,
    MANY_RULES,
    META_PARAMETERS,
    PATCH_RULES,
    VIEW_PARAMETERS,
    VIEW_RULES,
    page_is_sound,
    path_is_spelt,
)
from contracts.services.catalog.service import CATALOG, DATA_ACCESS
from contracts.services.gateway.platform import PLACED

__all__ = ["OPERATIONS"]

_catalog = partial(Operation, CATALOG, head_rules=PLACED)
_LISTED = (*PLACED, *LIST_RULES)
_access = partial(Operation, DATA_ACCESS, head_rules=(*PLACED, page_is_sound), collection="batches")
_file = partial(
    _access,
    path="/files/{file}",
    action="get_file",
    query=META_PARAMETERS,
    refuses=("CT-ID-04", "CT-QRY-05"),
    returns=("BatchFiles",),
    file_type="application/parquet",
)
_PATCH = ("application/json", "application/json-patch+json", "application/merge-patch+json")
_CHANGED = ("CT-ID-01", "CT-VER-01")
_dataset = partial(_catalog, collection="dataSets")
_get = partial(
    _dataset, method="GET", action="get_dataset", query=("properties",), refuses=("CT-ID-01",), returns=("Datasets",)
)
_delete = partial(_dataset, method="DELETE", action="delete_dataset", refuses=("CT-VER-01",), returns=("DatasetRefs",))
_patch = partial(
    _dataset,
    method="PATCH",
    action="patch_dataset",
    body="json",
    body_rules=PATCH_RULES,
    judges_again=DATASET_RULES,
    refuses=(*_CHANGED, "CT-PATCH-02", "FS-BODY-02", "FS-BODY-04"),
    returns=("DatasetRefs",),
    media_types=_PATCH,
)
_create = partial(
    _dataset,
    method="POST",
    action="create_dataset",
    success=201,
    body="json",
    query=("requestDataSource",),
    body_rules=DATASET_RULES,
    returns=("DatasetRefs",),
)
_batch = partial(
    _catalog,
    method="GET",
    action="get_batch",
    query=("aggregate",),  # a batch here has no parts
    refuses=("CT-ID-02",),
    returns=("Batches",),
    collection="batches",
)
_view = partial(
    _catalog,
    method="GET",
    action="get_view",
    query=("properties",),
    refuses=("CT-ID-03",),
    returns=("Views",),
    collection="dataSetViews",
)


def _datasets(path: str, suffix: str = "", *spelling: RuleFunction) -> Iterator[Operation]:
    """What is done with datasets; ``spelling`` judges a path that isn't spelt as in catalog.yaml."""
    rules = (*PLACED, *spelling)
    yield _dataset(
        f"listDatasets{suffix}",
        "GET",
        path,
        action="list_datasets",
        query=LIST_PARAMETERS,
        head_rules=(*_LISTED, *spelling),
        returns=("Datasets",),
    )
    yield _create(f"createDataset{suffix}", path=path, head_rules=rules)
    yield _get(f"getDataset{suffix}", path=f"{path}/{{id}}", head_rules=rules)
    yield _patch(f"patchDataset{suffix}", path=f"{path}/{{id}}", head_rules=rules)
    yield _dataset(
        f"replaceDataset{suffix}",
        "PUT",
        f"{path}/{{id}}",
        action="replace_dataset",
        head_rules=rules,
        body="json",
        query=("requestDataSource",),
        body_rules=DATASET_RULES,
        refuses=_CHANGED,
        returns=("DatasetRefs",),
    )
    yield _delete(f"deleteDataset{suffix}", path=f"{path}/{{id}}", head_rules=rules)


def _views(path: str, suffix: str = "", *spelling: RuleFunction) -> Iterator[Operation]:
    """What is done with the views of datasets."""
    rules = (*PLACED, *spelling)
    yield _catalog(
        f"listDatasetViews{suffix}",
        "GET",
        path,
        action="list_views",
        query=VIEW_PARAMETERS,
        head_rules=(*_LISTED, *spelling),
        returns=("Views",),
        collection="dataSetViews",
    )
    # Printed only inside of several requests (catalog/api/appendix.md).
    yield _catalog(
        f"createDatasetView{suffix}",
        "POST",
        path,
        action="create_view",
        success=201,
        head_rules=rules,
        body="json",
        body_rules=VIEW_RULES,
        refuses=("CT-ID-01",),
        returns=("ViewRefs",),
        collection="dataSetViews",
    )
    yield _view(f"getDatasetView{suffix}", path=f"{path}/{{id}}", head_rules=rules)


OPERATIONS: tuple[Operation, ...] = (
    *_datasets("/dataSets"),
    # Programs send these, one of Adobe's among them; the playbooks print the second.
    *_datasets("/datasets", "InLowerCase", path_is_spelt("/dataSets")),
    _create("createDatasetAsPrinted", path="/dataSet", head_rules=(*PLACED, path_is_spelt("/dataSets"))),
    # Two of Adobe's Postman collections read and delete a dataset below this path, and expect 200.
    _get("getDatasetAsPrinted", path="/dataset/{id}"),
    _delete("deleteDatasetAsPrinted", path="/dataset/{id}"),
    _patch("patchDatasetV2", path="/v2/dataSets/{id}"),
    # The page on retention prints the former path in this spelling, and without a sandbox.
    _patch("patchDatasetV2AsPrinted", path="/v2/datasets/{id}", head_rules=()),
    _catalog(
        "getDatasetRetention",
        "GET",
        "/ttl/{id}",
        action="get_retention",
        refuses=("CT-ID-01",),
        returns=("Retention",),
        collection="dataSets",
    ),
    _catalog(
        "listBatches",
        "GET",
        "/batches",
        action="list_batches",
        query=BATCH_PARAMETERS,
        head_rules=_LISTED,
        returns=("Batches",),
    ),
    _catalog(
        "listLastBatches",
        "GET",
        "/lastBatches",
        action="list_last_batches",
        query=LAST_BATCH_PARAMETERS,
        head_rules=_LISTED,
        returns=("LastBatches",),
        collection="batches",
    ),
    _batch("getBatch", path="/batches/{id}"),
    # Adobe's reference code for ETL tools reads both in the singular.
    _batch("getBatchInSingular", path="/batch/{id}", head_rules=(*PLACED, path_is_spelt("/batches"))),
    _view("getDatasetViewInSingular", path="/dataSetView/{id}", head_rules=(*PLACED, path_is_spelt("/dataSetViews"))),
    _catalog(
        "listDatasetViewFiles",
        "GET",
        "/dataSets/{id}/views/{view}/files",
        action="list_files",
        query=FILE_PARAMETERS,
        head_rules=_LISTED,
        refuses=("CT-ID-01",),
        returns=("Files",),
    ),
    _catalog(
        "listDatasetFiles",
        "GET",
        "/dataSetFiles",
        action="list_files",
        query=("dataSetId", "batch", *FILE_PARAMETERS),
        head_rules=_LISTED,
        returns=("Files",),
        collection="dataSets",
    ),
    *_views("/dataSetViews"),
    # appendix.md prints it so among several requests.
    *_views("/datasetViews", "InLowerCase", path_is_spelt("/dataSetViews")),
    _catalog(
        "listViewsOfDataset",
        "GET",
        "/dataSets/{id}/views",
        action="list_views_of_dataset",
        query=VIEW_PARAMETERS,
        head_rules=_LISTED,
        refuses=("CT-ID-01",),
        returns=("Views",),
    ),
    _catalog(
        "getViewOfDataset",
        "GET",
        "/dataSets/{id}/views/{view}",
        action="get_view_of_dataset",
        refuses=("CT-ID-01", "CT-ID-03"),
        returns=("Views",),
    ),
    _catalog(
        "sendRequests",
        "POST",
        "/",
        action="send_requests",
        body="json",
        body_rules=MANY_RULES,
        # Whatever each of the requests can break, but for a path that leads nowhere.
        refuses=tuple(rule.id for rule in CATALOG.rules if not rule.id.startswith("FS-URL-")),
        returns=("Answers",),
        collection="dataSets",
    ),
    _access(
        "getBatchMeta",
        "GET",
        "/batches/{id}/meta",
        action="get_meta",
        query=META_PARAMETERS,
        refuses=("CT-ID-02", "CT-QRY-05"),
        returns=("BatchFiles",),
    ),
    _access(
        "listBatchFiles",
        "GET",
        "/batches/{id}/files",
        action="list_batch_files",
        query=("limit", "start"),
        refuses=("CT-ID-02",),
        returns=("BatchFiles",),
    ),
    _access(
        "listFailedFiles",
        "GET",
        "/batches/{id}/failed",
        action="list_failed_files",
        query=META_PARAMETERS,
        refuses=("CT-ID-02", "CT-QRY-05"),
        returns=("BatchFiles",),
    ),
    _file("getFile", "GET"),
    _file("getFileHeaders", "HEAD", returns=(), file_type=""),
)
