"""Sandboxes (sandbox.yaml), and the packages that one of them asks for (create/loyalty/lava.md)."""

from __future__ import annotations

from contracts.judging.model import Collection

__all__ = ["PULL_REQUESTS", "SANDBOXES"]

SANDBOXES = Collection("sandboxes", id_name="SANDBOX_NAME", shared=True)
PULL_REQUESTS = Collection(
    "pullRequests",
    own=frozenset(
        (
            *("id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy", "status", "initiatedBy"),
            *("sourceIMSOrgId", "targetIMSOrgId", "pipelineMessageId", "requestType"),
        )
    ),
    schemas=(("pull-request", "contracts.services.sandboxes"),),
)
