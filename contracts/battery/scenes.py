"""What a call can meet other than success, and what came of it: each call is made once for all rules about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from contracts.battery.calls import Outcome, receipt_of
from contracts.battery.capture import Left, Sinks, texts_of
from contracts.battery.play import NOT_REACHED, STORM, Play

__all__ = [
    "INCOMPLETE",
    "LOST",
    "REFUSED",
    "TELLING",
    "TRANSIENT",
    "TROUBLES",
    "UNDOCUMENTED",
    "Met",
    "meet",
    "requires_error_on",
    "requires_no_secret",
    "requires_one_connection",
    "skip_what_only_follows",
]

_HTML = {"headers": {"Content-Type": "text/html"}, "body": b"<html><body><h1>Bad Gateway</h1></body></html>"}
_JSON = {"headers": {"Content-Type": "application/json;charset=UTF-8"}}

REFUSED: dict[str, Any] = {
    "400-service": {"error": "FLOW-1100-400"},
    "400-problem": {"error": "content-type"},
    "400-gateway": {"error": "400003"},
    "401-gateway": {"error": "401013"},
    "401-service": {"error": "FLOW-2001-401"},
    "403-gateway": {"error": "403025"},
    "403-service": {"error": "FLOW-2120-403"},
    "404-gateway": {"error": "404000"},
    "404-service": {"error": "FLOW-2100-404"},
    "412": {"error": "FLOW-1404-412"},
    "422": {"error": "FLOW-1100-422"},
}
TRANSIENT: dict[str, Any] = {
    "429": {"error": "429050", "headers": {"Retry-After": "1"}},
    "500": {"error": "FLOW-1102-500"},
    "503": {"error": "FLOW-1103-503"},
    "504": {"error": "FLOW-1104-504"},
}
UNDOCUMENTED: dict[str, Any] = {
    "html-200": {"status": 200, **_HTML},
    "html-201": {"status": 201, **_HTML},
    "html-502": {"status": 502, **_HTML},
    "empty-200": {"status": 200, **_JSON},
    "empty-201": {"status": 201, **_JSON},
    "half-json": {"status": 201, **_JSON, "body": b'{"id": "x", "etag": '},
}
INCOMPLETE: dict[str, Any] = {
    "no-id": {"status": 201, **_JSON, "body": b'{"etag": "\\"x\\""}'},
    "no-etag": {"status": 201, **_JSON, "body": b'{"id": "x"}'},
    "empty-object": {"status": 201, **_JSON, "body": b"{}"},
    "list": {"status": 201, **_JSON, "body": b"[]"},
    "error-in-200": {"status": 200, **_JSON, "body": b'{"error_code": "403025", "message": "no"}'},
}
LOST: dict[str, Any] = {"dropped": {"kind": "drop"}, "truncated": {"kind": "truncate"}}
TROUBLES = {"success": {}, **REFUSED, **TRANSIENT, **UNDOCUMENTED, **INCOMPLETE, **LOST}

TELLING = ("success", "400-service", "401-gateway", "403-gateway", "404-service", "412", "429", "500", "503") + (
    "half-json",
    "dropped",
    "truncated",
)
"""What an author writes a message about."""

# A client that backs off pays for each attempt, so few troubles last: these do for these calls, the rest happen once.
_LASTING = {
    ("create_connection", "429"): None,
    ("create_connection", "503"): STORM,
    ("get_connection", "503"): STORM,
    ("list_connections", "503"): STORM,
    ("update_connection", "503"): STORM,
}
_ONCE = {*TRANSIENT, *LOST, "stalled"}


@dataclass(frozen=True)
class Met:
    """One call that met some trouble: what came of it, what it left to see, and what nobody may see."""

    platform: Any
    outcome: Outcome
    sinks: Sinks
    secrets: dict[str, tuple[str, ...]]
    happened_once: bool


def meet(play: Play, method: str, trouble: str) -> Met:
    """What came of ``method`` where it met ``trouble``."""
    play.needs(method)
    return play.once(("met", method, trouble), lambda: _meet(play, method, trouble))  # type: ignore[no-any-return]


def _meet(play: Play, method: str, trouble: str) -> Met:
    platform = play.platform()
    id, etag = play.created(platform)
    happens_once = trouble in _ONCE and (method, trouble) not in _LASTING
    scene = _stall(play, method) if trouble == "stalled" else TROUBLES[trouble]
    if scene:
        platform.play(times=1 if happens_once else _LASTING.get((method, trouble)), **scene)
    with play.listening() as sinks:
        outcome = play.call_any(method, platform, id, etag)
    secrets = {name: (secret,) for name, secret in play.connection().secrets.items()}
    return Met(platform, outcome, sinks, {**secrets, "bearer token": platform.tokens}, happens_once)


def _stall(play: Play, method: str) -> dict[str, Any]:
    """What was asked for is done, but the client never hears of it, or only the beginning."""
    reads = method in ("get_connection", "list_connections", "check_connection")
    verb = {"create_connection": "POST", "update_connection": "PATCH"}.get(method)
    return {"kind": "stall", "delay": play.client.timeout, "pieces": 2 if reads else 1, "commit": True, "method": verb}


def requires_error_on(play: Play, rule: str, method: str, trouble: str) -> None:
    """A finding unless an error was raised, or the call came to a true end after the trouble had passed."""
    met = meet(play, method, trouble)
    outcome = met.outcome
    if outcome.error is None and met.happened_once:
        receipt = receipt_of(outcome.value)
        stored = [(each["id"], each["etag"]) for each in met.platform.connections()]
        if receipt in stored if method == "create_connection" else outcome.was_resent:
            return
    skip_what_only_follows(play, rule, method, outcome)
    play.requires_error(rule, outcome, f"{trouble} on {method}")


def skip_what_only_follows(play: Play, rule: str, method: str, outcome: Outcome) -> None:
    """Skip where ``method`` raises nothing at all, which FC-ERR-01 tells, or where a stalled answer ends in an error of
    a library as a lost one does, which FC-ERR-03 tells.
    """
    if rule == "FC-ERR-01":
        return
    if outcome.error is None and meet(play, method, "400-service").outcome.error is None:
        pytest.skip(f"{NOT_REACHED}: nothing is raised; see FC-ERR-01")
    if rule == "FC-ERR-04" and _is_foreign(play, outcome) and _is_foreign(play, meet(play, method, "dropped").outcome):
        pytest.skip(f"{NOT_REACHED}: see FC-ERR-03")


def _is_foreign(play: Play, outcome: Outcome) -> bool:
    return outcome.error is not None and not isinstance(outcome.error, play.client.errors)


def requires_one_connection(play: Play, rule: str, outcome: Outcome, platform: Any, name: str, trouble: str) -> None:
    """A finding where a creation whose answer was lost left two, or was told of another than the true one."""
    stored = [(each["id"], each["etag"]) for each in platform.connections() if each["name"] == name]
    last, place = outcome.posts[-1] if outcome.posts else None, f"{trouble} after the commit"
    if len(stored) > 1:
        found = f"{len(stored)} connections"
        play.found(rule, place, expected="one connection", found=found, outcome=outcome, exchange=last)
    if outcome.error is None and receipt_of(outcome.value) not in stored:
        expected = "an error, or its true id and etag"
        play.found(rule, place, expected=expected, found=str(outcome), outcome=outcome, exchange=last)


def requires_no_secret(play: Play, rule: str, met: Met, told: str) -> None:
    """A finding where something secret stands in that of a rule's places."""
    outcome, sinks = met.outcome, met.sinks
    returned = [repr(outcome.value), str(outcome.value)] if outcome.error is None else []
    place, left = {
        "FC-SEC-01": ("log", sinks.log),
        "FC-SEC-02": ("stdout and stderr", sinks.printed),
        "FC-SEC-03": ("warnings", sinks.warned),
        "FC-SEC-04": ("exception", [Left(text, "", outcome.line) for text in texts_of(outcome.error)]),
        "FC-SEC-05": ("repr", [Left(text) for text in returned]),
    }[rule]
    for name, secrets in met.secrets.items():
        for each in left:
            if any(secret in each.text for secret in secrets):
                where = f"{place}, {told}"
                found = f"the {name}{each.by and f' by {each.by}'}"
                play.found(rule, where, expected="no secret", found=found, outcome=outcome, line=each.line)
