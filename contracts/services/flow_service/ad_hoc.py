"""Ad hoc activation (ad-hoc-activation-api.md): where it is, and what a request for it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from contracts.judging.body_schemas import object_at, pointer_to
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.errors import AD_HOC_INVALID, AD_HOC_MISSING
from contracts.services.flow_service.frames import frame_of
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.service import FLOW_SERVICE

__all__ = ["ACCEPT_RULES", "AD_HOC", "AD_HOC_RULES", "Activation", "activations"]

_OF_A_BODY = ("FS-BODY-03", "FS-BODY-04", "FS-BODY-05", "FS-BODY-06", "FS-QRY-16", "FS-FILL-01")
AD_HOC = replace(
    FLOW_SERVICE,
    id="ad-hoc-activation",
    base_path="/data/core/activation/disflowprovider",
    collections=(),
    troubles={**FLOW_SERVICE.troubles, 400: AD_HOC_INVALID, 404: AD_HOC_MISSING},
    answers=dict.fromkeys(_OF_A_BODY, AD_HOC_INVALID),
)

_MOST = 80  # audiences of one request
_ACCEPTS = {
    "segment": "application/vnd.adobe.adhoc.activation+json; version=2",
    "dataset": "application/vnd.adobe.adhoc.dataset.activation+json; version=1",  # as aepp sends it
}


class Activation(NamedTuple):
    """One flow of a request, with the ids of its audiences or, as aepp sends them, of its datasets."""

    flow: str
    kind: Literal["segment", "dataset"]
    ids: list[str]
    pointer: str


def accept_is_documented(call: Call) -> Iterator[Violation]:
    given = call.header("accept")
    if not _is_accepted(given):
        found = "nothing" if given is None else shown(given)
        allowed = [*_ACCEPTS.values()]
        yield violation("FS-ADH-01", "headers/accept", "not that of ad hoc activation", found=found, allowed=allowed)


def _is_accepted(given: str | None) -> bool:
    return given is not None and given.replace(" ", "") in [each.replace(" ", "") for each in _ACCEPTS.values()]


def activations(document: Any) -> list[Activation]:
    """What is asked for; what hasn't the documented shape is passed over."""
    info = object_at(document, "activationInfo")
    return [*_of_audiences(info), *_of_datasets(info.get("destinations"))]


def _of_audiences(info: Mapping[str, Any]) -> Iterator[Activation]:
    for flow, row in info.items():
        if isinstance(row, list) and flow != "destinations":
            ids = [each for each in row if isinstance(each, str)]
            yield Activation(flow, "segment", ids, pointer_to("/activationInfo", flow))


def _of_datasets(rows: Any) -> Iterator[Activation]:
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        flow, datasets = (row.get("flowId"), row.get("datasets")) if isinstance(row, dict) else (None, None)
        if isinstance(flow, str) and isinstance(datasets, list):
            ids = [each["id"] for each in datasets if isinstance(each, dict) and isinstance(each.get("id"), str)]
            yield Activation(flow, "dataset", ids, f"/activationInfo/destinations/{index}")


def version_1_has_export_ids(call: Call) -> Iterator[Violation]:
    """What isn't version 2 by its Accept is version 1 (ad-hoc-activation.yaml)."""
    document = call.document if isinstance(call.document, dict) else {}
    if not _is_accepted(call.header("accept")) and not document.get("exportIds"):
        yield violation("FS-ADH-07", "/exportIds", "missing", found="nothing", allowed=["exportIds"])


def audiences_are_few(call: Call) -> Iterator[Violation]:
    count = sum(len(each.ids) for each in activations(call.document))
    if count > _MOST:
        found = f"{count} audiences"
        yield violation("FS-ADH-03", "/activationInfo", "too many", found=found, allowed=[f"at most {_MOST}"])


def what_is_asked_for_is_there(call: Call) -> Iterator[Violation]:
    if call.known is None:
        return
    for asked in activations(call.document):
        flow = call.find("flows", asked.flow)
        properties = object_at(object_at(flow, "inheritedAttributes"), "properties")
        if flow is None or not properties.get("isDestinationFlow") or flow.get("state") != "enabled":
            found, problem = shown(asked.flow), "no such flow to a destination"
            yield violation("FS-ADH-04", asked.pointer, problem, found=found, id=asked.flow)
            continue
        there = _datasets(call, flow) if asked.kind == "dataset" else _audiences_of_today(call, flow)
        for id in asked.ids:
            if id not in there:
                answer = f"Segments {id} are not part of this dataflow or out of schedule range!"
                found, problem = shown(id), "not among what the flow exports today"
                yield violation("FS-ADH-05", asked.pointer, problem, found=found, allowed=there, near=id, answer=answer)


def flow_exports_files(call: Call) -> Iterator[Violation]:
    for asked, flow in _asked_of(call):
        targets = [call.find("targetConnections", id) for id in flow.get("targetConnectionIds") or ()]
        specs = [str(object_at(target, "connectionSpec").get("id")) for target in targets]
        for row in map(call.terms.catalogue.get, specs):
            if row is not None and row.target.get("activation") == "stream":
                yield violation("FS-ADH-08", asked.pointer, "a stream", found=shown(row.display_name))


def schedule_has_begun_an_hour_ago(call: Call) -> Iterator[Violation]:
    limit = datetime.fromtimestamp(call.now / 1000, UTC) - timedelta(hours=1)
    latest = limit.strftime("%Y-%m-%d %H:%M")
    for asked, flow in _asked_of(call):
        for audience in _values(flow):
            schedule = object_at(audience, "schedule")
            begin = f"{schedule.get('startDate', '')} {schedule.get('startTime', '')}"
            if audience.get("id") in asked.ids and latest < begin:
                yield violation(
                    "FS-ADH-09", asked.pointer, "too early", found=shown(begin), allowed=[f"at the latest {latest}"]
                )


def _asked_of(call: Call) -> Iterator[tuple[Activation, Mapping[str, Any]]]:
    """The audiences that are asked for, each with its flow where that is there."""
    for asked in activations(call.document) if call.known is not None else ():
        flow = call.find("flows", asked.flow)
        if asked.kind == "segment" and flow is not None:
            yield asked, flow


def _datasets(call: Call, flow: Mapping[str, Any]) -> list[str]:
    halves = [call.find("sourceConnections", id) for id in flow.get("sourceConnectionIds") or ()]
    rows = [row for half in halves for row in object_at(half, "params").get("datasets") or ()]
    return [row["dataSetId"] for row in rows if isinstance(row, dict) and isinstance(row.get("dataSetId"), str)]


def _audiences_of_today(call: Call, flow: Mapping[str, Any]) -> list[str]:
    today = datetime.fromtimestamp(call.now / 1000, UTC).date().isoformat()
    return [row["id"] for row in _values(flow) if isinstance(row.get("id"), str) and _is_within(row, today)]


def _values(flow: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in flow.get("transformations") or ():
        selectors = object_at(object_at(row, "params"), "segmentSelectors").get("selectors")
        for each in selectors if isinstance(selectors, list) else ():
            yield object_at(each, "value")


def _is_within(audience: Mapping[str, Any], today: str) -> bool:
    schedule = object_at(audience, "schedule")
    return str(schedule.get("startDate", "")) <= today <= str(schedule.get("endDate", "9999"))


ACCEPT_RULES = (accept_is_documented,)
AD_HOC_RULES = (
    frame_of("ad-hoc"),
    version_1_has_export_ids,
    audiences_are_few,
    what_is_asked_for_is_there,
    flow_exports_files,
    schedule_has_begun_an_hour_ago,
)
