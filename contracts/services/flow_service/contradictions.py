"""Where Adobe's documents contradict each other: what each says, which side is taken, how the other one is had."""

from __future__ import annotations

from contracts.services.flow_service import (
    contradictions_around,
    contradictions_of_creation,
    contradictions_of_destinations,
    contradictions_of_use,
)
from contracts.services.flow_service.contradiction import OTHER_SIDES, Contradiction, OtherSide

__all__ = ["CONTRADICTIONS", "OTHER_SIDES", "Contradiction", "OtherSide"]

_TABLES = (
    contradictions_of_creation,
    contradictions_of_use,
    contradictions_around,
    contradictions_of_destinations,
)

CONTRADICTIONS: dict[str, Contradiction] = {row.id: row for table in _TABLES for row in table.ROWS}
