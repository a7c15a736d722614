"""What Zoho's accounts servers demand of a request; the parameters of a form are the call's document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.services.zoho.rules import violation

__all__ = ["AUTHORIZE_PARAMETERS", "REVOKE_RULES", "TOKEN_PARAMETERS", "TOKEN_RULES"]

# What each grant needs beside grant_type.
_GRANTS: Mapping[str, tuple[str, ...]] = {
    "authorization_code": ("client_id", "client_secret", "code"),
    "refresh_token": ("client_id", "client_secret", "refresh_token"),
    "client_credentials": ("client_id", "client_secret", "scope"),
}
_SECRETS = ("client_secret", "refresh_token", "code")

TOKEN_PARAMETERS = (
    *("grant_type", "client_id", "client_secret", "scope"),
    *("code", "refresh_token", "redirect_uri", "soid"),
)
AUTHORIZE_PARAMETERS = ("response_type", "client_id", "scope", "redirect_uri", "access_type", "prompt", "state")


def grant_type_is_documented(call: Call) -> Iterator[Violation]:
    given = call.document.get("grant_type")
    if given not in _GRANTS:
        problem = "not a documented grant" if given else "missing"
        found = shown(given) if given else "nothing"
        yield violation("ZO-TOK-01", "/grant_type", problem, found=found, allowed=_GRANTS, near=given or "")


def parameters_of_the_grant_are_sent(call: Call) -> Iterator[Violation]:
    for name in _GRANTS.get(call.document.get("grant_type", ""), ()):
        yield from _missing(call, name)


def organisation_is_named(call: Call) -> Iterator[Violation]:
    if call.document.get("grant_type") == "client_credentials" and not call.document.get("soid"):
        yield violation("ZO-TOK-10", "/soid", "missing", found="nothing", allowed=["ZohoCRM.{zsoid}"])


def secrets_stay_out_of_the_url(call: Call) -> Iterator[Violation]:
    for name in _SECRETS:
        if call.parameters(name):
            yield violation("ZO-TOK-12", f"query/{name}", "in the URL")


def token_is_named(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "token")


TOKEN_RULES = (
    grant_type_is_documented,
    parameters_of_the_grant_are_sent,
    organisation_is_named,
    secrets_stay_out_of_the_url,
)
REVOKE_RULES = (token_is_named,)  # the pages themselves print the token in the URL


def _missing(call: Call, name: str) -> Iterator[Violation]:
    value = call.document.get(name)
    if value:
        return
    strangers = [each for each in call.document if each not in _KNOWN]
    yield violation(
        "ZO-TOK-02",
        f"/{name}",
        "missing" if value is None else "empty",
        found="nothing" if value is None else '""',
        allowed=[name],
        nearest=name if value is None and nearest(name, strangers) else None,
    )


_KNOWN = (*TOKEN_PARAMETERS, "token")
