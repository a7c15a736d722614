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
from contracts.sources.source_catalogue import DATA_LAKE, Catalogue

__all__ = ["BATCH", "STREAMING", "flow_specs", "provider_of"]

BATCH = "0ed90a81-07f4-4586-8190-b40eccef1c5a"
"""The providerId of batch sources."""

STREAMING = "521eee4d-8cbe-4906-bb48-fb6bd4450033"
"""The providerId of streaming sources."""


@lru_cache(maxsize=16)
def flow_specs(catalogue: Catalogue) -> Mapping[str, dict[str, Any]]:
    """The items of GET /flowSpecs by id, for the sources of ``catalogue``; not to be changed."""
    return {row["id"]: _flow_spec(row, catalogue) for row in _data()["specs"]}


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


_BY_NAME = ("optionSpec", "transformationSpecs", "scheduleSpec", "runSpec", "attributes", "permissionsInfo")


def _part(name: str | list[str]) -> Any:
    """What the rows share stands in the data once."""
    parts = _data()["parts"]
    return [parts[each] for each in name] if isinstance(name, list) else parts[name]


@cache
def _data() -> Mapping[str, Any]:
    text = file_of("contracts.services.flow_service", "data/flow-specs.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded
