"""The rules about headers, each a function that yields what is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.judging.model import Call
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.services.gateway.known import SANDBOXES, TOKENS
from contracts.services.gateway.rules import violation

__all__ = [
    "GATEWAY_RULES",
    "SANDBOX",
    "SANDBOX_RULES",
    "headers_are_small",
    "sandbox_exists",
    "token_is_current",
]

SANDBOX = re.compile(r"[a-z0-9-]+")
_LARGEST = 64 * 1024  # bytes


def headers_are_small(call: Call) -> Iterator[Violation]:
    size = call.request.head_size
    if size > _LARGEST:
        yield violation("FS-HDR-10", "headers", "too large", found=f"{size} bytes", allowed=[f"{_LARGEST} bytes"])


def api_key_is_sent(call: Call) -> Iterator[Violation]:
    yield from _missing(call, "x-api-key", "FS-HDR-01", or_empty=True)


def bearer_token_is_sent(call: Call) -> Iterator[Violation]:
    value = call.header("authorization")
    if value is None:
        yield from _missing(call, "authorization", "FS-HDR-02")
        return
    scheme, blank, token = value.partition(" ")
    # The scheme's case is free in RFC 9110, 11.1; Adobe's pages always print "Bearer".
    if scheme.lower() == "bearer" and blank and token.strip() and " " not in token.strip():
        return
    yield violation(
        "FS-HDR-03", "headers/authorization", "not a bearer token", found=_shape(value), allowed=["Bearer <token>"]
    )


def token_is_current(call: Call) -> Iterator[Violation]:
    """A token that IMS issued here lasts as long as IMS said; of any other nothing is known."""
    if call.known is None:
        return
    tokens = call.known.of(TOKENS)
    if not tokens.are_any() and not call.terms.require_issued_tokens:
        return
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return
    fate = tokens.token(token.strip())
    if fate == "expired":
        yield violation("FS-HDR-12", "headers/authorization", "the token has expired", found="an expired token")
    elif fate is None and call.terms.require_issued_tokens:
        yield violation("FS-HDR-13", "headers/authorization", "no token of this mock's IMS", found="another token")


def organisation_is_sent(call: Call) -> Iterator[Violation]:
    value = call.header("x-gw-ims-org-id")
    if value is None:
        yield from _missing(call, "x-gw-ims-org-id", "FS-HDR-04")
    elif not value:
        yield violation("FS-HDR-05", "headers/x-gw-ims-org-id", "empty", found='""', allowed=["XXXX@AdobeOrg"])
    elif not value.endswith("@AdobeOrg") and not is_placeholder(value):
        yield violation(
            "FS-HDR-06",
            "headers/x-gw-ims-org-id",
            "not an organisation id",
            found=shown(value),
            allowed=["XXXX@AdobeOrg"],
        )


def sandbox_is_named(call: Call) -> Iterator[Violation]:
    value = call.header("x-sandbox-name")
    if value is None:
        yield from _missing(call, "x-sandbox-name", "FS-HDR-07")
    elif value == "*":
        yield violation("FS-HDR-09", "headers/x-sandbox-name", "names every sandbox", found='"*"')


def sandbox_exists(call: Call) -> Iterator[Violation]:
    name = call.request.headers.get("x-sandbox-name")
    if name == "*":
        return
    if name is None:
        name = call.terms.default_sandbox
    named = call.terms.sandboxes
    state = call.known.of(SANDBOXES).state(call.org_id or "", name) if call.known else None
    if state not in (None, "active"):
        problem = f"this sandbox is {state}"
        yield violation("FS-HDR-14", "headers/x-sandbox-name", problem, found=shown(name), name=name)
        return
    if state or name in named or (not named and (SANDBOX.fullmatch(name) or is_placeholder(name))):
        return
    yield violation(
        "FS-HDR-08",
        "headers/x-sandbox-name",
        "no such sandbox",
        found=shown(name),
        allowed=named or ["lower-case letters, digits and hyphens"],
        nearest=nearest(name, named) if named else _as_sandbox(name),
        name=name,
    )


def sandbox_id_is_not_sent(call: Call) -> Iterator[Violation]:
    if call.header("x-sandbox-id") is not None:
        yield violation("FS-HDR-11", "headers/x-sandbox-id", "not allowed")


def placeholders_are_filled_in(call: Call) -> Iterator[Violation]:
    for name in ("x-api-key", "authorization", "x-gw-ims-org-id", "x-sandbox-name"):
        value = (call.header(name) or "").removeprefix("Bearer ")
        if is_placeholder(value):
            yield violation("FS-FILL-01", f"headers/{name}", "still a placeholder", found=shown(value))


GATEWAY_RULES = (api_key_is_sent, bearer_token_is_sent, organisation_is_sent, placeholders_are_filled_in)
SANDBOX_RULES = (sandbox_is_named, sandbox_id_is_not_sent)


def _missing(call: Call, name: str, rule: str, or_empty: bool = False) -> Iterator[Violation]:
    value = call.header(name)
    if value is None:
        yield violation(
            rule, f"headers/{name}", "missing", found="nothing", allowed=[name], nearest=_near_header(call, name)
        )
    elif or_empty and not value.strip():
        yield violation(rule, f"headers/{name}", "empty", found='""')


def _near_header(call: Call, name: str) -> str | None:
    """A header that was sent and looks like a misspelling of ``name``; another documented one doesn't."""
    sent = [header for header in list(call.request.headers)[:100] if header not in _DOCUMENTED]
    return nearest(name, sent, cutoff=0.75)


def _as_sandbox(name: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]+", "-", name.strip().lower()).strip("-")
    return plain or None


def _shape(value: str) -> str:
    """The form of an Authorization header without the token."""
    scheme, blank, token = value.partition(" ")
    if not blank:
        return "one word, no scheme" if scheme.strip() else '""'
    if not token.strip():
        return f"{shown(scheme)} and no token"
    return "Bearer and more than one word" if scheme.lower() == "bearer" else "another scheme than Bearer"


_DOCUMENTED = {"x-api-key", "authorization", "x-gw-ims-org-id", "x-sandbox-name", "x-sandbox-id", "content-type"}
