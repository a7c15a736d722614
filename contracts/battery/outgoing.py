"""Calls that send to a destination: plain ones, those that meet trouble on the way, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.battery.arrivals import Sent, flows_of, problem_of
from contracts.battery.calls import Outcome
from contracts.battery.client import SENDERS
from contracts.battery.identity import identity_breaches
from contracts.battery.play import NOT_REACHED, STATE, Play
from contracts.battery.scenes import TROUBLES, Met
from contracts.battery.sendings import AUDIENCES, DATASETS, Audiences, ToSend, audiences_for, datasets_for, serving

__all__ = [
    "CHANGES",
    "NAME",
    "OTHERS",
    "absence_of",
    "broken_by",
    "called",
    "destinations_of",
    "from_step",
    "given_to",
    "last_change",
    "late_audiences",
    "meet",
    "plain",
    "set_beside",
    "sound",
    "steps_of",
    "told_elsewhere",
    "with_flow",
]

NAME = "Käufer & Söhne + 50% #1"
"""Of the flow that is made."""
OTHERS = ("theirs", "theirs-too")
"""Audiences that somebody else has selected."""
CHANGES = ("POST", "PATCH")
_CARRIED = {"activate": AUDIENCES, "export_dataset": DATASETS}


def destinations_of(play: Play, method: str) -> list[str]:
    """The client's destinations that take it."""
    return [each for each in play.client.destinations if each in serving(_CARRIED[method])]


def absence_of(play: Play, method: str) -> str | None:
    """Why there is nothing to look at, if so."""
    if not play.client_has(method):
        return f"the client has no {method}"
    return None if destinations_of(play, method) else f"no destination of the client's takes {method}"


def given_to(play: Play, method: str, audience: str = "one", destination: str = "") -> ToSend:
    key = destination or destinations_of(play, method)[0]
    return datasets_for(key, NAME) if method == "export_dataset" else audiences_for(key, NAME, audience)


def called(play: Play, method: str, platform: Any, given: ToSend) -> Sent:
    return Sent(platform, given, play.call(method, platform, given))


def plain(play: Play, method: str, destination: str = "", is_there: bool = False) -> Sent:
    """A call that meets no trouble, made once for the class; ``is_there`` where somebody has made the flow before."""
    key = destination or destinations_of(play, method)[0]
    play.meet_earlier(method, lambda: given_to(play, method))
    sent: Sent = play.once(("sent", method, key, is_there), lambda: _send(play, method, key, is_there))
    return sent


def _send(play: Play, method: str, destination: str, is_there: bool) -> Sent:
    if is_there:
        platform, given = with_flow(play, method, destination)
    else:
        platform, given = play.sibling(play.platform(), "dev-2"), given_to(play, method, destination=destination)
    return Sent(platform, given, play.watch(method, platform, platform, given))


def with_flow(play: Play, method: str, destination: str = "") -> tuple[Any, ToSend]:
    """A platform on which somebody else has made the flow, and has selected audiences of their own."""
    platform = play.sibling(play.platform(), "dev-2")
    given = given_to(play, method, destination=destination)
    base = platform.ask("POST", "/connections", given.base_connection())["id"]
    source = platform.ask("POST", "/sourceConnections", given.source_connection())["id"]
    target = platform.ask("POST", "/targetConnections", given.target_connection(base))["id"]
    platform.ask("POST", "/flows", given.flow(source, target))
    for audience in OTHERS if method == "activate" else ():
        _add(platform, given, audience)
    return platform, given


def _add(platform: Any, given: ToSend, audience: str) -> None:
    """Somebody else selects an audience."""
    operations = audiences_for(given.destination, NAME, audience).operations()
    platform.ask("PATCH", f"/flows/{flows_of(platform, given)[0]['id']}", operations)


def set_beside(platform: Any, given: ToSend) -> Audiences:
    """Somebody else sets attributes, keys and a mapping set of their own."""
    theirs = audiences_for(given.destination, NAME, OTHERS[0])
    platform.ask("PATCH", f"/flows/{flows_of(platform, given)[0]['id']}", theirs.operations_beside())
    return theirs


def late_audiences(platform: Any, given: ToSend, times: int) -> list[str]:
    """The audiences that somebody will have selected, one each time that the flow was read, so many times."""
    late: list[str] = []

    def another(_: Any, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if b"segmentSelectors" in body and len(late) < times:
            late.append(f"late-{len(late)}")
            _add(platform, given, late[-1])
        return headers, body

    platform.play(change=another, method="GET")
    return late


def sound(play: Play, *methods: str, is_there: bool = False, but: str = "") -> list[str]:
    """The methods, both by default, that do well where there is no trouble, or go wrong by the rule ``but`` alone.

    With ``is_there`` they do so with a flow that is there, too. Skips where no method is left.
    """
    whys = {method: absence_of(play, method) or _why_not(play, method, is_there, but) for method in methods or SENDERS}
    well = [method for method, why in whys.items() if why is None]
    if not well:
        pytest.skip(min(filter(None, whys.values()), key=lambda why: not why.startswith(NOT_REACHED)))
    return well


def _why_not(play: Play, method: str, is_there: bool, but: str) -> str | None:
    """Where it is told why a plain call fails, ``None`` if it succeeds."""
    for there, rule in ((False, "FC-ACT-01"), (True, "FC-ACT-04"))[: 1 + is_there]:
        sent = plain(play, method, is_there=there)
        told = told_elsewhere(play, method, sent)
        if told is None and (sent.outcome.error is not None or problem_of(sent) is not None):
            told = rule
        if told not in (None, but):
            return f"{NOT_REACHED}: {method} fails{' where the flow is there' * there}; see {told}"
    return None


def told_elsewhere(play: Play, method: str, sent: Sent) -> str | None:
    """The rule that tells better than any other what is wrong with a plain call."""
    first = play.first_of_all(method, sent.outcome)
    if first is not None:
        return first.rule or first.place
    for exchange in sent.outcome.traffic:
        for broken in broken_by(exchange):
            return str(broken.rule.id)
    for exchange in sent.outcome.exchanges:
        for breach in identity_breaches(exchange, sent.platform):
            return STATE if breach.is_remembered else breach.rule
        if exchange.response.status == 412:
            return "FC-ACT-03"
        if exchange.response.status == 404:  # nothing was ever deleted here
            return STATE
    return None


def broken_by(exchange: Any) -> list[Any]:
    """The rules that a request breaks and of which no other test tells."""
    is_told = exchange.service == "elsewhere" or exchange.response.status in (404, 412)
    return [] if is_told else list(exchange.broken)


def steps_of(play: Play, method: str) -> list[str]:
    """Method and path of each request of a plain call that makes a flow."""
    exchanges = plain(play, method).outcome.exchanges
    return [f"{each.request.method} {each.path}" for each in exchanges]


def last_change(play: Play, method: str) -> int:
    """The step that is the last POST or PATCH."""
    return max(step for step, told in enumerate(steps_of(play, method)) if told.startswith(CHANGES))


def meet(play: Play, method: str, step: int, trouble: str, times: int | None = None) -> tuple[Met, str]:
    """What came of a call that met ``trouble`` from ``step`` on, or only so many times; and that in words."""
    met: Met = play.once(("met", method, step, trouble, times), lambda: _met(play, method, step, trouble, times))
    return met, f"{trouble} on {steps_of(play, method)[step]} of {method}"


def _met(play: Play, method: str, step: int, trouble: str, times: int | None) -> Met:
    platform, given = play.platform(), given_to(play, method)
    if TROUBLES[trouble]:
        platform.play(**TROUBLES[trouble], skip=step, times=times)
    with play.listening() as sinks:
        outcome = called(play, method, platform, given).outcome
    secrets = {name: (secret,) for name, secret in given.secrets.items()}
    return Met(platform, outcome, sinks, {**secrets, "bearer token": platform.tokens}, times == 1)


def from_step(outcome: Outcome, step: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The request of that step, and those that came later."""
    first, *later = [_request(each) for each in outcome.exchanges[step:]] or [()]
    return first, later


def _request(exchange: Any) -> tuple[str, ...]:
    """What tells a request from another one: with another token or etag it isn't the same."""
    request = exchange.request
    told = [request.headers.get(name, "") for name in ("authorization", "if-match")]
    return (request.method, request.url, *told, str(request.body))
