"""Where a proxied connection may go beside the mock: to the hosts that were allowed, and to no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from mockserver.hosts import is_emulated

__all__ = ["ANY", "NO_WAY_OUT", "WayOut", "name_of"]


ANY = "*"
"""Allows every host."""
NO_WAY_OUT = "a server hands nothing on, but `mockserver run --allow {host} -- COMMAND` does"


class WayOut:
    """``allowed`` are the hosts that may be reached, ``*`` is all that aren't the mock's own; ``is_here`` tells which
    those are.

    ``refused`` counts the attempts to reach any other, by host; ``advice`` is told with each, ``{host}`` filled in.
    ``distrusted`` counts the clients that took no certificate of the mock's for a host.
    """

    def __init__(
        self,
        allowed: Iterable[str] = (),
        is_here: Callable[[str], bool] = is_emulated,
        advice: str = "mockserver run --allow {host} lets it through",
    ) -> None:
        self._advice = advice
        self._is_here = is_here
        self.allowed = frozenset(name_of(host) for host in allowed)
        self.refused: Counter[str] = Counter()
        self.distrusted: Counter[str] = Counter()

    def is_here(self, host: str) -> bool:
        """Whether the mock answers for ``host``: not where it was allowed by its name."""
        return name_of(host) not in self.allowed and self._is_here(host)

    def allows(self, host: str) -> bool:
        """Whether ``host`` may be reached; letter case and a dot at the end aside."""
        return ANY in self.allowed or name_of(host) in self.allowed

    def refusal(self, host: str) -> str:
        """Count an attempt to reach ``host``; what is to be said of it."""
        host = name_of(host)
        self.refused[host] += 1
        return f"{host} is neither emulated nor allowed: {self._advice.format(host=host)}"


def name_of(host: str) -> str:
    return host.strip("[]").lower().removesuffix(".")
