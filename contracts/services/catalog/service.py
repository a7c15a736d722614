"""Catalog and Data Access: where they are, and what every request to them keeps."""

from __future__ import annotations

from contracts.services.catalog import errors, rules
from contracts.services.catalog.collections import COLLECTIONS
from contracts.services.gateway.platform import PLACED, platform_service

__all__ = ["CATALOG", "DATA_ACCESS"]

_OTHER_KINDS = ("accounts", "connections", "connectors")
_TRANSFORMS = {
    f"/transforms{path}": "GET POST PUT PATCH DELETE"
    for path in ("", "/{id}", "/{id}/inputs", "/{id}/inputs/{id}", "/{id}/outputs", "/{id}/outputs/{id}")
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
    # catalog.yaml; the kinds of objects are those of catalog/api/list-objects.md
    elsewhere={
        "/batches": "POST",
        "/batches/{id}": "PATCH PUT DELETE",
        **{path: "GET POST PUT PATCH DELETE" for kind in _OTHER_KINDS for path in (f"/{kind}", f"/{kind}/{{id}}")},
        **_TRANSFORMS,
        "/tags/{namespace}": "GET",  # as the transforms: Adobe's Postman collection of Catalog
    },
    undocumented={"": "GET", "/lastBatches": "GET"},  # aepp
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
    elsewhere={"/files/{id}": "GET HEAD", "/datasets/{id}/preview": "GET"},  # data-access.yaml; records aren't kept
)
