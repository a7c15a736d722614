"""The writes of Zoho CRM's records: insert, update, upsert, delete. Each record is answered for itself.

The shapes are those of zoho.com/crm/developer/docs/api/v8, the pages of each. That a call of which all records are
refused is a 400, and one of which some are a 207, is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from contracts import Call, Violation
from contracts.contract import error_of, in_order
from contracts.judging.body_schemas import pointer_to
from contracts.judging.violations import shown
from contracts.reading import json_text
from contracts.reading.spelling import nearest
from contracts.services.zoho.crm import MOST_RECORDS
from contracts.services.zoho.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.zoho.crm import missing, module_of
from mockserver.services.zoho.dataset import Dataset, Module, linked_value, new_id, zoho_data
from mockserver.services.zoho.more_reads import NOTES
from mockserver.services.zoho.paging import iso_of
from mockserver.services.zoho.state import ZOHO
from mockserver.services.zoho.written import Written

__all__ = ["delete", "delete_one", "insert", "insert_note", "update", "update_one", "upsert"]

Row = dict[str, Any]

_MOST_TOLD = 50  # violations of one call that are told of
_MOST_FIELDS = 20  # that are looked at to tell records apart
_FIRST = 500_000_001
"""The number of the first record that a program makes; those that were there have smaller ones."""

# upsert-records.html: what tells records apart where a call doesn't say; of all other modules it's their name.
_TOLD_APART_BY = {"Leads": ("Email",), "Contacts": ("Email",)}


def insert(world: World, call: Call) -> Response:
    return _each(world, call, 201, lambda writing, row, at: writing.inserted(row, at))


def insert_note(world: World, call: Call) -> Response:
    """A note of the record that the path names."""
    of = module_of(world, call.parts["module"], is_record_call=True)
    if call.id not in of.by_id:
        raise Refused(_no_such("path", call.id))
    return _each(world, call, 201, lambda writing, row, at: writing.inserted({**row, **_parent(call.id)}, at), NOTES)


def _parent(id: str) -> Row:
    return {"Parent_Id": {"id": id}}


def update(world: World, call: Call) -> Response:
    return _each(world, call, 200, lambda writing, row, at: writing.updated(row, at))


def update_one(world: World, call: Call) -> Response:
    """The id stands in the path, whatever the record says."""
    return _each(world, call, 200, lambda writing, row, at: writing.updated({**row, "id": call.id}, at))


def upsert(world: World, call: Call) -> Response:
    """A record that has an id, or a twin in one of the fields that tell records apart, is changed; else it is new."""
    return _each(world, call, 200, lambda writing, row, at: writing.upserted(row, at))


def delete(world: World, call: Call) -> Response:
    asked = call.parameter("ids")
    if not asked:
        raise missing("ids")
    return _deleted(world, call, [id.strip() for id in asked.split(",")])


def delete_one(world: World, call: Call) -> Response:
    return _deleted(world, call, [call.id])


@dataclass(frozen=True)
class _Writing:
    """One call that writes to ``of``.

    ``known`` are that module's records by id, as the call has left them so far, ``alike`` their ids by a field's value,
    for each field that was asked for.
    """

    world: World
    call: Call
    data: Dataset
    of: Module
    known: dict[str, Mapping[str, Any]]
    alike: dict[str, dict[bytes, dict[str, None]]] = field(default_factory=dict)

    def inserted(self, row: Row, at: str) -> Row:
        """``row`` stands ``at`` that place of the body; what is answered, or `Refused`."""
        facts = self.of.facts
        _demand(row, [name for name in facts.get("mandatory", ()) if name not in facts.get("layout", ())], at)
        own = {"Owner": zoho_data()["users"][0]["full_name"], "Created_Time": self.now}
        return self._kept({**own, **row, "id": self._new_id()}, row, at, "record added")

    def updated(self, row: Row, at: str) -> Row:
        _demand(row, ["id"], at)
        known = self.known.get(str(row["id"]))
        if known is None:
            raise Refused(_no_such(f"{at}/id", str(row["id"])))
        return self._kept({**known, **row, "id": known["id"]}, row, at, "record updated")

    def upserted(self, row: Row, at: str) -> Row:
        field, id = self._twin(row)
        if id is None:
            return {**self.inserted(row, at), "action": "insert", "duplicate_field": None}
        return {**self.updated({**row, "id": id}, at), "action": "update", "duplicate_field": field}

    def _new_id(self) -> str:
        """One that no record has, nor a deleted one."""
        written = self.world.of(ZOHO).written
        numbers = (new_id(self.of, number) for number in count(_FIRST + len(written)))
        return next(id for id in numbers if id not in written and id not in self.known)

    @property
    def now(self) -> str:
        return iso_of(self.world.now())

    def _twin(self, row: Row) -> tuple[str | None, Any]:
        """The field in which another record is the same, and the id of that record."""
        if row.get("id") is not None:
            return None, row["id"]
        for name in self._telling_apart():
            same = self._alike(name).get(_plain(row[name])) if row.get(name) is not None else None
            if same:
                return name, next(iter(same))
        return None, None

    def _telling_apart(self) -> Iterable[str]:
        """The fields that tell records apart."""
        named = self.call.document.get("duplicate_check_fields")
        if isinstance(named, list) and named:
            return islice(dict.fromkeys(map(str, named)), _MOST_FIELDS)
        return _TOLD_APART_BY.get(self.of.api_name, (str(self.of.facts.get("name", "Name")),))

    def _alike(self, name: str) -> dict[bytes, dict[str, None]]:
        if name not in self.alike:
            found = self.alike.setdefault(name, {})
            for id, each in self.known.items():
                found.setdefault(_plain(each.get(name)), {})[id] = None
        return self.alike[name]

    def _kept(self, record: Row, row: Row, at: str, message: str) -> Row:
        self._warn_of_strange_keys(row, at)
        said = {name: value for name, value in record.items() if not name.startswith("$")}
        told = {name: linked_value(self.data, self.of, name, value) for name, value in said.items()}
        told["Modified_Time"] = self.now
        if self.of.facts.get("name") == "Full_Name":
            told["Full_Name"] = " ".join(str(told[name]) for name in ("First_Name", "Last_Name") if told.get(name))
        self._know(told)
        self.world.of(ZOHO).written[told["id"]] = Written(self.of.api_name, told, self.world.now())
        times = {name: told.get(name) for name in ("Created_Time", "Modified_Time")}
        return _success(message, {**times, "Created_By": _someone(), "Modified_By": _someone(), "id": told["id"]})

    def _know(self, told: Row) -> None:
        id = told["id"]
        before = self.known.get(id)
        for name, found in self.alike.items():
            if before is not None:
                found[_plain(before.get(name))].pop(id, None)
            found.setdefault(_plain(told.get(name)), {})[id] = None
        self.known[id] = told

    def _warn_of_strange_keys(self, row: Row, at: str) -> None:
        fields = {**self.of.fields, **dict.fromkeys(self.of.facts.get("also", ()))}
        strange = (name for name in row if name not in fields and not name.startswith("$"))
        for name in islice(strange, max(0, _MOST_TOLD - len(self.call.violations))):
            problem, like = f"{self.of.api_name} has no such field", nearest(name, fields)
            found = violation("ZO-WRT-04", pointer_to(at, name), problem, found=shown(name), nearest=like)
            self.call.violations.append(found)


def _each(
    world: World, call: Call, good: int, write: Callable[[_Writing, Row, str], Row], module: str = ""
) -> Response:
    of = module_of(world, module or call.parts["module"], is_record_call=True)
    writing = _Writing(world, call, world.of(ZOHO).data, of, dict(of.by_id))
    answers: list[Row] = []
    found: list[Violation] = []
    for number, row in enumerate(call.document["data"]):
        at = f"/data/{number}"
        try:
            if not isinstance(row, dict):
                raise Refused(violation("ZO-WRT-01", at, "no record", found=shown(row), allowed=["an object"]))
            answers.append(write(writing, row, at))
        except Refused as refused:
            found += refused.violations
            answers.append(_failure(call, refused.violations[0]))
    return _answered(call, good, answers, found)


def _deleted(world: World, call: Call, ids: list[str]) -> Response:
    of = module_of(world, call.parts["module"], is_record_call=True)
    if len(ids) > MOST_RECORDS:
        allowed = [f"1 to {MOST_RECORDS} ids"]
        raise Refused(violation("ZO-WRT-01", "query/ids", "too many records", found=str(len(ids)), allowed=allowed))
    answers, found = [], []
    for id in ids:
        known = of.by_id.get(id)
        if known is None:
            found.append(_no_such("path", id))
            answers.append(_failure(call, found[-1]))
        else:
            world.of(ZOHO).written[id] = Written(of.api_name, dict(known), world.now(), is_deleted=True)
            answers.append(_success("record deleted", {"id": id}))
    return _answered(call, 200, answers, found)


def _answered(call: Call, good: int, answers: list[Row], found: list[Violation]) -> Response:
    call.violations = in_order(call, [*call.violations, *found])
    status = 400 if len(found) == len(answers) else 207 if found else good
    return json_response(status, {"data": answers})


def _demand(row: Row, names: Iterable[str], at: str) -> None:
    for name in names:
        if row.get(name) in (None, ""):
            place = f"$.data[{at.rpartition('/')[2]}].{name}"
            details = {"api_name": name, "json_path": place}
            raise Refused(violation("ZO-WRT-02", f"{at}/{name}", "missing", found="nothing", **details))


def _no_such(pointer: str, id: str) -> Violation:
    return violation("ZO-WRT-03", pointer, "no such record", found=shown(id), id=id)


def _success(message: str, details: Row) -> Row:
    return {"code": "SUCCESS", "details": details, "message": message, "status": "success"}


def _failure(call: Call, found: Violation) -> Row:
    return error_of(call.service, found.rule).body(found.details, "")


def _plain(value: Any) -> bytes:
    """What values that are the same share: texts in any letter case (assumed), lookups with one id."""
    if isinstance(value, dict):
        value = value.get("id")
    return json_text.render(value.casefold() if isinstance(value, str) else value)


def _someone() -> Row:
    user = zoho_data()["users"][0]
    return {"name": user["full_name"], "id": user["id"]}
