"""Reads of the CRM beside records: layouts, related lists, views, roles, profiles, tags, and related records.

The shapes are those of zoho.com/crm/developer/docs/api/v8; all values are made up from the modules that there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts import Call
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.zoho.crm import NOTHING, missing, module_of, names_asked, paged
from mockserver.services.zoho.dataset import Module, zoho_data
from mockserver.services.zoho.metadata import fields_of
from mockserver.services.zoho.stages import STAGES, has_stages, stages_of
from mockserver.services.zoho.state import ZOHO

__all__ = [
    "NOTES",
    "custom_views",
    "layout",
    "layouts",
    "profiles",
    "related",
    "related_lists",
    "roles",
    "tags",
    "user_info",
]

NOTES = "Notes"
"""The module of notes, each of which belongs to a record of any other module."""

_AT = "2024-01-01T00:00:00+00:00"
_FIRST_ID = 4876876000000040000
# Related lists that every module has and in which the mock holds nothing.
_EMPTY_LISTS = ("Attachments", "Activities", "Emails", "Campaigns", "Products", "Cadences")


def layouts(world: World, call: Call) -> Response:
    return json_response(200, {"layouts": [_layout(_asked_module(world, call))]})


def layout(world: World, call: Call) -> Response:
    found = _layout(_asked_module(world, call))
    return json_response(200, {"layouts": [found]}) if found["id"] == call.id else NOTHING


def related_lists(world: World, call: Call) -> Response:
    of = _asked_module(world, call)
    rows = [_related_list(of, name, number) for number, name in enumerate(_lists_of(world, of), 1)]
    return json_response(200, {"related_lists": rows})


def custom_views(world: World, call: Call) -> Response:
    of = _asked_module(world, call)
    view = {
        "id": _id(5000 + of.number),
        "name": f"All {of.plural}",
        "display_value": f"All {of.plural}",
        "system_name": "ALLVIEWS",
        "system_defined": True,
        "default": True,
        "favorite": None,
        "category": "public_views",
        "access_type": "public",
        "criteria": None,
        "sort_by": None,
        "sort_order": None,
        "created_by": None,
        "modified_by": None,
        "last_accessed_time": None,
    }
    info = {"per_page": 200, "count": 1, "page": 1, "more_records": False, "default": view["id"], "translation": {}}
    return json_response(200, {"custom_views": [view], "info": info})


def roles(world: World, call: Call) -> Response:  # noqa: ARG001 -- as of any action
    return json_response(
        200, {"roles": [_role(each, admin=number == 0) for number, each in enumerate(_of_users("role"))]}
    )


def profiles(world: World, call: Call) -> Response:  # noqa: ARG001
    rows = [
        {
            **each,
            "display_label": each["name"],
            "type": "normal_profile",
            "category": False,
            "custom": False,
            "default": False,
            "description": None,
            "created_time": None,
            "modified_time": None,
            "created_by": None,
            "modified_by": None,
        }
        for each in _of_users("profile")
    ]
    return json_response(200, {"profiles": rows})


def tags(world: World, call: Call) -> Response:
    """The tags that the module's records have."""
    of = _asked_module(world, call)
    names = {tag["name"]: None for row in of.records for tag in row.get("Tag") or () if isinstance(tag, dict)}
    made = {"created_time": _AT, "modified_time": _AT, "created_by": _someone(), "modified_by": _someone()}
    rows = [{"id": _id(7000 + number), "name": name, "color_code": None, **made} for number, name in enumerate(names)]
    return json_response(200, {"tags": rows, "info": {"count": len(rows), "allowed_count": 100}})


def related(world: World, call: Call) -> Response:
    """The records of another module that point to this one."""
    of = module_of(world, call.parts["module"], is_record_call=True)
    name = call.parts["related"]
    if call.id not in of.by_id or name in _EMPTY_LISTS:
        return NOTHING
    if name == STAGES and has_stages(of):
        return paged(world, call, stages_of(of.by_id[call.id]), names_asked(call))
    other = module_of(world, name, is_record_call=True)
    rows = [row for row in other.records if _points_to(row, other, of, call.id)]
    return paged(world, call, rows, names_asked(call))


def user_info(world: World, call: Call) -> Response:  # noqa: ARG001
    """accounts.zoho.com, the profile of whoever the token is of (the first user)."""
    user = zoho_data()["users"][0]
    names = {"First_Name": user["first_name"], "Last_Name": user["last_name"], "Display_Name": user["full_name"]}
    return json_response(200, {**names, "Email": user["email"], "ZUID": int(user["zuid"])})


def _asked_module(world: World, call: Call) -> Module:
    name = call.parameter("module")
    if not name:
        raise missing("module")
    return module_of(world, name)


def _layout(of: Module) -> dict[str, Any]:
    fields = [{**field, "sequence_number": number} for number, field in enumerate(fields_of(of), 1)]
    section = {"name": f"{of.singular} Information", "display_label": f"{of.singular} Information", "fields": fields}
    return {
        "id": _id(6000 + of.number),
        "name": "Standard",
        "api_name": "Standard",
        "display_label": "Standard",
        "status": "active",
        "visible": True,
        "source": "crm",
        "generated_type": "default",
        "created_time": None,
        "modified_time": None,
        "created_by": None,
        "modified_by": None,
        "profiles": [{**each, "default": True} for each in _of_users("profile")],
        "sections": [{**section, "id": _id(6500 + of.number), "sequence_number": 1, "column_count": 2}],
    }


def _related_list(of: Module, name: str, number: int) -> dict[str, Any]:
    label = name.replace("_", " ")
    return {
        "id": _id(8000 + of.number * 50 + number),
        "sequence_number": str(number),
        "api_name": name,
        "name": label,
        "display_label": label,
        "module": {"api_name": name, "id": _id(9000 + number)},
        "action": None,
        "href": f"{of.api_name}/{{ENTITYID}}/{name}",
        "type": "default",
        "connectedmodule": None,
        "linkingmodule": None,
    }


def _lists_of(world: World, of: Module) -> Iterator[str]:
    yield from (NOTES, _EMPTY_LISTS[0], *([STAGES] if has_stages(of) else ()))
    for other in world.of(ZOHO).data.modules.values():
        if any(field.lookup == of.api_name for field in other.fields.values()):
            yield other.api_name


def _points_to(row: Any, other: Module, of: Module, id: str) -> bool:
    if other.api_name == NOTES:
        parent = row.get("Parent_Id")
        return id == (parent.get("id") if isinstance(parent, dict) else parent)
    lookups = (field.api_name for field in other.fields.values() if field.lookup == of.api_name)
    return any(isinstance(row.get(name), dict) and row[name].get("id") == id for name in lookups)


def _role(of: Any, admin: bool) -> dict[str, Any]:
    return {
        **of,
        "display_label": of["name"],
        "reporting_to": None,
        "share_with_peers": True,
        "admin_user": admin,
        "forecast_manager": None,
        "description": None,
    }


def _of_users(name: str) -> list[Any]:
    """The roles or profiles that the users have, each once."""
    return list({each[name]["id"]: each[name] for each in zoho_data()["users"]}.values())


def _someone() -> dict[str, str]:
    user = zoho_data()["users"][0]
    return {"name": user["full_name"], "id": user["id"]}


def _id(number: int) -> str:
    return str(_FIRST_ID + number)
