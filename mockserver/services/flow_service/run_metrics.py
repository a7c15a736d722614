"""What a run tells of itself in each of its states (the run object of the reference)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Tenant
from contracts.reading import json_text
from contracts.services.flow_service.around import key_has_expired
from contracts.services.flow_service.schedules import is_one_time, moment_of
from mockserver.memory.world import World
from mockserver.services.flow_service.exports import export_finished, is_export
from mockserver.services.flow_service.samples import copied_by, tables_in
from mockserver.services.flow_service.state import FLOW_SERVICE
from mockserver.services.sources import source_side

__all__ = ["SCHEDULED", "finished", "outcome_of", "started", "status_of"]

Fields = dict[str, Any]

# Runs show the lower-case words; StatusDTO of flow-service.yaml lists upper-case ones, and more of them.
_OUTCOMES = {
    **dict.fromkeys(("success", "partial_success", "completed"), "success"),
    **dict.fromkeys(("failed", "partial_failure"), "failed"),
}
SCHEDULED: Mapping[str, Any] = {"metrics": {"statusSummary": {"status": "scheduled"}}, "activities": []}
"""A new run (create-flow-runs.md)."""

_LEAD_TIME = 18_600  # ms; how long before its end a run says it began, where it wasn't seen to begin
# The code of what goes wrong while copying from a source (monitor-sources.md); the sentence is this project's.
_REFUSED = {"code": "CONNECTOR-1001-500", "message": "The source refused the connection's credentials."}
# That a run fails then is assumed: encrypt-data.md says that a key expires, and of runs that they can't copy.
_ENCRYPTED = {
    "code": "CONNECTOR-1001-500",
    "message": "The files can't be decrypted: a key has expired or isn't there.",
}
_COPY, _PROMOTION = "copyActivity", "promotionActivity"
_EXPORT = "https://platform.adobe.io/data/foundation/export/batches"


def status_of(document: Mapping[str, Any]) -> str:
    return str(object_at(document.get("metrics"), "statusSummary").get("status"))


def outcome_of(document: Mapping[str, Any]) -> str | None:
    """``success`` or ``failed``, ``None`` of a run that hasn't ended."""
    return _OUTCOMES.get(status_of(document).lower())


def started(document: Mapping[str, Any], at: int) -> Fields:
    """What was told of the run's audiences stays."""
    told = {name: value for name, value in object_at(document, "metrics").items() if name == "recordSummary"}
    return {"metrics": {"durationSummary": {"startedAtUTC": at}, **told, "statusSummary": {"status": "inProgress"}}}


def finished(world: World, tenant: Tenant, document: Mapping[str, Any], at: int) -> Fields:
    """Success, with as many records as the flow's table has; failure where nothing can be copied from the source."""
    flow = world.find(tenant, "flows", str(document.get("flowId"))) or {}
    if is_export(flow):
        return export_finished(document, flow, at)
    sources = _sources(world, tenant, flow)
    error = _copying_error(world, tenant, flow, sources, at)
    rows = [] if error else _rows(world, tenant, sources)
    began = object_at(document.get("metrics"), "durationSummary").get("startedAtUTC", at - _LEAD_TIME)
    size = len(json_text.render(rows))
    count = len(rows)
    figures = {
        "durationSummary": {"startedAtUTC": began, "completedAtUTC": at},
        "sizeSummary": {"inputBytes": size, "outputBytes": size},
        "recordSummary": {
            "inputRecordCount": count,
            "createdRecordCount": count,
            "outputRecordCount": count,
            "failedRecordCount": 0,
        },
        "fileSummary": {"inputFileCount": 1, "outputFileCount": 1},
        "statusSummary": {"status": "failed", "errors": [error]} if error else {"status": "success"},
    }
    activities = [
        {**_copying(world, flow, object_at(document, "params"), figures), "updatedAtUTC": at},
        {**_promoting(world, flow, figures, at), "updatedAtUTC": at},
    ]
    decisive = {"activityRefs": [_COPY if error else _PROMOTION]}
    referring = {name: {**figures[name], **decisive} for name in ("fileSummary", "statusSummary")}
    return {"metrics": {**figures, **referring}, "activities": activities}


def _copying(world: World, flow: Mapping[str, Any], params: Mapping[str, Any], figures: Fields) -> Fields:
    """The first activity as monitor.md prints it: it reads from the source. What ``type`` else may say is assumed."""
    window = {
        name: moment
        for name, sent in (("windowStart", "windowStartTime"), ("windowEnd", "windowEndTime"))
        if (moment := moment_of(params.get(sent))) is not None
    }
    kind = "one-time" if is_one_time(flow.get("scheduleParams")) else "recurring"
    return {
        **figures,
        "id": _COPY,
        "name": "Copy Activity",
        "durationSummary": {**figures["durationSummary"], "extensions": window},
        "statusSummary": {**figures["statusSummary"], "extensions": {"type": kind}},
        "sourceInfo": _infos(flow, "SourceConnection", "AdfRunId", world.stamps.id),
    }


def _promoting(world: World, flow: Mapping[str, Any], figures: Fields, at: int) -> Fields:
    """The second one: it writes a batch to the data lake, whose files the manifests name."""
    batch = world.stamps.batch_id(at)
    files = {"manifest": {"fileInfo": f"{_EXPORT}/{batch}/meta?path=input_files"}}
    trouble = {
        "failedRecords": f"{_EXPORT}/{batch}/meta?path=row_errors",
        "sampleErrors": f"{_EXPORT}/{batch}/meta?path=row_error_samples.json",
    }
    return {
        **figures,
        "id": _PROMOTION,
        "name": "Promotion Activity",
        "fileSummary": {**figures["fileSummary"], "extensions": files},
        "statusSummary": {**figures["statusSummary"], "extensions": {"manifest": trouble, "errors": []}},
        "targetInfo": _infos(flow, "TargetConnection", "Batch", lambda: batch),
    }


def _infos(flow: Mapping[str, Any], kind: str, reference: str, made: Callable[[], str]) -> list[Fields]:
    """What an activity read or wrote: the flow's connections of one kind, each with what it was to the provider."""
    ids = flow.get(f"{kind[0].lower()}{kind[1:]}Ids") or ()
    return [{"id": id, "type": kind, "reference": {"type": reference, "ids": [made()]}} for id in ids]


def _copying_error(
    world: World, tenant: Tenant, flow: Mapping[str, Any], sources: Sequence[Mapping[str, Any]], at: int
) -> Fields | None:
    """Why nothing can be copied from the source."""
    if any(_doesnt_work(world, base) for base in _bases(world, tenant, sources)):
        return _REFUSED
    return None if _can_decrypt(world, tenant, flow, at) else _ENCRYPTED


def _can_decrypt(world: World, tenant: Tenant, flow: Mapping[str, Any], at: int) -> bool:
    """Whether the keys that the flow names are there at ``at`` (ms)."""
    for row in flow.get("transformations") or ():
        params = object_at(row, "params")
        if "publicKeyId" in params:
            key = world.find(tenant, "keys", str(params["publicKeyId"]))
            if key is None or key_has_expired(key, at):
                return False
        verifying = params.get("signVerificationKeyId")
        if verifying is not None and world.find(tenant, "customer-keys", str(verifying)) is None:
            return False
    return True


def _doesnt_work(world: World, connection: Mapping[str, Any]) -> bool:
    side = source_side(world, connection)
    return side is not None and bool(side.problems(world, connection))


def _sources(world: World, tenant: Tenant, flow: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The source connections that the flow names and that are there."""
    found = (world.find(tenant, "sourceConnections", id) for id in flow.get("sourceConnectionIds") or ())
    return [item for item in found if item is not None]


def _bases(world: World, tenant: Tenant, sources: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The base connections that a flow reads through."""
    for source in sources:
        base = world.find(tenant, "connections", str(source.get("baseConnectionId")))
        if base is not None:
            yield base


def _rows(world: World, tenant: Tenant, sources: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The rows of the tables that a flow copies; none where its source is gone."""
    terms = world.of(FLOW_SERVICE).terms(tenant[0], world.contract.terms)
    rows: list[Any] = []
    for item in sources:
        source = terms.catalogue.get(str(object_at(item, "connectionSpec").get("id")))
        if source is not None:
            rows += copied_by(source, object_at(item, "params"), tables_in(world, source))
    return rows
