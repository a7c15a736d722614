"""A secret that only another exchange has named is shown nowhere, neither earlier nor later, nor by another process."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import requests

from contracts import BASE_PATH, RULES, Request
from contracts.services.schema_registry.names import tenant_id
from mockserver import Mock, ServerThread, StoredMock
from mockserver.exchange.known import KnownSecrets
from mockserver.exchange.telling import exchanges
from mockserver.exchange.texts import spellings
from mockserver.http.way_out import WayOut
from mockserver.run.verdict import Verdict
from tests.kit.connection import HEADERS, zoho
from tests.kit.serving import typed
from tests.kit.ways import served

SECRET = 'Zq7+S3cr/et"ßx'
FORM = {"content-type": "application/x-www-form-urlencoded"}
Call = tuple[str, str, Mapping[str, str], bytes]
NAMED: Call = (
    "POST",
    "/ims/token/v3",
    FORM,
    f"grant_type=client_credentials&client_id=abc&client_secret={quote(SECRET, safe='')}".encode(),
)
ENCODED = base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("=")


def asks(method: str, target: str, document: object = None, **more: str) -> Call:
    body = b"" if document is None else json.dumps(document).encode()
    return method, f"{BASE_PATH}{target}", {name.lower(): value for name, value in {**HEADERS, **more}.items()}, body


REPEATED: Mapping[str, Call] = {
    "a path": asks("GET", f"/connections/{quote(SECRET, safe='')}/x"),
    "a path in base64": asks("GET", f"/flows/{ENCODED}"),
    "a query": asks("GET", f"/connections?limit={quote(SECRET, safe='')}&orderby={quote(SECRET, safe='')}"),
    "a query's name": asks("GET", f"/connections?{quote(SECRET, safe='')}=1"),
    "a text and a key": asks("POST", "/connections", {**zoho(), "name": f"my {SECRET}", SECRET: 1}),
    "a long text": asks("POST", "/connections", {**zoho(), "name": 5, "description": ["z" * 190 + SECRET]}),
    "a header": asks("GET", "/connections", **{"x-request-id": SECRET, "x-sandbox-name": SECRET}),
    "a header's name": asks("GET", "/connections", **{ENCODED: "1"}),
    "another service": ("GET", f"/data/foundation/query/{quote(SECRET, safe='')}", HEADERS, b""),
}


def played(mock: Mock, calls: Iterable[Call]) -> Mock:
    for method, target, headers, body in calls:
        mock.handle(Request(method, target, dict(headers), body, "http://127.0.0.1:1"))
    return mock


def readable(text: str) -> list[str]:
    forms = (SECRET, quote(SECRET, safe=""), json.dumps(SECRET)[1:-1], json.dumps(SECRET, ensure_ascii=False)[1:-1])
    return [form for form in (*forms, ENCODED, SECRET[:6], "Zq7%2B") if form in text]


def told_by_events(mock: Mock) -> bytes:
    """All that a page is told that has seen nothing yet."""
    stream = mock.handle(Request("GET", "/__admin/events", {"last-event-id": "0"})).delivery
    assert stream.more is not None
    return stream.more()


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("place", REPEATED)
def test_no_output_has_what_another_exchange_names(place: str, first: bool) -> None:
    calls = [NAMED, REPEATED[place]] if first else [REPEATED[place], NAMED]
    mock = played(Mock(), calls)
    newest_first = [row["id"] for row in mock.journal.newest_first()]
    event = told_by_events(mock)
    texts = [mock.journal.text(), event, exchanges(mock.journal).encode(), json.dumps(mock.journal.rows()).encode()]
    assert newest_first == [2, 1]
    assert [readable(text.decode()) for text in texts] == [[]] * 4
    assert all(b"xxxx" in text for text in texts)


def test_the_verdict_of_run_has_none_that_a_later_call_names() -> None:
    mock = Mock()
    verdict = Verdict(mock, WayOut())
    played(mock, [*REPEATED.values(), NAMED])
    told = "\n".join(verdict.lines())
    assert "FS-URL" in told
    assert readable(told) == []
    assert readable(json.dumps(verdict.report.findings)) == []


def test_what_other_replicas_were_sent_is_known_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    one, other = StoredMock(url), StoredMock(url)
    try:
        played(one, REPEATED.values())
        played(one, [asks("GET", f"/flows/{number}") for number in range(20)])
        one.journal.flush()
        played(other, [NAMED])
        for mock in (one, other):
            mock.journal.flush()
            mock.journal.follow()
            assert readable(b"".join(each.text for each in mock.journal.newest(12)).decode()) == []
            assert readable(mock.journal.text().decode()) == []
            assert len(mock.journal.rows()) == len(REPEATED) + 21
    finally:
        one.close()
        other.close()


def test_har_journal_stubs_and_what_is_stored_have_none(mock: Mock, thread: ServerThread) -> None:
    played(mock, [asks("POST", "/connections", {**zoho(), "name": f"my {SECRET}"}), *REPEATED.values(), NAMED])
    mock.stubs.add(method="GET", path=f"/x/{ENCODED}", json={"x": SECRET}, optional=True)
    with served(mock, thread) as origin:
        told = [requests.get(f"{origin}/__admin/{page}", timeout=10).text for page in ("resources", "stubs")]
        told += [requests.get(f"{origin}/__admin/requests?limit=1&status=404", timeout=10).text]
        told += [typed("export", "har", "--url", origin).stdout, typed("journal", origin).stdout]
    assert [readable(text) for text in told] == [[]] * 5
    assert [text for text in told if "xxxx" not in text] == []


HARMLESS = {
    "a word under a key that isn't there": asks("POST", "/connections", {**zoho(), "nmae": "Zoho connection"}),
    "an id, a date and an address": asks(
        "POST",
        "/connections",
        {
            **zoho(),
            "a": "4fd8a2c1-3d5e-4c0a-9a43-0a6a1b3f5d10",
            "b": "2026-11-29T02:28:46Z",
            "c": "https://x1.example/y",
        },
    ),
    "a patch of nothing": asks("PATCH", "/connections/x", [{"op": "add", "path": "/nmae", "value": "production"}]),
    "a secret that is a word of the API's": asks("POST", "/connections", zoho(clientSecret="connections")),
    "a short secret": asks("POST", "/connections", zoho(clientSecret="flow")),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_isnt_masked_in_others(name: str) -> None:
    shown = "/connections/4fd8a2c1-3d5e-4c0a-9a43-0a6a1b3f5d10"
    document = {**zoho(), "name": "Zoho connection production 2026-11-29T02:28:46Z https://x1.example/y"}
    alone = played(Mock(), [asks("GET", shown), asks("POST", "/connections", document)]).journal.rows()
    rows = played(Mock(), [asks("GET", shown), asks("POST", "/connections", document), HARMLESS[name]]).journal.rows()
    assert [row["request"] for row in rows[:2]] == [row["request"] for row in alone]
    assert shown in rows[0]["request"]["url"]


def test_rows_are_as_before_once_no_secret_comes() -> None:
    """What was masked when it was first shown stays so, and what was shown is masked once it is known to be secret."""
    mock = played(Mock(), [REPEATED["a path"]])
    assert quote(SECRET, safe="") in mock.journal.text().decode()
    assert readable(played(mock, [NAMED]).journal.text().decode()) == []
    assert mock.journal.text() == mock.journal.text()


def test_of_more_than_there_is_room_for_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.exchange.spelt._MANY", 0)  # at once, and not some thousand forms later
    known = KnownSecrets(most=2_500)
    known.add([f"s3cret-{number:03}" for number in range(50)])
    assert known.out_of(["s3cret-000", "s3cret-049"]) == ["s3cret-000", "xxxx"]
    assert known.out_of({"s3cret-045 and s3cret-044": 1}) == {"xxxx and xxxx": 1}


OF_THE_TENANT: Call = (
    "POST",
    "/data/foundation/schemaregistry/tenant/fieldgroups",
    {name.lower(): value for name, value in HEADERS.items()} | {"accept": "application/json"},
    json.dumps(
        {
            "title": "Score",
            "type": "object",
            "note": "fields below",
            "acme:tenant": f"_{tenant_id(HEADERS['x-gw-ims-org-id'])}",
            "definitions": {"own": {"properties": {"score": {"type": "integer", "title": "Score"}}}},
            "allOf": [{"$ref": "#/definitions/own"}],
            "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/profile"],
        }
    ).encode(),
)


def test_what_a_rule_allows_and_asks_for_is_told_where_the_request_has_it_too() -> None:
    mock = Mock()
    verdict = Verdict(mock, WayOut())
    played(mock, [OF_THE_TENANT])
    own, mend = f"allowed: _{tenant_id(HEADERS['x-gw-ims-org-id'])}. ", RULES["SR-NS-01"].mend
    texts = ["\n".join(verdict.lines()), exchanges(mock.journal)]
    texts += [mock.journal.text().decode(), told_by_events(mock).decode()]
    assert [text for text in texts if own + mend not in " ".join(text.split())] == []


def test_lint_tells_what_a_rule_allows_where_the_request_has_it_too(tmp_path: Path) -> None:
    mock = played(Mock(), [OF_THE_TENANT])
    file = tmp_path / "journal.json"
    file.write_bytes(mock.journal.text())
    headers = " ".join(f"-H '{name}: {value}'" for name, value in OF_THE_TENANT[2].items())
    sent = f"curl {headers} https://platform.adobe.io{OF_THE_TENANT[1]} -d '{OF_THE_TENANT[3].decode()}'"
    (tmp_path / "x.sh").write_text(sent, "utf-8")
    for each in ("journal.json", "x.sh"):
        told = typed("lint", "--format", "json", str(tmp_path / each)).stdout
        assert f"allowed: _{tenant_id(HEADERS['x-gw-ims-org-id'])}. {RULES['SR-NS-01'].mend}" in told


def test_what_a_long_request_names_is_known_at_once_and_but_once(mock: Mock) -> None:
    known = mock.journal._showing.known
    params = {f"apiKey{number}": f"s3cret-{number:012}" for number in range(700)}
    short, long = zoho(**{name: params[name] for name in list(params)[:5]}), zoho(**params)
    played(mock, [asks("POST", "/connections", short)])
    assert known.count == 0
    played(mock, [asks("POST", "/connections", long)])
    named = known.count
    assert named >= 700
    first = mock.journal.text()
    named = known.count
    assert mock.journal.text() == first
    assert known.count == named
    assert b"s3cret" not in first


@pytest.mark.parametrize(
    "text", ["plain-1_2.3", "per~cent", "blank s", "slash/", 'quote"', "ümlaut", "\ud800", "a" * 99, "="]
)
def test_a_secret_is_looked_for_in_all_that_it_may_be_spelt_in(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    pointer = text.replace("~", "~0").replace("/", "~1")
    coded = {base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    written = {json.dumps(each)[1:-1] for each in (text, pointer)} | {json.dumps(text, ensure_ascii=False)[1:-1]}
    assert coded | written | {text, pointer, quote(raw, safe=""), quote_plus(raw)} <= set(spellings(text))
