"""One item of every collection, and a body that each operation accepts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.judging.model import Operation
from mockserver import Mock
from tests.kit import chain
from tests.kit.chain import Chain
from tests.kit.connection import zoho
from tests.kit.destinations import EVENT_HUBS, STREAMED, added, road
from tests.kit.sender import Sender, core


def mock_with_a_chain() -> tuple[Chain, dict[str, str]]:
    """A mock and the id of one item of each collection in it; made once and then restored."""
    there, ids, snapshot = _made()
    there.sent.mock.restore(snapshot)
    return there, ids


@cache
def _made() -> tuple[Chain, dict[str, str], Any]:
    mock = Mock()
    there = chain.chain(Sender("core", mock, core(mock)))
    sent = there.sent
    spec = {"name": "acme", "providerId": "p"}
    ids = {
        "connections": there.base,
        "sourceConnections": there.source,
        "targetConnections": there.target,
        "flows": there.flow,
        "runs": chain.make(sent, "runs", chain.run(there.flow)),
        "connectionSpecs": chain.make(sent, "connectionSpecs", spec),
        "flowSpecs": chain.make(sent, "flowSpecs", spec),
    }
    mock.clock.advance(60)  # the run has ended, so that nothing moves by itself
    sent("GET", "/runs")
    return there, ids, mock.snapshot()


def sound(row: Operation, there: Chain) -> Any:
    """A body that is accepted, to be spoilt."""
    name = {"connectionSpecs": "spec", "flowSpecs": "spec"}.get(row.collection, row.collection)
    if row.method == "PATCH":
        return [{"op": "replace", "path": "/name", "value": "x"}]
    if row.action == "search":
        return {"queryString": "name==x", "limit": 5, "orderby": "name"}
    if row.body == "optional":
        return {"percentCompleted": 5, "status": {}}
    if row.method == "PUT" and row.collection == "runs":
        return {"metrics": {"statusSummary": {"status": "failed"}}, "activities": []}
    if row.action == "activate":
        export = road(there.sent, EVENT_HUBS)
        export.patch(added(STREAMED))
        return {"activationInfo": {export.flow: [STREAMED["value"]["id"]]}, "exportIds": ["a-job"]}
    documents: Mapping[str, Any] = {
        "connections": zoho(),
        "sourceConnections": chain.source(there.base),
        "targetConnections": chain.target(),
        "flows": chain.flow(there.source, there.target, **chain.SCHEDULED),
        "runs": chain.run(there.flow),
        "spec": {
            "name": "acme",
            "providerId": "p",
            "authSpec": [{"name": "Key", "spec": {"type": "object", "properties": {"key": {"type": "string"}}}}],
            "sourceSpec": {"spec": {"type": "object"}},
            "scheduleSpec": {"spec": {"properties": {"frequency": {"enum": ["once"]}}}},
            "transformationSpecs": [{"name": "Copy", "spec": {}}],
            "attributes": {"isDraftModeSupported": True},
            "exploreSpec": {"type": "Tabular"},
        },
    }
    return documents[name]
