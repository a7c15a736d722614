"""Data Prep on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.services.data_prep.service import DATA_PREP, DATA_PREP_SHORT
from mockserver.exchange.masking import Shows
from mockserver.memory.store import Record
from mockserver.services.side import Action, Side

__all__ = ["SIDE"]


def _actions() -> Mapping[str, Action]:
    from mockserver.services.data_prep import actions, languages

    return {
        "list_mapping_sets": actions.list_all,
        "create_mapping_set": actions.create,
        "get_mapping_set": actions.get,
        "replace_mapping_set": actions.replace,
        "delete_mapping_set": actions.delete,
        "validate_mapping_set": actions.validate,
        "preview_mapping_set": actions.preview,
        "list_mappings": actions.list_mappings,
        "get_mapping": actions.get_mapping,
        "list_functions": languages.functions,
        "list_operators": languages.operators,
        "validate_expression": languages.validate,
    }


def _shown(record: Record, collection: str) -> dict[str, Any]:
    from mockserver.services.data_prep.actions import shown

    return shown(record, collection)


SIDE = Side(
    "data_prep",
    (DATA_PREP, DATA_PREP_SHORT),
    _actions,
    view=_shown,
    shows=Shows(parameters=frozenset(("start", "expandSchema", "version", "validate"))),
)
