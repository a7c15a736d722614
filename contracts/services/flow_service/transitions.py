"""The rules about POST .../action: which operation is asked for, and whether it fits the resource."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.rules import violation

__all__ = ["ACTION_RULES"]

_OF_PROVIDERS = ("finalize", "finalize_update")
_SUB_OPERATIONS = ("apply", "rollback", "progress")


def operation_is_documented(call: Call) -> Iterator[Violation]:
    """``op`` in any letter case, re-trigger as in retry-flows.md.

    ``subOp`` belongs to a provider's finalize (codes 1406 to 1408, 1436).
    """
    op, sub = call.parameter("op"), call.parameter("subOp")
    if not op:
        yield violation("FS-ACT-01", "query/op", "missing", found="nothing", allowed=_known(call), param="op")
        return
    if op.lower() in _OF_PROVIDERS and "publish" in _known(call):
        yield violation("FS-ACT-03", "query/op", "for providers only", found=shown(op), action=op.lower())
    elif op.lower().replace("-", "_") not in _known(call):
        yield violation(
            "FS-ACT-02",
            "query/op",
            "not supported here",
            found=shown(op),
            allowed=_known(call),
            near=op.lower(),
            operation=op,
        )
    elif sub and sub.lower() not in _SUB_OPERATIONS:
        yield violation(
            "FS-ACT-04",
            "query/subOp",
            "not supported",
            found=shown(sub),
            allowed=_SUB_OPERATIONS,
            near=sub.lower(),
            subAction=sub,
        )
    elif sub:
        yield violation(
            "FS-ACT-05", "query/subOp", f"not with {op.lower()}", found=shown(sub), subOperation=sub, operation=op
        )


ACTION_RULES = (operation_is_documented,)


def _known(call: Call) -> tuple[str, ...]:
    assert call.operation is not None
    return tuple(COLLECTIONS[call.operation.collection].effects)
