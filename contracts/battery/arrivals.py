"""What of a call that sends to a destination has arrived: what is stored, held against what was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.battery.calls import Outcome
from contracts.battery.play import Play
from contracts.battery.sendings import Audiences, Datasets, ToSend, selector
from contracts.judging.violations import shown

__all__ = ["Sent", "flows_of", "problem_of", "requires_it_done", "requires_kept", "selectors_of"]


@dataclass(frozen=True)
class Sent:
    """A call on a platform, with what it was given."""

    platform: Any
    given: ToSend
    outcome: Outcome


def requires_it_done(play: Play, rule: str, sent: Sent, told: str) -> None:
    """A finding unless the call succeeded, and there is one flow which sends what was given."""
    if sent.outcome.error is not None:
        play.found(rule, told, expected="success", found=str(sent.outcome), outcome=sent.outcome)
    problem = problem_of(sent)
    if problem is not None:
        place, expected, found = problem
        play.found(rule, f"{place}, {told}", expected=expected, found=found, outcome=sent.outcome)


def requires_kept(play: Play, rule: str, sent: Sent, audiences: Iterable[str]) -> None:
    """A finding where one of these, which others have selected, isn't there as they have."""
    selectors = selectors_of(flows_of(sent.platform, sent.given)[0])
    for audience in audiences:
        if selector(sent.given.destination, audience) not in selectors:
            there = ", ".join(str(each["value"]["id"]) for each in selectors) or "none"
            expected = f"fake-audience-{audience} as it was selected"
            play.found(rule, "selectors", expected=expected, found=f"{there}; {sent.outcome}", outcome=sent.outcome)


Problem = tuple[str, str, str]
"""Place, what is expected there and what is found."""


def problem_of(sent: Sent) -> Problem | None:
    """What is wrong with what is stored, if anything is."""
    flows = flows_of(sent.platform, sent.given)
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
        yield from _unselected(given, selectors_of(flow))


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


def flows_of(platform: Any, given: ToSend) -> list[dict[str, Any]]:
    return [each for each in platform.stored("flows") if each["name"] == given.name]


def selectors_of(flow: dict[str, Any]) -> list[Any]:
    """The audiences of a stored flow."""
    for each in flow["transformations"]:
        selectors: list[Any] = each.get("params", {}).get("segmentSelectors", {}).get("selectors", [])
        return selectors
    return []
