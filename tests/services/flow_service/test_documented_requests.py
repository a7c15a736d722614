"""Every request body that flow-service.yaml prints as an example is accepted, once ids of one's own are filled in.

``data/documented-requests.json`` holds them as printed. Where the description gives only the parts of a body, what it
requires beside them is filled in here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kit.chain import make
from tests.kit.paths import DATA
from tests.kit.sender import AROUND, Answer, Sender

ROWS = json.loads((DATA / "documented-requests.json").read_text("utf-8"))
PRINTED: dict[str, Any] = {row["operation"]: row["body"] for row in ROWS}
SPEC = {"name": "acme", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a"}
ONCE = {"scheduleParams": {"startTime": 1590091157, "frequency": "once"}}


@pytest.fixture
def ids(sent: Sender) -> dict[str, str]:
    """The journey that the examples tell, in their own words."""
    base = make(sent, "connections", PRINTED["createConnection"])
    source = make(sent, "sourceConnections", {**PRINTED["createSourceConnection"], "baseConnectionId": base})
    target = make(sent, "targetConnections", PRINTED["createTargetConnection"])
    halves = {"sourceConnectionIds": [source], "targetConnectionIds": [target]}
    flow = make(sent, "flows", {**PRINTED["createFlow"], **halves})
    once = make(sent, "flows", {**PRINTED["createFlow"], **halves, **ONCE})
    return {"base": base, "source": source, "target": target, "flow": flow, "once": once}


def errors(sent: Sender) -> list[str]:
    """The rules that the whole journey broke, warnings included."""
    found = [found["rule"] for row in sent.mock.journal.rows() for found in row["violations"]]
    return [rule for rule in found if rule not in AROUND]


def accepted(answer: Answer) -> None:
    assert answer.status in (200, 201), answer.text


def test_the_journey_of_the_examples_breaks_no_rule(sent: Sender, ids: dict[str, str]) -> None:
    run = make(sent, "runs", {**PRINTED["createFlowRun"], "flowId": ids["once"]})
    accepted(sent("PUT", f"/runs/{run}", PRINTED["updateRun"], if_match="*"))
    assert errors(sent) == []


@pytest.mark.parametrize("collection", ["connectionSpecs", "flowSpecs"])
def test_the_specs_of_the_examples_are_accepted(sent: Sender, collection: str) -> None:
    name = collection[0].upper() + collection[1:-1]
    id = make(sent, collection, {**SPEC, **PRINTED[f"create{name}"]})
    accepted(sent("PUT", f"/{collection}/{id}", {**SPEC, **PRINTED[f"update{name}"]}))


def test_the_update_of_the_examples_is_accepted(sent: Sender, ids: dict[str, str]) -> None:
    """It replaces all credentials by a description; the warnings say so."""
    body = {"op": "replace", **PRINTED["patchConnection"]}
    accepted(sent("PATCH", f"/connections/{ids['base']}/", body, if_match="*"))
    assert set(errors(sent)) == {"FS-PATCH-09", "FS-CON-13"}
