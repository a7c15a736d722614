"""The flow specs: which sources flow where, and what a flow's schedule, transformations and runs must look like.

Adobe's pages print CRMToAEP, CloudStorageToAEP, RestStorageToAEP and the two streaming ones with transformations
(collect/crm.md, collect/cloud-storage.md, sources-sdk/api/update-flow-specs.md, collect/streaming.md). Assumed are the
parts of the others, the name of the one without transformation, ``isSourceFlow`` and ``isDraftModeSupported`` where a
page leaves them out, and that a flow spec takes exactly those sources whose page names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from contracts.reading.files import file_of
from contracts.reading.schemas import Checker
from contracts.sources.source_catalogue import DATA_LAKE, Catalogue, Source

__all__ = ["BATCH", "DESTINATIONS", "STREAMING", "fits", "flow_spec_ids", "flow_specs", "provider_of"]

BATCH = "0ed90a81-07f4-4586-8190-b40eccef1c5a"
"""The providerId of batch sources."""

STREAMING = "521eee4d-8cbe-4906-bb48-fb6bd4450033"
"""The providerId of streaming sources."""

DESTINATIONS = "14e34fac-d307-11e9-bb65-2a2ae2dbcce4"
"""The providerId of destinations."""


@lru_cache(maxsize=16)
def flow_specs(catalogue: Catalogue) -> Mapping[str, dict[str, Any]]:
    """The items of GET /flowSpecs by id, for the sources and destinations of ``catalogue``; not to be changed."""
    specs = {row["id"]: _flow_spec(row, catalogue) for row in _data()["specs"]}
    documented = _destinations()["specs"]
    rows = [*documented, *_brought(catalogue, {row["id"] for row in documented})]
    return specs | {row["id"]: _destination_flow_spec(row, catalogue) for row in rows}


def fits(declared: Mapping[str, Any], value: Any) -> bool:
    """Whether ``value`` surely fits a schema of these flow specs; false for any other schema, and in doubt."""
    checker = _checkers().get(id(declared))
    return checker is not None and checker.accepts(value)


@cache
def _checkers() -> Mapping[int, Checker]:
    """By the identity of their schemas, which are read once and never let go."""
    parts = (*_data()["parts"].values(), *_destinations()["parts"].values())
    schemas = (part["spec"] for part in parts if isinstance(part, dict) and isinstance(part.get("spec"), dict))
    return {id(schema): Checker(schema) for schema in schemas}


def provider_of(flow_spec_id: str | None) -> str:
    """The provider of the sources that this flow spec takes; the batch one where none is documented."""
    return next((str(row["providerId"]) for row in _data()["specs"] if row["id"] == flow_spec_id), BATCH)


def _flow_spec(row: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    spec = {name: _part(value) if name in _BY_NAME else value for name, value in row.items() if name != "sourcesOf"}
    wanted = row.get("sourcesOf", row["id"])
    return {
        "id": spec.pop("id"),
        "name": spec.pop("name"),
        "providerId": spec.pop("providerId"),
        "version": "1.0",
        "sourceConnectionSpecIds": [source.id for source in catalogue.values() if source.flow_spec_id == wanted],
        "targetConnectionSpecIds": [DATA_LAKE],
        **spec,
    }


def _destination_flow_spec(row: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """No page prints one: the parts are those that bodies keep, the rest is assumed from the specs of sources."""
    parts, printed = _destinations()["parts"], row["targetConnectionSpecIds"]
    more = [each.id for each in catalogue.of("destination") if row["id"] in flow_spec_ids(each)]
    spec = {
        "id": row["id"],
        "name": row["name"],
        "providerId": row["providerId"],
        "version": "1.0",
        "sourceConnectionSpecIds": row["sourceConnectionSpecIds"],
        "targetConnectionSpecIds": list(dict.fromkeys((*printed, *more))),
        "transformationSpecs": [parts[name] for name in row["transformationSpecs"]],
        "attributes": parts[row["attributes"]],
        "permissionsInfo": parts[row["permissionsInfo"]],
    }
    return spec if "scheduleSpec" not in row else {**spec, "scheduleSpec": parts[row["scheduleSpec"]]}


def flow_spec_ids(destination: Source) -> tuple[str, ...]:
    """The flow specs that a destination's row names: of audiences, and of datasets."""
    ids = (destination.target.get(field) for field in ("flowSpecId", "datasetFlowSpecId"))
    return tuple(id for id in ids if id)


def _brought(catalogue: Catalogue, known: set[str]) -> list[dict[str, Any]]:
    """A row for each flow spec that only a destination of a file names."""
    rows = {}
    for each in catalogue.of("destination"):
        for field, model in _MODELS.items():
            id = each.target.get(field)
            if id and id not in known:
                rows[id] = {**_model(model), "id": id, "name": f"{model}-to-{each.key}", "targetConnectionSpecIds": []}
    return list(rows.values())


def _model(name: str) -> Mapping[str, Any]:
    return next(row for row in _destinations()["specs"] if row["attributes"] == name)


_MODELS = {"flowSpecId": "audiences", "datasetFlowSpecId": "datasets"}

_BY_NAME = ("optionSpec", "transformationSpecs", "scheduleSpec", "runSpec", "attributes", "permissionsInfo")


def _part(name: str | list[str]) -> Any:
    """What the rows share stands in the data once."""
    parts = _data()["parts"]
    return [parts[each] for each in name] if isinstance(name, list) else parts[name]


def _data() -> Mapping[str, Any]:
    return _read("flow-specs")


def _destinations() -> Mapping[str, Any]:
    return _read("destination-flow-specs")


@cache
def _read(name: str) -> Mapping[str, Any]:
    text = file_of("contracts.services.flow_service", f"data/{name}.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded
