"""Where Adobe's documents contradict each other: what each says, which side is taken, how the other one is had."""

from __future__ import annotations

from contracts.services.flow_service import contradictions_around, contradictions_of_creation, contradictions_of_use
from contracts.services.flow_service.contradiction import OTHER_SIDES, Contradiction, OtherSide

__all__ = ["CONTRADICTIONS", "OTHER_SIDES", "Contradiction", "OtherSide"]

CONTRADICTIONS: dict[str, Contradiction] = {
    row.id: row for row in (*contradictions_of_creation.ROWS, *contradictions_of_use.ROWS, *contradictions_around.ROWS)
}
