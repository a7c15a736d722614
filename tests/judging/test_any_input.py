"""Whatever is sent to whichever operation: an answer of a documented shape, and nothing stored of what is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import BASE_PATH
from contracts.judging.model import Operation
from contracts.tables import OPERATIONS
from mockserver import Mock
from tests.kit.connection import HEADERS
from tests.kit.depth import examples, few
from tests.kit.sender import Answer
from tests.kit.sound import mock_with_a_chain, sound

ROWS = [row for row in OPERATIONS if row.service.base_path == BASE_PATH]
WITH_BODY = [row for row in ROWS if row.body != "none"]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
)
WORDS = st.sampled_from(
    ["", "x", "draft", "enabled", "once", "minute", "Copy", "Mapping", "name", "/name", "add", "1.0", "$ref", "#", "15"]
)
KEYS = sorted({"spec", "name", "params", "deltaColumn", "op", "path", "value", "format", "id", "version", "$ref"})


def json_of(keys: list[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        SCALARS | WORDS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*keys, *KEYS]), inner, max_size=4),
        max_leaves=12,
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def is_in_shape(answer: Answer, before: Any, mock: Mock) -> None:
    """Below 500; a refusal has one of the three shapes and has changed nothing."""
    assert answer.status < 500, answer.text
    if answer.status < 400:
        return
    body = answer.json
    assert set(body) in (
        {"error_code", "message"},
        {"type", "title", "status", "detail"},
        {"type", "title", "status", "report", "errorMessage", "errorDetails"},
    )
    assert mock.snapshot() == before
    assert [row for row in mock.journal.rows()[-1]["violations"] if row["severity"] == "error"]


def attacked(row: Operation, body: bytes, query: str = "") -> None:
    there, ids = mock_with_a_chain()
    mock = there.sent.mock
    path = row.path.replace("{id}", ids[row.collection])
    query = query or ("?op=disable" if row.collection == "flows" else "?op=publish") * path.endswith("/action")
    before = mock.snapshot()
    headers = {**HEADERS, "if-match": "*"}
    is_in_shape(there.sent.raw(row.method, BASE_PATH + path + query, headers, body), before, mock)
    # Whatever was stored, everything can still be read, run and listed.
    mock.clock.advance(7 * 86400)
    for collection, id in ids.items():
        assert there.sent("GET", f"/{collection}/{id}").status < 500
    assert there.sent("GET", f"/{row.collection}").status == 200
    json.dumps(mock.journal.rows())


@pytest.mark.parametrize("row", WITH_BODY, ids=lambda row: row.id)
@settings(max_examples=examples(15))
@given(data=st.data())
def test_any_json_as_a_body(row: Operation, data: st.DataObject) -> None:
    attacked(row, json.dumps(data.draw(json_of(KEYS))).encode())


@pytest.mark.parametrize("row", WITH_BODY, ids=lambda row: row.id)
@settings(max_examples=examples(25))
@given(data=st.data())
def test_a_sound_body_with_anything_in_some_places(row: Operation, data: st.DataObject) -> None:
    there, _ = mock_with_a_chain()
    body = sound(row, there)
    for _ in range(data.draw(st.integers(1, 3))):
        keys = list(body) if isinstance(body, dict) else []
        body = replaced(body, data.draw(st.sampled_from(places(body))), data.draw(json_of(keys)))
    attacked_with(row, body)


def attacked_with(row: Operation, body: Any) -> None:
    attacked(row, json.dumps(body).encode())


QUERY_NAMES = (
    *("property", "limit", "orderby", "count", "continuationToken", "mode", "op", "subOp", "objectType", "object"),
    *("fileType", "filters", "preview", "sourceParams", "columnDelimiter", "encoding", "compressionType", "start"),
    *("if-match", "x"),
)

PATHS = st.sampled_from(
    [
        "/name",
        "/description",
        "/data",
        "/data/format",
        "/params",
        "/params/tableName",
        "/params/columns/-",
        "/params/columns/0/name",
        "/auth",
        "/auth/params",
        "/auth/params/endpoint",
        "/scheduleParams",
        "/scheduleParams/frequency",
        "/scheduleParams/interval",
        "/scheduleParams/startTime",
        "/transformations",
        "/transformations/0",
        "/transformations/-",
        "/transformations/0/params/deltaColumn",
        "/sourceConnectionIds",
        "/sourceConnectionIds/0",
        "/targetConnectionIds",
        "/labels",
        "/policy",
        "/state",
        "/",
        "//",
        "/~0",
        "/-1",
        "/transformations/00",
        "/transformations/9999999999999999999999",
    ]
)


@pytest.mark.parametrize("collection", ["connections", "sourceConnections", "targetConnections", "flows"])
@settings(max_examples=examples(50))
@given(data=st.data())
def test_any_updates_of_documented_paths(collection: str, data: st.DataObject) -> None:
    operation = st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove"]), "path": PATHS, "value": json_of(KEYS)}
    )
    (row,) = [row for row in ROWS if row.method == "PATCH" and row.collection == collection]
    attacked_with(row, data.draw(st.lists(operation, min_size=1, max_size=4)))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method != "POST" or "action" in row.path], ids=lambda row: row.id
)
@settings(max_examples=examples(15))
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(QUERY_NAMES),
            WORDS
            | st.text(max_size=8)
            | st.sampled_from(["root", "table", "file", "Leads", "publish", "true", "-1", "e30="]),
        ),
        max_size=4,
    )
)
def test_any_query(row: Operation, pairs: list[tuple[str, str]]) -> None:
    body = json.dumps(sound(row, mock_with_a_chain()[0])).encode() if row.body == "json" else b""
    attacked(row, body, "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs))


@pytest.mark.parametrize("row", few(ROWS, 15, 25), ids=lambda row: row.id)
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500, b"\xff\xfe", b"1" * 5000, b'"\\ud800"', b"NaN"]
)
def test_a_body_that_no_parser_likes(row: Operation, body: bytes) -> None:
    attacked(row, body)


@pytest.mark.parametrize("row", few(WITH_BODY, 4), ids=lambda row: row.id)
def test_half_a_character_in_any_text(row: Operation) -> None:
    there, _ = mock_with_a_chain()
    body = sound(row, there)
    for place in places(body):
        if place:
            attacked(row, json.dumps(replaced(body, place, "\ud800\u0000")).encode())


@pytest.mark.parametrize("row", few(WITH_BODY, 4), ids=lambda row: row.id)
def test_a_wide_and_a_long_body(row: Operation) -> None:
    attacked(row, json.dumps({f"k{index}": index for index in range(20_000)}).encode())
    attacked(row, json.dumps([{}] * 20_000).encode())
    attacked(row, json.dumps({"name": "x" * 500_000, "flowId": "y" * 400_000}).encode())


@pytest.mark.parametrize("row", [row for row in ROWS if "{id}" in row.path], ids=lambda row: row.id)
@settings(max_examples=examples(10))
@given(
    raw=st.text(st.characters(codec="ascii", exclude_characters="?# \t\r\n"), max_size=12)
    | st.sampled_from(["%", "%zz", "%C3", "%00"])
)
def test_any_text_as_an_id(row: Operation, raw: str) -> None:
    there, _ = mock_with_a_chain()
    mock = there.sent.mock
    before = mock.snapshot()
    body = json.dumps(sound(row, there)).encode() if row.body == "json" else b""
    answer = there.sent.raw(row.method, BASE_PATH + row.path.replace("{id}", raw), {**HEADERS, "if-match": "*"}, body)
    assert answer.status < 500
    assert answer.status >= 400 or row.collection in raw or raw == ""
    assert mock.snapshot() == before or answer.status < 400
