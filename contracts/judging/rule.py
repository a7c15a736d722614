"""One rule: what a request must do, who says so, and what a broken one is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Level", "Rule", "Severity", "Strictness", "help_of"]

Level = Literal["documented", "recorded", "inferred", "assumed"]
"""Who says so: a document, a recorded answer of the real service, this project's reading of either, or nobody."""
Severity = Literal["error", "warning", "off"]
Strictness = Literal["default", "lenient", "strict"]


def help_of(id: str) -> str:
    """The address of what the docs say about the rule with that id."""
    return f"docs/rules.md#{id.lower()}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row.

    ``demand`` is the sentence that the client keeps, ``mend`` what to do when it doesn't, ``error``
    the row of `contracts.ERRORS` that answers it. ``default``, ``lenient`` and ``strict`` say what a
    breach is: an *error* is refused, a *warning* is only journalled, *off* isn't looked at.
    """

    id: str
    demand: str
    error: str
    level: Level
    document: str
    mend: str
    default: Severity = "error"
    lenient: Severity | None = None
    strict: Severity = "error"

    def severity(self, strictness: Strictness) -> Severity:
        """What a breach is under that strictness: ``error`` is refused, ``warning`` told, ``off`` neither."""
        if strictness == "strict":
            return self.strict
        if strictness == "lenient" and self.lenient is not None:
            return self.lenient
        return self.default
