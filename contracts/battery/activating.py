"""Clients that send audiences or datasets to destinations: by one flow, and beside what others have put into it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from contracts.battery.calls import Outcome, receipt_of
from contracts.battery.client import SENDERS, Client, checks
from contracts.battery.identity import identity_breaches
from contracts.battery.play import NOT_REACHED, STATE, STORM, Play
from contracts.battery.requests import secret_place, tell_broken
from contracts.battery.scenes import REFUSED, TROUBLES, Met, requires_no_secret
from contracts.battery.sendings import (
    AUDIENCES,
    DATASETS,
    Audiences,
    Datasets,
    ToSend,
    audiences_for,
    datasets_for,
    selector,
    serving,
)
from contracts.judging.violations import shown

__all__ = ["ActivationContract"]

_CARRIED = {"activate": AUDIENCES, "export_dataset": DATASETS}
_NAME = "Käufer & Söhne + 50% #1"
_OTHERS = ("theirs", "theirs-too")
_FURTHER = 101  # flows: more than a page has
_CHANGES = ("POST", "PATCH")
_ABOUT_THE_FLOW = ("POST /flows", "PATCH /flows")
_FOR_CHANGES = ("400-service", "401-gateway", "403-service", "404-service", "422")
_UNREADABLE = ("html-200", "html-201", "empty-200", "half-json")
_AT_THE_LAST_CHANGE = ("400-problem", "401-service", "403-gateway", "404-gateway", "412", "422", "500", "503")
_TELLING = ("success", "400-service", "401-gateway", "500", "half-json", "dropped")
_OTHER_PLACES = ("FC-SEC-02", "FC-SEC-03", "FC-SEC-04", "FC-SEC-05")
_senders = pytest.mark.parametrize("method", SENDERS)


@dataclass(frozen=True)
class _Sent:
    """A call on a platform, with what it was given."""

    platform: Any
    given: ToSend
    outcome: Outcome


class ActivationContract(Client):
    """Flows to destinations; needs `activate` or `export_dataset`."""

    @_senders
    @checks("FC-REQ-11")
    def test_each_request_to_send_keeps_its_own_rules(self, rule: str, method: str) -> None:  # noqa: ARG002 -- told is the broken one
        """On the way to each destination of the client's, to a new flow and to one that is there."""
        absence = _absence(self.play, method)
        if absence is not None:
            pytest.skip(absence)
        for destination in _destinations(self.play, method):
            for is_there in (False, True):
                sent = _plain(self.play, method, destination, is_there)
                first = self.play.first_of_all(method, sent.outcome)
                if first is not None:
                    self.play.tell(first)
                _requires_kept_rules(self.play, method, sent)

    @checks("FC-ACT-01")
    def test_what_is_to_be_sent_arrives(self, rule: str) -> None:
        for method in _sound(self.play, but=rule):
            for destination in _destinations(self.play, method):
                sent = _plain(self.play, method, destination)
                if _told_elsewhere(self.play, method, sent) is None:
                    _requires_it_done(self.play, rule, sent, f"{method} to {destination}")

    @checks("FC-ACT-02")
    def test_an_audience_is_added_beside_others(self, rule: str) -> None:
        _sound(self.play, "activate", is_there=True)
        platform, given = _with_flow(self.play, "activate")
        there = list(_OTHERS)
        for wanted in (given, _given(self.play, "activate", "another")):
            sent = _call(self.play, "activate", platform, wanted)
            _requires_kept(self.play, rule, sent, there)
            _requires_it_done(self.play, rule, sent, "audiences of others")
            there.append("one")

    @checks("FC-ACT-03")
    def test_the_etag_is_the_flows_own(self, rule: str) -> None:
        _sound(self.play, "activate", but=rule)
        for is_there in (False, True):
            sent = _plain(self.play, "activate", is_there=is_there)
            for exchange in _patches(sent.outcome):
                given, is_stale = exchange.request.headers.get("if-match"), exchange.response.status == 412
                if given == "*" or is_stale:
                    expected, found = "the etag that the flow was read with", "another" if is_stale else shown(given)
                    self.play.found(
                        rule, "If-Match", expected=expected, found=found, outcome=sent.outcome, exchange=exchange
                    )

    @checks("FC-ACT-03")
    def test_what_is_selected_meanwhile_stays(self, rule: str) -> None:
        """Somebody else adds an audience when the client has read the flow, once or twice."""
        _sound(self.play, "activate", is_there=True)
        for times in (1, 2):
            platform, given = _with_flow(self.play, "activate")
            late = _late_audiences(platform, given, times)
            sent = _call(self.play, "activate", platform, given)
            _requires_kept(self.play, rule, sent, (*_OTHERS, *late))
            if sent.outcome.error is None:
                _requires_it_done(self.play, rule, sent, "the flow was changed meanwhile")
            else:
                self.play.requires_error(rule, sent.outcome, "412 on activate")

    @checks("FC-ACT-04")
    def test_a_repeated_call_leaves_one_flow(self, rule: str) -> None:
        """Whether the client or somebody else has made it."""
        for method in _sound(self.play):
            _requires_it_done(self.play, rule, _plain(self.play, method, is_there=True), "a flow that is there")
            platform = self.play.platform()
            for number in (1, 2, 3):
                sent = _call(self.play, method, platform, _given(self.play, method))
                _requires_it_done(self.play, rule, sent, f"call {number}")

    @checks("FC-ACT-04")
    def test_a_flow_is_found_by_its_whole_name(self, rule: str) -> None:
        """Among others that are called alike, and so many that a list has a second page."""
        for method in _sound(self.play, is_there=True):
            platform, given = _with_flow(self.play, method)
            (flow,) = _flows(platform, given)
            body = given.flow(flow["sourceConnectionIds"][0], flow["targetConnectionIds"][0])
            alike = (f"{_NAME} more", _NAME.upper(), _NAME.split()[0], f" {_NAME}")
            for name in (*alike, *(f"flow {number}" for number in range(_FURTHER))):
                platform.ask("POST", "/flows", {**body, "name": name})
            before = platform.stored("flows")
            sent = _call(self.play, method, platform, given)
            _requires_it_done(self.play, rule, sent, "among flows that are called alike")
            theirs = [each for each in platform.stored("flows") if each["name"] != _NAME]
            if theirs != [each for each in before if each["name"] != _NAME]:
                self.play.found(
                    rule, "flow", expected="the one of that name is changed", found="another was", outcome=sent.outcome
                )

    @checks("FC-ACT-04")
    def test_a_lost_answer_leaves_one_flow(self, rule: str) -> None:
        """What was asked for is done but not answered; then the client is called once more."""
        for method in _sound(self.play):
            steps = [step for step, told in enumerate(_steps(self.play, method)) if told.startswith(_ABOUT_THE_FLOW)]
            for step in steps:
                for trouble in ("dropped", "500"):
                    platform, given = self.play.platform(), _given(self.play, method)
                    platform.play(**TROUBLES[trouble], commit=True, skip=step, times=1)
                    first = _call(self.play, method, platform, given)
                    place = f"{trouble} after the commit, {_steps(self.play, method)[step]}"
                    if first.outcome.error is None:
                        _requires_it_done(self.play, rule, first, place)
                    again = _call(self.play, method, platform, given)
                    _requires_it_done(self.play, rule, again, f"{place}, and called again")

    @checks("FC-ACT-04")
    def test_a_look_that_failed_makes_no_second_flow(self, rule: str) -> None:
        for method in _sound(self.play, is_there=True):
            plain = _plain(self.play, method, is_there=True).outcome
            for step, exchange in enumerate(plain.exchanges):
                if exchange.request.method != "GET":
                    continue
                for trouble in ("500", "401-gateway"):
                    platform, given = _with_flow(self.play, method)
                    platform.play(**TROUBLES[trouble], skip=step, times=1)
                    sent = _call(self.play, method, platform, given)
                    found = len(_flows(platform, given))
                    if found != 1:
                        place = f"flows of the name, {trouble} on GET {exchange.path}"
                        self.play.found(rule, place, expected="1", found=str(found), outcome=sent.outcome)

    @checks("FC-ACT-05")
    def test_the_flows_id_and_etag_are_handed_back(self, rule: str) -> None:
        for method in _sound(self.play, is_there=True):
            for is_there in (False, True):
                sent = _plain(self.play, method, is_there=is_there)
                flow = _flows(sent.platform, sent.given)[0]
                receipt = receipt_of(sent.outcome.value)
                if receipt != (flow["id"], flow["etag"]):
                    place = "etag" if receipt is not None and receipt[0] == flow["id"] else "id"
                    found = str(sent.outcome) if receipt is None else shown(str(receipt[place == "etag"]))
                    self.play.found(rule, place, expected=shown(flow[place]), found=found, outcome=sent.outcome)

    @checks("FC-ERR-01")
    def test_a_refused_request_to_send_is_raised(self, rule: str) -> None:
        """At each step one, and at the last change several."""
        for method in _sound(self.play):
            for step, trouble in _refusals(self.play, method):
                met, place = _meet(self.play, method, step, trouble)
                self.play.requires_error(rule, met.outcome, place)

    @checks("FC-ERR-02")
    def test_an_unreadable_answer_to_sending_is_raised(self, rule: str) -> None:
        for method in _sound(self.play):
            for step, _ in enumerate(_steps(self.play, method)):
                met, place = _meet(self.play, method, step, _UNREADABLE[step % len(_UNREADABLE)])
                self.play.requires_error(rule, met.outcome, place)

    @checks("FC-ERR-03")
    def test_a_lost_answer_to_sending_is_raised(self, rule: str) -> None:
        """Or the request is sent once more, where it was a GET."""
        for method in _sound(self.play):
            for step, _ in enumerate(_steps(self.play, method)):
                met, place = _meet(self.play, method, step, ("dropped", "truncated")[step % 2], times=1)
                lost, later = _again(met.outcome, step)
                if met.outcome.error is not None or lost not in later:
                    self.play.requires_error(rule, met.outcome, place)

    @checks("FC-ERR-04")
    def test_a_stalled_answer_to_sending_ends_in_an_error(self, rule: str) -> None:
        for method in _sound(self.play):
            step = _last_change(self.play, method)
            platform, given = self.play.platform(), _given(self.play, method)
            platform.play(kind="stall", delay=self.timeout, commit=True, skip=step, times=1)
            outcome = _call(self.play, method, platform, given).outcome
            place = f"time-out, {_steps(self.play, method)[step]}"
            if outcome.seconds >= self.timeout:
                found = "none until the connection was closed"
                self.play.found(rule, place, expected=f"an error within {self.timeout} s", found=found, outcome=outcome)
            if len(outcome.exchanges) == step + 1:  # it may look what became of its request
                self.play.requires_error(rule, outcome, place)

    @checks("FC-RTY-01")
    def test_sending_again_after_429_waits(self, rule: str) -> None:
        for method in _sound(self.play):
            met, place = _meet(self.play, method, _last_change(self.play, method), "429", times=1)
            for first, second in pairwise(met.outcome.exchanges):
                waited = second.at - first.at
                if waited < _A_SECOND and first.response.status == 429:
                    expected, found = "1 s between them", f"{waited:.2f} s"
                    self.play.found(rule, place, expected=expected, found=found, outcome=met.outcome, exchange=second)

    @checks("FC-RTY-02")
    def test_retries_of_sending_are_bounded(self, rule: str) -> None:
        for method in _sound(self.play):
            step = _last_change(self.play, method)
            met, place = _meet(self.play, method, step, "503", times=STORM)
            if len(met.outcome.exchanges) - step > STORM:
                expected, found = "a few attempts", f"{STORM} and more"
                self.play.found(rule, place, expected=expected, found=found, outcome=met.outcome)

    @checks("FC-RTY-03")
    def test_what_was_refused_of_sending_is_not_sent_again(self, rule: str) -> None:
        for method in _sound(self.play):
            for step, trouble in _refusals(self.play, method):
                met, place = _meet(self.play, method, step, trouble)
                refused, later = _again(met.outcome, step)
                if refused in later and trouble in REFUSED:
                    expected, found = f"one {refused[0]}", str(1 + later.count(refused))
                    self.play.found(rule, place, expected=expected, found=found, outcome=met.outcome)

    @checks("FC-TEN-01")
    def test_two_platforms_are_sent_to_apart(self, rule: str) -> None:
        for method in _sound(self.play, but=rule):
            first = self.play.platform()
            second = self.play.sibling(first, "dev")
            for platform in (first, second, first):
                sent = _call(self.play, method, platform, _given(self.play, method))
                problem = _problem(sent)
                if problem is not None:
                    place, expected, found = problem
                    self.play.found(
                        rule, place, expected=f"{expected}, on its own platform", found=found, outcome=sent.outcome
                    )

    @checks("FC-TEN-02")
    def test_what_is_to_be_sent_is_not_changed(self, rule: str) -> None:
        for method in _sound(self.play):
            given = _given(self.play, method)
            before = copy.deepcopy(given)
            sent = _call(self.play, method, self.play.platform(), given)
            changed = [name for name, value in vars(before).items() if vars(given)[name] != value]
            if changed:
                self.play.found(rule, ", ".join(changed), expected="unchanged", found="changed", outcome=sent.outcome)

    @checks("FC-SEC-01")
    def test_no_secret_of_sending_is_left_to_see(self, rule: str) -> None:
        """Neither in logs nor anywhere else, of which the other rules of FC-SEC are."""
        for method in _sound(self.play):
            told = _steps(self.play, method)
            first = next((step for step, each in enumerate(told) if each == "POST /connections"), 0)
            for step in (first, _last_change(self.play, method)):
                for trouble in _TELLING:
                    met, place = _meet(self.play, method, step, trouble)
                    for each in (rule, *_OTHER_PLACES):
                        requires_no_secret(self.play, each, met, place)


_A_SECOND = 0.95  # it counts whole seconds; clocks differ by less


def _destinations(play: Play, method: str) -> list[str]:
    """The client's destinations that take it."""
    return [each for each in play.client.destinations if each in serving(_CARRIED[method])]


def _absence(play: Play, method: str) -> str | None:
    """Why there is nothing to look at, if so."""
    if not play.client_has(method):
        return f"the client has no {method}"
    return None if _destinations(play, method) else f"no destination of the client's takes {method}"


def _given(play: Play, method: str, audience: str = "one", destination: str = "") -> ToSend:
    key = destination or _destinations(play, method)[0]
    return datasets_for(key, _NAME) if method == "export_dataset" else audiences_for(key, _NAME, audience)


def _call(play: Play, method: str, platform: Any, given: ToSend) -> _Sent:
    return _Sent(platform, given, play.call(method, platform, given))


def _plain(play: Play, method: str, destination: str = "", is_there: bool = False) -> _Sent:
    """A call that meets no trouble, made once for the class; ``is_there`` where somebody has made the flow before."""
    key = destination or _destinations(play, method)[0]
    play.meet_earlier(method, lambda: _given(play, method))
    sent: _Sent = play.once(("sent", method, key, is_there), lambda: _send(play, method, key, is_there))
    return sent


def _send(play: Play, method: str, destination: str, is_there: bool) -> _Sent:
    if is_there:
        platform, given = _with_flow(play, method, destination)
    else:
        platform, given = play.sibling(play.platform(), "dev-2"), _given(play, method, destination=destination)
    return _Sent(platform, given, play.watch(method, platform, platform, given))


def _with_flow(play: Play, method: str, destination: str = "") -> tuple[Any, ToSend]:
    """A platform on which somebody else has made the flow, and has selected audiences of their own."""
    platform = play.sibling(play.platform(), "dev-2")
    given = _given(play, method, destination=destination)
    base = platform.ask("POST", "/connections", given.base_connection())["id"]
    source = platform.ask("POST", "/sourceConnections", given.source_connection())["id"]
    target = platform.ask("POST", "/targetConnections", given.target_connection(base))["id"]
    platform.ask("POST", "/flows", given.flow(source, target))
    for audience in _OTHERS if method == "activate" else ():
        _add(platform, given, audience)
    return platform, given


def _add(platform: Any, given: ToSend, audience: str) -> None:
    """Somebody else selects an audience."""
    operations = audiences_for(given.destination, _NAME, audience).operations()
    platform.ask("PATCH", f"/flows/{_flows(platform, given)[0]['id']}", operations)


def _late_audiences(platform: Any, given: ToSend, times: int) -> list[str]:
    """The audiences that somebody will have selected, one each time that the flow was read, so many times."""
    late: list[str] = []

    def another(_: Any, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if b"segmentSelectors" in body and len(late) < times:
            late.append(f"late-{len(late)}")
            _add(platform, given, late[-1])
        return headers, body

    platform.play(change=another, method="GET")
    return late


def _sound(play: Play, *methods: str, is_there: bool = False, but: str = "") -> list[str]:
    """The methods, both by default, that do well where there is no trouble, or go wrong by the rule ``but`` alone.

    With ``is_there`` they do so with a flow that is there, too. Skips where no method is left.
    """
    whys = {method: _absence(play, method) or _why_not(play, method, is_there, but) for method in methods or SENDERS}
    sound = [method for method, why in whys.items() if why is None]
    if not sound:
        pytest.skip(min(filter(None, whys.values()), key=lambda why: not why.startswith(NOT_REACHED)))
    return sound


def _why_not(play: Play, method: str, is_there: bool, but: str) -> str | None:
    """Where it is told why a plain call fails, ``None`` if it succeeds."""
    for there, rule in ((False, "FC-ACT-01"), (True, "FC-ACT-04"))[: 1 + is_there]:
        sent = _plain(play, method, is_there=there)
        told = _told_elsewhere(play, method, sent)
        if told is None and (sent.outcome.error is not None or _problem(sent) is not None):
            told = rule
        if told not in (None, but):
            return f"{NOT_REACHED}: {method} fails{' where the flow is there' * there}; see {told}"
    return None


def _told_elsewhere(play: Play, method: str, sent: _Sent) -> str | None:
    """The rule that tells better than any other what is wrong with a plain call."""
    first = play.first_of_all(method, sent.outcome)
    if first is not None:
        return first.rule or first.place
    for exchange in sent.outcome.traffic:
        for broken in _broken(exchange):
            return str(broken.rule.id)
    for exchange in sent.outcome.exchanges:
        for breach in identity_breaches(exchange, sent.platform):
            return STATE if breach.is_remembered else breach.rule
        if exchange.response.status == 412:
            return "FC-ACT-03"
        if exchange.response.status == 404:  # nothing was ever deleted here
            return STATE
    return None


def _broken(exchange: Any) -> list[Any]:
    """The rules that a request breaks and of which no other test tells."""
    is_told = exchange.service == "elsewhere" or exchange.response.status in (404, 412)
    return [] if is_told else list(exchange.broken)


def _requires_kept_rules(play: Play, method: str, sent: _Sent) -> None:
    for exchange in sent.outcome.traffic:
        for broken in _broken(exchange):
            tell_broken(play, broken, sent.outcome, exchange)
    secrets = [*sent.platform.tokens, *sent.given.secrets.values()]
    for exchange in sent.outcome.exchanges:
        for breach in identity_breaches(exchange, sent.platform):
            if not breach.is_remembered:
                found, place = "another value" if breach.value else "nothing", f"{breach.header} of {method}"
                expected = "the platform's own"
                play.found(breach.rule, place, expected=expected, found=found, outcome=sent.outcome, exchange=exchange)
        place = secret_place(exchange, secrets)
        if place:
            expected, found = "no secret in it", "a secret"
            play.found("FC-REQ-08", place, expected=expected, found=found, outcome=sent.outcome, exchange=exchange)


def _requires_it_done(play: Play, rule: str, sent: _Sent, told: str) -> None:
    """A finding unless the call succeeded, and there is one flow which sends what was given."""
    if sent.outcome.error is not None:
        play.found(rule, told, expected="success", found=str(sent.outcome), outcome=sent.outcome)
    problem = _problem(sent)
    if problem is not None:
        place, expected, found = problem
        play.found(rule, f"{place}, {told}", expected=expected, found=found, outcome=sent.outcome)


def _requires_kept(play: Play, rule: str, sent: _Sent, audiences: Iterable[str]) -> None:
    """A finding where one of these, which others have selected, isn't there as they have."""
    selectors = _selectors(_flows(sent.platform, sent.given)[0])
    for audience in audiences:
        if selector(sent.given.destination, audience) not in selectors:
            there = ", ".join(str(each["value"]["id"]) for each in selectors) or "none"
            expected = f"fake-audience-{audience} as it was selected"
            play.found(rule, "selectors", expected=expected, found=f"{there}; {sent.outcome}", outcome=sent.outcome)


Problem = tuple[str, str, str]
"""Place, what is expected there and what is found."""


def _problem(sent: _Sent) -> Problem | None:
    """What is wrong with what is stored, if anything is."""
    flows = _flows(sent.platform, sent.given)
    if len(flows) != 1:
        found = f"{len(flows)}; {sent.outcome}" if not flows else str(len(flows))
        return "flows", f"one named {shown(sent.given.name)}", found
    (flow,) = flows
    return next(_misfits(sent.platform, sent.given, flow), None)


def _misfits(platform: Any, given: ToSend, flow: dict[str, Any]) -> Iterator[Problem]:
    stored = {name: platform.stored(name) for name in ("sourceConnections", "targetConnections", "connections")}
    source = _of(stored["sourceConnections"], flow["sourceConnectionIds"])
    target = _of(stored["targetConnections"], flow["targetConnectionIds"])
    base = _of(stored["connections"], [target.get("baseConnectionId")])
    yield from _others("flowSpec.id", given.flow_spec["id"], flow["flowSpec"]["id"])
    yield from _others("source's connectionSpec.id", given.source_id, _spec_of(source))
    yield from _others("target's connectionSpec.id", given.connection_spec["id"], _spec_of(target))
    for name, value in given.params.items():
        yield from _others(f"target's params.{name}", value, target.get("params", {}).get(name))
    if given.auth is not None:
        auth = base.get("auth", {})
        yield from _others("auth.specName", given.auth["specName"], auth.get("specName"))
        for name, value in given.auth["params"].items():
            if auth.get("params", {}).get(name) != value:
                yield f"auth.params.{name}", "the value as given", "another"
    if isinstance(given, Datasets):
        yield from _others("params.datasets", given.datasets, source.get("params", {}).get("datasets"))
        for name, value in given.schedule.items():
            yield from _others(f"scheduleParams.{name}", value, flow.get("scheduleParams", {}).get(name))
    if isinstance(given, Audiences):
        yield from _unselected(given, _selectors(flow))


def _unselected(given: Audiences, selectors: list[Any]) -> Iterator[Problem]:
    for wanted in given.selectors:
        found = [each for each in selectors if each["value"]["id"] == wanted["value"]["id"]]
        if len(found) != 1:
            yield "selectors", f"{wanted['value']['id']} once", f"{len(found)} times"
            return
        for name, value in wanted["value"].items():
            yield from _others(f"selectors, {name}", value, found[0]["value"].get(name))


def _others(place: str, wanted: Any, found: Any) -> Iterator[Problem]:
    if found != wanted:
        yield place, shown(wanted), shown(found)


def _of(rows: list[dict[str, Any]], ids: list[Any]) -> dict[str, Any]:
    return next((row for row in rows if row["id"] in ids), {})


def _spec_of(document: dict[str, Any]) -> Any:
    return document.get("connectionSpec", {}).get("id")


def _flows(platform: Any, given: ToSend) -> list[dict[str, Any]]:
    return [each for each in platform.stored("flows") if each["name"] == given.name]


def _selectors(flow: dict[str, Any]) -> list[Any]:
    """The audiences of a stored flow."""
    for each in flow["transformations"]:
        selectors: list[Any] = each.get("params", {}).get("segmentSelectors", {}).get("selectors", [])
        return selectors
    return []


def _patches(outcome: Outcome) -> list[Any]:
    return [each for each in outcome.exchanges if each.request.method == "PATCH"]


def _steps(play: Play, method: str) -> list[str]:
    """Method and path of each request of a plain call that makes a flow."""
    exchanges = _plain(play, method).outcome.exchanges
    return [f"{each.request.method} {each.path}" for each in exchanges]


def _last_change(play: Play, method: str) -> int:
    """The step that is the last POST or PATCH."""
    return max(step for step, told in enumerate(_steps(play, method)) if told.startswith(_CHANGES))


def _refusals(play: Play, method: str) -> Iterator[tuple[int, str]]:
    """Steps and what they meet: one refusal at each step, several at the last change."""
    for step, told in enumerate(_steps(play, method)):
        yield step, _FOR_CHANGES[step % len(_FOR_CHANGES)] if told.startswith(_CHANGES) else "400-service"
    for trouble in _AT_THE_LAST_CHANGE:
        yield _last_change(play, method), trouble


def _meet(play: Play, method: str, step: int, trouble: str, times: int | None = None) -> tuple[Met, str]:
    """What came of a call that met ``trouble`` from ``step`` on, or only so many times; and that in words."""
    met: Met = play.once(("met", method, step, trouble, times), lambda: _met(play, method, step, trouble, times))
    return met, f"{trouble} on {_steps(play, method)[step]} of {method}"


def _met(play: Play, method: str, step: int, trouble: str, times: int | None) -> Met:
    platform, given = play.platform(), _given(play, method)
    if TROUBLES[trouble]:
        platform.play(**TROUBLES[trouble], skip=step, times=times)
    with play.listening() as sinks:
        outcome = _call(play, method, platform, given).outcome
    secrets = {name: (secret,) for name, secret in given.secrets.items()}
    return Met(platform, outcome, sinks, {**secrets, "bearer token": platform.tokens}, times == 1)


def _again(outcome: Outcome, step: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The request of that step, and those that came later."""
    first, *later = [_request(each) for each in outcome.exchanges[step:]] or [()]
    return first, later


def _request(exchange: Any) -> tuple[str, ...]:
    """What tells a request from another one: with another token or etag it isn't the same."""
    request = exchange.request
    told = [request.headers.get(name, "") for name in ("authorization", "if-match")]
    return (request.method, request.url, *told, str(request.body))
