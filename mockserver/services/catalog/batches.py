"""Batches: each run of a flow that has ended has one, under the id that the run's targetInfo names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.judging.violations import shown as quoted
from contracts.reading import json_text
from contracts.reading.numbers import whole
from contracts.services.catalog.judges import FILTERED_BATCHES, FILTERED_FILES, LAST_BATCHES, OF_DATES
from contracts.services.catalog.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.identifiers import sandbox_id
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.catalog.listing import page
from mockserver.services.catalog.views import files_of, shown, times_of, versioned

__all__ = ["existing", "fill", "get", "list_all", "list_files", "list_last"]


def fill(world: World, run: Record, document: Mapping[str, Any]) -> None:
    """What a run that has ended wrote, as a batch of each dataset that its flow fills."""
    metrics = object_at(document, "metrics")
    status = str(object_at(metrics, "statusSummary").get("status")).lower()
    if status not in _ENDED:
        return
    for target, id in _written(document):
        connection = world.find(run.tenant, "targetConnections", target) or {}
        dataset = object_at(connection, "params").get("dataSetId")
        batch = json_text.render(_batch(metrics, _ENDED[status], dataset))
        known = world.get(run.tenant, "batches", id)
        if known is not None:  # of a stream, which goes on, or of a run that was told of anew
            world.store.update("batches", known, document=batch, state=_ENDED[status], at=run.updated_at)
        else:
            world.store.insert(run.tenant, "batches", batch, run.created_by, _ENDED[status], at=run.updated_at, id=id)
        _tell(world, run, dataset, id, _ENDED[status])


_ENDED = {"success": "success", "completed": "success", "partial_success": "success", "failed": "failed"}


def _written(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Target connection and id of each batch that the run names."""
    activities = document.get("activities")
    for activity in activities if isinstance(activities, list) else ():
        infos = activity.get("targetInfo") if isinstance(activity, dict) else None
        for info in infos if isinstance(infos, list) else ():
            reference = object_at(info, "reference")
            ids = reference.get("ids")
            if reference.get("type") == "Batch" and isinstance(ids, list):
                yield from ((str(info.get("id")), id) for id in ids if isinstance(id, str) and id)


def _batch(metrics: Mapping[str, Any], status: str, dataset: Any) -> dict[str, Any]:
    records, duration = object_at(metrics, "recordSummary"), object_at(metrics, "durationSummary")
    written, failed = records.get("outputRecordCount", 0), records.get("failedRecordCount", 0)
    done = status == "success"
    return {
        "status": status,
        "relatedObjects": [{"type": "dataSet", "id": dataset}] if isinstance(dataset, str) else [],
        "recordCount": written if done else 0,
        "failedRecordCount": failed,
        "size": object_at(metrics, "sizeSummary").get("outputBytes", 0),
        "metrics": {
            "inputByteSize": object_at(metrics, "sizeSummary").get("inputBytes", 0),
            "inputFileCount": object_at(metrics, "fileSummary").get("inputFileCount", 0),
            "inputRecordCount": records.get("inputRecordCount", 0),
            "outputRecordCount": written if done else 0,
            "failedRecordCount": failed,
        },
        "started": duration.get("startedAtUTC"),
        "completed": duration.get("completedAtUTC"),
        "errors": [] if done else object_at(metrics, "statusSummary").get("errors", []),
    }


def _tell(world: World, run: Record, dataset: Any, id: str, status: str) -> None:
    """The dataset shows its last batches."""
    record = world.get(run.tenant, "dataSets", dataset) if isinstance(dataset, str) else None
    if record is None:
        return
    last = "lastSuccessfulBatch" if status == "success" else "lastFailedBatch"
    batches = {**record.extra.get("batches", {}), "lastBatchId": id, "lastBatchStatus": status, last: id}
    world.store.annotate("dataSets", record, {"batches": batches})


def list_all(world: World, call: Call) -> Response:
    records = world.store.records(call.tenant, "batches")
    views = {record.id: shown(record, "batches") for record in records}
    return page(call, views, lambda view: _is_asked_for(call, view), FILTERED_BATCHES)


def _is_asked_for(call: Call, view: Mapping[str, Any]) -> bool:
    datasets = [*call.parameters("dataSet"), *call.parameters("dataSetId")]
    return (
        all(any(each["id"] == id for each in view["relatedObjects"]) for id in datasets)
        and all(view["id"] == id for id in call.parameters("batch"))
        and all(call.parameter(name) is None for name in OF_DATES)  # no batch here tells the dates of its data
        and _was_created_between(call, view)
    )


def _was_created_between(call: Call, view: Mapping[str, Any]) -> bool:
    """Neither moment counts (catalog.yaml)."""
    after, before = whole(call.parameter("createdAfter")), whole(call.parameter("createdBefore"))
    return (after is None or view["created"] > after) and (before is None or view["created"] < before)


def list_last(world: World, call: Call) -> Response:
    """The last batches of each dataset that has any, by the datasets' ids."""
    asked = [id for text in call.parameters("dataSetId") for id in text.split(",")]
    views = {
        record.id: _last(world, record)
        for record in world.store.records(call.tenant, "dataSets")
        if "batches" in record.extra and (not asked or record.id in asked)
    }
    return page(call, views, filtered=LAST_BATCHES)


def _last(world: World, dataset: Record) -> dict[str, Any]:
    found = dataset.extra["batches"]
    batch = world.get(dataset.tenant, "batches", found["lastBatchId"])
    named = {
        "lastSuccessfulBatchId": found.get("lastSuccessfulBatch"),
        "lastFailedBatchId": found.get("lastFailedBatch"),
    }
    return {
        "lastBatchId": found["lastBatchId"],
        "lastBatchStatus": found["lastBatchStatus"],
        **{name: id for name, id in named.items() if id is not None},
        "imsOrg": dataset.tenant[0],
        "sandboxId": sandbox_id(*dataset.tenant),
        **(times_of(batch) if batch is not None else {}),
    }


def get(world: World, call: Call) -> Response:
    record = existing(world, call)
    view = shown(record, "batches")
    return json_response(200, {record.id: view}, versioned(view))


def list_files(world: World, call: Call) -> Response:
    """The files of one dataset, or of all of them."""
    id = call.id or call.parameter("dataSetId")
    dataset = world.get(call.tenant, "dataSets", id) if id else None
    if call.id and dataset is None:
        raise Refused(
            violation("CT-ID-01", "path", "no such dataset", found=quoted(call.id), id=call.id, type="dataset")
        )
    batches = [each for each in world.store.records(call.tenant, "batches") if not id or _is_of(each, id)]
    view = dataset.extra["viewId"] if dataset else ""
    return page(call, files_of(batches, view), lambda file: _is_file_asked_for(call, file), FILTERED_FILES)


def _is_file_asked_for(call: Call, file: Mapping[str, Any]) -> bool:
    return all(id == file["batchId"] for id in call.parameters("batch")) and _was_created_between(call, file)


def _is_of(batch: Record, dataset: str) -> bool:
    return any(each["id"] == dataset for each in shown(batch, "batches")["relatedObjects"])


def existing(world: World, call: Call) -> Record:
    record = world.get(call.tenant, "batches", call.id)
    if record is None:
        ids = [each.id for each in world.store.records(call.tenant, "batches")][-20:]
        found = {"id": call.id, "type": "batch"}
        raise Refused(
            violation("CT-ID-02", "path", "no such batch", found=quoted(call.id), allowed=ids, near=call.id, **found)
        )
    return record
