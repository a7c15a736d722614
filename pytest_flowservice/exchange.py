"""One exchange of a client, as a finding tells it: as a command to paste, and what was answered."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from contracts import BASE_PATH, Call, Request
from contracts.judging.violations import Violation, printable
from contracts.reading import json_text
from mockserver.exchange.known import KnownSecrets
from mockserver.exchange.masking import Masker
from mockserver.exchange.response import Response
from mockserver.exchange.telling import SERVED
from mockserver.services.table import SHOWS

__all__ = ["FLOW_SERVICE", "Exchange", "Secrets"]

FLOW_SERVICE = "flow-service"


@dataclass(frozen=True)
class Exchange:
    """One request as it arrived, unmasked, and what was answered; ``at`` in seconds of a monotonic clock.

    ``refused`` are the broken rules for which the platform refused it; ``secrets`` are those that it and the exchanges
    beside it have named.
    """

    request: Request
    call: Call
    response: Response
    at: float
    sender: str | None
    refused: tuple[Violation, ...] = ()
    secrets: Secrets = field(default_factory=lambda: Secrets([]), compare=False, repr=False)

    @property
    def broken(self) -> Sequence[Violation]:
        """The rules that it breaks, those about what is stored too."""
        return self.refused or self.call.errors

    @property
    def path(self) -> str:
        """Below the base path, without a slash at its end."""
        return self.request.path.removeprefix(BASE_PATH).rstrip("/")

    @property
    def service(self) -> str:
        """The id of the service that it means. What is no service's and below none of Adobe's paths was meant for
        Flow Service; what the mock doesn't imitate is ``elsewhere``.
        """
        if self.call.service is not None:
            return self.call.service.id
        return "elsewhere" if self.request.path.startswith(_ELSEWHERE) else FLOW_SERVICE

    @property
    def document(self) -> Any:
        """The parsed body, ``None`` where it isn't JSON."""
        try:
            return json_text.parse(self.request.body)
        except json_text.JsonProblem:
            return None

    def answered(self) -> str:
        """The answer: its status, type and beginning, secrets masked."""
        if not self.response.status or self.response.delivery.kind in ("drop", "stall"):
            return "nothing"
        kind = next((value for name, value in self.response.headers.items() if name.lower() == "content-type"), "")
        body = self.secrets.out_of(self._masker().answered(self.response.body))
        text = printable(json.dumps(body, ensure_ascii=False) if isinstance(body, dict | list) else str(body or ""))
        cut = " and the rest was cut off" if self.response.delivery.kind == "truncate" else ""
        return (
            f"{self.response.status} {kind} {text[:_LONGEST_ANSWER]}{'…' * (len(text) > _LONGEST_ANSWER)}".strip() + cut
        )

    def _masker(self) -> Masker:
        collection = self.call.operation.collection if self.call.operation else ""
        return Masker(self.call.terms.catalogue, SHOWS, collection)

    def named(self) -> Sequence[str]:
        """What it names as a secret; nothing where it can't be masked."""
        masker = self._masker()
        with suppress(Exception):
            self._sent(masker)
            masker.form(self.request.body, self.request.headers.get("content-type"))
            masker.answered(self.response.body)
        return list(masker.found)

    def _sent(self, masker: Masker) -> tuple[str, dict[str, str], Any]:
        """The URL, the headers that are told and the body, masked."""
        request = self.request
        body, headers, url = masker.body(request.body), masker.headers(request.headers), masker.url(request.url)
        told = {name: value for name, value in masker.again(headers).items() if name in _TOLD}
        return masker.again(url), told, masker.again(body)

    def curl(self) -> str:
        """The request as a command for `mockserver serve`: what matters of it, secrets masked, long texts cut."""
        url, told, body = self.secrets.out_of([*self._sent(self._masker())])
        url = url.replace(self.request.origin, SERVED, 1)
        lines = [f"curl -X {self.request.method} {shlex.quote(url)}"]
        fields = [f"-H {shlex.quote(f'{name}: {printable(value)}')}" for name, value in told.items()]
        lines += [f"  {' '.join(fields)}"] if fields else []
        if isinstance(body, dict | list):
            lines.append(f"  -d {shlex.quote(json.dumps(_cut(body)))}")
        elif body is not None:
            lines[-1] += f"  # and {body}"
        return " \\\n".join(lines)


class Secrets:
    """Those that ``exchanges`` have named; each is read once, when something is told of one of them."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._exchanges = exchanges
        self._known = KnownSecrets()
        self._read = 0

    def out_of(self, value: Any) -> Any:
        """Any JSON value without them."""
        new = self._exchanges[self._read :]
        for each in new:
            self._known.add(each.named())
        self._read += len(new)
        return self._known.out_of(value)


_ELSEWHERE = ("/data/", "/ims/")
_TOLD = ("authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "content-type", "if-match")
_LONGEST_ANSWER = 160  # characters of an answer
_LONGEST = 100  # characters of a text in a body


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(each) for each in value]
    return value[:_LONGEST] + "…" if isinstance(value, str) and len(value) > _LONGEST else value
