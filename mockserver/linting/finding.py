"""What lint has found, and what it has looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Finding", "Tally"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule. ``line`` and ``column`` are those of the file, from 1 on; the texts hold no secret.

    ``operation`` is the method and path of what was asked, ``pointer`` a JSON pointer into the body, or
    ``headers/NAME``, ``query/NAME``, ``path``, ``method``.
    """

    file: str
    line: int
    column: int
    operation: str
    rule: str
    level: str
    severity: str
    pointer: str
    message: str
    found: str | None
    allowed: list[str]
    nearest: str | None
    mend: str
    document: str
    help: str


@dataclass(slots=True)
class Tally:
    """``requests`` were judged; ``not_judged`` are none to an emulated service, ``placeholders`` what is still to be
    filled in. ``unreadable`` are files and why each can't be read, ``told`` is how many findings were shown already.
    """

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    requests: int = 0
    not_judged: int = 0
    placeholders: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    told: int = 0

    def looked_at(self, operation: str) -> None:
        """One more request was judged."""
        self.requests += 1
        self.operations.append(operation)

    def count(self, severity: str) -> int:
        return sum(each.severity == severity for each in self.findings)

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers by their names."""
        names = ("files", "requests", "not_judged", "placeholders")
        severities = {"errors": self.count("error"), "warnings": self.count("warning")}
        return severities | {name: getattr(self, name) for name in names}
