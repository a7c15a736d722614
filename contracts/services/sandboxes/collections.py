"""The one collection of the Sandbox API (sandbox.yaml)."""

from __future__ import annotations

from contracts.judging.model import Collection

__all__ = ["SANDBOXES"]

SANDBOXES = Collection("sandboxes", id_name="SANDBOX_NAME", shared=True)
