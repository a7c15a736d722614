"""Landing zone, encryption keys and private endpoints."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.kit.connection import with_headers
from tests.kit.platform import CONNECTORS, CUSTOMER_KEY, ENDPOINT, KEY, connectors, made
from tests.kit.sender import Answer, Sender

ZONE = "/landingzone?type=user_drop_zone"
CREDENTIALS = "/landingzone/credentials?type=user_drop_zone"


def refused(answer: Answer, status: int) -> None:
    assert answer.status == answer.json["status"] == status, answer.text


def test_the_landing_zone_has_credentials_that_are_refreshed(sent: Sender) -> None:
    assert made(connectors(sent, "GET", ZONE), 200) == {"containerName": "dlz-user-container", "containerTTL": "7"}
    first = made(connectors(sent, "GET", CREDENTIALS), 200)
    assert first["SASUri"] == (
        f"https://{first['storageAccountName']}.blob.core.windows.net/dlz-user-container?{first['SASToken']}"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first["expiryDate"])
    assert made(connectors(sent, "GET", CREDENTIALS), 200) == first
    second = made(connectors(sent, "POST", f"{CREDENTIALS}&action=refresh"), 200)
    assert second["SASToken"] != first["SASToken"]
    assert made(connectors(sent, "GET", CREDENTIALS), 200) == second
    assert sent.violations == []


def test_credentials_that_have_expired_are_renewed_by_reading_them(sent: Sender) -> None:
    refreshed = made(connectors(sent, "POST", f"{CREDENTIALS}&action=refresh"), 200)
    sent.mock.clock.advance(days=6)
    assert made(connectors(sent, "GET", CREDENTIALS), 200) == refreshed
    sent.mock.clock.advance(days=1)
    renewed = made(connectors(sent, "GET", CREDENTIALS), 200)
    assert renewed["SASToken"] != refreshed["SASToken"]
    assert renewed["expiryDate"] > refreshed["expiryDate"]


@pytest.mark.terms(landing_zone="aws")
def test_a_landing_zone_on_aws_has_a_folder_and_keys(sent: Sender) -> None:
    path = {"bucketName": "dlz-prod-prod", "dlzFolder": "dlz-adf-connectors"}
    zone = {"dlzPath": path, "dataTTL": {"timeUnit": "days", "timeQuantity": 7}, "dlzProvider": "Amazon S3"}
    assert made(connectors(sent, "GET", ZONE), 200) == zone
    first = made(connectors(sent, "GET", CREDENTIALS), 200)
    assert first.keys() == {"credentials", "dlzPath", "dlzProvider", "expiryTime"}
    assert first["dlzPath"]["dlzFolder"] == "user_drop_zone"
    assert 0 < first["expiryTime"] - sent.mock.clock.now() // 1000 <= 7 * 86400
    second = made(connectors(sent, "POST", f"{CREDENTIALS}&action=refresh"), 200)
    assert second["credentials"].keys() == first["credentials"].keys()
    assert second["credentials"]["awsSecretAccessKey"] != first["credentials"]["awsSecretAccessKey"]
    told = json.dumps(sent.mock.journal.rows())
    assert [value for value in (*first["credentials"].values(), *second["credentials"].values()) if value in told] == []


@pytest.mark.parametrize("query", ["", "?type=", "?type=zone"])
def test_a_landing_zone_of_no_type_is_refused(sent: Sender, query: str) -> None:
    refused(connectors(sent, "GET", f"/landingzone{query}"), 400)
    refused(connectors(sent, "GET", f"/landingzone/credentials{query}"), 400)


def test_credentials_are_refreshed_by_that_action_alone(sent: Sender) -> None:
    refused(connectors(sent, "POST", CREDENTIALS), 400)


def test_a_key_is_made_read_validated_and_deleted(sent: Sender) -> None:
    created = made(connectors(sent, "POST", "/encryption/keys", KEY), 200)
    assert created.keys() == {"publicKey", "publicKeyId", "expiryTime"}
    one = f"/encryption/keys/{created['publicKeyId']}"
    view = made(connectors(sent, "GET", one), 200)
    assert (view["name"], view["encryptionAlgorithm"], view["publicKey"]) == ("my key", "PGP", created["publicKey"])
    assert made(connectors(sent, "GET", "/encryption/keys"), 200) == [view]
    validate = f"/encryption/keys/validate/{created['publicKeyId']}"
    assert made(connectors(sent, "GET", validate), 200)["status"] == "Active"
    sent.mock.clock.advance(181 * 86400)
    assert made(connectors(sent, "GET", validate), 200)["status"] == "Expired"
    assert connectors(sent, "DELETE", one).status == 204
    refused(connectors(sent, "GET", one), 404)


def test_a_customers_key_is_kept(sent: Sender) -> None:
    id = made(connectors(sent, "POST", "/encryption/customer-keys", CUSTOMER_KEY), 200)["publicKeyId"]
    (row,) = made(connectors(sent, "GET", "/encryption/customer-keys"), 200)
    assert (row["publicKeyId"], row["publicKey"]) == (id, CUSTOMER_KEY["publicKey"])


def test_the_printed_reads_of_keys_name_no_sandbox(sent: Sender) -> None:
    headers = with_headers(x_sandbox_name=None)
    assert sent.raw("GET", f"{CONNECTORS}/encryption/keys", headers).status == 200
    assert sent.violations == []


@pytest.mark.parametrize(
    "change", [{"encryptionAlgorithm": "RSA"}, {"params": {}}, {"params": {"passPhrase": ""}}, {"name": ""}]
)
def test_a_key_that_is_none_is_refused(sent: Sender, change: dict[str, Any]) -> None:
    refused(connectors(sent, "POST", "/encryption/keys", {**KEY, **change}), 400)
    refused(connectors(sent, "POST", "/encryption/customer-keys", {**CUSTOMER_KEY, "publicKey": "no base64!"}), 400)
    assert made(connectors(sent, "GET", "/encryption/keys"), 200) == []


def test_secrets_are_in_no_row_of_the_journal(sent: Sender) -> None:
    made(connectors(sent, "POST", "/encryption/keys", KEY), 200)
    token = made(connectors(sent, "GET", CREDENTIALS), 200)["SASToken"]
    told = json.dumps(sent.mock.journal.rows())
    assert KEY["params"]["passPhrase"] not in told  # type: ignore[index]
    assert token not in told


def test_a_private_endpoint_is_approved_in_time(sent: Sender) -> None:
    created = made(connectors(sent, "POST", "/privateEndpoints", ENDPOINT))
    assert (created["state"], created["resourceName"]) == ("Pending", "acmeblob")
    sent.mock.clock.advance(10)
    (item,) = made(connectors(sent, "GET", f"/privateEndpoints/{created['id']}"), 200)["items"]
    assert item == {**created, "state": "Approved"}
    spec = ENDPOINT["connectionSpec"]["id"]  # type: ignore[index]
    for query in ("", f"?property=connectionSpec.id=={spec}"):
        assert made(connectors(sent, "GET", f"/privateEndpoints{query}"), 200)["items"] == [item]
    body = {"auth": {"specName": "ConnectionString"}, "connectionSpec": {"id": spec, "version": "1.0"}}
    assert made(connectors(sent, "GET", "/privateEndpoints?op=autoResolve", body), 200)["items"] == [item]
    assert connectors(sent, "DELETE", f"/privateEndpoints/{created['id']}").status == 200
    refused(connectors(sent, "GET", f"/privateEndpoints/{created['id']}"), 404)


@pytest.mark.parametrize("change", [{"name": ""}, {"fqdns": "x"}, {"connectionSpec": {"id": "x"}}, {"resourceName": 1}])
def test_a_private_endpoint_that_is_none_is_refused(sent: Sender, change: dict[str, Any]) -> None:
    refused(connectors(sent, "POST", "/privateEndpoints", {**ENDPOINT, **change}), 400)


def test_interactive_authoring_is_switched_on_for_a_while(sent: Sender) -> None:
    def status() -> str:
        return made(connectors(sent, "GET", "/privateEndpoints/interactiveAuthoring"), 200)["status"]  # type: ignore[no-any-return]

    on = "/privateEndpoints/interactiveAuthoring?op=enable"
    assert status() == "disabled"
    refused(connectors(sent, "POST", on, {"autoTerminationMinutes": 121}), 400)
    assert connectors(sent, "POST", on, {"autoTerminationMinutes": 10}).status == 202
    assert status() == "enabling"
    sent.mock.clock.advance(5)
    assert status() == "enabled"
    sent.mock.clock.advance(600)
    assert status() == "disabled"


@pytest.mark.parametrize("query", ["?op=x", "?property=name==x"])
def test_a_list_that_asks_wrongly_is_refused(sent: Sender, query: str) -> None:
    refused(connectors(sent, "GET", f"/privateEndpoints{query}"), 400)
