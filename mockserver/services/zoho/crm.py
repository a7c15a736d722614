"""The reads of Zoho CRM: settings, records, search, COQL, org and users."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts import Call
from contracts.judging.violations import shown
from contracts.reading.times import instant_of
from contracts.services.zoho.crm import version_of
from contracts.services.zoho.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.zoho import coql as language
from mockserver.services.zoho.dataset import Module, zoho_data
from mockserver.services.zoho.metadata import described, fields_of, modules_of
from mockserver.services.zoho.paging import bad_parameter, iso_of, page_of, search_is_within_reach
from mockserver.services.zoho.searching import CriteriaProblem, criteria_test, search_test
from mockserver.services.zoho.state import ZOHO
from mockserver.services.zoho.written import Written

__all__ = [
    "NOTHING",
    "coql",
    "count",
    "deleted",
    "fields",
    "missing",
    "module",
    "module_of",
    "modules",
    "names_asked",
    "org",
    "paged",
    "record",
    "records",
    "search",
    "user",
    "users",
]

Row = Mapping[str, Any]

NOTHING = Response(204)
NOT_MODIFIED = Response(304)
_MOST_FIELDS = 50
_SORTS = ("id", "Created_Time", "Modified_Time")

# get-users; AllUsers, DeletedUsers, AdminUsers and ActiveConfirmedAdmins are in use beside the documented ones
_USERS: Mapping[str, Callable[[Row], bool]] = {
    "AllUsers": lambda _: True,
    "ActiveUsers": lambda user: user["status"] == "active",
    "DeactiveUsers": lambda user: user["status"] != "active",
    "ConfirmedUsers": lambda _: True,
    "NotConfirmedUsers": lambda _: False,
    "ActiveConfirmedUsers": lambda user: user["status"] == "active",
    "CurrentUser": lambda user: user is zoho_data()["users"][0],
    "DeletedUsers": lambda _: False,
    "AdminUsers": lambda user: user["profile"]["name"] == "Administrator",
    "ActiveConfirmedAdmins": lambda user: user["profile"]["name"] == "Administrator",
}


def modules(world: World, call: Call) -> Response:  # noqa: ARG001
    return json_response(200, {"modules": modules_of(world.of(ZOHO).data)})


def module(world: World, call: Call) -> Response:
    return json_response(200, {"modules": [described(module_of(world, call.parts["module"]))]})


def fields(world: World, call: Call) -> Response:
    name = call.parameter("module")
    if not name:
        raise missing("module")
    return json_response(200, {"fields": fields_of(module_of(world, name))})


def org(world: World, call: Call) -> Response:  # noqa: ARG001
    """``type`` is told from v6 on."""
    more = {"type": "production"} if version_of(call) >= 6 else {}
    return json_response(200, {"org": [{**zoho_data()["org"], **more}]})


def users(world: World, call: Call) -> Response:
    kind = (call.parameter("type") or "AllUsers").strip("'\"")
    test = _USERS.get(kind)
    if test is None:
        raise bad_parameter("type", "no kind of users", kind, list(_USERS))
    page = page_of(call, [_user(each) for each in zoho_data()["users"] if test(each)], world.now())
    return json_response(200, {"users": page.rows, "info": page.info}) if page.rows else NOTHING


def user(world: World, call: Call) -> Response:  # noqa: ARG001
    found = [_user(each) for each in zoho_data()["users"] if each["id"] == call.id]
    return json_response(200, {"users": found}) if found else NOTHING


def records(world: World, call: Call) -> Response:
    of = module_of(world, call.parts["module"], is_record_call=True)
    names = _fields_asked(call)
    rows = _asked_by_id(call, of.records)
    since = _since(call)
    if since is not None:
        rows = [row for row in rows if _is_since(row, since)]
        if not rows:
            return NOT_MODIFIED
    return paged(world, call, rows, names)


def search(world: World, call: Call) -> Response:
    of = module_of(world, call.parts["module"], is_record_call=True)
    test = _search_test(call, of)
    if test is None:
        allowed = ["criteria", "email", "phone", "word"]
        raise Refused(violation("ZO-SRC-01", "query", "none of them", found="nothing", allowed=allowed))
    search_is_within_reach(call)
    return paged(world, call, [row for row in of.records if test(row)], names_asked(call))


def deleted(world: World, call: Call) -> Response:
    """Those in the recycle bin, the newest first."""
    of = module_of(world, call.parts["module"], is_record_call=True)
    gone = [each for each in world.of(ZOHO).written.values() if each.is_deleted and each.module == of.api_name]
    gone.sort(key=lambda each: each.at, reverse=True)
    page = page_of(call, [_deleted(of, each) for each in gone], world.now())
    return json_response(200, {"data": page.rows, "info": page.info}) if page.rows else NOTHING


def _deleted(of: Module, written: Written) -> Row:
    user = zoho_data()["users"][0]
    who = {"name": user["full_name"], "id": user["id"]}
    name = written.row.get(of.facts.get("name", "Name"))
    own = {"id": written.row["id"], "display_name": name, "type": "recycle", "deleted_time": iso_of(written.at)}
    return {**own, "deleted_by": who, "created_by": who}


def count(world: World, call: Call) -> Response:
    """A string, as Zoho's own description says."""
    of = module_of(world, call.parts["module"], is_record_call=True)
    test = _search_test(call, of) or (lambda _: True)
    return json_response(200, {"count": str(sum(1 for row in of.records if test(row)))})


def record(world: World, call: Call) -> Response:
    """A well-formed id that isn't there is answered with nothing (inferred)."""
    of = module_of(world, call.parts["module"], is_record_call=True)
    if not call.id.isdecimal():
        raise Refused(violation("ZO-CRM-14", "path", "not an id", found=shown(call.id), id=call.id))
    found = of.by_id.get(call.id)
    return NOTHING if found is None else json_response(200, {"data": [_projected(found, names_asked(call))]})


def coql(world: World, call: Call) -> Response:
    query = language.parsed(call.document["select_query"], version_of(call))
    of = module_of(world, query.module)
    for name in (*query.columns, *query.names):
        column = name.partition(".")[0]
        if column not in of.fields:
            problem = f"{of.api_name} has no such column"
            raise Refused(
                violation("ZO-COQL-02", "/select_query", problem, found=shown(column), allowed=of.fields, near=column)
            )
    rows = sorted(filter(query.test, of.records), key=lambda row: row["id"], reverse=True)
    for name, descends in reversed(query.order):
        rows.sort(key=lambda row: _sortable(row.get(name)), reverse=descends)
    chosen = rows[query.offset : query.offset + query.limit]
    if not chosen:
        return NOTHING
    data = [{**{name: _selected(row, name) for name in query.columns}, "id": row["id"]} for row in chosen]
    more = query.offset + query.limit < len(rows)
    return json_response(200, {"data": data, "info": {"count": len(data), "more_records": more}})


def paged(world: World, call: Call, rows: Iterable[Row], names: tuple[str, ...]) -> Response:
    by, order = call.parameter("sort_by") or "id", call.parameter("sort_order") or "desc"
    if by not in _SORTS:
        raise bad_parameter("sort_by", "can't be sorted by", by, _SORTS)
    if order not in ("asc", "desc"):
        raise bad_parameter("sort_order", "no order", order, ("asc", "desc"))
    in_order = sorted(rows, key=lambda row: (_sortable(row.get(by)), row["id"]), reverse=order == "desc")
    page = page_of(call, in_order, world.now(), (by, order))
    if not page.rows:
        return NOTHING
    return json_response(200, {"data": [_projected(row, names) for row in page.rows], "info": page.info})


def module_of(world: World, name: str, is_record_call: bool = False) -> Module:
    data = world.of(ZOHO).data
    found = data.module(name)
    if found is None:
        details = {"resource_path_index": "0"} if is_record_call else {}
        raise Refused(
            violation(
                "ZO-CRM-06", "path", "no such module", found=shown(name), allowed=data.modules, near=name, **details
            )
        )
    return found


def _fields_asked(call: Call) -> tuple[str, ...]:
    """The names in ``fields``, which a list must have from v3 on."""
    names = names_asked(call)
    if version_of(call) >= 3:
        if not names:
            raise missing("fields")
        if len(names) > _MOST_FIELDS:
            allowed = [str(_MOST_FIELDS)]
            raise Refused(
                violation("ZO-CRM-09", "query/fields", "too many", found=str(len(names)), allowed=allowed, limit="50")
            )
    return names


def names_asked(call: Call) -> tuple[str, ...]:
    """The fields that the query names; none where it names none."""
    return tuple(name.strip() for name in (call.parameter("fields") or "").split(",") if name.strip())


def _projected(row: Row, names: Sequence[str]) -> Row:
    """What was asked for; ``id`` always comes back, a name that is no field's doesn't (assumed)."""
    return {"id": row["id"], **{name: row[name] for name in names if name in row}} if names else row


def _asked_by_id(call: Call, rows: Iterable[Row]) -> list[Row]:
    ids = call.parameter("ids")
    wanted = {id.strip() for id in ids.split(",")} if ids else None
    return [row for row in rows if wanted is None or row["id"] in wanted]


def _since(call: Call) -> datetime | None:
    text = call.header("if-modified-since")
    if text is None:
        return None
    since = instant_of(text)
    if since is None:
        raise Refused(
            violation(
                "ZO-CRM-08",
                "headers/if-modified-since",
                "not a time",
                found=shown(text),
                allowed=["2024-01-31T10:00:00+00:00"],
                param_name="If-Modified-Since",
            )
        )
    return since


def _is_since(row: Row, since: datetime) -> bool:
    modified = instant_of(str(row.get("Modified_Time")))
    return modified is not None and modified >= since


def _search_test(call: Call, of: Module) -> Callable[[Row], bool] | None:
    criteria = call.parameter("criteria")
    if criteria:
        try:
            return criteria_test(criteria, of.fields, version_of(call))
        except CriteriaProblem as problem:
            raise _bad_criteria(problem, of) from None
    for name in ("email", "phone", "word"):
        value = call.parameter(name)
        if name == "word" and value and len(value) < _SHORTEST_WORD:
            found, allowed = shown(value), [f"{_SHORTEST_WORD} letters or more"]
            raise Refused(
                violation("ZO-SRC-03", "query/word", "too short", found=found, allowed=allowed, param_name="word")
            )
        if value:
            return search_test(name, value)
    return None


_SHORTEST_WORD = 2


def _bad_criteria(problem: CriteriaProblem, of: Module) -> Refused:
    """``details`` as a client recorded them: reason, api_name and operator."""
    about = {"api_name": problem.api_name, "operator": problem.operator}
    details = {name: text for name, text in about.items() if text}
    allowed = of.fields if problem.api_name not in of.fields else ()
    return Refused(
        violation(
            "ZO-SRC-02",
            "query/criteria",
            problem.reason,
            found=shown(problem.api_name or problem.operator),
            allowed=allowed,
            near=problem.api_name if allowed else None,
            reason=problem.reason,
            **details,
        )
    )


def _selected(row: Row, name: str) -> Any:
    """A lookup comes as its id alone, its name under a dotted column."""
    first, dot, _ = name.partition(".")
    value = row.get(first)
    if not isinstance(value, dict):
        return value
    return value.get("name") if dot else {"id": value.get("id")}


def _sortable(value: Any) -> tuple[int, Any]:
    """Absent values first; of one field all others are of one type, or are compared as texts."""
    if value is None:
        return (0, "")
    return (1, value) if isinstance(value, int | float) else (2, str(value))


def _user(row: Row) -> dict[str, Any]:
    return {
        **row,
        "confirm": True,
        "locale": "en_US",
        "language": "en_US",
        "country_locale": "US",
        "time_zone": "America/Los_Angeles",
        "time_format": "hh:mm a",
        "date_format": "MMM d, yyyy",
        "offset": -28800000,
        "created_time": "2024-01-01T00:00:00+00:00",
        "Modified_Time": "2024-01-01T00:00:00+00:00",
        "Isonline": False,
    }


def missing(name: str) -> Refused:
    return Refused(violation("ZO-CRM-07", f"query/{name}", "missing", found="nothing", allowed=[name], param_name=name))
