"""Lists that indexes answer beside a model that looks at everything, whatever is written in between."""

from __future__ import annotations

import copy
import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import Mock
from mockserver.memory.clock import Clock
from tests.kit import chain
from tests.kit.chain import make, read
from tests.kit.connection import with_headers, zoho
from tests.kit.depth import examples
from tests.kit.sender import Sender, core
from tests.kit.specs import DOCUMENTED

Item = dict[str, Any]
STATUS = "metrics.statusSummary.status"

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def values(item: Item, path: str) -> list[Any]:
    """What stands at ``path``: of ``a[]`` every element; the state of a run is another name of its status."""
    found: list[Any] = [item]
    if path == "state" and "flowId" in item:
        path = STATUS
    for segment in path.split("."):
        name = segment.removesuffix("[]")
        found = [each[name] for each in found if isinstance(each, dict) and each.get(name) is not None]
        if name != segment:
            found = [element for each in found if isinstance(each, list) for element in each]
    return found


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def equal(value: Any, text: str) -> bool:
    """Numbers and booleans compare by their type, texts letter for letter."""
    if isinstance(value, bool):
        return text.lower() == json.dumps(value)
    return number(text) == value if isinstance(value, int | float) else bool(value == text)


def fits(item: Item, path: str, sign: str, texts: tuple[str, ...]) -> bool:
    found = values(item, path)
    if path in ("state", STATUS) and "flowId" in item:  # the one field whose letter case doesn't count
        found, texts = [each.lower() for each in found], tuple(text.lower() for text in texts)
    if sign in ("==", "!="):
        return any(equal(value, text) for value in found for text in texts) is (sign == "==")
    compare, (text,) = COMPARISONS[sign], texts
    for value in found:
        limit = text if isinstance(value, str) else number(text)
        if isinstance(value, int | float | str) and not isinstance(value, bool) and limit is not None:  # noqa: SIM102
            if compare(value, limit):
                return True
    return False


def place(item: Item, path: str) -> tuple[int, Any]:
    """Nothing, booleans, numbers, texts; an object or array counts as nothing."""
    value = next(iter(values(item, path)), None)
    for rank, kind in ((1, bool), (2, int | float), (3, str)):
        if isinstance(value, kind):  # type: ignore[arg-type]
            return rank, value
    return 0, 0


@dataclass(frozen=True)
class Query:
    """Filters of a path, an operator and texts; fields to order by, each with its sign."""

    filters: tuple[tuple[str, str, tuple[str, ...]], ...]
    order: tuple[str, ...]
    limit: int

    def href(self, collection: str, **more: str) -> str:
        asked: dict[str, Any] = {
            "property": [
                path + sign + ",".join(f'"{text}"' if text != text.strip() else text for text in texts)
                for path, sign, texts in self.filters
            ]
        }
        if self.order:
            asked["orderby"] = ",".join(self.order)
        return f"/{collection}?" + urlencode({**asked, **(more or {"limit": str(self.limit)})}, doseq=True)

    def kept(self, items: list[Item]) -> list[Item]:
        return [
            item for item in items if all(fits(item, path, sign, list(texts)) for path, sign, texts in self.filters)
        ]

    def page(self, items: list[Item], last: Item | None) -> list[Item]:
        """What a page holds after ``last``, which is as it was on the page before."""
        rows = self.kept(items)
        if last is not None:
            rows.append({**last, "number": last["number"] + (0.5 if self.order else -0.5)})
        # Among equals the first made come first; newest first, where no order was asked for.
        rows.sort(key=lambda item: item["number"], reverse=not self.order)
        for each in reversed(self.order or ("-updatedAt",)):
            rows.sort(key=lambda item: place(item, each.lstrip("+-")), reverse=each.startswith("-"))
        after = 0 if last is None else next(at for at, row in enumerate(rows) if row["number"] % 1) + 1
        return rows[after:]


class Bench:
    """A mock, the model of what it holds, and the list that is being read from it."""

    def __init__(self, collection: str) -> None:
        self.collection = collection
        self.mock = Mock(clock=Clock(lambda: 1_700_000_000_000_000_000))
        self.sent = Sender("core", self.mock, core(self.mock))
        self.there = chain.chain(self.sent) if collection in ("sourceConnections", "flows", "runs") else None
        self.numbers: dict[str, int] = {}
        if self.there and collection != "runs":
            self.numbers[getattr(self.there, {"sourceConnections": "source", "flows": "flow"}[collection])] = 0
        self.created = 0
        self.kept: tuple[Any, dict[str, int]] | None = None
        self.reading: tuple[Query, str, Item | None] | None = None

    def items(self) -> list[Item]:
        return [{**read(self.sent, self.collection, id), "number": n} for id, n in self.numbers.items()]

    def create(self, word: str, value: Any, several: list[Any]) -> None:
        params = {"k": value, "l": several}
        documents: Mapping[str, Callable[[], Item]] = {
            "connections": lambda: {**zoho(), "name": word, "description": str(value)},
            "sourceConnections": lambda: chain.source(self.there.base, name=word, params={"tableName": "T", **params}),
            "targetConnections": lambda: chain.target(name=word, params={"dataSetId": "x", **params}),
            "flows": lambda: chain.flow(
                self.there.source, self.there.target, name=word, labels=[str(each) for each in several]
            ),
            "runs": lambda: chain.run(self.there.flow, **params),
        }
        self.created += 1
        self.numbers[make(self.sent, self.collection, documents[self.collection]())] = self.created

    def rename(self, which: int, word: str) -> None:
        if self.numbers and self.collection != "runs":
            id = list(self.numbers)[which % len(self.numbers)]
            change = [{"op": "replace", "path": "/name", "value": word}]
            assert self.sent("PATCH", f"/{self.collection}/{id}", change, if_match="*").status == 200

    def delete(self, which: int) -> None:
        if self.numbers:
            id = list(self.numbers)[which % len(self.numbers)]
            if self.sent("DELETE", f"/{self.collection}/{id}").status == 204:
                del self.numbers[id]

    def advance(self, milliseconds: int) -> None:
        self.mock.clock.advance(milliseconds / 1000)

    def snapshot(self) -> None:
        self.kept = self.mock.snapshot(), dict(self.numbers)

    def restore(self) -> None:
        if self.kept:
            self.mock.restore(self.kept[0])
            self.numbers = dict(self.kept[1])
            self.reading = None  # what a page's token names may never have been

    def empty(self) -> None:
        if self.there is None:
            path = "/data/foundation/sandbox-management/sandboxes/prod"
            headers = with_headers(x_sandbox_name=None)
            assert self.sent.raw("PUT", path, headers, b'{"action": "reset"}').status < 300
            self.mock.clock.advance(60)
            assert self.sent("GET", f"/{self.collection}").json["items"] == []
            self.numbers.clear()

    def begin(self, query: Query) -> None:
        count = self.sent("GET", query.href(self.collection, count="true"))
        assert count.json == {"count": len(query.kept(self.items()))}
        self.reading = query, query.href(self.collection), None
        self.go_on()

    def go_on(self) -> None:
        if self.reading is None:
            return
        query, href, last = self.reading
        items = self.items()
        page = self.sent("GET", href).json
        expected = query.page(items, last)
        found = [{**item, "number": self.numbers[item["id"]]} for item in page["items"]]
        assert found == expected[: query.limit]
        following = page["_links"].get("next", {}).get("href")
        assert bool(following) is (len(expected) > query.limit)
        self.reading = (query, following, found[-1]) if following else None


WORDS = ("a", "B", "b", "é", "a b", "1", "true", "")
TEXTS = st.sampled_from(
    ["a", "B", "é", "a b", "1", "1.0", "true", "TRUE", "-2.5", "1e3", "nan", "inf", "success", "SCHEDULED"]
)
SCALARS = st.sampled_from([None, True, False, 1, 1.0, 1000, -2.5, 2**53 + 1, "a", "B", "1", "true", ""])
ANY = SCALARS | st.sampled_from([[1, "a"], {"n": 1}, []])
FIELDS: Mapping[str, tuple[list[str], list[str]]] = {
    # fields that compare with == and != alone, and fields of any type
    "connections": (["name", "description", "state", "id", "auth.specName"], ["auth.params.endpoint"]),
    "sourceConnections": (["name", "state", "baseConnectionId"], ["params.k", "params.l[]", "params.l[].n"]),
    "targetConnections": (["name", "description", "connectionSpec.id"], ["params.k", "params.l[]", "params.l[].n"]),
    "flows": (["name", "labels[]", "sourceConnectionIds[]"], ["lastRunDetails.state", "scheduleParams.startTime"]),
    "runs": (["flowId", "state", STATUS], ["params.k", "params.l[]"]),
}
TIMES = st.integers(-2, 8).map(lambda seconds: ("time", seconds * 500))


def conditions(collection: str) -> st.SearchStrategy[Any]:
    names, open_names = FIELDS[collection]
    several = st.lists(TEXTS, min_size=1, max_size=3).map(tuple)
    equalities = st.tuples(st.sampled_from(names + open_names), st.sampled_from(["==", "!="]), several)
    ranges = st.tuples(st.sampled_from(open_names), st.sampled_from(list(COMPARISONS)), st.tuples(TEXTS))
    times = st.tuples(
        st.sampled_from(["createdAt", "updatedAt"]), st.sampled_from(["==", "!=", *COMPARISONS]), st.tuples(TIMES)
    )
    return st.one_of(equalities, ranges, times)


def queries(collection: str) -> st.SearchStrategy[Query]:
    names, open_names = FIELDS[collection]
    fields = st.sampled_from([*names, *open_names, "createdAt", "updatedAt"])
    order = st.lists(st.tuples(st.sampled_from(["", "+", "-"]), fields).map("".join), max_size=3).map(tuple)
    filters = st.lists(conditions(collection), max_size=3).map(tuple)
    return st.builds(Query, filters, order, st.integers(1, 4))


def steps(collection: str) -> st.SearchStrategy[Any]:
    numbers, words = st.integers(0, 9), st.sampled_from(WORDS)
    creation = st.tuples(st.just("create"), words.filter(bool), ANY, st.lists(ANY, max_size=3))
    return st.lists(
        st.one_of(
            creation,
            creation,
            st.tuples(st.just("rename"), numbers, words.filter(bool)),
            st.tuples(st.just("delete"), numbers),
            st.tuples(st.just("advance"), st.sampled_from([1, 500, 5000])),
            st.tuples(st.sampled_from(["snapshot", "restore", "empty"])),
            st.tuples(st.just("begin"), queries(collection)),
            st.tuples(st.just("go_on")),
            st.tuples(st.just("go_on")),
        ),
        min_size=3,
        max_size=25,
    )


def at_times(query: Query, start: int) -> Query:
    """Times are drawn as distances from the beginning of the example."""
    filters = tuple(
        (path, sign, tuple(str(start + text[1]) if isinstance(text, tuple) else text for text in texts))
        for path, sign, texts in query.filters
    )
    return Query(filters, query.order, query.limit)


def play(collection: str, script: list[Any]) -> None:
    """Every page on the way is compared; a list that was begun is read to its end."""
    bench = Bench(collection)
    start = bench.mock.clock.now()
    for name, *arguments in script:
        if name == "begin":
            arguments = [at_times(arguments[0], start)]
        getattr(bench, name)(*arguments)
    while bench.reading:
        bench.go_on()


@pytest.mark.parametrize("collection", FIELDS)
@settings(max_examples=examples(60))
@given(data=st.data())
def test_a_page_is_what_looking_at_everything_finds(collection: str, data: st.DataObject) -> None:
    play(collection, data.draw(steps(collection)))


CREATE = ("create", "a", None, [])
CORNERS: Mapping[str, tuple[str, list[Any]]] = {
    "an item with two of the wanted values is met once": (
        "flows",
        [("create", "a", None, ["a", "B"]), ("begin", Query((("labels[]", "==", ("a", "B")),), (), 5))],
    ),
    "the same from page to page": (
        "flows",
        [
            ("create", "a", None, ["a", "B"]),
            ("create", "b", None, ["B", "a"]),
            ("begin", Query((("labels[]", "==", ("a", "B")),), ("-name",), 1)),
        ],
    ),
    "what lies on both sides of a value, falling": (
        "targetConnections",
        [
            *(("create", "a", value, []) for value in (1, 5, 9, True, "x", None, 7, 2)),
            ("begin", Query((("params.k", "!=", ("5", "x")),), ("-params.k",), 2)),
        ],
    ),
    "a clock that went back": (
        "connections",
        [("advance", 500), CREATE, ("snapshot",), ("restore",), CREATE]
        + [("begin", Query((("createdAt", ">=", (("time", 0),)),), (), 1))],
    ),
    "letter case in a run's status": (
        "runs",
        [CREATE, ("advance", 2000), ("begin", Query((("state", "==", ("INPROGRESS",)),), (), 1))],
    ),
    "what is deleted, moved and created between pages": (
        "connections",
        [
            *(("create", word, None, []) for word in ("a", "b", "c", "d")),
            ("begin", Query((), ("-name",), 1)),
            ("delete", 2),
            ("go_on",),
            ("rename", 1, "0"),
            ("create", "A", None, []),
        ],
    ),
}


@pytest.mark.parametrize("corner", CORNERS)
def test_a_page_in_a_corner_is_too(corner: str) -> None:
    collection, script = CORNERS[corner]
    play(collection, script)


def test_a_spec_that_changes_changes_what_a_filter_sees(sent: Sender) -> None:
    """Params are shown as far as their spec declares them, and filters see what is shown."""
    spec = copy.deepcopy(DOCUMENTED)
    declared = spec["authSpec"][0]["spec"]["properties"]
    declared["endpoint"] = {"type": "string"}
    spec_id = sent("POST", "/connectionSpecs", spec).json["id"]
    params = {"host": "h", "accessToken": "t", "endpoint": "here"}
    auth = {"specName": "OAuth2 Refresh Code", "params": params}
    id, _ = sent.create({"name": "x", "auth": auth, "connectionSpec": {"id": spec_id, "version": "1.0"}})

    def found(endpoint: str) -> list[str]:
        items = sent("GET", f"/connections?property=auth.params.endpoint=={endpoint}").json["items"]
        return [item["id"] for item in items]

    assert (found("here"), found("xxxx")) == ([id], [])
    del declared["endpoint"]
    assert sent("PUT", f"/connectionSpecs/{spec_id}", spec).status == 200
    assert (found("here"), found("xxxx")) == ([], [id])
