"""What one call of the client is given, and what it came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.judging.violations import shown
from contracts.sources.regions import Region
from contracts.sources.source_catalogue import ZOHO_CRM

__all__ = ["SECRETS", "Connection", "Outcome", "credentials_of", "field_of", "receipt_of"]

SECRETS = ("clientSecret", "accessToken", "refreshToken")

_CHANGING = re.compile(r"(\b0x|port=|127\.0\.0\.1:|localhost:)[0-9a-f]+")  # addresses and ports: others in each run


@dataclass(frozen=True)
class Connection:
    """What is to be created. ``params`` is the same object each time; it isn't to be changed."""

    name: str
    description: str | None
    region: Region
    params: dict[str, str] = field(repr=False)

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
    """What one call of the client came to: a value or an error, and the exchanges that it had."""

    value: Any
    error: BaseException | None
    seconds: float
    exchanges: list[Any]
    secrets: tuple[str, ...] = ()

    @property
    def posts(self) -> list[Any]:
        return [each for each in self.exchanges if each.request.method == "POST" and each.path == "/connections"]

    @property
    def was_resent(self) -> bool:
        """Whether the first request came again."""
        sent = [(each.request.method, each.request.url, each.request.body) for each in self.exchanges]
        return sent.count(sent[0]) > 1 if sent else False

    def __str__(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__} raised{self._said()}"
        return f"returned {type(self.value).__name__}"

    def _said(self) -> str:
        """Where nothing was sent, the error is most likely one of the test's own, and its text says which."""
        text = "" if self.exchanges else str(self.error)
        for secret in self.secrets:
            text = text.replace(secret, "xxxx")
        text = _CHANGING.sub(r"\1…", text)
        return f": {shown(text)}" if text and "do-not-log" not in text.lower() else ""


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
