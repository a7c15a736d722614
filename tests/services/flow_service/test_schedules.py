"""Schedules and transformations: every documented flow fits its flow spec, every documented mistake doesn't."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from contracts import RULES, catalogue
from contracts.judging.violations import Violation
from contracts.services.flow_service.flow_specs import fits, flow_specs
from contracts.services.flow_service.schedules import as_declared, is_one_time, schedule_fits, transformations_fit
from contracts.tables import ERRORS
from tests.kit.any_json import JSON
from tests.kit.specs import CRM, FILES, PLAIN_STREAMS, REST, STREAMS, WEBHOOKS

SPECS = flow_specs(catalogue())
OPTIONAL = "d69717ba-71b4-4313-b654-49f9cf126d7a"

COPY = {
    "name": "Copy",
    "params": {"deltaColumn": {"name": "updatedAt", "dateFormat": "YYYY-MM-DD", "timezone": "UTC"}},
}
MAPPING: dict[str, Any] = {"name": "Mapping", "params": {"mappingId": "500a9b747fcf4908a21917d49bd61780"}}
MAPPING_0 = {"name": "Mapping", "params": {**MAPPING["params"], "mappingVersion": 0}}
MAPPING_TEXT = {"name": "Mapping", "params": {**MAPPING["params"], "mappingVersion": "0"}}
HALF_HOURLY = {"startTime": "1567411548", "frequency": "minute", "interval": "30"}

# What the tutorials POST to /flows: flow spec, category, transformations, schedule.
DOCUMENTED = {
    "collect/crm.md": (FILES, "crm", [COPY, MAPPING], HALF_HOURLY),
    "collect/database-nosql.md": (
        CRM,
        "databases",
        [COPY, MAPPING_0],
        {"startTime": "1612310466", "frequency": "minute", "interval": "15", "backfill": "true"},
    ),
    "collect/payments.md": (CRM, "payments", [COPY, MAPPING_TEXT], HALF_HOURLY),
    "collect/cloud-storage.md": (FILES, "cloud-storage", [MAPPING_0], {**HALF_HOURLY, "startTime": "1597784298"}),
    "update-dataflows.md": (
        CRM,
        "databases",
        [COPY, MAPPING_TEXT],
        {"startTime": "1612310466", "frequency": "week", "interval": "15", "backfill": "true"},
    ),
    "flow-service.yaml": (
        FILES,
        "cloud-storage",
        [MAPPING_TEXT],
        {"startTime": 1590091157, "frequency": "minute", "interval": "15", "backfill": True},
    ),
    "rest": (REST, "marketing-automation", [MAPPING_0], {**HALF_HOURLY, "interval": 15}),
    "collect/streaming.md": (OPTIONAL, "cloud-storage", [MAPPING_0], None),
    "create/streaming/http.md, XDM": (PLAIN_STREAMS, "streaming", None, None),
    "create/streaming/http.md, raw": (STREAMS, "streaming", [MAPPING_0], None),
    "webhooks": (WEBHOOKS, "marketing-automation", [MAPPING_0], None),
}


def found(
    spec: str = CRM, category: str = "crm", transformations: Any = None, schedule: Any = None, now: int | None = None
) -> list[Violation]:
    document = {"transformations": transformations, "scheduleParams": schedule}
    document = {name: value for name, value in document.items() if value is not None}
    before = copy.deepcopy(document)
    breaches = [
        *schedule_fits(schedule, SPECS[spec], now=now),
        *transformations_fit(document, SPECS[spec], category),
    ]
    assert document == before, "what was sent is stored as sent"
    return breaches


def rules(breaches: list[Violation]) -> list[tuple[str, str]]:
    return [(breach.rule.id, breach.pointer) for breach in breaches]


@pytest.mark.parametrize("page", DOCUMENTED)
def test_every_documented_flow_is_accepted(page: str) -> None:
    errors = [breach for breach in found(*DOCUMENTED[page]) if breach.rule.severity("default") == "error"]
    assert errors == []


def test_the_copy_that_one_page_prints_where_it_is_not_declared_is_warned_about() -> None:
    assert rules(found(*DOCUMENTED["collect/crm.md"])) == [("FS-TRF-08", "/transformations/0/name")]


@pytest.mark.parametrize(
    ("schedule", "expected", "answer"),
    [
        (None, [("FS-SCH-01", "/scheduleParams")], "empty"),
        ({}, [("FS-SCH-01", "/scheduleParams")], "empty"),
        ("once", [("FS-SCH-01", "/scheduleParams")], "empty"),
        ({"frequency": "once"}, [("FS-SCH-02", "/scheduleParams/startTime")], "mandatory field startTime"),
        ({"startTime": 1}, [("FS-SCH-02", "/scheduleParams/frequency")], "mandatory field frequency"),
        (
            {"startTime": 1, "frequency": "hour"},
            [("FS-SCH-02", "/scheduleParams/interval")],
            "mandatory field interval",
        ),
        (
            {"startTime": 1, "frequency": "hourly", "interval": 1},
            [("FS-SCH-03", "/scheduleParams/frequency")],
            "frequency : ",
        ),
        ({"startTime": 1, "frequency": 5}, [("FS-SCH-03", "/scheduleParams/frequency")], "frequency : 5 is invalid"),
        ({"startTime": "soon", "frequency": "once"}, [("FS-SCH-04", "/scheduleParams/startTime")], None),
        ({"startTime": True, "frequency": "once"}, [("FS-SCH-04", "/scheduleParams/startTime")], None),
        (
            {"startTime": 1, "frequency": "day", "interval": 1, "backfill": "yes"},
            [("FS-SCH-04", "/scheduleParams/backfill")],
            None,
        ),
        (
            {"startTime": 1, "frequency": "once", "interval": "15"},
            [("FS-SCH-05", "/scheduleParams/interval")],
            "Interval is not allowed with one time ingestion",
        ),
        (
            {"startTime": 1, "frequency": "once", "backfill": "true"},
            [("FS-SCH-06", "/scheduleParams/backfill")],
            "backfill flag is not allowed",
        ),
        (
            {"startTime": 1, "frequency": "minute", "interval": "14"},
            [("FS-SCH-07", "/scheduleParams/interval")],
            "less than 15",
        ),
        (
            {"startTime": 1, "frequency": "week", "interval": 0},
            [("FS-SCH-07", "/scheduleParams/interval")],
            "less than 1",
        ),
    ],
)
def test_a_schedule_with_one_mistake(schedule: Any, expected: list[tuple[str, str]], answer: str | None) -> None:
    breaches = list(schedule_fits(schedule, SPECS[CRM]))
    assert rules(breaches) == expected
    assert ERRORS[breaches[0].rule.error].id == "FLOW-1100-400"
    assert answer is None or answer in (breaches[0].answer or "")


def test_a_misspelt_frequency_is_told_the_nearest() -> None:
    (breach,) = schedule_fits({"startTime": 1, "frequency": "Minutes"}, SPECS[CRM])
    assert breach.nearest == "minute"


def test_other_keys_are_nobodys_business() -> None:
    schedule = {"startTime": 1, "frequency": "once", "endTime": 2, "timeUnit": "x", "exportMode": {}}
    assert list(schedule_fits(schedule, SPECS[CRM])) == []


def test_a_start_in_the_past_counts_only_in_a_strict_world() -> None:
    schedule = {"startTime": "99", "frequency": "once"}
    (breach,) = schedule_fits(schedule, SPECS[CRM], now=100)
    assert breach.rule.id == "FS-SCH-09"
    assert (breach.rule.severity("default"), breach.rule.severity("strict")) == ("off", "error")
    assert list(schedule_fits(schedule, SPECS[CRM], now=99)) == []


def test_a_flow_spec_without_a_schedule_asks_for_none() -> None:
    for schedule in (None, {}, {"frequency": "never"}):
        assert list(schedule_fits(schedule, SPECS[STREAMS])) == []


@given(
    schedule=st.dictionaries(st.sampled_from(["startTime", "frequency", "interval", "backfill", "x"]), JSON | st.text())
)
def test_the_rules_are_the_flow_specs_own_schema(schedule: dict[str, Any]) -> None:
    declared = SPECS[CRM]["scheduleSpec"]["spec"]
    fits = bool(schedule) and Draft7Validator(declared).is_valid(as_declared(schedule, declared))
    assert (list(schedule_fits(schedule, SPECS[CRM])) == []) is fits


@given(schedule=JSON, transformations=JSON | st.lists(st.fixed_dictionaries({"name": JSON, "params": JSON})))
def test_any_json_is_judged(schedule: Any, transformations: Any) -> None:
    for spec in SPECS:
        found(spec, "crm", transformations, schedule, now=0)


@given(number=st.integers(-(10**17), 10**17), yes=st.booleans())
def test_texts_are_read_as_what_is_declared(number: int, yes: bool) -> None:
    declared = {"properties": {"n": {"type": "integer"}, "b": {"type": "boolean"}, "s": {"type": "string"}}}
    value = {"n": str(number), "b": str(yes), "s": number, "other": str(number)}
    assert as_declared(value, declared) == {"n": number, "b": yes, "s": str(number), "other": str(number)}


def test_a_custom_schedule_is_judged_by_its_own_schema() -> None:
    spec = {
        "scheduleSpec": {"spec": {"properties": {"cron": {"type": "string", "minLength": 5}}, "required": ["cron"]}}
    }
    assert list(schedule_fits({"cron": "* * * * *"}, spec)) == []
    assert rules(list(schedule_fits({"cron": "*"}, spec))) == [("FS-SCH-08", "/scheduleParams/cron")]
    assert rules(list(schedule_fits({"other": 1}, spec))) == [("FS-SCH-02", "/scheduleParams/cron")]


ONCE = {"startTime": 1, "frequency": "once"}


@pytest.mark.parametrize(
    ("transformations", "schedule", "category", "expected"),
    [
        ([COPY, MAPPING], HALF_HOURLY, "crm", []),
        ([MAPPING], ONCE, "crm", []),
        ([MAPPING], HALF_HOURLY, "payments", []),
        ([MAPPING], HALF_HOURLY, "crm", [("FS-TRF-05", "/transformations")]),
        ([MAPPING], HALF_HOURLY, "databases", [("FS-TRF-05", "/transformations")]),
        ([COPY, MAPPING], ONCE, "crm", [("FS-TRF-06", "/transformations/0/params/deltaColumn")]),
        ([COPY], HALF_HOURLY, "crm", [("FS-TRF-02", "/transformations")]),
        (None, ONCE, "crm", [("FS-TRF-02", "/transformations")]),
        ("Mapping", ONCE, "crm", [("FS-TRF-01", "/transformations")]),
        (["Mapping", MAPPING], ONCE, "crm", [("FS-TRF-01", "/transformations/0")]),
        ([{"name": "Copy"}, MAPPING], ONCE, "crm", [("FS-TRF-01", "/transformations/0/params")]),
        ([{"params": {}}, MAPPING], ONCE, "crm", [("FS-TRF-01", "/transformations/0/name")]),
        ([{"name": "Mapping", "params": {}}], ONCE, "crm", [("FS-TRF-03", "/transformations/0/params/mappingId")]),
        (
            [{"name": "Mapping", "params": {"mappingId": "m", "mappingVersion": "latest"}}],
            ONCE,
            "crm",
            [("FS-TRF-04", "/transformations/0/params/mappingVersion")],
        ),
        (
            [{"name": "Copy", "params": {"deltaColumn": {"dateFormat": "x"}}}, MAPPING],
            HALF_HOURLY,
            "crm",
            [("FS-TRF-07", "/transformations/0/params/deltaColumn/name")],
        ),
        (
            [{"name": "Copy", "params": {}}, MAPPING],
            HALF_HOURLY,
            "payments",
            [("FS-TRF-05", "/transformations/0/params/deltaColumn")],
        ),
        ([{"name": "mapping", "params": {}}, MAPPING], ONCE, "crm", [("FS-TRF-08", "/transformations/0/name")]),
    ],
)
def test_transformations(transformations: Any, schedule: Any, category: str, expected: list[tuple[str, str]]) -> None:
    assert rules(found(CRM, category, transformations, schedule)) == expected


@pytest.mark.parametrize("version", [-1, "-1", "", None, True, 1.5, "x", [], {}])
def test_a_wrong_mapping_version_has_its_own_error(version: Any) -> None:
    mapping = {"name": "Mapping", "params": {"mappingId": "m", "mappingVersion": version}}
    (breach,) = found(CRM, "crm", [mapping], ONCE)
    assert (breach.rule.id, breach.rule.error) == ("FS-TRF-04", "FLOW-1412-400")


def test_a_streaming_flow_needs_a_mapping_only_where_its_spec_requires_one() -> None:
    assert rules(found(STREAMS, "streaming", [])) == [("FS-TRF-02", "/transformations")]
    assert found(OPTIONAL, "streaming", []) == found(PLAIN_STREAMS, "streaming") == []


def test_only_once_is_one_time() -> None:
    assert [is_one_time(value) for value in (ONCE, HALF_HOURLY, {}, None, "once")] == [True, False, False, False, False]


def test_every_rule_of_schedules_and_transformations_has_an_error() -> None:
    rows = [rule for id, rule in RULES.items() if id.startswith(("FS-SCH-", "FS-TRF-"))]
    assert {rule.error for rule in rows} == {"FLOW-1100-400", "FLOW-1412-400"}


DECLARED = [
    part["spec"]
    for spec in SPECS.values()
    for part in (spec.get("scheduleSpec"), *spec.get("transformationSpecs", ()))
    if isinstance(part, dict) and isinstance(part.get("spec"), dict)
]
TIMES = st.sampled_from(("once", "minute", "hour", "day", "week", 5, None, "every"))
SCHEDULES = st.fixed_dictionaries(
    {},
    optional={
        "startTime": st.integers(-1, 2**40) | st.text(max_size=3),
        "frequency": TIMES,
        "interval": st.integers(-1, 40) | st.floats(allow_nan=False) | st.booleans(),
        "backfill": st.booleans() | st.text(max_size=3),
    },
)


@given(st.sampled_from(DECLARED), SCHEDULES | st.dictionaries(st.text(max_size=3), JSON, max_size=3) | JSON)
def test_what_surely_fits_a_documented_schema_has_no_errors(declared: dict[str, Any], value: Any) -> None:
    assert not fits(declared, value) or Draft7Validator(declared).is_valid(value)


def test_the_documented_parts_are_looked_at_quickly_and_no_others() -> None:
    once = {"startTime": 1, "frequency": "once"}
    declared = SPECS[CRM]["scheduleSpec"]["spec"]

    assert fits(declared, once)
    assert not fits(copy.deepcopy(declared), once)
