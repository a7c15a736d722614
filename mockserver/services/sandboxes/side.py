"""The Sandbox API on the mock's side."""

from __future__ import annotations

from contracts.services.sandboxes.service import SANDBOX_API, SANDBOX_TOOLING
from mockserver.exchange.masking import Shows
from mockserver.services.sandboxes import actions, packages
from mockserver.services.sandboxes.state import SandboxStates
from mockserver.services.side import Side

__all__ = ["SIDE"]

SIDE = Side(
    "sandboxes",
    (SANDBOX_API, SANDBOX_TOOLING),
    {
        "list_active_sandboxes": actions.list_active,
        "list_sandboxes": actions.list_all,
        "list_sandbox_types": actions.list_types,
        "create_sandbox": actions.create,
        "retrieve_sandbox": actions.retrieve,
        "rename_sandbox": actions.rename,
        "reset_sandbox": actions.reset,
        "delete_sandbox": actions.delete,
        "pull_package": packages.pull,
    },
    steps={"sandbox_ready": actions.become_active},
    state=SandboxStates,
    shows=Shows(
        keys=frozenset(("title", "type", "action", "packageId")),
        parameters=frozenset(("orderBy", "offset", "validationOnly", "ignoreWarnings")),
    ),
)
