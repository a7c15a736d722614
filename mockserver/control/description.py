"""The mock's description of itself, an OpenAPI 3.1 document; imported only where it is asked for."""

from __future__ import annotations

from typing import Any

from contracts.openapi import openapi
from contracts.rules import Strictness
from mockserver.actions import ACTIONS
from mockserver.version import version

__all__ = ["description"]


def description(strictness: Strictness = "default") -> dict[str, Any]:
    """What is enforced under that strictness."""
    return openapi(ACTIONS, strictness, version())
