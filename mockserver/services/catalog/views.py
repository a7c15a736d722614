"""Datasets, batches and files as Catalog shows them (catalog.yaml)."""

from __future__ import annotations

from typing import Any

from contracts.judging.body_schemas import object_at
from mockserver.memory.identifiers import sandbox_id
from mockserver.memory.store import Record
from mockserver.services.platform import document_of

__all__ = ["batch_of_file", "file_id", "files_of", "first_view", "shown", "times_of", "version_of", "versioned"]

View = dict[str, Any]


def shown(record: Record, collection: str) -> View:
    return {"batches": _batch, "dataSetViews": _view}.get(collection, _dataset)(record)


def version_of(record: Record) -> str:
    """``1.0.0``; each change raises its last number."""
    return f"1.0.{record.extra.get('changes', 0)}"


def versioned(view: View) -> dict[str, str]:
    """The headers of an answer that has one object, both as they were recorded."""
    return {"ETag": f'"{view["version"]}"', "E-Tag": view["version"]}


def _dataset(record: Record) -> View:
    document, view = document_of(record), record.extra["viewId"]
    tags = object_at(document, "tags")
    table = [str(document.get("name") or record.id).lower().replace(" ", "_")]
    return {
        "version": version_of(record),
        "imsOrg": record.tenant[0],
        "namespace": "ACP",
        "enableErrorDiagnostics": False,
        "schemaMetadata": {"delta": [], "gdpr": []},
        **document,
        "tags": {"adobe/pqs/table": table, **tags},
        **times_of(record),
        "createdClient": record.created_by.client,
        "createdUser": record.created_by.user,
        "updatedUser": record.updated_by.user,
        "viewId": view,
        "basePath": f"adl://datalake/platform/{record.id}",
        "files": f"@/dataSets/{record.id}/views/{view}/files",
        "schema": "@/xdms/" + str(object_at(document, "schemaRef").get("id", "")).rpartition("/")[2],
        "fileDescription": document.get("fileDescription") or {"persisted": True, "format": "parquet"},
        "observableSchema": {"type": "object", "meta:xdmType": "object"},
        "persistence": {"adls": {"location": f"adl://datalake/platform/{record.id}", "adlsType": "adls2"}},
        "classification": {"managedBy": "CUSTOMER", "dataBehavior": record.extra.get("behavior", "record")},
        **({"classification": document["classification"]} if "classification" in document else {}),
        "state": "DRAFT",
        **record.extra.get("batches", {}),
    }


def _batch(record: Record) -> View:
    own = {"externalId": record.id, "inputFormat": {"format": "parquet"}, "sandboxId": sandbox_id(*record.tenant)}
    return {**_head(record, record.id), **own, "tags": {}, **document_of(record)}


def _view(record: Record) -> View:
    return {"status": "enabled", **document_of(record), **_head(record, record.id)}


def first_view(dataset: Record) -> View:
    """The view that a dataset has from the beginning."""
    return {"status": "enabled", "dataSetId": dataset.id, **_head(dataset, dataset.extra["viewId"])}


def _head(record: Record, id: str) -> View:
    return {
        "id": id,
        "version": "1.0.0",
        "imsOrg": record.tenant[0],
        **times_of(record),
        "createdClient": record.created_by.client,
        "createdUser": record.created_by.user,
        "updatedUser": record.updated_by.user,
    }


def times_of(record: Record) -> View:
    """When it was made and changed, milliseconds since 1970."""
    return {"created": record.created_at, "updated": record.updated_at}


def file_id(batch: Record) -> str:
    return f"{batch.id}-1"


def batch_of_file(id: str) -> str:
    """The id of the batch whose file it would be."""
    return id.removesuffix("-1")


def _measures(batch: View) -> View:
    return {"records": batch["recordCount"], "size": batch["size"]}


def files_of(batches: list[Record], view: str) -> dict[str, View]:
    """One file of each batch that has one, by its id."""
    return {
        file_id(batch): {
            **_head(batch, file_id(batch)),
            "batchId": batch.id,
            "dataSetViewId": view,
            **_measures(document_of(batch)),
            "isValid": True,
        }
        for batch in batches
        if batch.state == "success"
    }
