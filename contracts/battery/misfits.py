"""What doesn't arrive as it was given, and which of a mistake's findings is its cause and which only follow.

A value that isn't the given one may break a rule of requests as well. If it does so each time, the rule says best what
is wrong: ``null`` for no description. If only now and then, the rule is broken by what became of an odd value, as by a
name of blanks that were stripped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.judging.violations import Violation, shown
from contracts.sources.regions import documented_regions
from contracts.sources.source_catalogue import ZOHO_CRM

__all__ = ["Misfit", "Misfits", "misfits_of"]


@dataclass(frozen=True)
class Misfit:
    """One value of one request that isn't what was given."""

    creation: Any
    exchange: Any
    expected: str
    found: str


@dataclass(frozen=True)
class Misfits:
    """The misfits of all creations by their key, and the rule that tells those of a key better, if one does."""

    by_key: Mapping[str, list[Misfit]]
    told_by: Mapping[str, str]

    def of(self, creation: Any, key: str) -> list[Misfit]:
        return [each for each in self.by_key.get(key, ()) if each.creation is creation]

    def rules_that_tell(self, key: str) -> str:
        return self.told_by.get(key, "")

    def explain(self, creation: Any, broken: Violation) -> bool:
        """Whether a rule is broken only because a value didn't arrive as it was given, which is told as that."""
        spec_is_another = bool(self.of(creation, _SPEC)) and _SPEC not in self.told_by
        if spec_is_another and broken.pointer.startswith("/auth"):
            return True
        return any(
            _is_about(broken, key) and key not in self.told_by and bool(self.of(creation, key)) for key in self.by_key
        )


_SPEC = "connectionSpec.id"
_REGIONAL = ("accountsUrl", "endpoint")
_HEADERS = ("Authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name")


def misfits_of(creations: Iterable[Any]) -> Misfits:
    """Compare what was sent with what was given."""
    rows = [(each, exchange) for each in creations for exchange in each.outcome.posts]
    found = {key: [each for row in rows for each in _misfit(key, *row)] for key in _KEYS}
    by_key = {key: misfits for key, misfits in found.items() if misfits}
    told_by = {key: rule for key, misfits in by_key.items() if (rule := _rule_of_all(key, misfits))}
    exchanges = [exchange for _, exchange in rows]
    told_by |= {header: rule for header in _HEADERS if (rule := _rule_about(header, exchanges))}
    return Misfits(by_key, told_by)


def _misfit(key: str, creation: Any, exchange: Any) -> Iterable[Misfit]:
    body = exchange.document
    if not isinstance(body, dict):
        return  # a finding of the rules about bodies
    expected, (is_there, value) = _given(key, creation.connection), _value(key, body)
    if is_there == (expected is not None) and value == expected:
        return
    if key in creation.connection.params:
        same = isinstance(value, str) and value.strip() == str(expected).strip()
        found = "nothing" if value is None else "the value without its blanks" if same else "another value"
        yield Misfit(creation, exchange, "the value as given", found)
    else:
        told = "no such key" if expected is None else shown(expected)
        yield Misfit(creation, exchange, told, shown(value) if is_there else "no such key")


_KEYS: dict[str, Callable[[Any], Any]] = {
    "name": lambda connection: connection.name,
    "description": lambda connection: connection.description,
    _SPEC: lambda _: ZOHO_CRM,
    "connectionSpec.version": lambda _: "1.0",
    **{
        name: (lambda connection, name=name: connection.params.get(name))  # type: ignore[misc]
        for name in ("endpoint", "accountsUrl", "clientId", "clientSecret", "accessToken", "refreshToken")
    },
}


def _given(key: str, connection: Any) -> Any:
    return _KEYS[key](connection)


def _path(key: str) -> list[str]:
    return key.split(".") if "." in key or key in ("name", "description") else ["auth", "params", key]


def _value(key: str, body: Any) -> tuple[bool, Any]:
    """Whether the key is there, and its value."""
    for part in _path(key):
        if not isinstance(body, dict) or part not in body:
            return False, None
        body = body[part]
    return True, body


def _rule_of_all(key: str, misfits: list[Misfit]) -> str:
    """The rule that every one of these requests breaks at that place; empty where there is none."""
    if key in _REGIONAL and all(_is_of_another_region(each) for each in misfits):
        return "FC-REG-01"
    broken = [{each.rule.id for each in misfit.exchange.call.errors if _is_about(each, key)} for misfit in misfits]
    common = set.intersection(*broken)
    return min(common, default="")


def _is_of_another_region(misfit: Misfit) -> bool:
    """A whole region that isn't the wanted one."""
    values = tuple(_value(each, misfit.exchange.document)[1] for each in _REGIONAL)
    return values in [(region.accounts_url, region.api_endpoint) for region in documented_regions().values()]


def _is_about(broken: Violation, key: str) -> bool:
    keys = _REGIONAL if key in _REGIONAL and broken.rule.id.startswith("FS-ZOHO-") else (key,)
    return any(_lies_at(broken.pointer, "/" + "/".join(_path(each))) for each in keys)


def _lies_at(pointer: str, path: str) -> bool:
    """Whether ``pointer`` is that place, above it or below it."""
    return bool(pointer) and (path == pointer or path.startswith(f"{pointer}/") or pointer.startswith(f"{path}/"))


def _rule_about(header: str, exchanges: list[Any]) -> str:
    """The rule that every request breaks with that header; empty where there is none."""
    broken = [{each.rule.id for each in exchange.call.errors if _is_header(each, header)} for exchange in exchanges]
    return min(set.intersection(*broken), default="") if broken else ""


def _is_header(broken: Violation, header: str) -> bool:
    return broken.pointer.lower() == f"headers/{header.lower()}"
