"""What a call has sent, masked; and what quotes a body that is too long to be kept, while it is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts import Call, Violation
from mockserver.exchange.masking import Masker, Shows
from mockserver.exchange.response import Response

__all__ = ["masker_of", "quotes_masked", "sent_body"]


def masker_of(call: Call, shows: Shows) -> Masker:
    """What masks this call's request and answer."""
    return Masker(call.terms.catalogue, shows, call.operation.collection if call.operation else "")


def sent_body(call: Call, masker: Masker) -> Any:
    """The request's body, masked; what it names as a secret the masker knows from then on."""
    request = call.request
    if call.operation is not None and call.operation.body == "form":
        return masker.form(request.body, request.headers.get("content-type"))
    return masker.body(request.body)


def quotes_masked(call: Call, response: Response, masker: Masker) -> Response:
    """The answer without the secrets that ``masker`` has found in the body; those of the violations are masked too."""
    call.violations = [_masked(each, masker) for each in call.violations]
    text = response.body.decode("utf-8", "replace")
    return replace(response, body=masker.quoted(text).encode("utf-8")) if response.error else response


def _masked(broken: Violation, masker: Masker) -> Violation:
    documented = "\n".join(broken.allowed)

    def quoted(text: str | None) -> str | None:
        return text and masker.quoted(text, documented)

    return replace(
        broken,
        pointer="/".join(masker.again(broken.pointer.split("/"))),
        problem=masker.quoted(broken.problem, documented),
        found=quoted(broken.found),
        nearest=quoted(broken.nearest),
    )
