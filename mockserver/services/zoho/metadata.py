"""Modules and fields as the CRM's settings describe them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.services.zoho.dataset import Dataset, Field, Module, json_type, zoho_data

__all__ = ["described", "fields_of", "modules_of"]

_ADMINISTRATOR = {"name": "Administrator", "id": "4876876000000026011"}


def modules_of(data: Dataset) -> list[dict[str, Any]]:
    """Every module, those that the API doesn't support among them."""
    closed = [_module(name, name, name, -number, False) for number, name in enumerate(zoho_data()["unsupported"], 1)]
    return [*closed, *(described(module) for module in data.modules.values())]


def described(module: Module) -> dict[str, Any]:
    row = _module(module.api_name, module.singular, module.plural, module.number, True)
    return {**row, "generated_type": "custom" if module.is_custom else "default"}


def fields_of(module: Module) -> list[dict[str, Any]]:
    named = [each for each in module.fields.values() if each.api_name != "id"]
    return [_field(module, each, number) for number, each in enumerate(named, 1)]


def _module(api_name: str, singular: str, plural: str, number: int, is_supported: bool) -> dict[str, Any]:
    return {
        "global_search_supported": is_supported,
        "deletable": is_supported,
        "creatable": is_supported,
        "editable": is_supported,
        "viewable": True,
        "convertable": api_name == "Leads",
        "api_supported": is_supported,
        "api_name": api_name,
        "module_name": api_name,
        "singular_label": singular,
        "plural_label": plural,
        "generated_type": "default",
        "id": str(4876876000000002175 + number),
        "visibility": 1,
        "sequence_number": max(number, 0) + 1,
        "quick_create": is_supported,
        "presence_sub_menu": is_supported,
        "triggers_supported": is_supported,
        "filter_supported": is_supported,
        "scoring_supported": is_supported,
        "webform_supported": api_name in ("Leads", "Contacts", "Cases"),
        "feeds_required": False,
        "business_card_field_limit": 5 if is_supported else 0,
        "arguments": [],
        "parent_module": {},
        "web_link": None,
        "modified_time": None,
        "modified_by": None,
        "description": None,
        "profiles": [_ADMINISTRATOR],
    }


def _field(module: Module, field: Field, number: int) -> dict[str, Any]:
    label = field.api_name.replace("_", " ")
    read_only = field.api_name in ("Created_Time", "Modified_Time", "Last_Activity_Time", "Full_Name")
    return {
        "id": str(4876876000000002500 + module.number * 1000 + number),
        "api_name": field.api_name,
        "field_label": label,
        "display_label": label,
        "data_type": field.data_type,
        "json_type": json_type(field.data_type),
        "length": zoho_data()["lengths"].get(field.data_type, 120),
        "decimal_place": 2 if field.data_type in ("currency", "double") else None,
        "system_mandatory": field.api_name in module.facts.get("mandatory", ()),
        "read_only": read_only,
        "field_read_only": read_only,
        "custom_field": module.is_custom,
        "visible": True,
        "webhook": True,
        "businesscard_supported": True,
        "created_source": "default",
        "view_type": {"view": True, "edit": not read_only, "quick_create": False, "create": not read_only},
        "pick_list_values": _picks(module, field) if field.data_type == "picklist" else [],
        "lookup": _lookup(field, number) if field.lookup else {},
        "multiselectlookup": {},
        "currency": {"rounding_option": "normal", "precision": 2} if field.data_type == "currency" else {},
        "formula": {},
        "unique": {},
        "auto_number": {"prefix": "", "start_number": "1", "suffix": ""} if field.data_type == "autonumber" else {},
        "subform": None,
        "external": None,
        "tooltip": None,
        "crypt": None,
        "history_tracking": None,
    }


def _lookup(field: Field, number: int) -> dict[str, Any]:
    return {
        "display_label": str(field.lookup),
        "api_name": field.api_name,
        "module": field.lookup,
        "id": str(4876876000000009000 + number),
    }


def _picks(module: Module, field: Field) -> list[dict[str, Any]]:
    """The values that occur (assumed); Zoho's own lists are longer."""
    values: Mapping[str, None] = dict.fromkeys(
        str(row[field.api_name]) for row in module.records if row.get(field.api_name) is not None
    )
    return [
        {
            "id": str(4876876000000003000 + module.number * 100 + number),
            "display_value": value,
            "actual_value": value,
            "reference_value": value,
            "sequence_number": number,
            "type": "used",
        }
        for number, value in enumerate(values, 1)
    ]
