"""The history of a deal's stages, which is one of its related lists.

help.zoho.com, Kaizen #107 (field trackers), names the fields: the value, its duration, when and by whom it was set, and
what followed. That only the present stage is there, since the last change, is assumed: earlier ones aren't kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.services.zoho.dataset import Module, zoho_data

__all__ = ["STAGES", "has_stages", "stages_of"]

STAGES = "Stage_History"
"""What the list is called in a path."""

_TRACKED = "Deals"
_WITH_IT = ("Amount", "Probability", "Expected_Revenue", "Closing_Date")
"""Fields of the deal that a row of its history has too."""


def has_stages(of: Module) -> bool:
    return of.api_name == _TRACKED


def stages_of(deal: Mapping[str, Any]) -> list[dict[str, Any]]:
    user = zoho_data()["users"][0]
    row = {
        "id": deal["id"],
        "Stage": deal.get("Stage"),
        "Duration_Days": None,
        "Moved_To__s": None,
        **{name: deal.get(name) for name in _WITH_IT},
        "Modified_Time": deal.get("Modified_Time"),
        "Modified_By": {"name": user["full_name"], "id": user["id"]},
    }
    return [row]
