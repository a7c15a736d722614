"""What of a call that sends to a destination has arrived: what is stored, held against what was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.battery.calls import Outcome
from contracts.battery.play import Play
from contracts.battery.sendings import Audiences, Datasets, ToSend, selector
from contracts.judging.violations import shown

__all__ = [
    "Sent",
    "flows_of",
    "problem_of",
    "requires_arrived_beside",
    "requires_it_done",
    "requires_kept",
    "requires_kept_beside",
    "selectors_of",
]


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


def requires_kept_beside(play: Play, rule: str, sent: Sent, theirs: Audiences) -> None:
    """A finding where attributes, keys or the mapping set of others are gone; a client may set keys of its own."""
    (flow,) = flows_of(sent.platform, sent.given)
    params = _params_of(flow)
    attributes = _attributes_of(flow)
    gone = [each["value"]["path"] for each in theirs.attributes if each not in attributes]
    gone += [name for name, value in _set_in(theirs).items() if value and not params.get(name)]
    if gone:
        place, expected = f"{', '.join(gone)} of others", "there as before, or as the client has set it"
        play.found(rule, place, expected=expected, found=f"nothing; {sent.outcome}", outcome=sent.outcome)


def requires_arrived_beside(play: Play, rule: str, sent: Sent, parts: Iterable[str]) -> None:
    """A finding where one of these parts of an activation isn't there as it was given, each attribute once."""
    given = sent.given
    assert isinstance(given, Audiences)
    (flow,) = flows_of(sent.platform, given)
    there = [each["value"]["path"] for each in _attributes_of(flow)]
    params = _params_of(flow)
    wanted = _set_in(given)
    rows: dict[str, list[tuple[str, Any, Any]]] = {
        "attributes": [(each["value"]["path"], 1, there.count(each["value"]["path"])) for each in given.attributes],
        "keys": [(name, wanted[name], params.get(name)) for name in _KEYS if wanted[name]],
        "mapping": [(name, wanted[name], params.get(name)) for name in _MAPPING if wanted[name]],
    }
    for place, expected, found in (row for part in parts for row in rows[part]):
        if found != expected:
            told = sent.outcome
            play.found(rule, place, expected=shown(expected), found=f"{shown(found)}; {told}", outcome=told)


_KEYS, _MAPPING = ("mandatoryFields", "primaryFields"), ("profileMapping",)


def _set_in(given: Audiences) -> dict[str, Any]:
    """What has one value for a flow."""
    values = (given.mandatory_fields, given.primary_fields, given.profile_mapping)
    return dict(zip((*_KEYS, *_MAPPING), values, strict=True))


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
    selectors: list[Any] = _params_of(flow).get("segmentSelectors", {}).get("selectors", [])
    return selectors


def _attributes_of(flow: dict[str, Any]) -> list[Any]:
    attributes: list[Any] = _params_of(flow).get("profileSelectors", {}).get("selectors", [])
    return attributes


def _params_of(flow: dict[str, Any]) -> dict[str, Any]:
    """Those of its one transformation."""
    for each in flow["transformations"]:
        params: dict[str, Any] = each.get("params", {})
        return params
    return {}
