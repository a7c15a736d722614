"""What a client has sent, what a rule says of it, and what a user wrote as a stub's answer, masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from contracts import Call, Request
from contracts.reading import json_text
from contracts.tables import RULES
from mockserver.exchange.masking import MASK, Masker, Shows
from mockserver.exchange.texts import secrets, sounds_secret, without_named

__all__ = ["masked_violation", "masker_of", "sent_body", "sent_head", "written", "written_body", "written_headers"]


def masker_of(call: Call, shows: Shows) -> Masker:
    """What masks this call's request and answer."""
    return Masker(call.terms.catalogue, shows, call.operation.collection if call.operation else "")


def sent_head(request: Request, masker: Masker) -> tuple[str, dict[str, str]]:
    """URL and headers, masked. Anywhere in them may stand what is nearly JSON, and names a secret."""
    url, values = unquote(request.url), request.headers.values()
    masker.hidden([*secrets(url), *(secret for value in values for secret in secrets(value))])
    shown, headers = masker.url(request.url), masker.headers(request.headers)
    masked = without_named(plain := unquote(shown))
    return (
        shown if masked == plain else quote(masked, safe=_AS_IN_A_URL),
        {name: without_named(value) for name, value in headers.items()},
    )


_AS_IN_A_URL = "/:?&=%;,@+"


def sent_body(call: Call, masker: Masker) -> Any:
    """The request's body, masked; what it names as a secret the masker knows from then on."""
    request = call.request
    if call.operation is not None and call.operation.body == "form":
        return masker.form(request.body, request.headers.get("content-type"))
    return masker.body(request.body)


def written(masker: Masker, value: Any) -> Any:
    """``value``, at any depth without what stands under a name that sounds secret."""
    if isinstance(value, dict):
        return {name: _named(masker, name, child) for name, child in value.items()}
    if isinstance(value, list):
        return [written(masker, child) for child in value]
    return masker.shown(value)


def written_headers(masker: Masker, headers: Mapping[str, str]) -> dict[str, str]:
    shown = masker.answered_headers(headers)
    return {name: masker.hidden(value) if sounds_secret(name) else value for name, value in shown.items()}


def written_body(masker: Masker, body: bytes) -> Any:
    """The body, parsed; of one that isn't JSON only the size."""
    try:
        return written(masker, json_text.parse(body) if body else None)
    except json_text.JsonProblem:
        return f"({len(body)} bytes that aren't JSON)"


def _named(masker: Masker, name: str, value: Any) -> Any:
    is_secret = sounds_secret(name) or name in masker.catalogue.secret_source_params
    return masker.hidden(value) if is_secret else written(masker, value)


def masked_violation(row: dict[str, Any], masker: Masker) -> dict[str, Any]:
    """A broken rule of `Violation.as_json`: what quotes the request is masked, what the rule itself says stays."""
    documented, mend = "\n".join(row["allowed"]), _mend_of(row)
    told = {"message": row["message"].removesuffix(mend), "found": row["found"], "nearest": row["nearest"]}
    quoting = {name: text and without_named(masker.quoted(text, documented)) for name, text in told.items()}
    if row["found"] != quoting["found"] == f'"{MASK}"':  # the mask isn't what was found
        quoting["message"] = quoting["message"].replace(f"found {quoting['found']}", f"found {_MASKED}")
        quoting["found"] = _MASKED
    quoting["message"] += mend
    allowed = list(map(without_named, row["allowed"]))  # among them may be what clients have made
    return {**row, **quoting, "allowed": allowed, "pointer": "/".join(masker.again(row["pointer"].split("/")))}


def _mend_of(row: Mapping[str, Any]) -> str:
    """What the rule says at the end of the message, where it does."""
    rule = RULES.get(row["rule"])
    return rule.mend if rule and row["message"].endswith(rule.mend) else ""


_MASKED = "a text that is masked here"
