"""What a client is handed to send to a destination: the documented bodies, with values that a search finds."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from contracts.sources.source_catalogue import EXPORT_SOURCE, PROFILE_STORE, Source, catalogue

__all__ = [
    "AUDIENCES",
    "DATASETS",
    "Audiences",
    "Datasets",
    "ToSend",
    "audiences_for",
    "datasets_for",
    "selector",
    "serving",
]

AUDIENCES, DATASETS = "flowSpecId", "datasetFlowSpecId"
"""The keys of a destination's row that name its flow spec for either."""

_VERSION = "1.0"
# Credentials for which the destinations' specs have a pattern.
_PATTERNED = {"s3AccessKey": "FAKEACCESSKEYFORMOCK", "s3SecretKey": "fake/secret+key/do+not+log/x+y/opens+not"}


@dataclass(frozen=True)
class ToSend:
    """What an `Activation` and a `DatasetExport` of `contracts.battery.platform` share."""

    source_id: ClassVar[str]
    """The connectionSpec.id of what the data comes from."""

    name: str
    destination: str
    connection_spec: dict[str, str]
    flow_spec: dict[str, str]
    auth: dict[str, Any] | None = field(repr=False)
    data: dict[str, Any] | None
    params: dict[str, Any]
    secrets: dict[str, str] = field(repr=False)

    def source_connection(self) -> dict[str, Any]:
        return {"name": f"{self.name}, source", "connectionSpec": _spec(self.source_id)}

    def base_connection(self) -> dict[str, Any]:
        body: dict[str, Any] = {"name": f"{self.name}, base", "connectionSpec": dict(self.connection_spec)}
        return body if self.auth is None else {**body, "auth": copy.deepcopy(self.auth)}

    def target_connection(self, base_connection_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "name": f"{self.name}, target",
            "baseConnectionId": base_connection_id,
            "connectionSpec": dict(self.connection_spec),
            "params": copy.deepcopy(self.params),
        }
        return body if self.data is None else {**body, "data": copy.deepcopy(self.data)}

    def flow(self, source_connection_id: str, target_connection_id: str) -> dict[str, Any]:
        return {
            "name": self.name,
            "flowSpec": dict(self.flow_spec),
            "sourceConnectionIds": [source_connection_id],
            "targetConnectionIds": [target_connection_id],
            "transformations": [],
        }


@dataclass(frozen=True)
class Audiences(ToSend):
    """An `Activation`."""

    source_id: ClassVar[str] = PROFILE_STORE

    selectors: list[dict[str, Any]]
    attributes: list[dict[str, Any]]
    mandatory_fields: list[str]
    primary_fields: list[dict[str, str]]
    profile_mapping: dict[str, Any] | None

    def operations(self) -> list[dict[str, Any]]:
        return [_added("segmentSelectors/selectors/-", each) for each in self.selectors]

    def operations_beside(self) -> list[dict[str, Any]]:
        given = {
            "mandatoryFields": self.mandatory_fields,
            "primaryFields": self.primary_fields,
            "profileMapping": self.profile_mapping,
        }
        attributes = [_added("profileSelectors/selectors/-", each) for each in self.attributes]
        return [*attributes, *(_added(name, value) for name, value in given.items() if value)]


def _added(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": f"/transformations/0/params/{path}", "value": copy.deepcopy(value)}


@dataclass(frozen=True)
class Datasets(ToSend):
    """A `DatasetExport`."""

    source_id: ClassVar[str] = EXPORT_SOURCE

    datasets: list[dict[str, str]]
    schedule: dict[str, Any]

    def source_connection(self) -> dict[str, Any]:
        return {**super().source_connection(), "params": {"datasets": copy.deepcopy(self.datasets)}}

    def flow(self, source_connection_id: str, target_connection_id: str) -> dict[str, Any]:
        return {**super().flow(source_connection_id, target_connection_id), "scheduleParams": dict(self.schedule)}


def serving(carried: str) -> list[str]:
    """The keys of the destinations that have a flow spec and a target for what is ``carried``."""
    rows = [source.target for source in catalogue().of("destination")]
    return [row["key"] for row in rows if row.get(carried) and row.get("targetConnectionExample")]


def audiences_for(destination: str, name: str, *audiences: str) -> Audiences:
    """An `Activation` of audiences of these names; what it has beside is called after the first."""
    target = _target(destination)
    shared = _shared(destination, name, target[AUDIENCES], target["targetConnectionExample"]["params"])
    selectors = [selector(destination, each) for each in audiences]
    return Audiences(**shared, selectors=selectors, **_beside(target.get("activation") == "file", audiences[0]))


def _beside(is_mapped: bool, name: str) -> dict[str, Any]:
    """Files of today have a mapping set and keys (activate-segments-file-based-destinations.md), others attributes."""
    paths = () if is_mapped else (f"person.{name}", f"person.{name}-too")
    attributes = [{"type": "JSON_PATH", "value": {"operator": "EXISTS", "path": path}} for path in paths]
    return {
        "attributes": attributes,
        "mandatory_fields": ["Email", f"{name}_Straße"] if is_mapped else [],
        "primary_fields": [{"fieldType": "IDENTITY", "identityNamespace": f"{name} Email"}] if is_mapped else [],
        "profile_mapping": {"mappingId": f"fake-mapping-set-{name}", "mappingVersion": 1} if is_mapped else None,
    }


def datasets_for(destination: str, name: str) -> Datasets:
    """A `DatasetExport` of two datasets, every three hours."""
    target = _target(destination)
    params = {name: value for name, value in target["targetConnectionExample"]["params"].items() if name not in _CSV}
    shared = _shared(destination, name, target[DATASETS], {**params, "datasetFileType": "JSON"})
    datasets = [{"dataSetId": f"fake-dataset-{each}", "name": f"Leads {each}, Übersicht"} for each in (1, 2)]
    schedule = {"exportMode": "FIRST_FULL_THEN_INCREMENTAL", "timeUnit": "hour", "interval": 3}
    return Datasets(**shared, datasets=datasets, schedule={**schedule, "startTime": 1_767_225_600})


_CSV = ("fileType", "csvOptions")


def selector(destination: str, audience: str) -> dict[str, Any]:
    """An audience of that name, as its destination takes it."""
    value: dict[str, Any] = {"id": f"fake-audience-{audience}", "name": f'{audience}: Zöhö & Söhne "漢字" 50%'}
    if _target(destination).get("activation") != "stream":
        value["filenameTemplate"] = f"%DESTINATION_NAME%_%SEGMENT_ID%_{audience}_%DATETIME(YYYYMMdd_HHmmss)%"
        value["exportMode"] = "DAILY_FULL_EXPORT"
        schedule = {"frequency": "DAILY", "triggerType": "SCHEDULED", "startDate": "2026-01-31", "startTime": "20:00"}
        value["schedule"] = schedule
    return {"type": "PLATFORM_SEGMENT", "value": value}


def _target(destination: str) -> Mapping[str, Any]:
    return _row(destination).target


def _row(destination: str) -> Source:
    found = catalogue().named(destination)
    if found is None:
        raise LookupError(f"no destination {destination!r}")
    return found


def _shared(destination: str, name: str, flow_spec: str, params: Mapping[str, Any]) -> dict[str, Any]:
    row = _row(destination)
    printed: Mapping[str, Any] | None = (row.target.get("example") or {}).get("auth")
    auth, secrets = None, {}
    if printed is not None:
        is_open = row.auth[printed["specName"]].open_params.__contains__
        given = {each: _credential(each, not is_open(each)) for each in printed["params"]}
        auth = {"specName": printed["specName"], "params": given}
        secrets = {each: value for each, value in given.items() if not is_open(each)}
    return {
        "name": name,
        "destination": destination,
        "connection_spec": _spec(row.id, row.version),
        "flow_spec": _spec(flow_spec),
        "auth": auth,
        "data": copy.deepcopy(row.target["targetConnectionExample"].get("data")),
        "params": {each: _filled(value) for each, value in params.items()},
        "secrets": secrets,
    }


def _credential(name: str, is_secret: bool) -> str:
    return _PATTERNED.get(name) or f"fake-{name}{'-do-not-log/+==&%2B' if is_secret else ''}"


def _filled(value: Any) -> Any:
    """A placeholder's place taken by a text of its own."""
    is_placeholder = isinstance(value, str) and value.startswith("{")
    return "fake-" + value.strip("{}").lower().replace("_", "-") if is_placeholder else copy.deepcopy(value)


def _spec(id: str, version: str = _VERSION) -> dict[str, str]:
    return {"id": id, "version": version}
