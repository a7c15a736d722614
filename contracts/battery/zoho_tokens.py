"""Clients that read Zoho CRM with access tokens that they refresh themselves: once per expiry, in the right region."""

from __future__ import annotations

import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

import pytest

from contracts.battery.calls import Outcome
from contracts.battery.client import Client, checks
from contracts.battery.play import Play
from contracts.reading import forms
from contracts.sources.regions import Region, documented_regions

__all__ = ["ZohoTokenContract"]

_THREADS = 4
_TRIES = 3  # of a refresh token that was revoked
_SLOW = 0.3  # seconds that a token takes while threads wait for it
_FIELDS = ("client_id", "client_secret", "refresh_token")


class ZohoTokenContract(Client):
    """Zoho's accounts servers and CRM behind one platform; needs `zoho_client` and `zoho_records`."""

    @pytest.mark.parametrize("region", list(documented_regions()))
    @checks("FC-ZOHO-01")
    def test_a_token_is_asked_for_in_its_own_region(self, rule: str, region: str) -> None:
        platform, credentials, client = _registered_client(self.play, region)
        outcome = _read(self.play, platform, client)
        asked = [each for each in outcome.traffic if _is_token(each)]
        if not asked:
            self.play.found(rule, "token", expected="a token is asked for", found=str(outcome))
        for exchange in asked:
            code = exchange.call.region.code
            if code != region:
                self.play.found(rule, "accounts server", expected=f"{region}'s", found=f"{code}'s", exchange=exchange)
            sent = _sent(exchange.request)
            for name in _FIELDS:
                if sent.get(name) != credentials[name]:
                    found = "nothing" if name not in sent else "another value"
                    self.play.found(rule, name, expected="as it was given", found=found, exchange=exchange)

    @pytest.mark.parametrize("region", list(documented_regions()))
    @checks("FC-ZOHO-02")
    def test_the_crm_is_asked_in_the_tokens_region(self, rule: str, region: str) -> None:
        platform, _, client = _registered_client(self.play, region)
        outcome = _read(self.play, platform, client)
        reads = [each for each in outcome.traffic if _is_read(each)]
        for exchange in reads:
            code = exchange.call.region.code
            if code != region:
                self.play.found(rule, "api_domain", expected=f"{region}'s", found=f"{code}'s", exchange=exchange)
        if outcome.error is not None or not reads or not outcome.value:
            found = str(outcome) if outcome.error is not None else "no records"
            self.play.found(rule, "records", expected="the records of Leads", found=found, outcome=outcome)

    @pytest.mark.parametrize("hours", [0, 2], ids=["at-first", "after-expiry"])
    @checks("FC-ZOHO-03")
    def test_a_token_is_kept_until_it_expires(self, rule: str, hours: int) -> None:
        platform, _, client = _registered_client(self.play)
        if hours:
            _requires_records(self.play, rule, platform, client)
            platform.clock.advance(hours=hours)
        before = len(platform.traffic)
        for _ in range(3):
            _requires_records(self.play, rule, platform, client)
        _requires_one_token(self.play, rule, platform.traffic[before:])

    @checks("FC-ZOHO-04")
    def test_threads_refresh_once_between_them(self, rule: str) -> None:
        platform, _, client = _registered_client(self.play)
        if inspect.iscoroutinefunction(self.zoho_records):
            pytest.skip("the client is asynchronous: its calls share a thread")
        _requires_records(self.play, rule, platform, client)
        platform.clock.advance(hours=2)
        platform.play(method="POST", delay=_SLOW, service="zoho-accounts")
        before = len(platform.traffic)
        with ThreadPoolExecutor(_THREADS) as pool:
            reads = [pool.submit(lambda: list(self.zoho_records(client, "Leads") or ())) for _ in range(_THREADS)]
        for each in reads:
            error = each.exception()
            if error is not None or not each.result():
                found = "no records" if error is None else f"{type(error).__name__} raised"
                self.play.found(rule, "records", expected="every thread reads them", found=found)
        _requires_one_token(self.play, rule, platform.traffic[before:])

    @checks("FC-ZOHO-05")
    def test_invalid_client_is_raised(self, rule: str) -> None:
        """Registered in one region, asked for in another: the answer has status 200."""
        here, there = list(documented_regions())[:2]
        platform, credentials = _platform_and_credentials(self.play)
        platform.zoho.register(region=there, **credentials)
        outcome = _outcome(self.play, platform, here, credentials)
        self.play.requires_error(rule, outcome, "invalid_client with status 200")

    @checks("FC-ZOHO-06")
    def test_a_revoked_token_is_reported(self, rule: str) -> None:
        platform, credentials, client = _registered_client(self.play)
        _requires_records(self.play, rule, platform, client)
        platform.zoho.revoke(credentials["refresh_token"])
        outcome = _read(self.play, platform, client)
        tries = sum(map(_is_token, outcome.traffic))
        if tries > _TRIES:
            self.play.found(rule, "refreshes", expected=f"at most {_TRIES}", found=str(tries), outcome=outcome)
        self.play.requires_error(rule, outcome, "invalid_code after the refresh token was revoked")


def _platform_and_credentials(play: Play) -> tuple[Any, dict[str, str]]:
    play.requires("zoho_client", "zoho_records")
    credentials = {
        "client_id": "1000.FAKEZOHOCLIENT",
        "client_secret": "fake-zoho-client-secret+/=",
        "refresh_token": "1000.fake-zoho-refresh-token",
    }
    return play.platform(), credentials


def _registered_client(play: Play, region: str = "eu") -> tuple[Any, dict[str, str], Any]:
    """A platform on which the credentials are registered, and a new client of theirs."""
    platform, credentials = _platform_and_credentials(play)
    platform.zoho.register(region=region, **credentials)
    made = play.watch("zoho_client", platform, platform.zoho, _region(region), dict(credentials))
    if made.error is not None:
        raise made.error
    return platform, credentials, made.value


def _read(play: Play, platform: Any, client: Any) -> Outcome:
    return play.watch("zoho_records", platform, client, "Leads")


def _outcome(play: Play, platform: Any, region: str, credentials: dict[str, str]) -> Outcome:
    """Of making a client and reading with it, whichever fails."""
    made = play.watch("zoho_client", platform, platform.zoho, _region(region), dict(credentials))
    return made if made.error is not None else _read(play, platform, made.value)


def _requires_records(play: Play, rule: str, platform: Any, client: Any) -> None:
    outcome = _read(play, platform, client)
    if outcome.error is not None or not outcome.value:
        found = str(outcome) if outcome.error is not None else "no records"
        play.found(rule, "records", expected="the records of Leads", found=found, outcome=outcome)


def _requires_one_token(play: Play, rule: str, exchanges: list[Any]) -> None:
    asked = [each for each in exchanges if _is_token(each)]
    if len(asked) != 1:
        last = asked[-1] if asked else None
        play.found(rule, "token requests", expected="1", found=str(len(asked)), exchange=last)


def _region(code: str) -> Region:
    return documented_regions()[code]


def _is_token(exchange: Any) -> bool:
    operation = exchange.call.operation
    return operation is not None and operation.id == "zohoToken"


def _is_read(exchange: Any) -> bool:
    return exchange.call.service is not None and exchange.call.service.id == "zoho-crm"


def _sent(request: Any) -> dict[str, str]:
    """The parameters of a token request, wherever they stand."""
    sent = dict(parse_qsl(request.query, keep_blank_values=True))
    if not request.body:
        return sent
    try:
        return sent | dict(forms.parse(request.body, request.headers.get("content-type")))
    except forms.FormProblem:
        return sent
