"""The mock's description of itself, an OpenAPI 3.1 document; imported only where it is asked for."""

from __future__ import annotations

from typing import Any

from contracts.judging.rule import Strictness
from contracts.reports.openapi import openapi
from mockserver.version import version

__all__ = ["description"]


def description(strictness: Strictness = "default") -> dict[str, Any]:
    """What is enforced under that strictness."""
    return openapi(strictness, version())
