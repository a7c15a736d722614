"""What flows to destinations export: the datasets that there are, and what their runs tell of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.reading.numbers import whole
from contracts.services.flow_service.exploring import config_query
from mockserver.memory.world import World

__all__ = ["export_finished", "exportable", "is_export", "summary_of"]

_SHOWN = ("id", "name", "description", "fileDescription", "aspect", "state")
_PAGE = 20  # datasets where no limit is asked for (assumed)

# The activities of a run that exports audiences (destinations.yaml).
_ACTIVITIES = (
    ("c4f238e3-7334-4933-8b56-64d7ea43ea54", "Activation Batch XdmProcessor Activity"),
    ("51d82b36-6b8f-11eb-9439-0242ac130002", "Activation Batch Publisher Activity"),
)


def exportable(world: World, call: Call) -> dict[str, Any]:
    """The datasets of this sandbox, a page of them (export-datasets.md)."""
    query = config_query(call.query)
    start, limit = whole(query.get("start"), 0), whole(query.get("limit"), _PAGE)
    ids = world.ids(call.tenant, "dataSets")
    wanted = [name for name in (query.get("properties") or "").split(",") if name] or _SHOWN
    items = [_dataset(world, call, id, wanted) for id in ids[start : start + limit]]
    end = start + len(items)
    return {"items": items, "pageInfo": {"start": start, "end": end, "total": len(ids), "hasNext": end < len(ids)}}


def _dataset(world: World, call: Call, id: str, wanted: Any) -> dict[str, Any]:
    """Of what files a dataset consists is assumed: it is as the page prints it."""
    files = {"persisted": True, "containerFormat": "parquet", "format": "parquet"}
    kept = world.find(call.tenant, "dataSets", id) or {}
    view = {"fileDescription": files, "aspect": "production", "state": "DRAFT", **kept, "id": id}
    return {name: view[name] for name in ("id", *wanted) if name in view}


def is_export(flow: Mapping[str, Any]) -> bool:
    return object_at(object_at(flow, "inheritedAttributes"), "properties").get("isDestinationFlow") is True


def summary_of(flow: Mapping[str, Any], entities: Iterable[str]) -> dict[str, Any]:
    """A new run's ``recordSummary``: nothing counted yet, told by source, target and entity."""
    rows = [{"id": id, **_NONE} for id in entities]
    more = {"entitySummaries": rows} if rows else {}
    sources = [{"id": id, **_NONE, **more} for id in flow.get("sourceConnectionIds") or ()]
    targets = [{"id": id, **_NONE, **more} for id in flow.get("targetConnectionIds") or ()]
    return {**_NONE, "sourceSummaries": sources, "targetSummaries": targets}


_NONE = {"inputRecordCount": 0, "skippedRecordCount": 0, "outputRecordCount": 0}


def export_finished(document: Mapping[str, Any], flow: Mapping[str, Any], at: int) -> dict[str, Any]:
    """Success without a record: how many there are a test says with PUT /runs/{id}."""
    metrics = object_at(document, "metrics")
    began = object_at(metrics, "durationSummary").get("startedAtUTC", at)
    figures = {
        "durationSummary": {"startedAtUTC": began, "completedAtUTC": at},
        "sizeSummary": {"inputBytes": 0, "outputBytes": 0},
        "recordSummary": metrics.get("recordSummary") or summary_of(flow, []),
        "fileSummary": {"outputFileCount": 0},
        "statusSummary": {"status": "success"},
    }
    names = [] if _exports_datasets(flow) else _ACTIVITIES
    return {"metrics": figures, "activities": [{"id": id, "name": name, **figures} for id, name in names]}


def _exports_datasets(flow: Mapping[str, Any]) -> bool:
    return flow.get("transformations") == []
