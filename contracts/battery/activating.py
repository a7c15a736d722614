"""Clients that send audiences or datasets to destinations: by one flow, and beside what others have put into it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import pairwise

import pytest

from contracts.battery.arrivals import (
    Sent,
    flows_of,
    problem_of,
    requires_arrived_beside,
    requires_it_done,
    requires_kept,
    requires_kept_beside,
)
from contracts.battery.calls import receipt_of
from contracts.battery.client import SENDERS, Client, checks
from contracts.battery.identity import identity_breaches
from contracts.battery.outgoing import (
    CHANGES,
    NAME,
    OTHERS,
    absence_of,
    broken_by,
    called,
    destinations_of,
    from_step,
    given_to,
    last_change,
    late_audiences,
    meet,
    plain,
    set_beside,
    sound,
    steps_of,
    told_elsewhere,
    with_flow,
)
from contracts.battery.play import STORM, Play
from contracts.battery.requests import secret_place, tell_broken
from contracts.battery.scenes import REFUSED, TROUBLES, requires_no_secret
from contracts.judging.violations import shown

__all__ = ["ActivationContract"]

_A_SECOND = 0.95  # it counts whole seconds; clocks differ by less
_FURTHER = 101  # flows: more than a page has
_ABOUT_THE_FLOW = ("POST /flows", "PATCH /flows")
_FOR_CHANGES = ("400-service", "401-gateway", "403-service", "404-service", "422")
_UNREADABLE = ("html-200", "html-201", "empty-200", "half-json")
_AT_THE_LAST_CHANGE = ("400-problem", "401-service", "403-gateway", "404-gateway", "412", "422", "500", "503")
_TELLING = ("success", "400-service", "401-gateway", "500", "half-json", "dropped")
_OTHER_PLACES = ("FC-SEC-02", "FC-SEC-03", "FC-SEC-04", "FC-SEC-05")
_senders = pytest.mark.parametrize("method", SENDERS)


class ActivationContract(Client):
    """Flows to destinations; needs `activate` or `export_dataset`."""

    @_senders
    @checks("FC-REQ-11")
    def test_each_request_to_send_keeps_its_own_rules(self, rule: str, method: str) -> None:  # noqa: ARG002 -- told is the broken one
        """On the way to each destination of the client's, to a new flow and to one that is there."""
        absence = absence_of(self.play, method)
        if absence is not None:
            pytest.skip(absence)
        for destination in destinations_of(self.play, method):
            for is_there in (False, True):
                sent = plain(self.play, method, destination, is_there)
                first = self.play.first_of_all(method, sent.outcome)
                if first is not None:
                    self.play.tell(first)
                _requires_kept_rules(self.play, method, sent)

    @checks("FC-ACT-01")
    def test_what_is_to_be_sent_arrives(self, rule: str) -> None:
        for method in sound(self.play, but=rule):
            for destination in destinations_of(self.play, method):
                sent = plain(self.play, method, destination)
                if told_elsewhere(self.play, method, sent) is None:
                    requires_it_done(self.play, rule, sent, f"{method} to {destination}")

    @checks("FC-ACT-02")
    def test_an_audience_is_added_beside_others(self, rule: str) -> None:
        sound(self.play, "activate", is_there=True)
        platform, given = with_flow(self.play, "activate")
        there = list(OTHERS)
        for wanted in (given, given_to(self.play, "activate", "another")):
            sent = called(self.play, "activate", platform, wanted)
            requires_kept(self.play, rule, sent, there)
            requires_it_done(self.play, rule, sent, "audiences of others")
            there.append("one")

    @checks("FC-ACT-02")
    def test_what_a_flow_has_beside_audiences_stays(self, rule: str) -> None:
        """Attributes, keys of deduplication, mandatory fields and a mapping set, which somebody else has set."""
        sound(self.play, "activate", is_there=True)
        for destination in destinations_of(self.play, "activate"):
            platform, given = with_flow(self.play, "activate", destination)
            theirs = set_beside(platform, given)
            sent = called(self.play, "activate", platform, given)
            requires_kept_beside(self.play, rule, sent, theirs)

    @checks("FC-ACT-06")
    def test_attributes_keys_and_mapping_set_arrive(self, rule: str) -> None:
        """With a new flow, with one that is there, and when the call is repeated; of what `sends` names."""
        absence = absence_of(self.play, "activate")
        if absence is not None or not self.sends:
            pytest.skip(absence or "sends names neither attributes, keys nor mapping")
        sound(self.play, "activate", is_there=True, but=rule)
        for destination in destinations_of(self.play, "activate"):
            for is_there in (False, True):
                sent = plain(self.play, "activate", destination, is_there)
                requires_arrived_beside(self.play, rule, sent, self.sends)
            again = called(self.play, "activate", sent.platform, sent.given)
            requires_arrived_beside(self.play, rule, again, self.sends)

    @checks("FC-ACT-03")
    def test_the_etag_is_the_flows_own(self, rule: str) -> None:
        sound(self.play, "activate", but=rule)
        for is_there in (False, True):
            sent = plain(self.play, "activate", is_there=is_there)
            for exchange in [each for each in sent.outcome.exchanges if each.request.method == "PATCH"]:
                given, is_stale = exchange.request.headers.get("if-match"), exchange.response.status == 412
                if given == "*" or is_stale:
                    expected, found = "the etag that the flow was read with", "another" if is_stale else shown(given)
                    self.play.found(
                        rule, "If-Match", expected=expected, found=found, outcome=sent.outcome, exchange=exchange
                    )

    @checks("FC-ACT-03")
    def test_what_is_selected_meanwhile_stays(self, rule: str) -> None:
        """Somebody else adds an audience when the client has read the flow, once or twice."""
        sound(self.play, "activate", is_there=True)
        for times in (1, 2):
            platform, given = with_flow(self.play, "activate")
            late = late_audiences(platform, given, times)
            sent = called(self.play, "activate", platform, given)
            requires_kept(self.play, rule, sent, (*OTHERS, *late))
            if sent.outcome.error is None:
                requires_it_done(self.play, rule, sent, "the flow was changed meanwhile")
            else:
                self.play.requires_error(rule, sent.outcome, "412 on activate")

    @checks("FC-ACT-04")
    def test_a_repeated_call_leaves_one_flow(self, rule: str) -> None:
        """Whether the client or somebody else has made it."""
        for method in sound(self.play):
            requires_it_done(self.play, rule, plain(self.play, method, is_there=True), "a flow that is there")
            platform = self.play.platform()
            for number in (1, 2, 3):
                sent = called(self.play, method, platform, given_to(self.play, method))
                requires_it_done(self.play, rule, sent, f"call {number}")

    @checks("FC-ACT-04")
    def test_a_flow_is_found_by_its_whole_name(self, rule: str) -> None:
        """Among others that are called alike, and so many that a list has a second page."""
        for method in sound(self.play, is_there=True):
            platform, given = with_flow(self.play, method)
            (flow,) = flows_of(platform, given)
            body = given.flow(flow["sourceConnectionIds"][0], flow["targetConnectionIds"][0])
            alike = (f"{NAME} more", NAME.upper(), NAME.split()[0], f" {NAME}")
            for name in (*alike, *(f"flow {number}" for number in range(_FURTHER))):
                platform.ask("POST", "/flows", {**body, "name": name})
            before = platform.stored("flows")
            sent = called(self.play, method, platform, given)
            requires_it_done(self.play, rule, sent, "among flows that are called alike")
            theirs = [each for each in platform.stored("flows") if each["name"] != NAME]
            if theirs != [each for each in before if each["name"] != NAME]:
                self.play.found(
                    rule, "flow", expected="the one of that name is changed", found="another was", outcome=sent.outcome
                )

    @checks("FC-ACT-04")
    def test_a_lost_answer_leaves_one_flow(self, rule: str) -> None:
        """What was asked for is done but not answered; then the client is called once more."""
        for method in sound(self.play):
            steps = [step for step, told in enumerate(steps_of(self.play, method)) if told.startswith(_ABOUT_THE_FLOW)]
            for step in steps:
                for trouble in ("dropped", "500"):
                    platform, given = self.play.platform(), given_to(self.play, method)
                    platform.play(**TROUBLES[trouble], commit=True, skip=step, times=1)
                    first = called(self.play, method, platform, given)
                    place = f"{trouble} after the commit, {steps_of(self.play, method)[step]}"
                    if first.outcome.error is None:
                        requires_it_done(self.play, rule, first, place)
                    again = called(self.play, method, platform, given)
                    requires_it_done(self.play, rule, again, f"{place}, and called again")

    @checks("FC-ACT-04")
    def test_a_look_that_failed_makes_no_second_flow(self, rule: str) -> None:
        for method in sound(self.play, is_there=True):
            looked = plain(self.play, method, is_there=True).outcome
            for step, exchange in enumerate(looked.exchanges):
                if exchange.request.method != "GET":
                    continue
                for trouble in ("500", "401-gateway"):
                    platform, given = with_flow(self.play, method)
                    platform.play(**TROUBLES[trouble], skip=step, times=1)
                    sent = called(self.play, method, platform, given)
                    found = len(flows_of(platform, given))
                    if found != 1:
                        place = f"flows of the name, {trouble} on GET {exchange.path}"
                        self.play.found(rule, place, expected="1", found=str(found), outcome=sent.outcome)

    @checks("FC-ACT-05")
    def test_the_flows_id_and_etag_are_handed_back(self, rule: str) -> None:
        for method in sound(self.play, is_there=True):
            for is_there in (False, True):
                sent = plain(self.play, method, is_there=is_there)
                flow = flows_of(sent.platform, sent.given)[0]
                receipt = receipt_of(sent.outcome.value)
                if receipt != (flow["id"], flow["etag"]):
                    place = "etag" if receipt is not None and receipt[0] == flow["id"] else "id"
                    found = str(sent.outcome) if receipt is None else shown(str(receipt[place == "etag"]))
                    self.play.found(rule, place, expected=shown(flow[place]), found=found, outcome=sent.outcome)

    @checks("FC-ERR-01")
    def test_a_refused_request_to_send_is_raised(self, rule: str) -> None:
        """At each step one, and at the last change several."""
        for method in sound(self.play):
            for step, trouble in _refusals(self.play, method):
                met, place = meet(self.play, method, step, trouble)
                self.play.requires_error(rule, met.outcome, place)

    @checks("FC-ERR-02")
    def test_an_unreadable_answer_to_sending_is_raised(self, rule: str) -> None:
        for method in sound(self.play):
            for step, _ in enumerate(steps_of(self.play, method)):
                met, place = meet(self.play, method, step, _UNREADABLE[step % len(_UNREADABLE)])
                self.play.requires_error(rule, met.outcome, place)

    @checks("FC-ERR-03")
    def test_a_lost_answer_to_sending_is_raised(self, rule: str) -> None:
        """Or the request is sent once more, where it was a GET."""
        for method in sound(self.play):
            for step, _ in enumerate(steps_of(self.play, method)):
                met, place = meet(self.play, method, step, ("dropped", "truncated")[step % 2], times=1)
                lost, later = from_step(met.outcome, step)
                if met.outcome.error is not None or lost not in later:
                    self.play.requires_error(rule, met.outcome, place)

    @checks("FC-ERR-04")
    def test_a_stalled_answer_to_sending_ends_in_an_error(self, rule: str) -> None:
        for method in sound(self.play):
            step = last_change(self.play, method)
            platform, given = self.play.platform(), given_to(self.play, method)
            platform.play(kind="stall", delay=self.timeout, commit=True, skip=step, times=1)
            outcome = called(self.play, method, platform, given).outcome
            place = f"time-out, {steps_of(self.play, method)[step]}"
            if outcome.seconds >= self.timeout:
                found = "none until the connection was closed"
                self.play.found(rule, place, expected=f"an error within {self.timeout} s", found=found, outcome=outcome)
            if len(outcome.exchanges) == step + 1:  # it may look what became of its request
                self.play.requires_error(rule, outcome, place)

    @checks("FC-RTY-01")
    def test_sending_again_after_429_waits(self, rule: str) -> None:
        for method in sound(self.play):
            met, place = meet(self.play, method, last_change(self.play, method), "429", times=1)
            for first, second in pairwise(met.outcome.exchanges):
                waited = second.at - first.at
                if waited < _A_SECOND and first.response.status == 429:
                    expected, found = "1 s between them", f"{waited:.2f} s"
                    self.play.found(rule, place, expected=expected, found=found, outcome=met.outcome, exchange=second)

    @checks("FC-RTY-02")
    def test_retries_of_sending_are_bounded(self, rule: str) -> None:
        for method in sound(self.play):
            step = last_change(self.play, method)
            met, place = meet(self.play, method, step, "503", times=STORM)
            if len(met.outcome.exchanges) - step > STORM:
                expected, found = "a few attempts", f"{STORM} and more"
                self.play.found(rule, place, expected=expected, found=found, outcome=met.outcome)

    @checks("FC-RTY-03")
    def test_what_was_refused_of_sending_is_not_sent_again(self, rule: str) -> None:
        for method in sound(self.play):
            for step, trouble in _refusals(self.play, method):
                met, place = meet(self.play, method, step, trouble)
                refused, later = from_step(met.outcome, step)
                if refused in later and trouble in REFUSED:
                    expected, found = f"one {refused[0]}", str(1 + later.count(refused))
                    self.play.found(rule, place, expected=expected, found=found, outcome=met.outcome)

    @checks("FC-TEN-01")
    def test_two_platforms_are_sent_to_apart(self, rule: str) -> None:
        for method in sound(self.play, but=rule):
            first = self.play.platform()
            second = self.play.sibling(first, "dev")
            for platform in (first, second, first):
                sent = called(self.play, method, platform, given_to(self.play, method))
                problem = problem_of(sent)
                if problem is not None:
                    place, expected, found = problem
                    self.play.found(
                        rule, place, expected=f"{expected}, on its own platform", found=found, outcome=sent.outcome
                    )

    @checks("FC-TEN-02")
    def test_what_is_to_be_sent_is_not_changed(self, rule: str) -> None:
        for method in sound(self.play):
            given = given_to(self.play, method)
            before = copy.deepcopy(given)
            sent = called(self.play, method, self.play.platform(), given)
            changed = [name for name, value in vars(before).items() if vars(given)[name] != value]
            if changed:
                self.play.found(rule, ", ".join(changed), expected="unchanged", found="changed", outcome=sent.outcome)

    @checks("FC-SEC-01")
    def test_no_secret_of_sending_is_left_to_see(self, rule: str) -> None:
        """Neither in logs nor anywhere else, of which the other rules of FC-SEC are."""
        for method in sound(self.play):
            told = steps_of(self.play, method)
            first = next((step for step, each in enumerate(told) if each == "POST /connections"), 0)
            for step in (first, last_change(self.play, method)):
                for trouble in _TELLING:
                    met, place = meet(self.play, method, step, trouble)
                    for each in (rule, *_OTHER_PLACES):
                        requires_no_secret(self.play, each, met, place)


def _requires_kept_rules(play: Play, method: str, sent: Sent) -> None:
    for exchange in sent.outcome.traffic:
        for broken in broken_by(exchange):
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


def _refusals(play: Play, method: str) -> Iterator[tuple[int, str]]:
    """Steps and what they meet: one refusal at each step, several at the last change."""
    for step, told in enumerate(steps_of(play, method)):
        yield step, _FOR_CHANGES[step % len(_FOR_CHANGES)] if told.startswith(CHANGES) else "400-service"
    for trouble in _AT_THE_LAST_CHANGE:
        yield last_change(play, method), trouble
