"""What a client sends: every rule of the contract, and every value where it belongs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.battery.calls import SECRETS, Connection, Outcome, credentials_of
from contracts.battery.client import OTHERS, Client, checks
from contracts.battery.play import Play
from contracts.judging.violations import shown
from contracts.sources.regions import Region, documented_regions
from contracts.sources.source_catalogue import ZOHO_CRM
from contracts.tables import RULES

__all__ = ["RegionContract", "RequestContract"]

_FAMILIES = ("FS-URL", "FS-HDR", "FS-BODY", "FS-CON", "FS-ZOHO")
_RULES = [id for id, rule in RULES.items() if id.rpartition("-")[0] in _FAMILIES and rule.default == "error"]

# Texts in which clients go wrong: other scripts, directions, quotes, blanks, the marks of URLs, forms, shells and JSON.
_NAMES = (
    "plain",
    "Zöhö 漢字 ☎ 🐘 e\u0301",
    "\u202eright to left\u202c עברית",
    "quote \" backslash \\ apostrophe ' slash /",
    " blanks on both sides ",
    "line\nbreak\tand tab\r\n",
    "&amp; &#39; &lt;b&gt; \\n \\u0041 %0A",
    "a+b&c=d%20?#;<>{}[]",
    "%s %(x)s {0} {name} ${HOME} $HOME ~",
    "\ufeffbom zero\u200bwidth\u200d no-break\u00a0blank \u2028 \x00\x07\x7f",
    "null",
    "0",
    "x" * 2000,
)
_SECRET_TEXTS = (
    " leading and trailing ",
    "back\\nslash",
    "&amp;",
    "a+b/c==&d%2B",
    "ünïcödé🔑e\u0301ﬁ",
    "'\"\\$`",
    "%s {0} ${HOME} ~",
    "s" * 1000,
    "Bearer x",
)
_SANDBOXES = ("prod", "dev", "stage-2", "a-sandbox-with-a-long-name--0123456789")

_SENDS = "FC-REQ-09"  # fails where nothing is sent
_HEADERS = {
    "FC-REQ-01": ("Authorization", "access_token"),
    "FC-REQ-02": ("x-api-key", "api_key"),
    "FC-REQ-03": ("x-gw-ims-org-id", "org_id"),
    "FC-REQ-04": ("x-sandbox-name", "sandbox_name"),
}
_OTHER_RULES = ("FS-URL-01", "FS-URL-02", "FS-HDR-03", "FS-BODY-01", "FS-BODY-04", "FS-QRY-01", "FS-QRY-03")


@dataclass(frozen=True)
class Creation:
    """One creation: who, what, and what came of it."""

    platform: Any
    identity: dict[str, str]
    connection: Connection
    outcome: Outcome


def _creations(play: Play, *, or_nothing: bool = False) -> list[Creation]:
    """All creations; skips where nothing was sent at all, unless the test is about that."""
    cases: list[Creation] = play.once("creations", lambda: _create_all(play))
    if not or_nothing and not any(each.outcome.exchanges for each in cases):
        pytest.skip(f"{play.group}: not reached: nothing is sent; see the test of {_SENDS}")
    return cases


def _create_all(play: Play) -> list[Creation]:
    """Creates connections of every kind once, for all tests of the class to look at."""
    platform = play.platform()
    cases: list[Creation] = []
    numbers = itertools.count(1)
    codes = itertools.cycle(play.client.regions)
    sandboxes = itertools.cycle(_SANDBOXES)

    def create(name: str, description: str | None, secret: str | None, code: str, sandbox: str | None = None) -> None:
        sibling = play.sibling(platform, sandbox or next(sandboxes))
        region = documented_regions()[code]
        params = credentials_of(region, str(next(numbers)))
        if secret is not None:
            params |= {each: f"{secret}{each}{secret}" for each in ("clientId", *SECRETS)}
        connection = Connection(name, description, region, params)
        identity = {each: getattr(sibling, each) for each in ("access_token", "api_key", "org_id", "sandbox_name")}
        cases.append(Creation(sibling, identity, connection, play.call("create_connection", sibling, connection)))

    create("plain", None, None, play.client.regions[0])
    for code in play.client.regions:
        create(f"in {code}", "a description", None, code)
    for name in _NAMES[1:]:
        create(name, name, None, next(codes))
    create("an empty description", "", None, next(codes))
    for secret in _SECRET_TEXTS:
        create(f"secret {next(numbers)}", None, secret, next(codes))

    @settings(
        max_examples=play.client.max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.text(min_size=1, max_size=60),
        st.one_of(st.none(), st.text(max_size=60)),
        st.one_of(st.none(), st.text(min_size=1, max_size=20)),
        st.sampled_from(play.client.regions),
        st.text("abcxyz0189-", min_size=1, max_size=40),
    )
    def generated(name: str, description: str | None, secret: str | None, code: str, sandbox: str) -> None:
        create(name, description, secret, code, sandbox)

    generated()
    return cases


class RequestContract(Client):
    """Method, path, headers and body of a creation."""

    @pytest.mark.parametrize("rule", _RULES)
    def test_a_request_keeps_the_rule(self, rule: str) -> None:
        for creation in _creations(self.play):
            for exchange in creation.outcome.exchanges:
                for broken in exchange.call.errors:
                    if broken.rule.id == rule:
                        allowed = ", ".join(broken.allowed) or broken.rule.demand
                        self.play.found(
                            rule,
                            broken.pointer or "body",
                            expected=allowed,
                            found=f"{broken.problem}; {broken.found}",
                            exchange=exchange,
                            nearest=broken.nearest,
                        )

    @pytest.mark.parametrize(
        ("rule", "header", "attribute", "prefix"),
        [
            pytest.param("FC-REQ-01", "Authorization", "access_token", "Bearer ", id="FC-REQ-01"),
            pytest.param("FC-REQ-02", "x-api-key", "api_key", "", id="FC-REQ-02"),
            pytest.param("FC-REQ-03", "x-gw-ims-org-id", "org_id", "", id="FC-REQ-03"),
            pytest.param("FC-REQ-04", "x-sandbox-name", "sandbox_name", "", id="FC-REQ-04"),
        ],
    )
    def test_a_header_carries_the_platforms_value(self, rule: str, header: str, attribute: str, prefix: str) -> None:
        for creation in _creations(self.play):
            for exchange in creation.outcome.exchanges:
                value = exchange.request.headers.get(header.lower())
                expected = prefix + creation.identity[attribute]
                if value != expected:
                    # Neither is quoted where it is the token: a finding is printed and kept.
                    told = "the platform's token" if prefix else shown(expected)
                    instead = "nothing" if value is None else "another value" if prefix else shown(value)
                    self.play.found(rule, header, expected=prefix + told, found=instead, exchange=exchange)

    @checks("FC-REQ-05")
    def test_the_name_arrives(self, rule: str) -> None:
        _requires_arrival(self.play, rule, "name", lambda connection: connection.name)

    @checks("FC-REQ-06")
    def test_the_description_arrives(self, rule: str) -> None:
        _requires_arrival(self.play, rule, "description", lambda connection: connection.description)

    @checks("FC-REQ-07")
    @pytest.mark.parametrize(
        "name", ["endpoint", "accountsUrl", "clientId", "clientSecret", "accessToken", "refreshToken"]
    )
    def test_a_credential_arrives(self, rule: str, name: str) -> None:
        for creation, exchange, body in _bodies(self.play, rule, name):
            auth = body.get("auth") if isinstance(body, dict) else None
            params = auth.get("params") if isinstance(auth, dict) else None
            value = params.get(name) if isinstance(params, dict) else None
            if value != creation.connection.params[name]:
                same = isinstance(value, str) and value.strip() == creation.connection.params[name].strip()
                found = "nothing" if value is None else "the value without its blanks" if same else "another value"
                self.play.found(
                    rule, f"auth.params.{name}", expected="the value as given", found=found, exchange=exchange
                )

    @checks("FC-REQ-08")
    def test_nothing_secret_stands_outside_of_the_body(self, rule: str) -> None:
        for creation in _creations(self.play):
            secrets = [creation.connection.params[name] for name in SECRETS] + [creation.identity["access_token"]]
            for exchange in creation.outcome.exchanges:
                url = exchange.request.url
                others = {name: value for name, value in exchange.request.headers.items() if name != "authorization"}
                if creation.identity["access_token"].encode() in exchange.request.body:
                    self.play.found(rule, "body", expected="no bearer token", found="the token", exchange=exchange)
                for secret in secrets:
                    if len(secret) < 6:
                        continue
                    if secret in url or secret in unquote_plus(url) or quote(secret, safe="") in url:
                        self.play.found(rule, "URL", expected="no secret in it", found="a secret", exchange=exchange)
                    for name, value in others.items():
                        if secret in value:
                            self.play.found(rule, name, expected="no secret in it", found="a secret", exchange=exchange)

    @checks("FC-REQ-09")
    def test_one_creation_is_one_post(self, rule: str) -> None:
        for creation in _creations(self.play, or_nothing=True):
            posts = creation.outcome.posts
            if not posts and creation.outcome.exchanges:
                continue  # sent elsewhere: a finding of the rules about path and method
            if len(posts) > 1 and posts[0].response.status == 201:
                self.play.found(rule, "POST /connections", expected="one", found=str(len(posts)), exchange=posts[1])
            if not posts:
                found = f"no request; {creation.outcome}"
                self.play.found(
                    rule,
                    "POST /connections",
                    expected=f"one for the name {shown(creation.connection.name)}",
                    found=found,
                )

    @checks("FC-REQ-10")
    def test_a_connection_is_created_as_what_it_is(self, rule: str) -> None:
        for _, exchange, body in _bodies(self.play, rule, "body"):
            if "mode=draft" in exchange.request.url:
                self.play.found(rule, "mode", expected="no draft", found="mode=draft", exchange=exchange)
            if not isinstance(body, dict):
                continue  # a finding of the rules about bodies
            spec = body.get("connectionSpec")
            if isinstance(spec, dict) and spec.get("id") != ZOHO_CRM:
                self.play.found(
                    rule, "connectionSpec.id", expected=ZOHO_CRM, found=shown(spec.get("id")), exchange=exchange
                )
            if isinstance(spec, dict) and spec.get("version") != "1.0":
                found = shown(spec.get("version"))
                self.play.found(rule, "connectionSpec.version", expected='"1.0"', found=found, exchange=exchange)

    @pytest.mark.parametrize("method", OTHERS)
    @checks("FC-REQ-01", "FC-REQ-02", "FC-REQ-03", "FC-REQ-04", "FC-REQ-08", *_OTHER_RULES)
    def test_another_call_keeps_it_too(self, rule: str, method: str) -> None:
        self.play.needs(method)
        platform, outcome = self.play.once(("sent", method), lambda: _sent(self.play, method))
        header, attribute = _HEADERS.get(rule, ("", ""))
        for exchange in outcome.exchanges:
            for broken in exchange.call.errors:
                if broken.rule.id == rule:
                    place, found = f"{broken.pointer} of {method}", f"{broken.problem}; {broken.found}"
                    self.play.found(rule, place, expected=broken.rule.demand, found=found, exchange=exchange)
            value = exchange.request.headers.get(header.lower(), "")
            if header and value.removeprefix("Bearer ") != getattr(platform, attribute):
                found = "another value" if value else "nothing"
                self.play.found(
                    rule, f"{header} of {method}", expected="the platform's own", found=found, exchange=exchange
                )
            if rule == "FC-REQ-08" and platform.access_token in unquote_plus(exchange.request.url):
                self.play.found(
                    rule, f"URL of {method}", expected="no secret in it", found="a secret", exchange=exchange
                )


def _sent(play: Play, method: str) -> tuple[Any, Outcome]:
    platform = play.sibling(play.platform(), "dev-2")
    id, etag = play.created(platform)
    return platform, play.call_any(method, platform, id, etag)


def _requires_arrival(play: Play, rule: str, key: str, given: Any) -> None:
    for creation, exchange, body in _bodies(play, rule, key):
        expected = given(creation.connection)
        if not isinstance(body, dict):
            continue  # a finding of the rules about bodies
        if (key in body) is not (expected is not None) or body.get(key) != expected:
            told = "no such key" if expected is None else shown(expected)
            found = shown(body[key]) if key in body else "no such key"
            play.found(rule, key, expected=told, found=found, exchange=exchange)


def _bodies(play: Play, rule: str, place: str) -> Any:
    for creation in _creations(play):
        if not creation.outcome.exchanges and creation.outcome.error is not None:
            found = f"nothing was sent, {creation.outcome}"
            play.found(rule, place, expected=f"the name {shown(creation.connection.name)} is sent", found=found)
        for exchange in creation.outcome.exchanges:
            if exchange.request.method == "POST":
                yield creation, exchange, exchange.document


class RegionContract(Client):
    """Every documented region."""

    @pytest.mark.parametrize("code", ["us", "au", "eu", "in", "cn"])
    @checks("FC-REG-01")
    def test_a_region_is_served(self, rule: str, code: str) -> None:
        if code not in self.regions:
            pytest.skip(f"the client doesn't serve the region {code}")
        region: Region = documented_regions()[code]
        platform = self.play.platform()
        outcome = self.play.call("create_connection", platform, self.play.connection(f"in {code}", region=code))
        last = outcome.exchanges[-1] if outcome.exchanges else None
        params = [each["auth"]["params"] for each in platform.connections()]
        if not params:
            self.play.found(rule, f"region {code}", expected="a connection", found=str(outcome), exchange=last)
        for name, url in (("accountsUrl", region.accounts_url), ("endpoint", region.api_endpoint)):
            if params[0].get(name) != url:
                self.play.found(rule, name, expected=url, found=shown(params[0].get(name)), exchange=last)
