"""What a client leaves around itself: state that reaches another tenant, and secrets that reach a reader."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts.battery.client import OTHERS, Client, checks
from contracts.battery.identity import identity_breaches
from contracts.battery.play import STATE, Play
from contracts.battery.scenes import TELLING, meet, requires_no_secret

__all__ = ["SecretContract", "TenantContract"]


class TenantContract(Client):
    """Two platforms in one process."""

    @pytest.mark.parametrize("shared", ["url", "organisation", "sandbox-and-key", "nothing"])
    @checks("FC-TEN-01")
    def test_two_platforms_do_not_see_each_other(self, rule: str, shared: str) -> None:
        first = self.play.platform()
        _requires_request(self.play, rule, first)
        if shared == "nothing":
            second = self.play.platform("dev")
        elif shared == "organisation":
            second = self.play.sibling(first, "dev", org_id=first.org_id)
        elif shared == "sandbox-and-key":
            second = self.play.sibling(first, first.sandbox_name, api_key=first.api_key)
        else:
            second = self.play.sibling(first, "dev")
        for number, platform in enumerate((second, first, second)):
            name = f"turn {number}"
            outcome = self.play.call("create_connection", platform, self.play.connection(name))
            for exchange in outcome.exchanges:
                for breach in identity_breaches(exchange, platform):
                    found, place = "another's" if breach.value else "nothing", breach.header
                    self.play.found(
                        rule, place, expected="this platform's own", found=found, outcome=outcome, exchange=exchange
                    )
            if name not in [each["name"] for each in platform.connections()]:
                self.play.found(
                    rule, "url", expected=f"{name!r} on its own platform", found=str(outcome), outcome=outcome
                )
        _requires_reads_apart(self.play, rule, first, second)

    @checks("FC-TEN-02")
    def test_what_was_handed_in_is_not_changed(self, rule: str) -> None:
        platform = self.play.platform()
        id, etag = self.play.created(platform, description="a description")
        connection = self.play.connection("handed in")
        params, before = connection.params, copy.deepcopy(connection.params)
        identity = {name: getattr(platform, name) for name in ("url", *platform.identity)}
        outcome = self.play.call("create_connection", platform, connection)
        if params != before or list(params) != list(before):
            changed = sorted(set(params.items()) ^ set(before.items()))
            names = ", ".join(dict.fromkeys(name for name, _ in changed)) or "their order"
            self.play.found(rule, "params", expected="unchanged", found=f"changed: {names}", outcome=outcome)
        if self.play.client_has("update_connection"):
            operations = [*self.play.operations(), {"op": "remove", "path": "/description"}]
            given = copy.deepcopy(operations)
            outcome = self.play.call("update_connection", platform, id, etag, operations)
            if operations != given:
                self.play.found(rule, "operations", expected="unchanged", found="changed", outcome=outcome)
        if identity != {name: getattr(platform, name) for name in identity}:
            self.play.found(rule, "platform", expected="unchanged", found="changed", outcome=outcome)


def _requires_request(play: Play, rule: str, platform: Any) -> None:
    """A client that could create before and now asks somebody else remembers an earlier platform's URL."""
    if play.why_not("create_connection") != STATE:
        play.needs_creation()
    outcome = play.call("create_connection", platform, play.connection("one"))
    play.needs_own_identity("create_connection")
    if not outcome.exchanges:
        found = f"no request came; {outcome}"
        play.found(rule, "url", expected="a request to this platform's URL", found=found)


def _requires_reads_apart(play: Play, rule: str, first: Any, second: Any) -> None:
    if play.client_has("get_connection"):
        id = first.connections()[0]["id"]
        play.call("get_connection", first, id)
        outcome = play.call("get_connection", second, id)
        is_told_missing = any(each.response.status == 404 for each in outcome.exchanges)  # FC-READ-02 is about that
        if outcome.error is None and outcome.value is not None and not is_told_missing:
            play.found(rule, "id", expected="404: it is another's", found=str(outcome), outcome=outcome)
    if not play.client_has("list_connections"):
        return
    for platform in (first, second):
        outcome = play.call("list_connections", platform)
        if outcome.error is None and len(outcome.value or ()) != len(platform.connections()):
            found = f"{len(outcome.value or ())} items"
            expected = f"{len(platform.connections())} items"
            play.found(rule, "items", expected=expected, found=found, outcome=outcome)


class SecretContract(Client):
    """Recognisable credentials are looked for wherever a client could have left them, after each kind of answer."""

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-SEC-01")
    def test_no_secret_is_logged(self, rule: str, method: str) -> None:
        _requires_no_secret(self.play, rule, method)

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-SEC-02")
    def test_no_secret_is_printed(self, rule: str, method: str) -> None:
        _requires_no_secret(self.play, rule, method)

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-SEC-03")
    def test_no_secret_stands_in_a_warning(self, rule: str, method: str) -> None:
        _requires_no_secret(self.play, rule, method)

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-SEC-04")
    def test_no_secret_stands_in_an_error(self, rule: str, method: str) -> None:
        _requires_no_secret(self.play, rule, method)

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-SEC-05")
    def test_no_secret_stands_in_the_repr(self, rule: str, method: str) -> None:
        _requires_no_secret(self.play, rule, method)


def _requires_no_secret(play: Play, rule: str, method: str) -> None:
    for trouble in TELLING:
        try:
            met = meet(play, method, trouble)
        except pytest.fail.Exception:
            continue  # it never came back: a finding of the rules about retries
        requires_no_secret(play, rule, met, f"{method}, {trouble}")
