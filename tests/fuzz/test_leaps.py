"""A clock that leaps: what has come due meanwhile happens in portions, and each portion once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import Mock, StoredMock
from mockserver import mock as a_mock
from mockserver.memory.agenda import Due
from mockserver.memory.world import World
from mockserver.services.flow_service import runs
from mockserver.services.table import steps
from mockserver.stored.replica import Replica
from tests.kit import chain
from tests.kit.sender import Sender, core

DECADE = b'{"advance": 315360000}'
AT_ONCE, FLOWS = 400, 5
KINDS = ("memory", "store")
WORDS = 3
"""Steps that a run takes: it is made, it starts, it ends."""


@pytest.fixture(params=KINDS)
def leapt(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sender]:
    """Flows that run every half hour, ten years later."""
    mock = Mock() if request.param == "memory" else StoredMock(f"sqlite:///{tmp_path}/store.db")
    sent = Sender("core", mock, core(mock))
    for _ in range(FLOWS):
        chain.chain(sent, **chain.SCHEDULED)
    assert sent.raw("POST", "/__admin/clock", body=DECADE).status == 200
    yield sent
    mock.close()


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step was carried out, in vain too."""
    counts: Counter[str] = Counter()

    def counted(word: str, step: Callable[[World, Due], None]) -> Callable[[World, Due], None]:
        def one(world: World, due: Due) -> None:
            counts[word] += 1
            step(world, due)

        return one

    monkeypatch.setattr(a_mock, "steps", lambda: {word: counted(word, step) for word, step in steps().items()})
    return counts


def test_a_call_carries_out_no_more_than_its_portion(leapt: Sender, happened: Counter[str]) -> None:
    """Of a portion that turns out to need more of a store only what comes before that is done anew."""
    assert leapt("GET", "/flows?limit=1").status == 200
    assert AT_ONCE <= happened.total() <= AT_ONCE + WORDS * FLOWS
    happened.clear()
    assert leapt("GET", "/flows?limit=1").status == 200
    assert happened.total() == AT_ONCE


def test_in_the_end_all_of_it_has_happened_once(leapt: Sender, happened: Counter[str]) -> None:
    runs_in_all, before = FLOWS * 101, 0
    while happened.total() > before or not before:
        before = happened.total()
        assert leapt("GET", "/flows?limit=1").status == 200
    assert leapt("GET", "/runs?count=true").json == {"count": runs_in_all}
    assert before <= WORDS * (runs_in_all + FLOWS)


def test_the_end_of_a_run_looks_for_its_flow_once(leapt: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: Counter[str] = Counter()
    find, finished = World.find, runs.metrics.finished

    def counted(world: World, tenant: Any, collection: str, id: str) -> Any:
        looked[collection] += 1
        return find(world, tenant, collection, id)

    def once(*arguments: Any) -> Any:
        with monkeypatch.context() as within:
            within.setattr(World, "find", counted)
            looked["ended"] += 1
            return finished(*arguments)

    monkeypatch.setattr(runs.metrics, "finished", once)
    leapt("GET", "/flows?limit=1")
    ended = looked.pop("ended")
    assert ended > AT_ONCE / 4
    assert looked == dict.fromkeys(("flows", "sourceConnections", "connections"), ended)


def test_a_portion_writes_what_its_steps_have_changed(leapt: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run's record, its two entries of the agenda, its timer, a batch: each row once, whatever became of it."""
    written: list[int] = []
    hand_in = Replica.hand_in

    def counted(replica: Replica, turn: Any) -> Any:
        handed_in = hand_in(replica, turn)
        if turn.changes is not None:
            written.append(len(turn.changes.entries))
        return handed_in

    monkeypatch.setattr(Replica, "hand_in", counted)
    leapt("GET", "/flows?limit=1")
    assert bool(written) == isinstance(leapt.mock, StoredMock)
    assert sum(written) < 3 * AT_ONCE
