"""Catalog and Data Access: where they are, and what every request to them keeps."""

from __future__ import annotations

from contracts.services.catalog import errors, rules
from contracts.services.catalog.collections import COLLECTIONS
from contracts.services.gateway.platform import PLACED, platform_service

__all__ = ["CATALOG", "DATA_ACCESS"]

_ALL = "GET POST PUT PATCH DELETE"
_OTHER_KINDS = ("accounts", "connections", "connectors")
_TRANSFORMS = {
    f"/transforms{path}": _ALL
    for path in ("", "/{id}", "/{id}/inputs", "/{id}/inputs/{id}", "/{id}/outputs", "/{id}/outputs/{id}")
}
# Adobe's Postman collections of Catalog; catalog.yaml has the credentials alone.
# An older page of Catalog (catalog/api/labels.md) has the labels, which the Policy Service keeps today.
_OF_DATASETS = {
    "/dataSets/{id}/credentials": "GET",
    "/dataSets/{id}/ingestBatchSummary": "GET",
    "/dataSets/{id}/views": "POST",
    "/dataSets/{id}/views/{view}/files": "POST",
    "/dataSets/{id}/views/{view}/files/{file}": "GET DELETE",
    "/dataSetViews/{id}": "PUT PATCH DELETE",
    "/dataSetFiles": "POST DELETE",
    "/dataSetFiles/{id}": "GET PUT PATCH DELETE",
    "/dataSets/{id}/dule": "GET",
    "/dataSets/{id}/labels": "GET POST PUT DELETE",
    "/dataSets/{id}/views/{view}/transforms": "GET",
    "/dataSetViews/{id}/children": "GET",
}
# The older of these collections, of the time when Catalog held the schemas too.
_OF_SCHEMAS = {
    "/xdms": "GET",
    "/xdms/{namespace}": "GET",
    "/xdms/{namespace}/{name}": "GET",
    "/xdms/_customer/{extension}/{name}": "GET PUT POST DELETE",
    "/xdms/{namespace}/{name}/_customer": "GET",
    "/xdms/{namespace}/{name}/_customer/{extension}": "GET PUT POST DELETE",
    "/descriptors": "GET POST",
    "/descriptors/{id}": "GET PUT DELETE",
}

CATALOG = platform_service(
    "catalog",
    "/data/foundation/catalog",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing=rules.MISSING,
    stale=rules.STALE,
    collections=COLLECTIONS,
    undocumented={"/batch": "POST"},  # Adobe's reference code for ETL tools
    # catalog.yaml; the kinds of objects are those of catalog/api/list-objects.md
    elsewhere={
        "": "GET",
        "/batches": "POST",
        "/batches/{id}": "POST PATCH PUT DELETE",
        "/batches/uniques/{field}": "GET",
        **{path: _ALL for kind in _OTHER_KINDS for path in (f"/{kind}", f"/{kind}/{{id}}")},
        "/connections/{id}/dataSets": "GET",
        "/connectors/{id}/stats": "GET",
        **_OF_DATASETS,
        **_OF_SCHEMAS,
        **_TRANSFORMS,
        "/health": "GET",
        "/health-detailed": "GET",
        "/largedocuments/{id}": "GET",
        "/largeDocuments/{id}": "GET",
        "/tags/{namespace}": "GET",
    },
)

DATA_ACCESS = platform_service(
    "data-access",
    "/data/foundation/export",
    rules.ROWS,
    errors.ROWS,
    invalid=rules.INVALID,
    missing=rules.MISSING,
    stale=rules.STALE,
    head_rules=PLACED,
    elsewhere={"/datasets/{id}/preview": "GET"},  # data-access.yaml; records aren't kept
)
