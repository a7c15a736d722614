"""What an action may take for granted of its call; nothing else is, and no action asserts anything.

An action is carried out where no rule that refuses is broken. So there is an operation (the path's rule), and where the
operation has a frame the document is of its shape (a draft's may lack anything that isn't its spec). A reference was
there when its rule looked, in the same call; in a document that is stored already it may be gone. Whatever else an
action needs it asks for here, and the documented refusal is raised where it isn't there.
"""

from __future__ import annotations

from contracts import Call
from contracts.judging.model import Operation
from contracts.judging.violations import shown
from contracts.services.gateway.rules import violation
from contracts.sources.regions import Region
from mockserver.exchange.refusal import Refused
from mockserver.memory.store import Record
from mockserver.memory.world import World

__all__ = ["operation_of", "record_of", "region_of"]


def operation_of(call: Call) -> Operation:
    """The operation; a call without one breaks the path's rule, which always refuses."""
    if call.operation is None:
        raise Refused(violation("FS-URL-01", "path", "no operation", found=shown(call.request.path)))
    return call.operation


def region_of(call: Call) -> Region:
    """The data centre of a call to one of its hosts; a call without one is no call to that service."""
    if call.region is None:
        raise Refused(violation("FS-URL-01", "path", "no data centre", found=shown(call.request.path)))
    return call.region


def record_of(world: World, call: Call, collection: str, id: object) -> Record | None:
    """The record that a field names; ``None`` where the field holds no id or that is gone."""
    return world.get(call.tenant, collection, id) if isinstance(id, str) else None
