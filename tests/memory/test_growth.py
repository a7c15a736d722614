"""What a call costs does not grow with what is stored; counted in calls of functions, not in time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from mockserver import Mock
from tests.kit import chain, depth
from tests.kit.chain import make, read
from tests.kit.connection import zoho
from tests.kit.counting import calls
from tests.kit.sender import Sender, core

TENANT = ("TEST@AdobeOrg", "prod")
SPEC = zoho()["connectionSpec"]["id"]
FEW, MANY = 100, 10_000


def filled(size: int) -> Sender:
    mock = Mock()
    for number in range(size):
        mock.store(TENANT, {**zoho(), "name": f"n{number}"})
        mock.clock.advance(0.002)
    return Sender("core", mock, core(mock))


def listed(sent: Sender, query: str) -> Callable[[], Any]:
    def read() -> Any:
        answer = sent("GET", f"/connections?{query}")
        assert answer.status == 200, answer.text
        return answer.json

    return read


@pytest.fixture(scope="module")
def few() -> Sender:
    return filled(FEW)


@pytest.fixture(scope="module")
def many() -> Sender:
    return filled(MANY)


@cache
def middle(sent: Sender) -> int:
    """When the connection in the middle was created."""
    items = sent.mock.stored(TENANT)
    return int(sent.read(items[len(items) // 2]["id"])["createdAt"])


@pytest.mark.parametrize(
    "query",
    depth.few(
        [
            "limit=20",
            "limit=20&orderby=-state,name,-createdAt",
            f"property=connectionSpec.id=={SPEC}",
            "property=createdAt>{middle}&limit=20",
            "count=true&property=name==n77",
            "limit=20&orderby=-createdAt",
            "limit=20&orderby=name",
            "property=name==n77",
            "property=name==n77,n78&orderby=-name",
            "property=state==enabled&property=name==n50",
            f"property=connectionSpec.id=={SPEC}&orderby=-updatedAt",
            "property=state!=enabled",
            "property=state!=enabled&orderby=name",
            "property=name!=n3",
            "property=createdAt>{middle}&orderby=-createdAt&limit=20",
            "property=createdAt<={middle}&property=state==enabled&orderby=createdAt&limit=20",
            "count=true",
            "count=true&property=createdAt>{middle}",
        ],
        2,
    ),
)
def test_a_page_costs_what_is_on_it(few: Sender, many: Sender, query: str) -> None:
    little, much = (calls(listed(sent, query.format(middle=middle(sent)))) for sent in (few, many))
    assert much <= 1.5 * little


@pytest.mark.deep
def test_a_late_page_costs_what_the_first_does(many: Sender) -> None:
    """The token leads to the place; nothing before it is looked at."""
    href = "/connections?limit=100&orderby=-name"
    first = calls(lambda: many("GET", href))
    for _ in range(20):
        href = many("GET", href).json["_links"]["next"]["href"]
    assert calls(lambda: many("GET", href)) <= 1.5 * first


@pytest.mark.parametrize("are_listed", depth.few([False, True]))
def test_creating_reading_updating_and_deleting_cost_the_same(are_listed: bool) -> None:
    def work(size: int) -> dict[str, int]:
        sent = filled(size)
        if are_listed:
            for query in ("limit=1", "limit=1&orderby=name", f"property=connectionSpec.id=={SPEC}"):
                listed(sent, query)()
        id, _ = sent.create()
        rename = [{"op": "replace", "path": "/name", "value": "x"}]
        spare = iter([sent.create()[0] for _ in range(2)])
        return {
            "create": calls(sent.create),
            "get": calls(lambda: sent.read(id)),
            "update": calls(lambda: sent("PATCH", f"/connections/{id}", rename, if_match="*")),
            "delete": calls(lambda: sent("DELETE", f"/connections/{next(spare)}")),
        }

    little, much = work(FEW), work(MANY)
    assert {name: cost for name, cost in much.items() if cost > 1.5 * little[name]} == {}


@pytest.mark.deep
def test_a_list_after_a_write_costs_what_was_written(few: Sender, many: Sender) -> None:
    def write_and_list(sent: Sender) -> Callable[[], Any]:
        def work() -> None:
            sent.create()
            listed(sent, "property=name==n5")()
            listed(sent, "orderby=-createdAt&limit=1")()

        return work

    assert calls(write_and_list(many)) <= 1.5 * calls(write_and_list(few))


@pytest.mark.deep
def test_stored_records_are_nothing_that_the_garbage_collector_visits() -> None:
    """Else a full collection would take the longer, the more is stored."""
    sent = filled(10)
    listed(sent, "property=name==n5")()
    gc.collect()
    gc.collect()  # a tuple of tuples is let go once those are
    before = len(gc.get_objects())
    for number in range(2_000):
        sent.mock.store(TENANT, {**zoho(), "name": f"m{number}"})
    listed(sent, "property=name==m5")()
    gc.collect()
    gc.collect()
    assert len(gc.get_objects()) - before < 200


def test_a_list_sees_what_the_service_noted_by_itself(sent: Sender) -> None:
    """A finished run is told to its flow without a write of a client's."""
    there = chain.chain(sent)
    expression = "property=lastRunDetails.state==success"
    make(sent, "runs", chain.run(there.flow))
    assert sent("GET", f"/flows?{expression}").json["items"] == []
    sent.mock.clock.advance(60)
    assert [item["id"] for item in sent("GET", f"/flows?{expression}").json["items"]] == [there.flow]
    assert sent("GET", f"/flows?count=true&{expression}").json == {"count": 1}
    assert read(sent, "flows", there.flow)["lastRunDetails"]["state"] == "success"
