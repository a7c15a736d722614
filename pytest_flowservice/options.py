"""What a user sets for the plugin: options of the command line, and ini keys."""

from __future__ import annotations

import pytest

__all__ = ["MARKER", "REGIONS", "chosen_regions", "least_coverage", "pytest_addoption", "reports"]

REGIONS = ("us", "au", "eu", "in", "cn")
"""The regions of Adobe's Zoho tutorial, in its order; a test compares them with the catalogue."""

MARKER = (
    "flow_service(strictness='default'|'lenient'|'strict', sandboxes=[...], sources=[...], "
    "destinations=[...], "
    "zoho_regions='documented'|'all', require_issued_tokens=False, landing_zone='azure'|'aws', "
    "faults=[{...}], stubs=[{...}], connections=[{...}]|'connections.json', org_id='...', journal=1000, "
    "zoho_accounts=[{...}]|'accounts.json', zoho_data={'Leads': [{...}]}|'Leads.csv', zoho_limits=True, "
    "zoho_api_domain='mock'|'real', seed=7): "
    "settings of the Flow Service mock for this test."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flowservice", "Flow Service mock")
    text = f"comma-separated regions that zoho_region runs through (default: {','.join(REGIONS)})"
    group.addoption("--flow-service-regions", metavar="CODES", default=None, help=text)
    parser.addini("flow_service_regions", help=text, default="")
    text = "write the contract coverage to this file (.html, .json or .md); repeatable"
    group.addoption("--contract-report", metavar="PATH", action="append", default=None, help=text)
    parser.addini("contract_report", help=text, type="linelist", default=[])
    text = "fail the session where contract coverage is below this percentage"
    group.addoption("--contract-fail-under", metavar="N", default=None, help=text)
    parser.addini("contract_fail_under", help=text, default="")
    text = "the services or collections that contract coverage is about (default: those that were called)"
    parser.addini("contract_scope", help=text, type="args", default=[])


def least_coverage(config: pytest.Config) -> float:
    text = _setting(config, "contract_fail_under") or "0"
    try:
        least = float(text)
    except ValueError:
        least = -1
    if not 0 <= least <= 100:
        raise pytest.UsageError(f"--contract-fail-under is a percentage from 0 to 100, not {text}")
    return least


def _setting(config: pytest.Config, name: str) -> str:
    """An option, or the ini key of the same name."""
    option = config.getoption(f"--{name.replace('_', '-')}")
    return str(config.getini(name) if option is None else option)


def reports(config: pytest.Config) -> list[str]:
    """The files of the options, or of the ini key; each once."""
    given = config.getoption("--contract-report")
    return [*dict.fromkeys(config.getini("contract_report") if given is None else given)]


def chosen_regions(config: pytest.Config) -> list[str]:
    text = config.getoption("--flow-service-regions") or config.getini("flow_service_regions") or ",".join(REGIONS)
    codes = [code.strip().lower() for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in REGIONS]
    if unknown or not codes:
        raise pytest.UsageError(
            f"--flow-service-regions: no region {', '.join(unknown) or 'given'}; allowed: {', '.join(REGIONS)}"
        )
    return codes
