"""Public Zoho clients from the package index, unmodified, in three regions: what they know of Zoho the mock keeps."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.sources.regions import Region, zoho_regions
from mockserver.platform import FlowService
from tests.kit.depth import few

REGIONS = ("us", "eu", "in")
CLIENT = {"client_id": "1000.ACMECLIENT", "client_secret": "a-secret-of-acme", "refresh_token": "1000.acme-refresh"}

LastNames = Callable[[], list[str]]
Make = Callable[..., LastNames]


def official_sdk(folder: Path, region: Region, **urls: str) -> LastNames:
    """zohocrmsdk8-0, Zoho's own; ``urls`` (api_domain, accounts_url) stand in for those of its data centre."""
    sdk = "zohocrmsdk.src.com.zoho"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("zohocrmsdk")
        from importlib import import_module

        api = import_module(f"{sdk}.crm.api")
        centres = import_module(f"{sdk}.crm.api.dc")
        records = import_module(f"{sdk}.crm.api.record")
        token = import_module(f"{sdk}.api.authenticator.oauth_token").OAuthToken(**CLIENT, find_user=False)
        store = import_module(f"{sdk}.api.authenticator.store").FileStore(str(folder / "tokens"))
        logger = import_module(f"{sdk}.api.logger").Logger
        config = import_module(f"{sdk}.crm.api.sdk_config").SDKConfig()
    environment = getattr(centres, f"{region.code.upper()}DataCenter").PRODUCTION()
    if urls:
        environment = centres.DataCenter.Environment(urls["api_domain"], f"{urls['accounts_url']}/oauth/v2/token", "")

    def last_names() -> list[str]:
        api.Initializer.initialize(
            environment=environment,
            token=token,
            store=store,
            sdk_config=config,
            resource_path=str(folder),
            logger=logger.get_instance(level=logger.Levels.ERROR, file_path=str(folder / "log")),
        )
        asked = api.ParameterMap()
        asked.add(records.GetRecordsParam.fields, "Last_Name")
        answer = records.RecordOperations("Leads").get_records(asked, api.HeaderMap())
        return [record.get_key_value("Last_Name") for record in answer.get_object().get_data()]

    return last_names


def connector(folder: Path, region: Region, **_: str) -> LastNames:
    """zoho-crm-connector, which knows its regions as hostings."""
    zoho_crm_connector = pytest.importorskip("zoho_crm_connector")
    hosting = {"us": ".COM", "eu": ".EU", "in": ".IN"}[region.code]
    client = zoho_crm_connector.Zoho_crm(
        **CLIENT, token_file_dir=folder, hosting=hosting, base_url=f"{region.api_endpoint}/crm/v2/"
    )
    return lambda: [row["Last_Name"] for page in client.yield_page_from_module("Leads") for row in page]


CLIENTS = (official_sdk, connector)
EXPECTED = {"Okafor", "Lindqvist", "Pereira", "Mori", "Haddad"}


def tokens_of(platform: FlowService) -> int:
    return sum(row["operation"] == "zohoToken" for row in platform.requests)


def violations_of(platform: FlowService) -> list[dict[str, Any]]:
    return [row for each in platform.requests for row in each["violations"] if row["severity"] == "error"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("make", few(reversed(CLIENTS)))
def test_a_public_client_reads_its_regions_records(
    flow_service_patched: FlowService, tmp_path: Path, make: Make, region: str
) -> None:
    flow_service_patched.zoho.register(region=region, **CLIENT)
    assert set(make(tmp_path, zoho_regions()[region])()) == EXPECTED
    assert violations_of(flow_service_patched) == []
    hosts = {row["request"]["url"].split("/")[2] for row in flow_service_patched.requests}
    centre = zoho_regions()[region]
    assert {f"https://{host}" for host in hosts} == {centre.accounts_url, centre.api_endpoint}


@pytest.mark.deep
@pytest.mark.parametrize("region", REGIONS)
def test_the_official_sdk_stays_at_the_mock_whose_urls_it_was_given(
    flow_service: FlowService, tmp_path: Path, region: str
) -> None:
    zoho = flow_service.zoho
    names = official_sdk(
        tmp_path, zoho_regions()[region], api_domain=zoho.api_domain(region), accounts_url=zoho.accounts_url(region)
    )
    assert set(names()) == EXPECTED
    assert {row["operation"] for row in flow_service.requests} == {"zohoToken", "zohoFields", "zohoRecords"}


@pytest.mark.parametrize("make", few(reversed(CLIENTS)))
def test_a_public_client_of_another_region_is_refused(
    flow_service_patched: FlowService, tmp_path: Path, make: Make
) -> None:
    flow_service_patched.zoho.register(region="eu", **CLIENT)
    with pytest.raises(Exception, match=r"invalid_client|INVALID") as caught:
        make(tmp_path, zoho_regions()["us"])()
    assert "invalid_client" in f"{caught.value} {vars(caught.value)}"
    assert violations_of(flow_service_patched)[0]["found"] == "registered in EU, request to US"


def test_a_public_client_gets_a_new_token_when_the_old_one_has_expired(
    flow_service_patched: FlowService, tmp_path: Path
) -> None:
    names = connector(tmp_path, zoho_regions()["eu"])
    names()
    assert tokens_of(flow_service_patched) == 1
    flow_service_patched.clock.advance(hours=2)
    assert "INVALID_TOKEN" not in str(names())
    assert tokens_of(flow_service_patched) == 2
