"""What a client makes of refusals, of undocumented answers and of trouble on the way, and whether it sends again."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from contracts.battery.client import OTHERS, Client, checks
from contracts.battery.play import STORM
from contracts.battery.scenes import (
    INCOMPLETE,
    LOST,
    REFUSED,
    TRANSIENT,
    TROUBLES,
    UNDOCUMENTED,
    meet,
    requires_error_on,
    requires_no_secret,
    requires_one_connection,
    skip_what_only_follows,
)

__all__ = ["ErrorContract", "RetryContract"]

_CALLS = ("create_connection", *OTHERS)
_REFUSALS = ("400-service", "401-gateway", "403-service", "404-service", "412")
_NO_BODY = "its answer has no body"
_ONCE = "only once"
_TOKENS = 3  # that one call may try
_SECRETS = ("FC-SEC-01", "FC-SEC-02", "FC-SEC-03", "FC-SEC-04")


class ErrorContract(Client):
    """Whatever isn't success is raised, within the time-out, and never reported as success."""

    @pytest.mark.parametrize("trouble", REFUSED | TRANSIENT)
    @checks("FC-ERR-01")
    def test_a_refused_creation_is_raised(self, rule: str, trouble: str) -> None:
        requires_error_on(self.play, rule, "create_connection", trouble)

    @pytest.mark.parametrize("method", OTHERS)
    @pytest.mark.parametrize("trouble", [*_REFUSALS, *TRANSIENT])
    @checks("FC-ERR-01")
    def test_a_refusal_of_another_call_is_raised(self, rule: str, method: str, trouble: str) -> None:
        if trouble == "404-service" and method in ("get_connection", "delete_connection"):
            pytest.skip("a missing connection may be answered with None, or is gone already")
        requires_error_on(self.play, rule, method, trouble)

    @checks("FC-ERR-01")
    def test_a_refusal_of_a_later_page_is_raised(self, rule: str) -> None:
        self.play.needs("list_connections")
        platform = self.play.platform()
        self.play.created(platform)
        platform.seed([f"connection {number}" for number in range(230)], self.play.connection().params)
        platform.play(error="FLOW-1100-400", skip=1)
        outcome = self.play.call("list_connections", platform)
        if len(outcome.exchanges) > 1:
            self.play.requires_error(rule, outcome, "400 on a later page of list_connections")

    @pytest.mark.parametrize("trouble", UNDOCUMENTED)
    @checks("FC-ERR-02")
    def test_an_undocumented_answer_is_raised(self, rule: str, trouble: str) -> None:
        requires_error_on(self.play, rule, "create_connection", trouble)

    @pytest.mark.parametrize("method", [each for each in OTHERS if each != "delete_connection"])
    @pytest.mark.parametrize("trouble", ["html-200", "empty-200"])
    @checks("FC-ERR-02")
    def test_an_undocumented_answer_to_another_call_is_raised(self, rule: str, method: str, trouble: str) -> None:
        requires_error_on(self.play, rule, method, trouble)

    @pytest.mark.parametrize("trouble", INCOMPLETE)
    @checks("FC-ERR-02")
    def test_an_incomplete_answer_is_no_success(self, rule: str, trouble: str) -> None:
        """Any error will do here: which one, a client's author can hardly have promised."""
        outcome = meet(self.play, "create_connection", trouble).outcome
        if outcome.error is None and outcome.value is not None:
            self.play.found(rule, trouble, expected="an error is raised", found=str(outcome), outcome=outcome)

    @pytest.mark.parametrize("method", _CALLS)
    @pytest.mark.parametrize("trouble", LOST)
    @checks("FC-ERR-03")
    def test_a_lost_answer_is_raised(self, rule: str, method: str, trouble: str) -> None:
        if trouble == "truncated" and method == "delete_connection":
            pytest.skip(_NO_BODY)
        requires_error_on(self.play, rule, method, trouble)

    @pytest.mark.parametrize("method", _CALLS)
    @checks("FC-ERR-04")
    def test_a_stalled_answer_ends_in_an_error(self, rule: str, method: str) -> None:
        """Each such call costs the client's whole time-out, so one is looked at for all that could be wrong with it."""
        met = meet(self.play, method, "stalled")
        outcome, place = met.outcome, f"time-out of {method}"
        if outcome.seconds >= self.timeout:
            found = "none until the connection was closed"
            self.play.found(rule, place, expected=f"an error within {self.timeout} s", found=found, outcome=outcome)
        if method == "create_connection":
            requires_one_connection(self.play, "FC-RTY-04", outcome, met.platform, "another", "stalled")
        for secrets in _SECRETS:
            requires_no_secret(self.play, secrets, met, f"{method}, stalled")
        # Only the first answer stalls: a client may look up what became of its request.
        if len(outcome.exchanges) < 2:
            skip_what_only_follows(self.play, rule, method, outcome)
            self.play.requires_error(rule, outcome, place)


def _token_of(exchange: Any) -> str | None:
    token: str | None = exchange.request.headers.get("authorization")
    return token


class RetryContract(Client):
    """Whether and when a client sends again, judged by what comes of it."""

    @pytest.mark.parametrize("method", _CALLS)
    @checks("FC-RTY-01")
    def test_a_resend_after_429_waits(self, rule: str, method: str) -> None:
        outcome = meet(self.play, method, "429").outcome
        again = [each for each in outcome.exchanges if each.request.method == outcome.exchanges[0].request.method]
        for first, second in pairwise(again):
            waited = second.at - first.at
            if waited < 0.95 and first.response.status == 429:  # it counts whole seconds; clocks differ by less
                place = f"Retry-After of {method}"
                found = f"{waited:.2f} s"
                self.play.found(rule, place, expected="1 s", found=found, outcome=outcome, exchange=second)

    @pytest.mark.parametrize("method", _CALLS)
    @checks("FC-RTY-02")
    def test_retries_are_bounded(self, rule: str, method: str) -> None:
        # After this many it succeeds, or a client that never gives up would never come back.
        outcome = meet(self.play, method, "503").outcome
        if len(outcome.exchanges) > STORM:
            found = f"{STORM} and more"
            self.play.found(rule, f"attempts of {method}", expected="a few", found=found, outcome=outcome)

    @pytest.mark.parametrize("method", _CALLS)
    @pytest.mark.parametrize("trouble", _REFUSALS)
    @checks("FC-RTY-03")
    def test_what_was_refused_is_not_sent_again(self, rule: str, method: str, trouble: str) -> None:
        outcome = meet(self.play, method, trouble).outcome
        # With another token it is another request: whoever is told 401 may ask IMS for one.
        sent = Counter((each.request.method, each.path, _token_of(each)) for each in outcome.exchanges)
        (verb, *_), most = sent.most_common(1)[0] if sent else (("",), 0)
        tokens = Counter((verb, path) for verb, path, _ in sent)
        place = f"{trouble} on {method}"
        if most > 1:
            self.play.found(rule, place, expected=f"one {verb}", found=str(most), outcome=outcome)
        if tokens and max(tokens.values()) > _TOKENS:
            found = f"{max(tokens.values())}"
            self.play.found(rule, place, expected=f"at most {_TOKENS} tokens are tried", found=found, outcome=outcome)

    @pytest.mark.parametrize("trouble", ["dropped", "truncated", "500", "html-502", "503", "504"])
    @checks("FC-RTY-04")
    def test_a_lost_answer_leaves_one_connection(self, rule: str, trouble: str) -> None:
        platform = self.play.platform()
        self.play.created(platform)
        params = self.play.connection().params
        platform.seed([f"{_ONCE} more", _ONCE.upper(), _ONCE.split()[0]], params)

        def another(_: Any, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
            """Somebody else creates one before the client can look what became of its own."""
            platform.seed(["a later one", f"{_ONCE} again"], params)
            return headers, body

        platform.play(**TROUBLES[trouble], commit=True, change=another, method="POST", times=1)
        outcome = self.play.call("create_connection", platform, self.play.connection(_ONCE))
        requires_one_connection(self.play, rule, outcome, platform, _ONCE, trouble)
