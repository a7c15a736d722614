"""What an organisation's own flow spec may declare, and what a fixture may hold: no request breaks of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import RULES
from contracts.reading.json_text import LARGEST_INTEGER
from contracts.services.flow_service.specs import source_of_spec
from mockserver import Mock, StoredMock
from mockserver.services.flow_service import state
from tests.kit import chain
from tests.kit.chain import Chain
from tests.kit.connection import HEADERS
from tests.kit.sender import Sender, core

ANY = {"If_Match": "*"}


@pytest.fixture
def there() -> Chain:
    mock = Mock()
    return chain.chain(Sender("core", mock, core(mock)))


def flow_of(there: Chain, spec: dict[str, Any], schedule: dict[str, Any]) -> Any:
    id = chain.make(there.sent, "flowSpecs", {"name": "acme", "providerId": "p", **spec})
    more = {"flowSpec": {"id": id, "version": "1.0"}, "scheduleParams": schedule}
    return there.sent("POST", "/flows", chain.flow(there.source, there.target, **more))


@pytest.mark.parametrize("name", [[], {}, None, 5])
def test_a_transformation_of_a_spec_may_have_any_name(there: Chain, name: Any) -> None:
    assert flow_of(there, {"transformationSpecs": [{"name": name}]}, {"frequency": "once"}).status == 201


@pytest.mark.parametrize("key", ["interval", "backfill"])
def test_a_spec_may_forbid_a_key_below_its_schedule(there: Chain, key: str) -> None:
    declared = {"properties": {"x": {"not": {"required": [key]}}}}
    answer = flow_of(there, {"scheduleSpec": {"spec": declared}}, {"x": {key: 1}, "frequency": "once"})
    assert (answer.status, there.sent.rules) == (400, ["FS-SCH-08"])
    assert there.sent.violations[0]["pointer"] == "/scheduleParams/x"


@pytest.mark.parametrize("spec", [{}, {"connectionSpec": None}, {"connectionSpec": {}}, {"connectionSpec": {"id": []}}])
def test_a_fixture_may_be_of_no_source(there: Chain, spec: dict[str, Any]) -> None:
    head = {name.lower(): value for name, value in HEADERS.items()}
    id = there.sent.mock.store((head["x-gw-ims-org-id"], head["x-sandbox-name"]), {"name": "odd", **spec})
    assert there.sent("GET", f"/connections/{id}/explore?objectType=root").status == 400
    assert there.sent("POST", "/sourceConnections", chain.source(id)).status < 500


def test_what_an_update_warns_of_comes_in_the_rules_order(there: Chain) -> None:
    operations = [{"op": "add", "path": "/odd", "value": 1}, {"op": "remove", "path": "/name"}]
    assert there.sent("PATCH", f"/sourceConnections/{there.source}?bogus=1", operations, **ANY).status == 200
    found = [row["rule"] for row in there.sent.violations]
    assert len(found) == 3
    assert found == sorted(found, key=list(RULES).index)


def test_a_store_takes_an_interval_of_any_length(tmp_path: Path) -> None:
    mock = StoredMock(f"sqlite:///{tmp_path}/a.db")
    there = chain.chain(Sender("core", mock, core(mock)))
    schedule = {"startTime": 1567411548, "frequency": "minute", "interval": LARGEST_INTEGER}
    document = chain.flow(there.source, there.target, **{**chain.SCHEDULED, "scheduleParams": schedule})
    body = json.dumps(document).encode()
    assert there.sent.raw("POST", "/data/foundation/flowservice/flows", None, body).status == 201
    mock.close()


def test_a_spec_is_read_once_however_many_come_after_it(there: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def watched(document: Any, spec_id: str) -> Any:
        read.append(document["name"])
        return source_of_spec(document, spec_id)

    monkeypatch.setattr(state, "source_of_spec", watched)
    ids = [chain.make(there.sent, "connectionSpecs", {"name": f"n{number}", "providerId": "p"}) for number in range(5)]
    changed = {"name": "changed", "providerId": "p"}
    assert there.sent("PUT", f"/connectionSpecs/{ids[1]}", changed, **ANY).status == 200
    there.sent("GET", "/connections")
    assert sorted(read) == ["changed", "n0", "n1", "n2", "n3", "n4"]
