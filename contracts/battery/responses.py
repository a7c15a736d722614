"""What a client makes of valid answers, however they are written."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.battery.calls import Outcome, receipt_of
from contracts.battery.client import Client, checks
from contracts.battery.play import NOT_REACHED, Play
from contracts.judging.violations import shown

__all__ = ["ResponseContract", "compressed"]

Headers = dict[str, str]


def _reordered(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return headers, json.dumps(dict(reversed(json.loads(body).items()))).encode()


def _spaced(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return headers, b"\r\n " + json.dumps(json.loads(body), indent=4).encode() + b"\n\n"


def _more_fields(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    extra: dict[str, Any] = {
        "name": None,
        "Id": 1,
        "links": [],
        "état": {"é": "漢字 🐘"},
        "id2": "x",
        "connection": {"id": "other", "etag": "other"},
    }
    return headers, json.dumps({**extra, **json.loads(body), "zzz": [{"id": "other"}]}, ensure_ascii=False).encode()


def compressed(sent: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    if "gzip" not in sent.get("accept-encoding", "").lower():
        return headers, body
    return {**headers, "Content-Encoding": "gzip"}, gzip.compress(body, mtime=0)


def _bare_headers(_: Any, __: Headers, body: bytes) -> tuple[Headers, bytes]:
    return {"Content-Type": "application/json"}, body


def _other_headers(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    kept = {name.upper(): value for name, value in headers.items() if name not in ("ETag", "Location", "Content-Type")}
    more = {"ETag": 'W/"of-the-transport"', "Location": "https://elsewhere.example/other", "X-Request-Id": "1"}
    return {**kept, **more, "CONTENT-TYPE": "application/json; charset=utf-8"}, body


def _plain_guid(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """On AWS the etag is a plain GUID in quotes (salesforce.md)."""
    answer = json.loads(body)
    return headers, json.dumps({**answer, "etag": '"6d27f305-0000-4000-8000-00a4b1c2d3e4"'}).encode()


def _other_id(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """A UUID in capitals, and an etag of no form: it is opaque."""
    odd = {"id": "0B1C2D3E-4F50-4617-8899-AABBCCDDEEFF", "etag": '"ABCD-0000-ef"'}
    return headers, json.dumps({**json.loads(body), **odd}).encode()


_ODD: dict[str, Any] = {
    "other-id": {"change": _other_id},
    "other-key-order": {"change": _reordered},
    "white-space": {"change": _spaced},
    "unknown-fields": {"change": _more_fields},
    "compressed": {"change": compressed},
    "no-optional-headers": {"change": _bare_headers},
    "other-headers": {"change": _other_headers},
    "guid-etag": {"change": _plain_guid},
    "chunked": {"pieces": 5},
    "slow": {"delay": 0.3},
    "slow-body": {"delay": 0.3, "pieces": 2},
}
# Those that can be combined, in the order in which they are applied: what changes the document, its text, its bytes.
_CHANGES = ["unknown-fields", "other-key-order", "white-space", "no-optional-headers", "other-headers", "compressed"]
_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=3), max_size=2)
)


class ResponseContract(Client):
    """Valid answers, plain and odd."""

    @checks("FC-RES-01")
    def test_the_id_is_handed_back(self, rule: str) -> None:
        _requires_handed_back(self.play, rule, _plain_outcome(self.play), (0,))

    @checks("FC-RES-02")
    def test_the_etag_is_handed_back(self, rule: str) -> None:
        _requires_handed_back(self.play, rule, _plain_outcome(self.play), (1,))

    @pytest.mark.parametrize("odd", _ODD)
    @checks("FC-RES-03")
    def test_an_odd_answer_is_understood(self, rule: str, odd: str) -> None:
        keys = _keys_rightly_told(self.play)
        outcome = _created_in(self.play, _ODD[odd])
        if outcome.error is not None:
            _skip_unsent(outcome)
            self.play.found(rule, odd, expected="success", found=str(outcome), outcome=outcome)
        _requires_handed_back(self.play, rule, outcome, keys, odd)

    @checks("FC-RES-03")
    def test_any_valid_answer_is_understood(self, rule: str) -> None:
        """Oddities combined and fields made up by Hypothesis, shrunk to the smallest answer that breaks the client."""
        self.play.created(self.play.platform())
        keys, platform = _keys_rightly_told(self.play), self.play.platform()

        @settings(
            max_examples=self.max_examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.lists(st.sampled_from(_CHANGES), unique=True, max_size=3), st.dictionaries(st.text(max_size=8), _VALUES)
        )
        def understood(odd: list[str], extra: dict[str, Any]) -> None:
            def change(sent: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
                body = json.dumps({**extra, **json.loads(body)}).encode()
                for name in sorted(odd, key=_CHANGES.index):
                    headers, body = _ODD[name]["change"](sent, headers, body)
                return headers, body

            outcome = _created_in(self.play, {"change": change}, self.play.sibling(platform))
            told = f"{', '.join(odd) or 'a plain answer'}, more fields: {shown(extra)}"
            if outcome.error is not None:
                _skip_unsent(outcome)
                self.play.found(rule, told, expected="success", found=str(outcome), outcome=outcome)
            _requires_handed_back(self.play, rule, outcome, keys, told)

        understood()


def _created_in(play: Play, scene: Any, platform: Any = None) -> Outcome:
    platform = platform or play.platform()
    if scene:
        play.created(play.sibling(platform))  # skips where creation itself fails
        platform.play(method="POST", **scene)
    return play.call("create_connection", platform, play.connection("Zöhö 漢字 🐘"))


def _skip_unsent(outcome: Outcome) -> None:
    if not outcome.traffic:
        pytest.skip(f"{NOT_REACHED}: nothing is sent; see FC-REQ-05")


def _plain_outcome(play: Play) -> Outcome:
    """A creation that isn't the platform's first, so that what a client remembers would show."""

    play.needs_answer()

    def second() -> Outcome:
        platform = play.platform()
        play.call("create_connection", platform, play.connection("the first"))
        return _created_in(play, {}, platform)

    outcome: Outcome = play.once("plain answer", second)
    return outcome


def _keys_rightly_told(play: Play) -> tuple[int, ...]:
    """Which of id and etag are handed back of a plain answer; the other is told by a test of its own, once."""
    outcome = _plain_outcome(play)
    if not _is_answered(outcome):
        return 0, 1
    keys = tuple(which for which in (0, 1) if _expected(outcome, which) == _found(outcome, which))
    if not keys:
        pytest.skip(f"{NOT_REACHED}: a plain answer isn't handed back; see FC-RES-01 and FC-RES-02")
    return keys


def _requires_handed_back(play: Play, rule: str, outcome: Outcome, keys: tuple[int, ...], odd: str = "") -> None:
    if not _is_answered(outcome):
        play.needs_creation()
        pytest.skip(f"{NOT_REACHED}: the creation isn't answered with success")
    if len(outcome.posts) > 1 and outcome.posts[0].response.status == 201:
        pytest.skip(f"{NOT_REACHED}: see FC-REQ-09")
    for which in keys:
        expected, found = _expected(outcome, which), _found(outcome, which)
        if found != expected:
            told = shown(found if isinstance(found, str) else str(found))
            told = told if receipt_of(outcome.value) else str(outcome)
            place = f"{_KEYS[which]} ({odd})" if odd else _KEYS[which]
            play.found(rule, place, expected=shown(expected), found=told, outcome=outcome, exchange=outcome.posts[-1])


_KEYS = ("id", "etag")


def _is_answered(outcome: Outcome) -> bool:
    return bool(outcome.posts) and outcome.posts[-1].response.status == 201


def _expected(outcome: Outcome, which: int) -> Any:
    body = outcome.posts[-1].response.body
    return json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)[_KEYS[which]]


def _found(outcome: Outcome, which: int) -> Any:
    receipt = receipt_of(outcome.value)
    return receipt[which] if receipt is not None else None
