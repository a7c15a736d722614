"""Flows to destinations: the three roads, what a PATCH adds, and each documented mistake with its own rule."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts import catalogue
from tests.kit.chain import make, read, without
from tests.kit.destinations import (
    ATTRIBUTE,
    AUDIENCE,
    CAMPAIGN,
    EVENT_HUBS,
    HOURLY,
    LEGACY_S3,
    S3,
    SELECTORS,
    STREAMED,
    ZONE,
    Road,
    added,
    base,
    datasets,
    destination,
    flow,
    profiles,
    road,
    spec,
    target,
    with_schedule,
    with_value,
)
from tests.kit.sender import Sender

TARGETS = [row.key for row in catalogue().of("destination") if row.target["targetConnectionExample"]]
WITH_FLOWS = [row.key for row in catalogue().of("destination") if row.target["flowSpecId"]]
EXPORTS = [row.key for row in catalogue().of("destination") if row.target["datasetFlowSpecId"]]
FULL = "DAILY_FULL_EXPORT"
INCREMENTAL = "FIRST_FULL_THEN_INCREMENTAL"
PARAMS = "/transformations/0/params"


def rules(sent: Sender) -> list[str]:
    return [row["rule"] for row in sent.violations if row["rule"] != "FS-FILL-01"]


def refused(there: Road, operation: dict[str, Any], rule: str) -> None:
    before = there.read()
    answer = there.patch(operation)
    assert answer.status == 400, answer.text
    assert set(there.sent.rules) == {rule}
    assert all(found["message"] for found in there.sent.violations)
    assert there.read() == before


# The roads.


@pytest.mark.parametrize("key", WITH_FLOWS)
def test_audiences_flow_to_every_destination(sent: Sender, key: str) -> None:
    there = road(sent, key)
    audience = STREAMED if there.row.target["activation"] == "stream" else AUDIENCE
    assert there.patch(added(audience)).status == 200
    assert rules(sent) == []
    assert there.audiences() == [audience["value"]["id"]]


@pytest.mark.parametrize("key", EXPORTS)
def test_datasets_flow_to_every_file_destination(sent: Sender, key: str) -> None:
    there = road(sent, key, "datasets")
    assert rules(sent) == []
    assert there.read()["transformations"] == []
    once = {"exportMode": FULL, "timeUnit": "day", "interval": 0, "startTime": 1675901210}
    assert there.patch({"op": "replace", "path": "/scheduleParams", "value": once}).status == 200
    other = make(sent, "sourceConnections", datasets(name="another"))
    assert there.patch({"op": "replace", "path": "/sourceConnectionIds", "value": [other]}).status == 200
    assert there.read()["sourceConnectionIds"] == [other]


def test_a_repeated_patch_keeps_the_audiences_that_were_there(sent: Sender) -> None:
    there = road(sent)
    for id in ("one", "two", "three"):
        assert there.patch(added(with_value(id=id))).status == 200
    assert there.patch({"op": "remove", "path": f"{SELECTORS}/1", "value": AUDIENCE}).status == 200
    assert there.audiences() == ["one", "three"]
    assert there.patch({"op": "replace", "path": f"{SELECTORS}/0", "value": with_value(id="four")}).status == 200
    assert there.audiences() == ["four", "three"]


def test_two_removals_are_carried_out_one_after_the_other(sent: Sender) -> None:
    """RFC 6902: the second one finds what the first one has left."""
    there = road(sent)
    there.patch(*(added(with_value(id=id)) for id in ("one", "two", "three")))
    there.patch({"op": "remove", "path": f"{SELECTORS}/0"}, {"op": "remove", "path": f"{SELECTORS}/1"})
    assert there.audiences() == ["two"]


def test_every_printed_operation_on_a_flow_is_taken(sent: Sender) -> None:
    there = road(sent)
    primary = [
        {"fieldType": "ATTRIBUTE", "attributePath": "personalEmail.address"},
        {"fieldType": "IDENTITY", "identityNamespace": "Email"},
    ]
    for operation in (
        added({"mappingId": "a-mapping", "mappingVersion": 0}, f"{PARAMS}/profileMapping"),
        {**added(["Email"], f"{PARAMS}/mandatoryFields"), "op": "ADD"},
        added(primary, f"{PARAMS}/primaryFields"),
        added({"enforcementRefs": []}, "/policy"),
        added("a-label", "/policy/enforcementRefs/-"),
        {"op": "replace", "path": "/name", "value": "another name"},
        {"op": "replace", "path": "/description", "value": "described"},
    ):
        answer = there.patch(operation)
        assert answer.status == 200, answer.text
        assert set(answer.json) == {"id", "etag"}
        assert rules(sent) == []


@pytest.mark.parametrize("key", [EVENT_HUBS, LEGACY_S3, S3])
def test_an_attribute_is_added_and_removed(sent: Sender, key: str) -> None:
    there = road(sent, key)
    path = f"{PARAMS}/profileSelectors/selectors"
    assert there.patch(added(ATTRIBUTE, f"{path}/-")).status == 200
    assert there.patch({"op": "remove", "path": f"{path}/0", "value": ATTRIBUTE}).status == 200
    assert there.read()["transformations"][0]["params"]["profileSelectors"] == {"selectors": []}


def test_a_flow_that_is_created_with_its_audiences_is_taken(sent: Sender) -> None:
    params = {"segmentSelectors": {"selectors": [AUDIENCE]}, "profileSelectors": {"selectors": [ATTRIBUTE]}}
    for name in ("GeneralTransform", "General Transform"):
        assert road(sent, transformations=[{"name": name, "params": params}]).audiences() == [AUDIENCE["value"]["id"]]
        assert rules(sent) == []


# What doesn't fit together.


def parts(sent: Sender, key: str = S3, **params: Any) -> tuple[str, str]:
    row = destination(key)
    base_id = make(sent, "connections", base(row))
    return make(sent, "sourceConnections", profiles()), make(sent, "targetConnections", target(row, base_id, **params))


def test_a_target_is_one_of_the_flow_specs(sent: Sender) -> None:
    source, there = parts(sent, ZONE)
    assert sent("POST", "/flows", flow(destination(S3).target["flowSpecId"], source, there)).status == 400
    assert sent.rules == ["FS-DST-21"]


def test_datasets_are_no_audiences(sent: Sender) -> None:
    _, there = parts(sent)
    lake = make(sent, "sourceConnections", datasets())
    assert sent("POST", "/flows", flow(destination(S3).target["flowSpecId"], lake, there)).status == 400
    assert sent.rules == ["FS-FLOW-08"]


def test_audiences_with_the_flow_spec_of_datasets_are_warned_about(sent: Sender) -> None:
    """The page of audiences prints it; no schedule is asked for then."""
    source, there = parts(sent, ZONE)
    id = make(sent, "flows", flow(destination(ZONE).target["datasetFlowSpecId"], source, there))
    assert rules(sent) == ["FS-DST-20"]
    assert sent("GET", f"/flows/{id}").status == 200


def test_a_target_has_the_file_type_of_its_flow(sent: Sender) -> None:
    source, there = parts(sent, S3, fileType=None, datasetFileType="JSON")
    assert sent("POST", "/flows", flow(destination(S3).target["flowSpecId"], source, there)).status == 400
    assert sent.rules == ["FS-DST-25"]
    lake, (_, there) = make(sent, "sourceConnections", datasets()), parts(sent)
    body = flow(destination(S3).target["datasetFlowSpecId"], lake, there, scheduleParams=HOURLY)
    assert sent("POST", "/flows", body).status == 400
    assert sent.rules == ["FS-DST-25"]


def test_transformations_are_sent(sent: Sender) -> None:
    source, there = parts(sent)
    body = without(flow(destination(S3).target["flowSpecId"], source, there), "transformations")
    assert sent("POST", "/flows", body).status == 400
    assert sent.rules == ["FS-DST-22"]


@pytest.mark.parametrize(
    ("transformation", "rule"),
    [
        ({"name": "Mapping", "params": {"mappingId": "x"}}, "FS-DST-23"),
        ({"name": "generalTransform", "params": {}}, "FS-DST-23"),
        ("GeneralTransform", "FS-DST-23"),
        ({"name": "GeneralTransform"}, "FS-DST-30"),
        ({"name": "GeneralTransform", "params": {"segmentSelectors": []}}, "FS-DST-30"),
    ],
)
def test_audiences_have_one_transformation(sent: Sender, transformation: Any, rule: str) -> None:
    source, there = parts(sent)
    body = flow(destination(S3).target["flowSpecId"], source, there, transformations=[transformation])
    assert sent("POST", "/flows", body).status == 400
    assert sent.rules == [rule]


def test_datasets_have_no_transformation(sent: Sender) -> None:
    there = road(sent, S3, "datasets")
    refused(there, added({"name": "GeneralTransform", "params": {}}, "/transformations/-"), "FS-DST-24")


def test_a_flow_of_audiences_with_a_schedule_is_warned_about(sent: Sender) -> None:
    road(sent, scheduleParams={"interval": 3, "timeUnit": "hour", "startTime": 1675901210})
    assert rules(sent) == ["FS-DST-26"]


# An audience that is added.


@pytest.mark.parametrize(
    ("audience", "rule"),
    [
        ({**AUDIENCE, "type": "SEGMENT"}, "FS-DST-31"),
        ({"type": "PLATFORM_SEGMENT"}, "FS-DST-31"),
        (with_value(id=None), "FS-DST-32"),
        (with_value(id=""), "FS-DST-32"),
        (with_value(exportMode="FULL"), "FS-DST-33"),
        (with_schedule(frequency="CHAINED"), "FS-DST-34"),
        (with_schedule(triggerType="NEVER"), "FS-DST-35"),
        (with_schedule(startDate="25.12.2021"), "FS-DST-36"),
        (with_schedule(endDate="tomorrow"), "FS-DST-36"),
        (with_schedule(startDate="2021-13-01"), "FS-DST-36"),
        (with_schedule(startTime="24:00"), "FS-DST-37"),
        (with_schedule(frequency=None), "FS-DST-38"),
        (with_schedule(startDate=None), "FS-DST-38"),
        (with_value(enrichmentInfo={"enabled": "yes"}), "FS-DST-43"),
        (with_value(filenameTemplate=None), "FS-DST-44"),
        (with_value(exportMode=None), "FS-DST-44"),
        (with_value(schedule=None), "FS-DST-44"),
        (with_schedule(FULL, frequency="EVERY_3_HOURS"), "FS-DST-46"),
        (with_schedule(INCREMENTAL, frequency="ONCE"), "FS-DST-46"),
        (with_schedule(startTime=None), "FS-DST-47"),
        (with_schedule(frequency="ONCE", endDate="2022-01-01"), "FS-DST-49"),
    ],
)
def test_an_audience_with_a_documented_mistake_is_refused(sent: Sender, audience: Any, rule: str) -> None:
    there = road(sent)
    refused(there, added(audience), rule)
    source, target = parts(sent)
    transformation = {"name": "GeneralTransform", "params": {"segmentSelectors": {"selectors": [audience]}}}
    body = flow(there.row.target["flowSpecId"], source, target, transformations=[transformation])
    assert sent("POST", "/flows", body).status == 400
    assert set(sent.rules) == {rule}


def test_an_export_after_the_evaluation_has_no_time(sent: Sender) -> None:
    there = road(sent)
    audience = with_schedule(triggerType="AFTER_SEGMENT_EVAL", startTime=None)
    assert there.patch(added(audience)).status == 200
    assert rules(sent) == []


@pytest.mark.parametrize(
    ("audience", "rule"),
    [
        (with_schedule(triggerType=None), "FS-DST-48"),
        (with_value(filenameTemplate=None, fileNameTemplate="x"), "FS-DST-51"),
        (with_value(colour="red"), "FS-DST-53"),
        (with_schedule(startdate="2021-12-25"), "FS-DST-53"),
        (with_schedule(startTime="12:30"), "FS-DST-54"),
        (with_schedule(triggerType="AFTER_SEGMENT_EVAL"), "FS-DST-55"),
        (with_schedule(endDate="2021-12-24"), "FS-DST-65"),
    ],
)
def test_what_the_documents_contradict_or_leave_open_is_warned_about(sent: Sender, audience: Any, rule: str) -> None:
    assert road(sent).patch(added(audience)).status == 200
    assert rules(sent) == [rule]


@pytest.mark.parametrize("key", [LEGACY_S3, CAMPAIGN])
def test_the_file_names_of_legacy_destinations_have_two_macros(sent: Sender, key: str) -> None:
    there = road(sent, key)
    refused(there, added(with_value(filenameTemplate="%SEGMENT_ID%.csv")), "FS-DST-50")
    assert "%DESTINATION_NAME%" in sent.mock.journal.rows()[-2]["violations"][0]["message"]


def test_new_destinations_have_free_file_names(sent: Sender) -> None:
    assert road(sent).patch(added(with_value(filenameTemplate="audience.csv"))).status == 200
    assert rules(sent) == []


def test_an_email_destination_without_file_keys_is_warned_about(sent: Sender) -> None:
    assert road(sent, CAMPAIGN).patch(added(STREAMED)).status == 200
    assert set(rules(sent)) == {"FS-DST-45"}


def test_a_stream_with_file_keys_is_warned_about(sent: Sender) -> None:
    assert road(sent, EVENT_HUBS).patch(added(AUDIENCE)).status == 200
    assert set(rules(sent)) == {"FS-DST-52"}


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("profileMapping", {"mappingVersion": 1}, "FS-DST-42"),
        ("profileMapping", {"mappingId": "x"}, "FS-DST-42"),
        ("profileMapping", {"mappingId": "x", "mappingVersion": "one"}, "FS-DST-42"),
        ("mandatoryFields", "Email", "FS-DST-40"),
        ("mandatoryFields", [{"name": "Email"}], "FS-DST-40"),
        ("primaryFields", [{"identityNamespace": "Email"}], "FS-DST-41"),
        ("primaryFields", [{"fieldType": "IDENTITY"}], "FS-DST-41"),
        ("primaryFields", [{"fieldType": "ATTRIBUTE", "identityNamespace": "Email"}], "FS-DST-41"),
        ("primaryFields", [{"fieldType": "KEY", "identityNamespace": "Email"}], "FS-DST-41"),
        ("profileSelectors", {"selectors": [{"type": "JSON_PATH", "value": {}}]}, "FS-DST-39"),
        ("profileSelectors", {"selectors": [{**ATTRIBUTE, "type": "PATH"}]}, "FS-DST-39"),
        ("profileSelectors/selectors/-", {**ATTRIBUTE, "type": "PATH"}, "FS-DST-39"),
        ("profileSelectors/selectors/-", {"type": "JSON_PATH", "value": {}}, "FS-DST-39"),
    ],
)
def test_attributes_and_keys_are_looked_at_whole(sent: Sender, path: str, value: Any, rule: str) -> None:
    refused(road(sent), added(value, f"{PARAMS}/{path}"), rule)


# Schedules of datasets.


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"timeUnit": "week"}, "FS-DST-61"),
        ({"interval": "3"}, "FS-DST-61"),
        ({"startTime": "2023-02-09"}, "FS-DST-61"),
        ({"exportMode": "ALL"}, "FS-DST-33"),
        ({"interval": 5}, "FS-DST-62"),
        ({"interval": 3, "timeUnit": "day"}, "FS-DST-62"),
        ({"exportMode": FULL}, "FS-DST-64"),
        ({"interval": 0, "timeUnit": "day"}, "FS-DST-64"),
    ],
)
def test_a_schedule_with_a_documented_mistake_is_refused(sent: Sender, changes: dict[str, Any], rule: str) -> None:
    schedule = {name: value for name, value in {**HOURLY, **changes}.items() if value is not None}
    there = road(sent, S3, "datasets")
    refused(there, {"op": "replace", "path": "/scheduleParams", "value": schedule}, rule)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"interval": 24}, "FS-DST-63"),
        ({"endTime": 1}, "FS-DST-65"),
        ({"startTime": 1_675_901_210_000}, "FS-DST-66"),
        ({"pace": 1}, "FS-DST-53"),
    ],
)
def test_an_odd_schedule_is_warned_about(sent: Sender, changes: dict[str, Any], rule: str) -> None:
    road(sent, S3, "datasets", scheduleParams={**HOURLY, **changes})
    assert rules(sent) == [rule]


@pytest.mark.parametrize(
    ("operation", "found", "nearest"),
    [
        (added(with_schedule(frequency="daily")), '"daily"', "DAILY"),
        (added({**AUDIENCE, "type": "PLATFORM_SEGMENTS"}), '"PLATFORM_SEGMENTS"', "PLATFORM_SEGMENT"),
        (added(with_schedule(startTime="8pm")), '"8pm"', None),
        (added(AUDIENCE, SELECTORS.replace("Selectors", "Selector") + "/-"), None, f"{SELECTORS}/-"),
        (added(AUDIENCE, SELECTORS.replace("transformations", "transformation") + "/-"), None, f"{SELECTORS}/-"),
    ],
)
def test_what_is_misspelt_is_quoted_with_the_nearest(
    sent: Sender, operation: dict[str, Any], found: str | None, nearest: str | None
) -> None:
    assert road(sent).patch(operation).status == 400
    (row,) = sent.violations
    assert (row["found"], row["nearest"]) == (found or f'"{operation["path"]}"', nearest)


@pytest.mark.parametrize("name", ["interval", "timeUnit", "startTime"])
def test_a_new_schedule_is_sent_whole_and_an_update_in_part(sent: Sender, name: str) -> None:
    """aepp replaces the whole schedule by its startTime."""
    there = road(sent, S3, "datasets")
    body = flow(there.row.target["datasetFlowSpecId"], there.source, there.target)
    assert sent("POST", "/flows", {**body, "scheduleParams": without(HOURLY, name)}).status == 400
    assert sent.rules == ["FS-DST-61"]
    assert there.patch({"op": "replace", "path": "/scheduleParams", "value": without(HOURLY, name)}).status == 200


def test_a_flow_of_datasets_has_a_schedule(sent: Sender) -> None:
    there = road(sent, S3, "datasets")
    body = without(flow(there.row.target["datasetFlowSpecId"], there.source, there.target), "scheduleParams")
    for document in (body, {**body, "scheduleParams": {}}):
        assert sent("POST", "/flows", document).status == 400
        assert sent.rules == ["FS-DST-60"]
    refused(there, {"op": "remove", "path": "/scheduleParams"}, "FS-DST-60")


# Targets.


@pytest.mark.parametrize("key", TARGETS)
def test_every_printed_target_is_accepted(sent: Sender, key: str) -> None:
    row = destination(key)
    make(sent, "targetConnections", target(row, make(sent, "connections", base(row))))
    assert rules(sent) == []


@pytest.mark.parametrize("key", TARGETS)
def test_the_params_that_a_target_needs_are_shown(sent: Sender, key: str) -> None:
    """connect-activate-batch-destinations.md reads them at `targetSpec.spec.required`, which lists two file types."""
    row = destination(key)
    shown = read(sent, "connectionSpecs", row.id)["targetSpec"]["spec"]["required"]
    body = {**target(row, make(sent, "connections", base(row))), "params": {}}
    assert sent("POST", "/targetConnections", body).status == 400
    needed = [each["pointer"].rpartition("/")[2] for each in sent.violations if each["rule"] == "FS-DST-04"]
    assert sorted(set(shown) - {"fileType", "datasetFileType"}) == sorted(needed)


@pytest.mark.parametrize(
    ("key", "changes", "rule"),
    [
        (S3, {"bucketName": None}, "FS-DST-04"),
        (S3, {"compression": None}, "FS-DST-04"),
        (S3, {"compression": "ZIP"}, "FS-DST-05"),
        (S3, {"fileType": "XML"}, "FS-DST-05"),
        (S3, {"includeFileManifest": "yes"}, "FS-DST-05"),
        (S3, {"bucketName": "Capital"}, "FS-DST-06"),
        (S3, {"fileType": None}, "FS-DST-07"),
        (S3, {"csvOptions": {"delimiter": ","}}, "FS-DST-08"),
        (S3, {"fileType": "CSV", "csvOptions": {"delimiter": "-"}}, "FS-DST-05"),
        (CAMPAIGN, {"mode": None}, "FS-DST-04"),
        (CAMPAIGN, {"mode": "MAIL"}, "FS-DST-05"),
        (CAMPAIGN, {"mode": "FTP"}, "FS-DST-10"),
        (EVENT_HUBS, {"eventHubName": None}, "FS-DST-04"),
    ],
)
def test_a_target_with_a_documented_mistake_is_refused(sent: Sender, key: str, changes: Any, rule: str) -> None:
    row = destination(key)
    body = target(row, make(sent, "connections", base(row)), **changes)
    assert sent("POST", "/targetConnections", body).status == 400
    assert sent.rules == [rule]


def test_values_in_another_letter_case_are_warned_about(sent: Sender) -> None:
    row = destination(S3)
    make(sent, "targetConnections", target(row, make(sent, "connections", base(row)), compression="gzip"))
    assert rules(sent) == ["FS-DST-17"]


def test_no_credentials_may_be_null(sent: Sender) -> None:
    """aepp sends that to the data landing zone."""
    make(sent, "connections", {**base(destination(ZONE)), "auth": None})
    assert rules(sent) == []
    assert sent("POST", "/connections", {**base(destination(S3)), "auth": None}).status == 400
    assert sent.rules == ["FS-CON-08"]


def test_csv_options_go_with_csv(sent: Sender) -> None:
    options = {"quote": '"', "escape": "\\", "delimiter": "\t", "nullValue": "null", "emptyValue": ""}
    row = destination(S3)
    body = target(row, make(sent, "connections", base(row)), fileType="CSV", csvOptions=options, colour="red")
    make(sent, "targetConnections", body)
    assert rules(sent) == ["FS-DST-09"]


@pytest.mark.parametrize(
    ("name", "rule"), [("name", "FS-DST-01"), ("baseConnectionId", "FS-DST-02"), ("params", "FS-DST-04")]
)
def test_a_target_is_sent_whole(sent: Sender, name: str, rule: str) -> None:
    row = destination(S3)
    body = without(target(row, make(sent, "connections", base(row))), name)
    assert sent("POST", "/targetConnections", body).status == 400
    assert sent.rules == [rule]


def test_a_target_is_of_its_base_connections_spec(sent: Sender) -> None:
    other = make(sent, "connections", base(destination(ZONE)))
    assert sent("POST", "/targetConnections", target(destination(S3), other)).status == 400
    assert sent.rules == ["FS-DST-03"]


def test_an_update_of_a_target_asks_for_types_alone(sent: Sender) -> None:
    """edit-destination.md replaces all params by two, the bucket in a form that its pattern forbids."""
    there = road(sent)
    params = {"bucketName": "newBucketName", "path": "updatedPath"}
    assert there.patch({"op": "replace", "path": "/params", "value": params}, what="target").status == 200
    assert there.patch(added(True, "/params/includeFileManifest"), what="target").status == 200
    answer = there.patch(added("yes", "/params/includeFileManifest"), what="target")
    assert (answer.status, sent.rules) == (400, ["FS-DST-05"])


def test_new_credentials_are_taken_and_may_go(sent: Sender) -> None:
    there = road(sent)
    params = base(there.row)["auth"]["params"]
    assert there.patch({"op": "replace", "path": "/auth/params", "value": params}, what="base").status == 200
    other = {**params, "s3AccessKey": "of another form"}
    assert there.patch({"op": "replace", "path": "/auth/params", "value": other}, what="base").status == 200
    answer = there.patch({"op": "replace", "path": "/auth/params/s3AccessKey", "value": 1}, what="base")
    assert (answer.status, rules(sent)) == (400, ["FS-CON-12"])
    assert there.patch({"op": "remove", "path": "/auth/params", "value": params}, what="base").status == 200


def test_a_policy_refers_by_strings(sent: Sender) -> None:
    there = road(sent)
    assert there.patch(added({"enforcementRefs": []}, "/policy")).status == 200
    answer = there.patch(added(1, "/policy/enforcementRefs/-"))
    assert (answer.status, rules(sent)) == (400, ["FS-FLOW-10"])
    assert there.patch(added("a-policy", "/policy/enforcementRefs/-")).status == 200


# Source connections of exports.


@pytest.mark.parametrize("data", [None, {"format": "CSV", "schema": None}, {"format": "json"}])
def test_the_printed_profile_sources_are_accepted(sent: Sender, data: Any) -> None:
    base_id = make(sent, "connections", catalogue().named("profile-store").examples[0])  # type: ignore[union-attr]
    make(
        sent,
        "sourceConnections",
        profiles() if data is None else profiles(baseConnectionId=base_id, data=data, params={}),
    )
    assert rules(sent) == []


def test_profiles_have_no_other_format(sent: Sender) -> None:
    assert sent("POST", "/sourceConnections", profiles(data={"format": "tabular"})).status == 400
    assert sent.rules == ["FS-DST-13"]


@pytest.mark.parametrize("params", [{}, {"datasets": []}])
def test_datasets_are_named(sent: Sender, params: Any) -> None:
    assert sent("POST", "/sourceConnections", datasets(params=params)).status == 400
    assert sent.rules == ["FS-DST-11"]


def test_a_dataset_has_an_id_and_a_name(sent: Sender) -> None:
    """aepp sends no name: that is warned about."""
    assert sent("POST", "/sourceConnections", datasets(params={"datasets": [{"name": "x"}]})).status == 400
    assert sent.rules == ["FS-DST-11"]
    make(sent, "sourceConnections", datasets(params={"datasets": [{"dataSetId": "x"}]}, data={"format": "parquet"}))
    assert rules(sent) == ["FS-DST-16"]


def test_the_datasets_of_a_source_connection_stay(sent: Sender) -> None:
    there = road(sent, S3, "datasets")
    more = copy.deepcopy(datasets()["params"]["datasets"]) * 2
    answer = there.patch({"op": "replace", "path": "/params/datasets", "value": more}, what="source")
    assert (answer.status, sent.rules) == (400, ["FS-DST-12"])
    assert there.patch({"op": "replace", "path": "/name", "value": "x"}, what="source").status == 200


def test_a_source_connection_of_a_destination_is_warned_about(sent: Sender) -> None:
    body = {"name": "x", "data": {"format": "json"}, "connectionSpec": spec(destination(ZONE))}
    make(sent, "sourceConnections", body)
    assert "FS-DST-14" in rules(sent)


# Deletion and drafts.


def test_an_account_that_a_flow_uses_stays(sent: Sender) -> None:
    there = road(sent)
    assert sent("DELETE", f"/connections/{there.base}").code == "FLOW-1418-400"
    assert sent("DELETE", f"/flows/{there.flow}").status == 204
    assert sent("DELETE", f"/connections/{there.base}").status == 204
    assert sent("GET", f"/connections/{there.base}").status == 404
