"""What a test tried to reach outside: attempts at real hosts, which fail and are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mockserver import barrier
from pytest_flowservice.callsite import sender

__all__ = ["Attempt", "kept_in"]


@dataclass(frozen=True)
class Attempt:
    """A real host that was asked for, and the user's line that did."""

    address: str
    line: str | None
    mend: str

    @property
    def told(self) -> str:
        """One sentence."""
        return f"the client tried to reach {self.address}{f' ({self.line})' if self.line else ''}; {self.mend}"


@contextmanager
def kept_in(name: str) -> Iterator[list[Attempt]]:
    """The attempts so far, while none succeeds; ``name`` is what the mock is called in the advice."""
    attempts: list[Attempt] = []

    def met(host: str, port: int | None) -> str:
        address = f"{host}:{port}" if port else host
        attempt = Attempt(address, sender(), f"give it {_instead_of(host, name)}")
        if attempt not in attempts:
            attempts.append(attempt)
        return f"{address} is a real host and can't be reached here; {attempt.mend}"

    with barrier.raised(met):
        yield attempts


def _instead_of(host: str, name: str) -> str:
    plain = host.lower()
    if "adobelogin" in plain:
        return f"{name}.ims_url"
    if "zoho" in plain:
        asked = "accounts_url" if plain.startswith("accounts.") else "api_domain"
        return f"{name}.zoho.{asked}(region)"
    return f"{name}.url" if plain.startswith("platform") else f"what {name} stands for, or a mock of its own"
