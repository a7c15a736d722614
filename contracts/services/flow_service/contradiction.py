"""One contradiction between Adobe's documents: what each says, which side is taken, how the other one is had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["OTHER_SIDES", "Contradiction", "OtherSide"]

OtherSide = Literal["lenient", "strict", "both", "never"]

OTHER_SIDES: dict[OtherSide, str] = {
    "lenient": "`--lenient` takes it",
    "strict": "`--strict` takes it",
    "both": "accepted both ways",
    "never": "not offered",
}
"""How the side that isn't taken by default is had."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One row. ``sides`` are documents with what each says, ``rules`` the ids of those that take a side."""

    id: str
    question: str
    sides: tuple[tuple[str, str], ...]
    taken: str
    other: OtherSide
    rules: tuple[str, ...] = ()
