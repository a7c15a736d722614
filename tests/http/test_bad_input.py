"""Whatever bytes arrive, over a real socket: an answer in a documented shape, nothing stored, and the mock stays up."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import BASE_PATH
from mockserver import Mock, ServerThread
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import examples
from tests.kit.sender import Sender, core, is_documented
from tests.kit.ways import served
from tests.kit.wire import HEAD, Wire, framed, parsed

GOOD = json.dumps(zoho()).encode()


@pytest.fixture
def wire(mock: Mock, thread: ServerThread) -> Iterator[Wire]:
    with served(mock, thread) as origin:
        yield Wire(mock, origin)


BODIES = {
    "half": GOOD[:50],
    "empty": b"",
    "blank": b"   ",
    "null": b"null",
    "not UTF-8": GOOD.replace(b"Zoho", b"\xff\xfe"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "deep arrays": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "unclosed arrays": b"[" * 100_000,
    "deep in a known key": GOOD.replace(b'"Base', b"[" * 100 + b"]" * 100 + b',"x":"Base', 1),
    "NaN": GOOD.replace(b'"Base Connection for Zoho CRM"', b"NaN"),
    "Infinity": GOOD.replace(b'"Base Connection for Zoho CRM"', b"-Infinity"),
    "huge number": GOOD.replace(b'"Base Connection for Zoho CRM"', b"1e999"),
    "long number": GOOD.replace(b'"Base Connection for Zoho CRM"', b"9" * 10_000),
    "ten megabytes": GOOD.replace(b"Base", b"B" * 10_000_000),
    "a hundred thousand keys": b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(60_000)) + b"}",
    "text": json.dumps(GOOD.decode()).encode(),
    "array": b"[" + GOOD + b"]",
    "number": b"5",
    "form": b"name=Zoho&description=x",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
def test_a_bad_body_is_refused_in_a_documented_shape(wire: Wire, body: bytes) -> None:
    status, answer = wire.post(body)
    assert 400 <= status < 500
    assert is_documented(answer)
    assert wire.is_untouched()


@pytest.mark.parametrize("length", [2_000_000, 10_000_000])
def test_a_body_past_the_limit_is_413(wire: Wire, length: int) -> None:
    assert wire.post(b"x" * length)[0] == 413
    assert wire.is_untouched()


@pytest.mark.parametrize(
    "content_type",
    [b"", b"Content-Type: text/plain\r\n", b"Content-Type: application/xml\r\n", b"Content-Type: ;;;\r\n"]
    + [b"Content-Type: application/json; charset=utf-16\r\n", b"Content-Type: \xff\r\n"],
)
def test_a_wrong_or_missing_content_type_is_refused(wire: Wire, content_type: bytes) -> None:
    head = HEAD.replace(b"Content-Type: application/json\r\n", content_type)
    status, answer = wire.post(GOOD, head)
    assert (status, answer["detail"]) == (400, "A valid content-type must be specified")
    assert wire.is_untouched()


@pytest.mark.parametrize("size", [70_000, 900_000, 3_000_000])
def test_huge_headers_are_refused(wire: Wire, size: int) -> None:
    status, answer = wire.post(GOOD, HEAD + b"X-Padding: " + b"x" * size + b"\r\n")
    assert (status, answer["error_code"]) == (431, "431000")
    assert wire.is_untouched()


def test_many_headers_are_refused(wire: Wire) -> None:
    status, _ = wire.post(GOOD, HEAD + b"".join(b"X-%d: x\r\n" % i for i in range(50_000)))
    assert status == 431
    assert wire.is_untouched()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 404),
        ("GET", BASE_PATH, 404),
        ("GET", f"{BASE_PATH}/", 404),
        ("GET", f"{BASE_PATH}//connections", 404),
        ("GET", f"{BASE_PATH}/connections//", 404),
        ("GET", f"{BASE_PATH}/Connections", 404),
        ("GET", f"{BASE_PATH}/connections/a/b/c", 404),
        ("GET", f"{BASE_PATH}/connections/a%2Fb", 404),
        ("GET", f"{BASE_PATH}/connections/%2F", 404),
        ("GET", f"{BASE_PATH}/connections/%00", 404),
        ("GET", f"{BASE_PATH}/connections/%00%0d%0aX-Injected:%20yes", 404),
        ("GET", f"{BASE_PATH}/connections/..%2f..%2f..%2fetc%2fpasswd", 404),
        ("GET", f"{BASE_PATH}/connections/../../../../etc/passwd", 404),
        ("GET", f"{BASE_PATH}/connections/%ff%fe", 404),
        ("GET", f"{BASE_PATH}/connections/%", 404),
        ("GET", f"{BASE_PATH}/connections/{'x' * 5000}", 404),
        ("GET", f"{BASE_PATH}/connections/{'x' * 70000}", 431),
        ("PUT", f"{BASE_PATH}/connections", 405),
        ("DELETE", f"{BASE_PATH}/connections", 405),
        ("POST", f"{BASE_PATH}/connections/an-id", 405),
        ("OPTIONS", f"{BASE_PATH}/connections", 405),
        ("TRACE", f"{BASE_PATH}/connections", 405),
    ],
)
def test_unknown_paths_and_methods_are_refused(wire: Wire, method: str, path: str, status: int) -> None:
    answer = wire.write(framed(method, path))
    found, body = parsed(answer)
    assert found == status
    assert is_documented(body)
    assert b"X-Injected" not in answer.partition(b"\r\n\r\n")[0]
    assert (b"allow:" in answer.lower()) is (status == 405)
    assert wire.is_untouched()


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"garbage\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW /pot HTTP/1.1\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET / HTTP/1.1\r\nNo colon here\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_http_is_refused_in_a_documented_shape(wire: Wire, data: bytes) -> None:
    answer = wire.write(data)
    if answer:  # blank lines alone are no request yet
        status, body = parsed(answer)
        assert status == 400
        assert is_documented(body)
    assert wire.is_untouched()


def test_a_client_that_leaves_in_the_middle_changes_nothing(wire: Wire) -> None:
    whole = framed("POST", f"{BASE_PATH}/connections", GOOD)
    for cut in (10, 100, len(whole) - 5):
        wire.write(whole[:cut])
    assert wire.is_untouched()


@settings(max_examples=examples(150))
@given(body=st.one_of(st.binary(max_size=80), st.text(max_size=40).map(lambda text: json.dumps(text).encode())))
def test_any_bytes_as_a_body_are_refused(body: bytes) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    for method, path in (("POST", "/connections"), ("PATCH", "/connections/x"), ("POST", "/connections/search")):
        answer = sent.raw(method, BASE_PATH + path, {**HEADERS, "if-match": "*"}, body)
        assert 400 <= answer.status < 500
        assert is_documented(answer.json)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=6)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["name", "description", "auth", "params", "specName", "connectionSpec", "id", "version", "op", "path", "value"]
)
CONNECTION_LIKE = st.dictionaries(KEYS, st.one_of(JSON, st.dictionaries(KEYS, JSON, max_size=4)), max_size=5)


@settings(max_examples=examples(300))
@given(document=st.one_of(JSON, CONNECTION_LIKE))
def test_any_json_is_judged_without_a_crash(document: object) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    for method, path in (("POST", "/connections"), ("PATCH", "/connections/x"), ("POST", "/connections/search")):
        assert sent(method, path, document, if_match="*").status in (200, 400, 404, 422)
    mock.journal.rows()


POINTERS = st.one_of(
    st.sampled_from(["/name", "/description", "/auth", "/auth/params", "/auth/params/-", "/list", "/list/-", "/list/0"])
    | st.sampled_from(
        ["/list/1/x", "/list/99999999999999999999", "/list/-1", "/list/01", "/state", "", "/", "//", "/name/x"]
    ),
    st.lists(st.text(max_size=4), max_size=3).map(lambda parts: "".join(f"/{part}" for part in parts)),
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove", "Add"]), "path": POINTERS},
        optional={"value": JSON, "from": POINTERS},
    ),
    max_size=3,
)


@settings(max_examples=examples(400))
@given(operations=OPERATIONS)
def test_any_patch_is_answered_and_changes_all_or_nothing(operations: list[dict[str, object]]) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    id, _ = sent.create({**zoho(), "list": [1, {"x": 2}]})
    before = sent.read(id)
    answer = sent("PATCH", f"/connections/{id}", operations, if_match="*")
    assert answer.status in (200, 400)
    if answer.status == 400:
        assert is_documented(answer.json)
        assert sent.read(id) == before
    else:
        assert sent.read(id)["etag"] == answer.json["etag"] != before["etag"]
