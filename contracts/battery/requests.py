"""What a client sends: every rule of the contract, and every value where it belongs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote, unquote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.battery.calls import FLOW_SERVICE, SECRETS, Connection, Outcome, credentials_of
from contracts.battery.client import OTHERS, Client, checks
from contracts.battery.findings import in_words
from contracts.battery.identity import IDENTITY, IdentityBreach, identity_breaches
from contracts.battery.misfits import Misfits, misfits_of
from contracts.battery.play import NOT_REACHED, Play
from contracts.judging.violations import Violation, shown
from contracts.sources.regions import documented_regions
from contracts.tables import RULES

__all__ = ["RequestContract", "secret_place", "tell_broken"]

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

_NAME, _DESCRIPTION, _CREDENTIALS = "FC-REQ-05", "FC-REQ-06", "FC-REQ-07"
_SENDS = "FC-REQ-09"  # fails where nothing is sent
_HEADS = ("FS-URL-", "FS-HDR-", "FS-QRY-", "FS-BODY-")
_OTHER_RULES = ("FS-URL-01", "FS-URL-02", "FS-HDR-03", "FS-BODY-01", "FS-BODY-04", "FS-QRY-01", "FS-QRY-03")


@dataclass(frozen=True)
class Creation:
    """One creation: who, what, and what came of it; ``about`` is the rule about what is odd in it."""

    platform: Any
    connection: Connection
    outcome: Outcome
    about: str = _NAME

    @property
    def is_unsent(self) -> bool:
        """Whether the client gave up before anything was sent."""
        outcome = self.outcome
        return not outcome.exchanges and outcome.error is not None and not outcome.strays


def _creations(play: Play, *, or_nothing: bool = False) -> list[Creation]:
    """All creations; skips where nothing was sent at all, unless the test is about that."""
    cases: list[Creation] = play.once("creations", lambda: _create_all(play))
    if not or_nothing and not any(each.outcome.exchanges for each in cases):
        play.needs_creation()
        pytest.skip(f"{NOT_REACHED}: nothing is sent; see {_SENDS}")
    return cases


def _misfits(play: Play) -> Misfits:
    made: Misfits = play.once("misfits", lambda: misfits_of(_creations(play)))
    return made


def _create_all(play: Play) -> list[Creation]:
    """Creates connections of every kind once, for all tests of the class to look at."""
    platform = play.platform()
    cases: list[Creation] = []
    numbers = itertools.count(1)
    codes = itertools.cycle(play.client.regions)
    sandboxes = itertools.cycle(_SANDBOXES)

    def create(name: str, description: str | None, secret: str | None, code: str, sandbox: str | None = None) -> None:
        sandbox = sandbox or next(sandboxes)
        region = documented_regions()[code]
        params = credentials_of(region, str(next(numbers)))
        if secret is not None:
            params |= {each: f"{secret}{each}{secret}" for each in ("clientId", *SECRETS)}
        given = Connection(name, description, region, params)
        about = (
            _SENDS if not cases else _DESCRIPTION if description == "" else _NAME if secret is None else _CREDENTIALS
        )

        def made() -> Creation:
            sibling = play.sibling(platform, sandbox)
            sent = Connection(name, description, region, dict(params))  # the client may change its own
            return Creation(sibling, given, play.watch("create_connection", sibling, sibling, sent), about)

        creation = made()
        if cases and creation.is_unsent:  # a client may run out of time on a busy machine
            creation = made()
        cases.append(creation)

    create("plain", None, None, play.client.regions[0])
    if play.first_of_all("create_connection", cases[0].outcome) is not None:
        return cases  # it would be the same with every other
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

    @checks("FC-NET-01")
    def test_no_real_host_is_asked(self, rule: str) -> None:
        for creation in _creations(self.play, or_nothing=True):
            first = self.play.first_of_all("create_connection", creation.outcome)
            if first is not None and first.rule == rule:
                self.play.tell(first)

    @checks("FC-REQ-09")
    def test_one_creation_is_one_post(self, rule: str) -> None:
        for creation in _creations(self.play, or_nothing=True):
            outcome, posts = creation.outcome, creation.outcome.posts
            first = self.play.first_of_all("create_connection", outcome)
            if first is not None and first.rule:
                pytest.skip(f"{NOT_REACHED}: see {first.rule}")
            if first is not None:
                self.play.tell(first)
            if not posts and outcome.exchanges:
                continue  # sent elsewhere: a finding of the rules about path and method
            if creation.is_unsent and creation.about != rule:
                pytest.skip(f"{NOT_REACHED}: see {creation.about}")
            if len(posts) > 1 and posts[0].response.status == 201:
                self.play.found(
                    rule, "POST /connections", expected="one", found=str(len(posts)), outcome=outcome, exchange=posts[1]
                )
            if not posts:
                expected = f"one for the name {shown(creation.connection.name)}"
                found = f"no request; {outcome}"
                self.play.found(
                    rule, "POST /connections", expected=expected, found=found, outcome=outcome, line=outcome.line
                )

    @pytest.mark.parametrize("rule", _RULES)
    def test_a_request_keeps_the_rule(self, rule: str) -> None:
        misfits = _misfits(self.play)
        for creation in _creations(self.play):
            for exchange in creation.outcome.exchanges:
                for broken in exchange.call.errors:
                    if broken.rule.id == rule and not misfits.explain(creation, broken):
                        tell_broken(self.play, broken, creation.outcome, exchange)

    @pytest.mark.parametrize("rule", IDENTITY)
    def test_a_header_carries_the_platforms_value(self, rule: str) -> None:
        is_told_by = _misfits(self.play).rules_that_tell(IDENTITY[rule][0])
        for creation in _creations(self.play):
            for exchange in creation.outcome.exchanges:
                for breach in identity_breaches(exchange, creation.platform):
                    if breach.rule != rule:
                        continue
                    if breach.is_remembered:
                        pytest.skip(f"{NOT_REACHED}: it is an earlier platform's; see FC-TEN-01")
                    if is_told_by:
                        pytest.skip(f"{NOT_REACHED}: see {is_told_by}")
                    _tell_identity(self.play, breach, creation, exchange)

    @checks("FC-REQ-05")
    def test_the_name_arrives(self, rule: str) -> None:
        _requires_arrival(self.play, rule, "name")

    @checks("FC-REQ-06")
    def test_the_description_arrives(self, rule: str) -> None:
        _requires_arrival(self.play, rule, "description")

    @checks("FC-REQ-07")
    @pytest.mark.parametrize(
        "name", ["endpoint", "accountsUrl", "clientId", "clientSecret", "accessToken", "refreshToken"]
    )
    def test_a_credential_arrives(self, rule: str, name: str) -> None:
        _requires_arrival(self.play, rule, name)

    @checks("FC-REQ-08")
    def test_nothing_secret_stands_outside_of_the_body(self, rule: str) -> None:
        for creation in _creations(self.play):
            tokens = creation.platform.tokens
            secrets = creation.connection.secrets.values()
            for exchange in creation.outcome.exchanges:
                place = secret_place(exchange, [each for each in (*secrets, *tokens) if len(each) >= _SHORTEST])
                if place:
                    self.play.found(
                        rule,
                        place,
                        expected="no secret in it",
                        found="a secret",
                        outcome=creation.outcome,
                        exchange=exchange,
                    )
                if any(token.encode() in exchange.request.body for token in tokens):
                    self.play.found(
                        rule,
                        "body",
                        expected="no bearer token",
                        found="the token",
                        outcome=creation.outcome,
                        exchange=exchange,
                    )

    @checks("FC-REQ-10")
    def test_a_connection_is_created_as_what_it_is(self, rule: str) -> None:
        for creation in _creations(self.play):
            for exchange in creation.outcome.posts:
                if "mode=draft" in exchange.request.url:
                    self.play.found(
                        rule,
                        "mode",
                        expected="no draft",
                        found="mode=draft",
                        outcome=creation.outcome,
                        exchange=exchange,
                    )
        for key in ("connectionSpec.id", "connectionSpec.version"):
            _requires_arrival(self.play, rule, key)

    @pytest.mark.parametrize("method", ["create_connection", *OTHERS])
    @checks("FC-REQ-11")
    def test_what_else_is_asked_keeps_its_own_rules(self, rule: str, method: str) -> None:  # noqa: ARG002 -- told is the broken one
        """Requests to other services, and those to Flow Service that no other test looks at."""
        self.play.requires(method)
        is_creation = method == "create_connection"
        outcome = _creations(self.play)[0].outcome if is_creation else _sent_by(self.play, method)[1]
        for exchange in outcome.traffic:
            for broken in exchange.call.errors if exchange.service != "elsewhere" else ():
                is_other = exchange.service != FLOW_SERVICE
                is_untold = broken.rule.id.startswith(_HEADS) and broken.rule.id not in _OTHER_RULES
                if is_other or (not is_creation and is_untold):
                    tell_broken(self.play, broken, outcome, exchange)

    @pytest.mark.parametrize("method", OTHERS)
    @checks("FC-REQ-01", "FC-REQ-02", "FC-REQ-03", "FC-REQ-04", "FC-REQ-08", *_OTHER_RULES)
    def test_another_call_keeps_it_too(self, rule: str, method: str) -> None:
        self.play.requires(method)
        platform, outcome = _sent_by(self.play, method)
        for exchange in outcome.exchanges:
            for broken in exchange.call.errors:
                if broken.rule.id == rule:
                    tell_broken(self.play, broken, outcome, exchange)
            for breach in identity_breaches(exchange, platform):
                if breach.rule == rule and not breach.is_remembered:
                    found = "another value" if breach.value else "nothing"
                    place = f"{breach.header} of {method}"
                    self.play.found(
                        rule, place, expected="the platform's own", found=found, outcome=outcome, exchange=exchange
                    )
            if rule == "FC-REQ-08" and any(each in unquote_plus(exchange.request.url) for each in platform.tokens):
                place = f"URL of {method}"
                self.play.found(
                    rule, place, expected="no secret in it", found="a secret", outcome=outcome, exchange=exchange
                )


_SHORTEST = 6  # characters of a secret that can't stand somewhere by chance


def secret_place(exchange: Any, secrets: list[str]) -> str:
    """The URL or header in which one of these stands."""
    url = exchange.request.url
    for secret in secrets:
        if secret in url or secret in unquote_plus(url) or quote(secret, safe="") in url:
            return "URL"
        for name, value in exchange.request.headers.items():
            if name != "authorization" and secret in value:
                return str(name)
    return ""


def tell_broken(play: Play, broken: Violation, outcome: Outcome, exchange: Any) -> NoReturn:
    """Fail with a rule that a request breaks."""
    expected, found = in_words(broken)
    play.found(
        broken.rule.id,
        broken.pointer or "body",
        expected=expected,
        found=found,
        outcome=outcome,
        exchange=exchange,
        nearest=broken.nearest,
    )


def _tell_identity(play: Play, breach: IdentityBreach, creation: Creation, exchange: Any) -> NoReturn:
    # Neither is quoted where it is the token: a finding is printed and kept.
    is_token = breach.attribute == "access_token"
    expected = "Bearer the platform's token" if is_token else shown(creation.platform.identity[breach.attribute])
    found = "nothing" if breach.value is None else "another value" if is_token else shown(breach.value)
    play.found(breach.rule, breach.header, expected=expected, found=found, outcome=creation.outcome, exchange=exchange)


def _sent_by(play: Play, method: str) -> tuple[Any, Outcome]:
    made: tuple[Any, Outcome] = play.once(("sent", method), lambda: _sent(play, method))
    return made


def _sent(play: Play, method: str) -> tuple[Any, Outcome]:
    platform = play.sibling(play.platform(), "dev-2")
    id, etag = play.created(platform)
    return platform, play.call_any(method, platform, id, etag)


def _requires_arrival(play: Play, rule: str, key: str) -> None:
    misfits = _misfits(play)
    told_by = misfits.rules_that_tell(key)
    for creation in _creations(play):
        for misfit in misfits.of(creation, key):
            if told_by:
                pytest.skip(f"{NOT_REACHED}: see {told_by}")
            place = f"auth.params.{key}" if key in creation.connection.params else key
            play.found(
                rule,
                place,
                expected=misfit.expected,
                found=misfit.found,
                outcome=creation.outcome,
                exchange=misfit.exchange,
            )
    _requires_all_sent(play, rule, key)


def _requires_all_sent(play: Play, rule: str, key: str) -> None:
    """A finding of the rule about what is odd in the first connection that the client didn't send; it may not take the
    others for the same reason."""
    unsent = next((each for each in _creations(play) if each.is_unsent), None)
    if unsent is None:
        return
    if rule != unsent.about:
        pytest.skip(f"{NOT_REACHED}: see {unsent.about}")
    outcome = unsent.outcome
    expected = shown(unsent.connection.name) if rule == _NAME else "the value as given"
    play.found(rule, key, expected=expected, found=f"nothing was sent, {outcome}", outcome=outcome, line=outcome.line)
