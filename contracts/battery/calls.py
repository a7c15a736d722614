"""What one call of the client is given, and what it came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.judging.violations import printable, shown
from contracts.sources.regions import Region
from contracts.sources.source_catalogue import ZOHO_CRM

__all__ = ["FLOW_SERVICE", "SECRETS", "Connection", "Outcome", "credentials_of", "field_of", "receipt_of"]

FLOW_SERVICE = "flow-service"
"""The id of the service that the battery is about."""

SECRETS = ("clientSecret", "accessToken", "refreshToken")

_CHANGING = re.compile(r"(\b0x|port=|127\.0\.0\.1:|localhost:)[0-9a-f]+")  # addresses and ports: others in each run
_LONGEST = 200  # characters of an error's text


@dataclass(frozen=True)
class Connection:
    """What is to be created. ``params`` is the same object each time; it isn't to be changed."""

    name: str
    description: str | None
    region: Region
    params: dict[str, str] = field(repr=False)

    @property
    def secrets(self) -> dict[str, str]:
        """What nobody but the platform may see of it, by its name."""
        return {name: self.params[name] for name in SECRETS if name in self.params}

    def body(self) -> dict[str, Any]:
        """The documented JSON."""
        body: dict[str, Any] = {
            "name": self.name,
            "auth": {"specName": "Basic Authentication", "params": dict(self.params)},
            "connectionSpec": {"id": ZOHO_CRM, "version": "1.0"},
        }
        return body if self.description is None else {**body, "description": self.description}


@dataclass(frozen=True)
class Outcome:
    """What one call of the client came to: a value or an error, and the exchanges that it had.

    ``steps`` are the client's own lines that the error came through, the innermost first. ``attempts`` are the real
    hosts that it tried to reach, ``strays`` the requests that came to an earlier platform.
    """

    value: Any
    error: BaseException | None
    seconds: float
    traffic: list[Any]
    secrets: tuple[str, ...] = ()
    steps: tuple[Any, ...] = ()
    attempts: tuple[Any, ...] = ()
    strays: tuple[Any, ...] = ()

    @property
    def exchanges(self) -> list[Any]:
        """Those with Flow Service."""
        return [each for each in self.traffic if each.service == FLOW_SERVICE]

    @property
    def last(self) -> Any:
        """The exchange that a finding is about, unless it names another."""
        return next(iter((self.exchanges or self.traffic)[-1:]), None)

    @property
    def posts(self) -> list[Any]:
        return [each for each in self.exchanges if each.request.method == "POST" and each.path == "/connections"]

    @property
    def was_resent(self) -> bool:
        """Whether the first request came again."""
        sent = [(each.request.method, each.request.url, each.request.body) for each in self.exchanges]
        return sent.count(sent[0]) > 1 if sent else False

    @property
    def line(self) -> str | None:
        """Where the error was raised."""
        return self.steps[0].place if self.steps else None

    @property
    def raised(self) -> str:
        """The error's kind and text, secrets masked, and the client's lines that it came through."""
        if self.error is None:
            return ""
        text = self._said()
        through = ", from ".join(f"{step.place} in {step.function}" for step in self.steps)
        return f"{type(self.error).__name__}{f': {text}' if text else ''}{f' at {through}' if through else ''}"

    def __str__(self) -> str:
        if self.error is None:
            return f"returned {type(self.value).__name__}"
        # Where nothing was sent, the error is most likely one of the test's own, and its text says which.
        text = "" if self.traffic else self._said()
        return f"{type(self.error).__name__} raised{f': {shown(text)}' if text else ''}"

    def _said(self) -> str:
        text = str(self.error)
        for secret in self.secrets:
            text = text.replace(secret, "xxxx")
        text = printable(_CHANGING.sub(r"\1…", text))
        return "" if "do-not-log" in text.lower() else text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def receipt_of(value: Any) -> tuple[Any, Any] | None:
    """The id and etag of what create and update return: a mapping, an object or a pair."""
    if isinstance(value, Mapping):
        return (value["id"], value["etag"]) if "id" in value and "etag" in value else None
    if isinstance(value, tuple | list) and len(value) == 2 and not hasattr(value, "etag"):
        return value[0], value[1]
    if hasattr(value, "id") and hasattr(value, "etag"):
        return value.id, value.etag
    return None


def field_of(value: Any, name: str) -> Any:
    """A field of a mapping or an object."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def credentials_of(region: Region, mark: str = "0") -> dict[str, str]:
    """Six credentials of ``region`` that nobody mistakes for real ones and that a search finds."""
    return {
        "endpoint": region.api_endpoint,
        "accountsUrl": region.accounts_url,
        "clientId": f"1000.FAKE{mark}CLIENT",
        "clientSecret": f"fake-client-secret-{mark}-do-not-log",
        "accessToken": f"1000.fake-access-token-{mark}-do-not-log",
        "refreshToken": f"1000.fake-refresh-token-{mark}-do-not-log",
    }
