"""The settings of ``@pytest.mark.flow_service``, and the mock that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import Contract
from contracts.reading.spelling import nearest
from mockserver.mock import Mock
from mockserver.platform import FAKE
from mockserver.services.zoho.settings import settings_of
from pytest_flowservice.callsite import sender

__all__ = ["MarkerProblem", "mock_for"]

_TERMS = ("strictness", "sandboxes", "sources", "destinations", "zoho_regions", "require_issued_tokens", "landing_zone")
_ZOHO = ("zoho_accounts", "zoho_data", "zoho_limits", "zoho_api_domain")
_SETTINGS = (*_TERMS, *_ZOHO, "faults", "stubs", "connections", "org_id", "journal", "seed")


class MarkerProblem(ValueError):
    """``@pytest.mark.flow_service`` has a setting that it doesn't know, or a value that doesn't fit."""


def mock_for(settings: Mapping[str, Any]) -> Mock:
    """The mock that the marker's ``settings`` describe, its faults and stubs set up, its connections there."""
    for name in settings:
        if name not in _SETTINGS:
            near = nearest(name, _SETTINGS)
            hint = f"; nearest: {near}" if near else ""
            raise MarkerProblem(f"flow_service has no setting {name!r}; allowed: {', '.join(_SETTINGS)}{hint}")
    terms = {name: settings[name] for name in _TERMS if name in settings}
    org_id = settings.get("org_id", FAKE["org_id"])
    if not isinstance(org_id, str) or not org_id:
        raise MarkerProblem(f"org_id is a non-empty string, not {org_id!r}")
    zoho = settings_of(**{name: settings[name] for name in _ZOHO if name in settings})
    seed = settings.get("seed")
    if isinstance(seed, bool) or not isinstance(seed, int | None):
        raise MarkerProblem(f"seed is a whole number, not {seed!r}")
    stubs = settings.get("stubs", ())
    mock = Mock(Contract(**terms), settings.get("journal", 1000), zoho, seed=seed, stubs=stubs)
    mock.journal.sender = sender
    if "connections" in settings:
        from mockserver.existing import existing_in  # which reads the catalogue's examples

        mock.hold(existing_in(settings["connections"], mock.contract.terms.catalogue, org_id))
    for row in settings.get("faults", ()):
        mock.faults.add_row(row)
    return mock
