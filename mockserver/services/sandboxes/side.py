"""The Sandbox API on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.services.sandboxes.service import SANDBOX_API, SANDBOX_TOOLING
from mockserver.exchange.masking import Shows
from mockserver.services.sandboxes.state import SandboxStates
from mockserver.services.side import Action, Side, Step

__all__ = ["SIDE"]


def _actions() -> Mapping[str, Action]:
    from mockserver.services.sandboxes import actions, packages

    return {
        "list_active_sandboxes": actions.list_active,
        "list_sandboxes": actions.list_all,
        "list_sandbox_types": actions.list_types,
        "create_sandbox": actions.create,
        "retrieve_sandbox": actions.retrieve,
        "rename_sandbox": actions.rename,
        "reset_sandbox": actions.reset,
        "delete_sandbox": actions.delete,
        "pull_package": packages.pull,
    }


def _steps() -> Mapping[str, Step]:
    from mockserver.services.sandboxes import actions

    return {"sandbox_ready": actions.become_active}


SIDE = Side(
    "sandboxes",
    (SANDBOX_API, SANDBOX_TOOLING),
    _actions,
    steps=_steps,
    state=SandboxStates,
    shows=Shows(
        keys=frozenset(("title", "type", "action", "packageId")),
        parameters=frozenset(("orderBy", "offset", "validationOnly", "ignoreWarnings")),
    ),
)
