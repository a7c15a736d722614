"""The operations of the Sandbox API, one row each."""

from __future__ import annotations

from typing import Literal

from contracts.judging.model import Operation, RuleFunction
from contracts.services.sandboxes.judges import (
    CHECK_PARAMETERS,
    CHECK_RULES,
    PULL_RULES,
    SANDBOX_LIST_PARAMETERS,
    SANDBOX_LIST_RULES,
    SANDBOX_RESET_RULES,
    SANDBOX_RULES,
    SANDBOX_UPDATE_RULES,
)
from contracts.services.sandboxes.service import SANDBOX_API, SANDBOX_TOOLING

__all__ = ["OPERATIONS"]


_CHANGED = ("SB-ID-01", "SB-ACT-02")


def _sandbox(
    id: str,
    method: str,
    path: str,
    action: str,
    success: int,
    query: tuple[str, ...] = (),
    head_rules: tuple[RuleFunction, ...] = (),
    body_rules: tuple[RuleFunction, ...] = (),
    refuses: tuple[str, ...] = (),
    returns: tuple[str, ...] = ("ChangedSandbox",),
) -> Operation:
    body: Literal["json", "none"] = "json" if body_rules else "none"
    return Operation(
        SANDBOX_API,
        id,
        method,
        path,
        action=action,
        success=success,
        body=body,
        query=query,
        head_rules=head_rules,
        body_rules=body_rules,
        refuses=refuses,
        returns=returns,
    )


def _list_sandboxes(id: str, path: str, action: str) -> Operation:
    return _sandbox(id, "GET", path, action, 200, SANDBOX_LIST_PARAMETERS, SANDBOX_LIST_RULES, returns=("Sandboxes",))


# sandbox.yaml, its first four paths
OPERATIONS: tuple[Operation, ...] = (
    _list_sandboxes("listActiveSandboxes", "/", "list_active_sandboxes"),
    _sandbox("listSandboxTypes", "GET", "/sandboxTypes", "list_sandbox_types", 200, returns=("SandboxTypes",)),
    _list_sandboxes("listSandboxes", "/sandboxes", "list_sandboxes"),
    _sandbox(
        "createSandbox", "POST", "/sandboxes", "create_sandbox", 202, body_rules=SANDBOX_RULES, refuses=("SB-NEW-04",)
    ),
    _sandbox(
        "retrieveSandbox",
        "GET",
        "/sandboxes/{id}",
        "retrieve_sandbox",
        200,
        refuses=("SB-ID-01",),
        returns=("Sandbox",),
    ),
    _sandbox(
        "patchSandbox",
        "PATCH",
        "/sandboxes/{id}",
        "rename_sandbox",
        200,
        body_rules=SANDBOX_UPDATE_RULES,
        refuses=_CHANGED,
    ),
    _sandbox(
        "resetSandbox",
        "PUT",
        "/sandboxes/{id}",
        "reset_sandbox",
        202,
        CHECK_PARAMETERS,
        CHECK_RULES,
        SANDBOX_RESET_RULES,
        _CHANGED,
    ),
    _sandbox(
        "deleteSandbox",
        "DELETE",
        "/sandboxes/{id}",
        "delete_sandbox",
        202,
        CHECK_PARAMETERS,
        CHECK_RULES,
        (),
        (*_CHANGED, "SB-DEL-01"),
    ),
    Operation(
        SANDBOX_TOOLING,
        "pullPackage",
        "POST",
        "/transfer/pullRequest",
        action="pull_package",
        body="json",
        body_rules=PULL_RULES,
        returns=("PullRequest",),
        collection="pullRequests",
    ),
)
