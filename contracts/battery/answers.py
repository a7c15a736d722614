"""What a client makes of answers: valid ones however they are written, refusals, and trouble on the way."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.battery.base import NOT_REACHED, OTHERS, STORM, Client, Outcome, checks, receipt_of
from contracts.violations import shown

__all__ = ["ErrorContract", "ResponseContract", "RetryContract"]

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


def _compressed(sent: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    if "gzip" not in sent.get("accept-encoding", "").lower():
        return headers, body
    return {**headers, "Content-Encoding": "gzip"}, gzip.compress(body, mtime=0)


def _bare_headers(_: Any, __: Headers, body: bytes) -> tuple[Headers, bytes]:
    return {"Content-Type": "application/json"}, body


def _other_headers(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    kept = {name.upper(): value for name, value in headers.items() if name not in ("ETag", "Location", "Content-Type")}
    more = {"ETag": 'W/"of-the-transport"', "Location": "https://elsewhere.example/other", "X-Request-Id": "1"}
    return {**kept, **more, "CONTENT-TYPE": "Application/JSON; charset=utf-8"}, body


def _plain_guid(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """On AWS the etag is a plain GUID in quotes (salesforce.md)."""
    answer = json.loads(body)
    return headers, json.dumps({**answer, "etag": '"6d27f305-0000-4000-8000-00a4b1c2d3e4"'}).encode()


def _other_id(_: Any, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """Neither is documented to be of one form."""
    return headers, json.dumps({**json.loads(body), "id": "{0B1C-Odd.ID_42}", "etag": '"ABCD-0000-ef"'}).encode()


_ODD: dict[str, Any] = {
    "other-id": {"change": _other_id},
    "other-key-order": {"change": _reordered},
    "white-space": {"change": _spaced},
    "unknown-fields": {"change": _more_fields},
    "compressed": {"change": _compressed},
    "no-optional-headers": {"change": _bare_headers},
    "other-headers": {"change": _other_headers},
    "guid-etag": {"change": _plain_guid},
    "chunked": {"pieces": 5},
    "slow": {"delay": 0.3},
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
        self._handed_back(rule, self._created({}), 0)

    @checks("FC-RES-02")
    def test_the_etag_is_handed_back(self, rule: str) -> None:
        self._handed_back(rule, self._created({}), 1)

    @pytest.mark.parametrize("odd", _ODD)
    @checks("FC-RES-03")
    def test_an_odd_answer_is_understood(self, rule: str, odd: str) -> None:
        outcome = self._created(_ODD[odd])
        if outcome.error is not None:
            last = outcome.exchanges[-1] if outcome.exchanges else None
            self.found(rule, odd, expected="success", found=str(outcome), exchange=last)
        self._handed_back(rule, outcome, 0, odd)
        self._handed_back(rule, outcome, 1, odd)

    @checks("FC-RES-03")
    def test_any_valid_answer_is_understood(self, rule: str) -> None:
        """Oddities combined and fields made up by Hypothesis, shrunk to the smallest answer that breaks the client."""
        self.created(self.stage.platform())
        platform = self.stage.platform()

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

            outcome = self._created({"change": change}, self.stage.sibling(platform))
            told = f"{', '.join(odd) or 'a plain answer'}, more fields: {shown(extra)}"
            if outcome.error is not None:
                last = outcome.exchanges[-1] if outcome.exchanges else None
                self.found(rule, told, expected="success", found=str(outcome), exchange=last)
            self._handed_back(rule, outcome, 0, told)
            self._handed_back(rule, outcome, 1, told)

        understood()

    def _created(self, scene: Any, platform: Any = None) -> Outcome:
        platform = platform or self.stage.platform()
        if scene:
            self.created(self.stage.sibling(platform))  # skips where creation itself fails
            platform.play(method="POST", **scene)
        return self.run("create_connection", platform, self.connection("Zöhö 漢字 🐘"))

    def _handed_back(self, rule: str, outcome: Outcome, which: int, odd: str = "") -> None:
        if not outcome.posts or outcome.posts[-1].response.status != 201:
            pytest.skip(f"{self.group}: {NOT_REACHED}")
        key = ("id", "etag")[which]
        body = outcome.posts[-1].response.body
        text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        expected = json.loads(text)[key]
        receipt = receipt_of(outcome.value)
        found = receipt[which] if receipt is not None else None
        if found != expected:
            told = str(outcome) if receipt is None else shown(found if isinstance(found, str) else str(found))
            place = f"{key} ({odd})" if odd else key
            self.found(rule, place, expected=shown(expected), found=told, exchange=outcome.posts[-1])


_HTML = {"headers": {"Content-Type": "text/html"}, "body": b"<html><body><h1>Bad Gateway</h1></body></html>"}
_JSON = {"Content-Type": "application/json;charset=UTF-8"}

_REFUSALS: dict[str, Any] = {
    "400-service": {"error": "FLOW-1100-400"},
    "400-problem": {"error": "content-type"},
    "400-gateway": {"error": "400003"},
    "401-gateway": {"error": "401013"},
    "401-service": {"error": "FLOW-2001-401"},
    "403-gateway": {"error": "403025"},
    "403-service": {"error": "FLOW-2120-403"},
    "404-gateway": {"error": "404000"},
    "404-service": {"error": "FLOW-2100-404"},
    "412": {"error": "FLOW-1404-412"},
    "422": {"error": "FLOW-1100-422"},
}
_TRANSIENT: dict[str, Any] = {
    "429": {"error": "429050", "headers": {"Retry-After": "1"}},
    "500": {"error": "FLOW-1102-500"},
    "503": {"error": "FLOW-1103-503"},
    "504": {"error": "FLOW-1104-504"},
}
_DOCUMENTED = _REFUSALS | _TRANSIENT
_UNDOCUMENTED: dict[str, Any] = {
    "html-200": {"status": 200, **_HTML},
    "html-201": {"status": 201, **_HTML},
    "html-502": {"status": 502, **_HTML},
    "empty-201": {"status": 201, "headers": _JSON},
    "half-json": {"status": 201, "headers": _JSON, "body": b'{"id": "x", "etag": '},
}
_INCOMPLETE: dict[str, Any] = {
    "no-id": {"status": 201, "headers": _JSON, "body": b'{"etag": "\\"x\\""}'},
    "no-etag": {"status": 201, "headers": _JSON, "body": b'{"id": "x"}'},
    "empty-object": {"status": 201, "headers": _JSON, "body": b"{}"},
    "list": {"status": 201, "headers": _JSON, "body": b"[]"},
    "error-in-200": {"status": 200, "headers": _JSON, "body": b'{"error_code": "403025", "message": "no"}'},
}
_LOST: dict[str, Any] = {"dropped": {"kind": "drop"}, "truncated": {"kind": "truncate"}}


class ErrorContract(Client):
    """Whatever isn't success is raised, within the time-out, and never reported as success."""

    @pytest.mark.parametrize("trouble", _DOCUMENTED)
    @checks("FC-ERR-01")
    def test_a_refused_creation_is_raised(self, rule: str, trouble: str) -> None:
        self._is_raised(rule, "create_connection", trouble, _DOCUMENTED[trouble])

    @pytest.mark.parametrize("trouble", _UNDOCUMENTED)
    @checks("FC-ERR-02")
    def test_an_undocumented_answer_is_raised(self, rule: str, trouble: str) -> None:
        self._is_raised(rule, "create_connection", trouble, _UNDOCUMENTED[trouble])

    @pytest.mark.parametrize("trouble", _INCOMPLETE)
    @checks("FC-ERR-02")
    def test_an_incomplete_answer_is_no_success(self, rule: str, trouble: str) -> None:
        """Any error will do here: which one, a client's author can hardly have promised."""
        outcome = self._met("create_connection", _INCOMPLETE[trouble])
        if outcome.error is None and outcome.value is not None:
            last = outcome.exchanges[-1] if outcome.exchanges else None
            self.found(rule, trouble, expected="an error is raised", found=str(outcome), exchange=last)

    @pytest.mark.parametrize("trouble", _LOST)
    @checks("FC-ERR-03")
    def test_a_lost_answer_is_raised(self, rule: str, trouble: str) -> None:
        self._is_raised(rule, "create_connection", trouble, _LOST[trouble])

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-ERR-04")
    def test_a_stalled_answer_ends_in_an_error(self, rule: str, method: str) -> None:
        # Only the first answer stalls: a client may look up what became of its request.
        outcome = self._met(method, {"kind": "stall", "delay": self.timeout, "times": 1})
        last, place = outcome.exchanges[-1] if outcome.exchanges else None, f"time-out of {method}"
        if outcome.seconds >= self.timeout:
            found = "it waited until the connection was closed"
            self.found(rule, place, expected=f"an error within {self.timeout} s", found=found, exchange=last)
        if len(outcome.exchanges) < 2:
            self.raises(rule, outcome, place)

    @pytest.mark.parametrize("method", OTHERS)
    @pytest.mark.parametrize(
        "trouble", ["400-service", "401-gateway", "403-service", "404-service", "412", "429", "500", "503", "504"]
    )
    @checks("FC-ERR-01")
    def test_a_refusal_of_another_call_is_raised(self, rule: str, method: str, trouble: str) -> None:
        if trouble == "404-service" and method in ("get_connection", "delete_connection"):
            pytest.skip("a missing connection may be answered with None, or is gone already")
        self._is_raised(rule, method, trouble, _DOCUMENTED[trouble])

    @pytest.mark.parametrize("method", [each for each in OTHERS if each != "delete_connection"])
    @checks("FC-ERR-02")
    def test_a_page_instead_of_an_answer_is_raised(self, rule: str, method: str) -> None:
        self._is_raised(rule, method, "html-200", _UNDOCUMENTED["html-200"])

    @pytest.mark.parametrize("method", OTHERS)
    @pytest.mark.parametrize("trouble", _LOST)
    @checks("FC-ERR-03")
    def test_a_lost_answer_to_another_call_is_raised(self, rule: str, method: str, trouble: str) -> None:
        if trouble == "truncated" and method == "delete_connection":
            pytest.skip("its answer has no body")
        self._is_raised(rule, method, trouble, _LOST[trouble])

    @checks("FC-ERR-01")
    def test_a_refusal_of_a_later_page_is_raised(self, rule: str) -> None:
        self.needs("list_connections")
        platform = self.stage.platform()
        self.created(platform)
        platform.seed([f"connection {number}" for number in range(230)], self.connection().params)
        platform.play(error="FLOW-1100-400", skip=1)
        outcome = self.run("list_connections", platform)
        if len(outcome.exchanges) > 1:
            self.raises(rule, outcome, "400 on a later page of list_connections")

    def _is_raised(self, rule: str, method: str, trouble: str, scene: Any) -> None:
        self.raises(rule, self._met(method, scene), f"{trouble} on {method}")

    def _met(self, method: str, scene: Any) -> Outcome:
        self.needs(method)
        platform = self.stage.platform()
        id, etag = self.created(platform)
        platform.play(**scene)
        return self.run_with(method, platform, id, etag)


class RetryContract(Client):
    """Whether and when a client sends again, judged by what comes of it."""

    @checks("FC-RTY-01")
    def test_a_resend_after_429_waits(self, rule: str) -> None:
        platform = self.stage.platform()
        self.created(platform)
        platform.play(error="429050", headers={"Retry-After": "1"}, method="POST", times=1)
        outcome = self.run("create_connection", platform, self.connection("after 429"))
        if len(outcome.posts) > 1:
            waited = outcome.posts[1].at - outcome.posts[0].at
            if waited < 0.95:  # Retry-After counts whole seconds; clocks differ by less than this
                self.found(rule, "Retry-After", expected="1 s", found=f"{waited:.2f} s", exchange=outcome.posts[1])

    @checks("FC-RTY-02")
    def test_retries_are_bounded(self, rule: str) -> None:
        platform = self.stage.platform()
        self.created(platform)
        # After this many it succeeds, or a client that never gives up would never come back.
        platform.play(error="FLOW-1103-503", method="POST", times=STORM)
        outcome = self.run("create_connection", platform, self.connection("storm"))
        if len(outcome.posts) > STORM:
            found = f"{STORM} and more"
            self.found(rule, "attempts", expected="a few", found=found, exchange=outcome.posts[-1])

    @pytest.mark.parametrize("trouble", ["400-service", "401-gateway", "403-service", "404-service", "412"])
    @checks("FC-RTY-03")
    def test_what_was_refused_is_not_sent_again(self, rule: str, trouble: str) -> None:
        platform = self.stage.platform()
        self.created(platform)
        platform.play(**_REFUSALS[trouble], method="POST")
        outcome = self.run("create_connection", platform, self.connection("refused"))
        if len(outcome.posts) > 1:
            self.found(rule, trouble, expected="one POST", found=str(len(outcome.posts)), exchange=outcome.posts[1])

    @pytest.mark.parametrize("method", OTHERS)
    @pytest.mark.parametrize("trouble", ["400-service", "401-gateway", "403-service", "404-service", "412"])
    @checks("FC-RTY-03")
    def test_what_was_refused_of_another_call_is_not_sent_again(self, rule: str, method: str, trouble: str) -> None:
        outcome = self._refused(method, {**_REFUSALS[trouble], "times": STORM})
        counts = Counter((each.request.method, each.path) for each in outcome.exchanges)
        (verb, _), most = counts.most_common(1)[0] if counts else (("", ""), 0)
        if most > 1:
            place = f"{trouble} on {method}"
            self.found(rule, place, expected=f"one {verb}", found=str(most), exchange=outcome.exchanges[-1])

    @pytest.mark.parametrize("method", ["get_connection", "update_connection"])
    @checks("FC-RTY-01")
    def test_a_resend_of_another_call_waits(self, rule: str, method: str) -> None:
        outcome = self._refused(method, {**_TRANSIENT["429"], "times": 1})
        if len(outcome.exchanges) > 1:
            waited = outcome.exchanges[1].at - outcome.exchanges[0].at
            if waited < 0.95:
                found = f"{waited:.2f} s"
                self.found(rule, f"Retry-After of {method}", expected="1 s", found=found, exchange=outcome.exchanges[1])

    @pytest.mark.parametrize("method", OTHERS)
    @checks("FC-RTY-02")
    def test_retries_of_another_call_are_bounded(self, rule: str, method: str) -> None:
        outcome = self._refused(method, {**_TRANSIENT["503"], "times": STORM})
        if len(outcome.exchanges) > STORM:
            found = f"{STORM} and more"
            self.found(rule, f"attempts of {method}", expected="a few", found=found, exchange=outcome.exchanges[-1])

    def _refused(self, method: str, scene: Any) -> Outcome:
        self.needs(method)
        platform = self.stage.platform()
        id, etag = self.created(platform)
        platform.play(**scene)
        return self.run_with(method, platform, id, etag)

    @pytest.mark.parametrize("trouble", ["dropped", "truncated", "503", "500", "504", "stalled"])
    @checks("FC-RTY-04")
    def test_a_lost_answer_leaves_one_connection(self, rule: str, trouble: str) -> None:
        platform = self.stage.platform()
        self.created(platform)
        stalled = {"kind": "stall", "delay": self.timeout}
        scene = {**_LOST, **_TRANSIENT, "stalled": stalled}[trouble]
        platform.play(**scene, commit=True, method="POST", times=1)
        outcome = self.run("create_connection", platform, self.connection("only once"))
        ids = [each["id"] for each in platform.connections() if each["name"] == "only once"]
        last, place = outcome.posts[-1] if outcome.posts else None, f"{trouble} after the commit"
        if len(ids) > 1:
            self.found(rule, place, expected="one connection", found=str(len(ids)), exchange=last)
        receipt = receipt_of(outcome.value)
        if outcome.error is None and (receipt is None or receipt[0] not in ids):
            self.found(rule, place, expected="an error, or its true id", found=str(outcome), exchange=last)
