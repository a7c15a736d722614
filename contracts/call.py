"""What the contract makes of a request: which operation it is, for whom, and which rules it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.request import Request
from contracts.rules import Strictness
from contracts.violations import Violation

if TYPE_CHECKING:
    from contracts.operations import Operation
    from contracts.regions import Region
    from contracts.sources import Catalogue

__all__ = ["Call", "Terms"]


@dataclass(frozen=True)
class Terms:
    """What beside the documents a call is judged by: how strictly, and which sources, regions, sandboxes exist."""

    catalogue: Catalogue
    regions: Mapping[str, Region]
    strictness: Strictness = "default"
    sandboxes: tuple[str, ...] = ()

    @property
    def default_sandbox(self) -> str:
        return self.sandboxes[0] if self.sandboxes and "prod" not in self.sandboxes else "prod"


@dataclass(slots=True)
class Call:
    """One request under judgement. ``violations`` is in the order in which they were found."""

    request: Request
    terms: Terms
    operation: Operation | None = None
    id: str = ""
    org_id: str | None = None
    sandbox_name: str | None = None
    query: list[tuple[str, str]] = field(default_factory=list)
    document: Any = None
    allow: tuple[str, ...] = ()
    violations: list[Violation] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        return self.request.headers.get(name)

    def parameters(self, name: str) -> list[str]:
        """Every value of that query parameter."""
        return [value for key, value in self.query if key == name]

    def parameter(self, name: str) -> str | None:
        """The first value of that query parameter."""
        return next(iter(self.parameters(name)), None)

    def severity(self, violation: Violation) -> str:
        return violation.rule.severity(self.terms.strictness)

    @property
    def errors(self) -> list[Violation]:
        """The violations that refuse the request, the deciding one first."""
        return [found for found in self.violations if self.severity(found) == "error"]
