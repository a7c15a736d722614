"""``Pragma: validate-only`` on a POST or PUT (catalog/api/appendix.md): it is judged, and nothing is kept of it."""

from __future__ import annotations

from contracts import Call
from mockserver.exchange.response import Response
from mockserver.memory.world import World
from mockserver.services.side import Action

__all__ = ["only_validated_if_asked"]


def only_validated_if_asked(action: Action) -> Action:
    """``action``, taken back where the header asks for validation alone; the answer is the same (assumed)."""

    def validated(world: World, call: Call) -> Response:
        mark = world.keeper.mark()
        response = action(world, call)
        if (call.header("pragma") or "").strip().lower() == "validate-only":
            world.keeper.undo(mark)
        return response

    return validated
