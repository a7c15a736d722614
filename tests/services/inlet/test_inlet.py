"""The streaming inlet: messages of either form, batches, validation, and the runs that they become."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.kit.platform import (
    PERSON,
    catalog,
    dataset_made,
    made,
    schema_made,
    stream,
    stream_made,
    streaming_flow_made,
)
from tests.kit.sender import Answer, Sender


def refused(answer: Answer, status: int) -> dict[str, Any]:
    assert answer.status == status, answer.text
    assert answer.json["status"] == str(status)
    return answer.json  # type: ignore[no-any-return]


def xdm(schema: str, entity: Any, **header: Any) -> dict[str, Any]:
    """create/streaming/http.md"""
    reference = {"id": schema, "contentType": "application/vnd.adobe.xed-full-notext+json; version=1.0"}
    head = {"schemaRef": reference, "datasetId": "5f9c3535f457c80194cbc4d3", **header}
    return {"header": head, "body": {"xdmMeta": {"schemaRef": reference}, "xdmEntity": entity}}


def runs(sent: Sender, flow: str) -> list[dict[str, Any]]:
    return sent("GET", f"/runs?property=flowId=={flow}").json["items"]  # type: ignore[no-any-return]


def counted(sent: Sender, flow: str) -> list[int]:
    figures = [run["metrics"] for run in runs(sent, flow) if len(run["activities"]) == 1]
    return [each["recordSummary"]["inputRecordCount"] for each in figures]


def test_a_raw_message_is_taken_for_its_flow(sent: Sender) -> None:
    base, inlet = stream_made(sent)
    flow = streaming_flow_made(sent, base)
    found = made(stream(sent, inlet, {"email": "a"}, x_adobe_flow_id=flow), 200)
    assert found.keys() == {"inletId", "xactionId", "receivedTimeMs"}
    assert re.fullmatch(r"\d{13}:\d{4}:\d{3}", found["xactionId"])
    assert sent.violations == []
    made(stream(sent, f"{inlet}?x-adobe-flow-id={flow}", {"email": "b"}), 200)
    assert counted(sent, flow) == [2]
    sent.mock.clock.advance(hours=1)
    made(stream(sent, inlet, {"email": "c"}, x_adobe_flow_id=flow), 200)
    assert sorted(counted(sent, flow)) == [1, 2]


def test_the_messages_of_an_hour_are_one_batch_that_grows(sent: Sender) -> None:
    dataset = dataset_made(sent)
    base, inlet = stream_made(sent)
    flow = streaming_flow_made(sent, base, dataset)
    for number in (1, 2):
        made(stream(sent, inlet, {"email": "a"}, x_adobe_flow_id=flow), 200)
        batch = last_batch(sent, dataset)
        assert (batch["status"], batch["recordCount"]) == ("success", number)
    sent.mock.clock.advance(hours=5)
    made(stream(sent, inlet, {"email": "b"}, x_adobe_flow_id=flow), 200)
    other = last_batch(sent, dataset)
    assert (other["recordCount"], other["id"] == batch["id"]) == (1, False)


def last_batch(sent: Sender, dataset: str) -> dict[str, Any]:
    """The batch that the dataset names last."""
    shown = made(catalog(sent, "GET", f"/dataSets/{dataset}"), 200)[dataset]
    id = shown["lastSuccessfulBatch"]
    return made(catalog(sent, "GET", f"/batches/{id}"), 200)[id]  # type: ignore[no-any-return]


def test_no_other_run_tells_of_a_flow_with_messages(sent: Sender) -> None:
    base, inlet = stream_made(sent)
    flow = streaming_flow_made(sent, base)
    made(stream(sent, inlet, {"email": "a"}, x_adobe_flow_id=flow), 200)
    before = len(sent("GET", f"/runs?property=flowId=={flow}").json["items"])
    sent.mock.clock.advance(hours=5)
    assert len(sent("GET", f"/runs?property=flowId=={flow}").json["items"]) == before


def test_an_xdm_message_names_its_flow_itself(sent: Sender) -> None:
    base, inlet = stream_made(sent, dataType="xdm")
    flow = streaming_flow_made(sent, base)
    made(stream(sent, inlet, xdm(schema_made(sent), {"person": {}}, flowId=flow)), 200)
    assert sent.violations == []
    assert counted(sent, flow) == [1]


def test_a_message_is_held_against_its_schema_where_that_is_asked_for(sent: Sender) -> None:
    _, inlet = stream_made(sent)
    schema = schema_made(sent, "People", PERSON)
    good, bad = {"person": {"name": {"firstName": "Ann"}}}, {"person": {"name": {"firstName": 7}}}
    made(stream(sent, f"{inlet}?syncValidation=true", xdm(schema, good)), 200)
    answer = stream(sent, f"{inlet}?syncValidation=true", xdm(schema, bad))
    assert (answer.status, answer.json["status"], answer.json["title"]) == (400, 400, "Invalid XDM Message Format")
    (cause,) = answer.json["report"]["cause"]["_streamingValidation"]
    (misfit,) = cause["causingExceptions"]
    assert (misfit["keyword"], misfit["pointerToViolation"]) == ("type", "#/person/name/firstName")
    assert cause["message"] == "1 schema violation found"
    assert sent.violations[0]["pointer"] == "/body/xdmEntity/person/name/firstName"
    made(stream(sent, inlet, xdm(schema, bad)), 200)


def test_a_batch_answers_each_message(sent: Sender) -> None:
    base, inlet = stream_made(sent)
    flow = streaming_flow_made(sent, base)
    wrong = {"header": {}, "body": {}}
    found = made(stream(sent, f"batch/{inlet}", {"messages": [{"a": 1}, wrong, {"a": 2}]}, x_adobe_flow_id=flow), 207)
    assert [sorted(each) for each in found["responses"]] == [["xactionId"], ["message", "statusCode"], ["xactionId"]]
    assert counted(sent, flow) == [2]


def test_a_batch_tells_of_wrong_messages_as_its_page_prints_it(sent: Sender) -> None:
    """streaming-multiple-messages.md"""
    _, inlet = stream_made(sent, dataType="xdm")
    good = xdm(schema_made(sent), {"person": {}}, imsOrgId="TEST@AdobeOrg")
    bodiless = {"header": good["header"]}
    other = {**good, "header": {**good["header"], "imsOrgId": "OTHER@AdobeOrg"}}
    found = made(stream(sent, f"batch/{inlet}", {"messages": [good, bodiless, other]}), 207)
    assert found["responses"][0] == {"xactionId": f"{found['batchId']}:0"}
    for answer, words in zip(
        found["responses"][1:], ("unknown xdm format", "wrong ims org in the header"), strict=True
    ):
        assert answer["statusCode"] == 400
        assert answer["message"].startswith(f"inletId: [{inlet}] imsOrgId: [TEST@AdobeOrg] Message has")
        assert answer["message"].endswith(words)
    refused(stream(sent, inlet, other), 400)


def test_the_answer_says_that_a_record_has_passed_validation(sent: Sender) -> None:
    """streaming-record-data.md"""
    _, inlet = stream_made(sent, dataType="xdm")
    message = xdm(schema_made(sent), {"person": {}})
    found = made(stream(sent, f"{inlet}?synchronousValidation=true", message), 200)
    assert found["synchronousValidation"] == {"status": "pass"}


def test_a_connection_may_ask_for_a_token(sent: Sender) -> None:
    _, inlet = stream_made(sent, authenticationRequired=True)
    assert refused(stream(sent, inlet, {"a": 1}), 401)["report"] == {"message": f"[{inlet}] Ims service token is empty"}
    made(stream(sent, inlet, {"a": 1}, Authorization="Bearer token-of-tests"), 200)


@pytest.mark.parametrize(
    "message", [[], 1, {"header": {}, "body": {"xdmEntity": {}}}, {"header": {"schemaRef": {"id": "x"}}, "body": {}}]
)
def test_a_message_that_is_none_is_refused(sent: Sender, message: Any) -> None:
    refused(stream(sent, stream_made(sent)[1], message), 400)


@pytest.mark.parametrize("batch", [{}, {"messages": []}, {"messages": [1]}, {"messages": {}}])
def test_a_batch_that_is_none_is_refused(sent: Sender, batch: Any) -> None:
    refused(stream(sent, f"batch/{stream_made(sent)[1]}", batch), 400)


def test_a_flow_that_is_not_there_is_refused_and_none_is_warned_about(sent: Sender) -> None:
    _, inlet = stream_made(sent)
    refused(stream(sent, inlet, {"a": 1}, x_adobe_flow_id="nosuch"), 400)
    made(stream(sent, inlet, {"a": 1}), 200)
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("SI-MSG-02", "warning")]


def test_an_inlet_goes_with_its_connection(sent: Sender) -> None:
    base, inlet = stream_made(sent)
    assert sent("DELETE", f"/connections/{base}").status == 204
    refused(stream(sent, inlet, {"a": 1}), 404)


def test_an_inlet_that_differs_in_a_digit_is_nobodys(sent: Sender) -> None:
    _, inlet = stream_made(sent)
    for place in (0, 20, 40, 63):
        other = f"{inlet[:place]}{'0' if inlet[place] != '0' else '1'}{inlet[place + 1 :]}"
        refused(stream(sent, other, {"a": 1}), 404)
    made(stream(sent, inlet, {"a": 1}), 200)


def test_the_inlet_is_found_by_its_host_too(sent: Sender) -> None:
    headers = {"Content-Type": "application/json", "Host": "dcs.adobedc.net"}
    assert sent.raw("POST", f"/collection/{stream_made(sent)[1]}", headers, b'{"a": 1}').status == 200


def test_smile_is_documented_and_not_imitated(sent: Sender) -> None:
    """streaming-ingestion.yml: a message may be Smile, a binary JSON."""
    _, inlet = stream_made(sent)
    smile = {"content-type": "application/x-jackson-smile"}
    refused(sent.raw("POST", f"/dcs.adobedc.net/collection/{inlet}", smile, b":)\n\x01\xfa\xfb"), 400)
    assert sent.rules[0] == "FS-BODY-01"
    assert "documented, and not imitated here" in sent.violations[0]["message"]
