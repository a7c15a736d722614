"""Of a body that is too long to be kept: what quotes it is masked while it is there."""

from __future__ import annotations

from dataclasses import replace

from contracts import Call, Violation
from mockserver.exchange.masking import Masker
from mockserver.exchange.response import Response

__all__ = ["quotes_masked"]


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
