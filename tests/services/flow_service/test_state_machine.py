"""Random operations on all collections, through two ways in by turns, beside a small model that knows the truth."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mockserver import Mock, ServerThread
from mockserver.stored.mock import StoredMock
from tests.kit import chain
from tests.kit.connection import with_headers, zoho
from tests.kit.depth import examples, few
from tests.kit.sender import Answer, Sender
from tests.kit.ways import REPLICAS, way_into

COLLECTIONS = ("connections", "sourceConnections", "targetConnections", "flows")
NAMES = st.sampled_from(["a", "b", "B", "é", "a b", "0"])
PICK = st.integers(0, 30)
MOVES = {
    ("draft", "publish"): "enabled",
    ("enabled", "disable"): "disabled",
    ("disabled", "enable"): "enabled",
}
REFUSAL = {"connections": "FLOW-1418-400", "sourceConnections": "FLOW-1447-400", "targetConnections": "FLOW-1447-400"}


@dataclass
class Item:
    """What the model knows of one resource; ``refers`` are the collections and ids that it names."""

    id: str
    etag: str
    name: str
    state: str
    refers: list[tuple[str, str]] = field(default_factory=list)
    past: list[str] = field(default_factory=list)
    """Its former etags."""
    has_column: bool = False


@dataclass
class Run:
    id: str
    etag: str
    flow: str
    started: int
    status: str = "scheduled"

    def at(self, now: int) -> str:
        if self.status == "failed":
            return "failed"
        return "scheduled" if now < self.started + 1000 else "inProgress" if now < self.started + 3000 else "success"


class Both(RuleBasedStateMachine):
    """One mock behind the core and a second way, which take turns."""

    def __init__(self, thread: ServerThread, second: str) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.now = 1_800_000_000_000
        mocks = self.replicas() if second == REPLICAS else [Mock()] * 2
        for mock in mocks:
            mock.clock.now = lambda: self.now  # type: ignore[method-assign]
        names = ("core", "core" if second == REPLICAS else second)
        ways = [self.stack.enter_context(way_into(mock, name, thread)) for mock, name in zip(mocks, names, strict=True)]
        self.turns: Iterator[Sender] = itertools.cycle(ways)
        self.items: dict[str, dict[str, Item]] = {collection: {} for collection in COLLECTIONS}
        self.runs: dict[str, Run] = {}
        self.gone: list[tuple[str, str]] = []

    def replicas(self) -> list[Mock]:
        folder = self.stack.enter_context(TemporaryDirectory())
        mocks: list[Mock] = [StoredMock(f"sqlite:///{folder}/store.db") for _ in range(2)]
        for mock in mocks:
            self.stack.callback(mock.close)
        return mocks

    def teardown(self) -> None:
        self.stack.close()

    @property
    def send(self) -> Sender:
        return next(self.turns)

    # What the model thinks.

    def pick(self, collection: str, number: int) -> str:
        """An id of that collection, or one that was, or one that never was."""
        ids = [*self.items[collection], *(id for kind, id in self.gone if kind == collection), "nothing"]
        return ids[number % len(ids)]

    def trouble(self, refers: list[tuple[str, str]]) -> str | None:
        """The code with which a published resource that names these is refused."""
        found = [self.items[collection].get(id) for collection, id in refers]
        if None in found:
            return "FLOW-1439-400"
        return "FLOW-1421-400" if any(item and item.state == "draft" for item in found) else None

    def is_used(self, collection: str, id: str) -> bool:
        used = {ref for flow in self.items["flows"].values() for ref in flow.refers}
        if collection != "connections":
            return (collection, id) in used
        halves = [(kind, half) for kind in COLLECTIONS[1:3] for half in self.items[kind].values()]
        return any((kind, half.id) in used and (collection, id) in half.refers for kind, half in halves)

    def is_refused(self, answer: Answer, code: str | None) -> bool:
        """Whether ``answer`` is the refusal that was expected; nothing else may be one."""
        if code is None:
            assert answer.status < 300, answer.text
            return False
        assert (answer.status, answer.code) == (int(code[-3:]), code), answer.text
        return True

    def written(self, item: Item, shown: Any) -> None:
        assert shown["id"] == item.id
        assert shown["etag"] not in (item.etag, *item.past)
        item.past.append(item.etag)
        item.etag = shown["etag"]

    # What is done.

    @initialize()
    def a_chain_to_start_from(self) -> None:
        for collection in COLLECTIONS:
            self.create(collection, "first", False, 0, 0)

    @rule(collection=st.sampled_from(COLLECTIONS), name=NAMES, draft=st.booleans(), one=PICK, two=PICK)
    def create(self, collection: str, name: str, draft: bool, one: int, two: int) -> None:
        base, half, end = (
            self.pick("connections", one),
            self.pick("sourceConnections", one),
            self.pick("targetConnections", two),
        )
        document, refers = {
            "connections": (zoho(), []),
            "sourceConnections": (chain.source(base), [("connections", base)]),
            "targetConnections": (chain.target(), []),
            "flows": (chain.flow(half, end), [("sourceConnections", half), ("targetConnections", end)]),
        }[collection]
        answer = self.send("POST", f"/{collection}{'?mode=draft' * draft}", {**document, "name": name})
        if not self.is_refused(answer, None if draft else self.trouble(refers)):
            id = answer.json["id"]
            assert id not in self.items[collection]
            state = "draft" if draft else "enabled"
            self.items[collection][id] = Item(id, answer.json["etag"], name, state, refers)

    @rule(
        collection=st.sampled_from(COLLECTIONS),
        number=PICK,
        name=NAMES,
        etag=st.sampled_from(["current", "past", "bare", "any", None]),
    )
    def rename(self, collection: str, number: int, name: str, etag: str | None) -> None:
        id = self.pick(collection, number)
        item = self.items[collection].get(id)
        current = item.etag if item else '"x"'
        past = item.past[-1] if item and item.past else '"0"'
        sent = {"current": current, "past": past, "bare": current.strip('"'), "any": "*"}.get(etag or "")
        patch = [{"op": "Replace", "path": "/name", "value": name}]
        headers = {"if_match": sent} if sent else {}
        answer = self.send("PATCH", f"/{collection}/{id}", patch, **headers)
        code = "FLOW-1403-400" if etag is None else "FLOW-1439-404" if item is None else None
        if not self.is_refused(answer, code or ("FLOW-1404-412" if etag in ("past", "bare") else None)):
            assert item is not None
            item.name = name
            self.written(item, answer.json)

    @rule(
        collection=st.sampled_from(COLLECTIONS),
        number=PICK,
        op=st.sampled_from(["publish", "enable", "disable", "DISABLE"]),
    )
    def act(self, collection: str, number: int, op: str) -> None:
        id = self.pick(collection, number)
        item = self.items[collection].get(id)
        answer = self.send("POST", f"/{collection}/{id}/action?op={op}")
        after = MOVES.get((item.state, op.lower())) if item else None
        code = None
        if collection != "flows" and op != "publish":
            code = "FLOW-1434-400"
        elif item is None:
            code = "FLOW-1439-404"
        elif after is None:
            code = "FLOW-1422-400"
        elif op == "publish":
            code = self.trouble(item.refers)
        if not self.is_refused(answer, code):
            assert item is not None
            assert after is not None
            item.state = after
            self.written(item, answer.json)

    @rule(collection=st.sampled_from(COLLECTIONS), number=PICK, stale=st.booleans())
    def delete(self, collection: str, number: int, stale: bool) -> None:
        id = self.pick(collection, number)
        item = self.items[collection].get(id)
        answer = self.send("DELETE", f"/{collection}/{id}", **({"if_match": '"stale"'} if stale else {}))
        code = "FLOW-1439-404" if item is None else "FLOW-1404-412" if stale else None
        if code is None and self.is_used(collection, id):
            code = REFUSAL[collection]
        if not self.is_refused(answer, code):
            assert answer.text == b""
            del self.items[collection][id]
            self.gone.append((collection, id))

    @rule(number=PICK, column=st.sampled_from(["A", None]))
    def run(self, number: int, column: str | None) -> None:
        id = self.pick("flows", number)
        flow = self.items["flows"].get(id)
        body = chain.run(id, deltaColumn={"name": "A"})
        if column is None:
            del body["params"]["deltaColumn"]
        answer = self.send("POST", "/runs", body)
        code = "FLOW-1430-400" if flow is None else "FLOW-1100-400" if flow.state != "enabled" else None
        if flow is not None and column is None and not flow.has_column:
            code = "FLOW-1100-400"
        if self.is_refused(answer, code):
            return
        assert flow is not None
        self.runs[answer.json["id"]] = Run(answer.json["id"], answer.json["etag"], id, self.now)
        if not flow.has_column:  # the first run's column becomes the flow's, which is a write
            flow.has_column = True
            self.written(flow, chain.read(self.send, "flows", id))

    @rule(number=PICK, current=st.booleans())
    def fail_a_run(self, number: int, current: bool) -> None:
        if not self.runs:
            return
        run = list(self.runs.values())[number % len(self.runs)]
        body = {"metrics": {"statusSummary": {"status": "failed"}}}
        answer = self.send("PUT", f"/runs/{run.id}", body, if_match=run.etag if current else '"x"')
        if not self.is_refused(answer, None if current else "FLOW-1404-412"):
            run.status, run.etag = "failed", answer.json["etag"]

    @rule(number=PICK)
    def trigger_a_run_again(self, number: int) -> None:
        if not self.runs:
            return
        run = list(self.runs.values())[number % len(self.runs)]
        flow = self.items["flows"].get(run.flow)
        answer = self.send("POST", f"/runs/{run.id}/action?op=RE_TRIGGER")
        is_ready = flow is not None and flow.state == "enabled" and run.status == "failed"
        if not self.is_refused(answer, None if is_ready else "FLOW-1100-400"):
            run.status, run.started, run.etag = "scheduled", self.now, answer.json["etag"]

    @rule(seconds=st.sampled_from([0.4, 1, 2, 3600]))
    def wait(self, seconds: float) -> None:
        before = {id: run.at(self.now) for id, run in self.runs.items()}
        self.now += int(seconds * 1000)
        for id, run in self.runs.items():
            if run.at(self.now) != before[id]:
                etag = chain.read(self.send, "runs", id)["etag"]
                assert etag != run.etag
                run.etag = etag

    @rule(
        collection=st.sampled_from(COLLECTIONS),
        limit=st.integers(1, 4),
        order=st.sampled_from(["createdAt", "name", "-name", "+state", "-name,state"]),
        wanted=st.sampled_from(["", "name==a,B", "name!=a", "state==draft", "state!=enabled", 'name=="a b"']),
    )
    def look_through(self, collection: str, limit: int, order: str, wanted: str) -> None:
        expected = list(self.items[collection].values())
        if wanted:
            path, values = wanted.replace("!=", "==").split("==")
            among = [value.strip('"') for value in values.split(",")]
            expected = [item for item in expected if (getattr(item, path) in among) is ("!=" not in wanted)]
        for key in reversed([key for key in order.split(",") if key != "createdAt"]):  # which they are in already
            expected.sort(key=lambda item: getattr(item, key.lstrip("+-")), reverse=key[0] == "-")
        filters = f"&property={quote(wanted, safe='')}" * bool(wanted)
        href = f"/{collection}?limit={limit}{filters}" + f"&orderby={quote(order)}"
        found: list[str] = []
        while href:
            page = self.send("GET", href).json
            found += [item["id"] for item in page["items"]]
            assert len(page["items"]) == limit or not page["_links"]
            href = page["_links"].get("next", {}).get("href", "")
        assert found == [item.id for item in expected]
        assert self.send("GET", f"/{collection}?count=true{filters}").json == {"count": len(expected)}

    @rule(collection=st.sampled_from(COLLECTIONS), number=PICK)
    def look_from_elsewhere(self, collection: str, number: int) -> None:
        headers = with_headers(x_sandbox_name="dev")
        assert self.send("GET", f"/{collection}/{self.pick(collection, number)}", headers=headers).status == 404
        assert self.send("GET", f"/{collection}", headers=headers).json["items"] == []

    # What holds after every step.

    @invariant()
    def all_is_as_the_model_has_it(self) -> None:
        for collection, items in self.items.items():
            found = self.send("GET", f"/{collection}?orderby=createdAt").json["items"]
            shown = [(item["id"], item["etag"], item["version"], item["name"], item["state"]) for item in found]
            assert shown == [(item.id, item.etag, item.etag, item.name, item.state) for item in items.values()]
        runs = self.send("GET", "/runs?orderby=createdAt").json["items"]
        shown_runs = [
            (run["id"], run["etag"], run["flowId"], run["metrics"]["statusSummary"]["status"]) for run in runs
        ]
        assert shown_runs == [(run.id, run.etag, run.flow, run.at(self.now)) for run in self.runs.values()]

    @invariant()
    def what_is_gone_is_gone(self) -> None:
        for collection, id in self.gone[-2:]:
            assert self.send("GET", f"/{collection}/{id}").code == "FLOW-1439-404"


@pytest.mark.parametrize(("second", "runs"), few([("http", 40), ("responses", 40), (REPLICAS, 5)], 2))
def test_two_ways_into_one_mock_agree_with_the_model(thread: ServerThread, second: str, runs: int) -> None:
    def machine() -> Any:
        return Both(thread, second)

    run = settings(max_examples=examples(runs), stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine, settings=run)
